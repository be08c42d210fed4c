"""Simulated traffic is the same for the same seed, believable, and as authentic or forged as it says."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from providers import convoso, provider_of, twilio, vapi
from providers.base import presented_token, same_secret
from simulator import NO_FAULTS, ROUGH, Delivery, Expected, NothingToSend, Target, calls
from simulator.signing import vapi_headers
from vocabulary import CallFacts, Customs, Endpoint, Handling, Headers

UNTIL = datetime(2026, 3, 2, 18, tzinfo=UTC)
SECRET = "the-secret-that-vapi-was-given-" + "7" * 20
EVERYTHING = Target(
    base_url="http://127.0.0.1:1",
    public_url="https://clinic.example.com",
    org_id=UUID("0195a2f0-0000-7000-8000-00000000aaaa"),
    vapi_secret=SECRET,
    vapi_assistant_id="5f0c2a8e-7a41-4c39-9a55-0d2b6f3e1c01",
    vapi_phone_number_id="9b1de0c4-22f7-4e0e-8d19-6a3c5b7f9e02",
    convoso_calls_token="token-for-calls",
    convoso_leads_token="token-for-leads",
    convoso_timezone="America/New_York",
    twilio_account_sid="AC" + "0" * 32,
    twilio_auth_token="an-auth-token",
    line="+12025550143",
)
CUSTOMS = Customs(convoso_timezone="America/New_York")


def plain(seed: str, count: int, target: Target = EVERYTHING, faults: Any = NO_FAULTS) -> list[Delivery]:
    return list(calls(seed, count, target, until=UNTIL, faults=faults))


def headers_of(one: Delivery) -> Headers:
    given = {name.lower(): (value,) for name, value in one.headers.items()}
    if one.hmac_secret is not None:
        given |= {name.lower(): (value,) for name, value in vapi_headers(one.hmac_secret, one.body, UNTIL).items()}
    return Headers(given)


def is_authentic(one: Delivery) -> bool:
    """What the provider's own module says of it."""
    headers, (path, _, query) = headers_of(one), one.path.partition("?")
    if one.endpoint is Endpoint.VAPI:
        secret = vapi.presented_secret(headers)
        return same_secret(secret, SECRET) or vapi.signature_valid(SECRET, headers, one.body, UNTIL)
    if provider_of(one.endpoint) is convoso:
        wanted = {Endpoint.CONVOSO_CALLS: "token-for-calls"}.get(one.endpoint, "token-for-leads")
        return same_secret(presented_token([query.removeprefix("token=")] if query else [], headers), wanted)
    return twilio.signature_valid("an-auth-token", EVERYTHING.public_url + path, headers, one.body)


def test_the_same_seed_gives_the_same_requests() -> None:
    assert plain("seed", 60, faults=ROUGH) == plain("seed", 60, faults=ROUGH)
    assert plain("seed", 60) != plain("another seed", 60)


def test_a_longer_run_begins_with_the_same_events() -> None:
    assert {one.key for one in plain("seed", 30)} < {one.key for one in plain("seed", 60)}


def test_time_comes_from_the_argument_alone() -> None:
    (first, *_), later = plain("seed", 1), list(calls("seed", 1, EVERYTHING, until=UNTIL + timedelta(hours=1)))
    assert first.key == later[0].key
    assert first.body != later[0].body


def test_every_provider_and_endpoint_but_messages_is_visited() -> None:
    seen = {one.endpoint for one in plain("seed", 150)}
    assert seen == set(Endpoint) - {Endpoint.TWILIO_SMS, Endpoint.RESEND}


def test_every_genuine_request_is_authentic_and_every_forged_one_is_not() -> None:
    sent = plain("seed", 300, faults=ROUGH)
    assert [one for one in sent if is_authentic(one) is (one.expected is Expected.REFUSED)] == []
    ways = Counter(one.oddity for one in sent if one.expected is Expected.REFUSED)
    assert set(ways) == {
        "forged: no proof",
        "forged: wrong secret",
        "forged: stale signature",
        "forged: signature that is no hex",
        "forged: wrong token",
        "forged: wrong signature",
        "forged: changed body",
    }


def test_vapi_proves_itself_in_all_three_ways() -> None:
    sent = [one for one in plain("seed", 40) if one.endpoint is Endpoint.VAPI]
    proofs = [one.headers.keys() & {"X-Vapi-Secret", "Authorization"} or {str(one.hmac_secret)} for one in sent]
    assert {proof for (proof,) in proofs} == {"X-Vapi-Secret", "Authorization", SECRET}


def test_a_key_is_one_event_to_its_provider_too() -> None:
    keys: dict[str, set[str]] = {}
    for one in plain("seed", 200, faults=ROUGH):
        if one.expected is Expected.ACCEPTED:
            module = provider_of(one.endpoint)
            body = module.decode(one.body, one.headers["Content-Type"])
            identity = module.identify(one.endpoint, body, one.body, headers_of(one), CUSTOMS)
            keys.setdefault(one.key, set()).add(f"{one.endpoint.value} {identity.dedupe_key}")
            assert identity.complaint is None
            assert identity.handling is not Handling.UNSUPPORTED
    assert all(len(known) == 1 for known in keys.values())
    assert len({key for known in keys.values() for key in known}) == len(keys)


def test_a_rough_day_holds_every_fault() -> None:
    sent = plain("seed", 300, faults=ROUGH)
    found = Counter(one.oddity.partition(":")[0] for one in sent)
    assert set(found) == {"", "duplicate", "late", "forged", "stranger"}
    assert {one.key for one in sent if one.expected is Expected.ACCEPTED} >= {one.key for one in plain("seed", 300)}


def test_a_call_at_twilio_begins_with_its_voice_webhook_however_rough_the_day() -> None:
    seen: set[str] = set()
    for one in plain("seed", 200, faults=ROUGH):
        if one.endpoint is Endpoint.TWILIO:
            seen.add(one.key.split("|")[1])
        elif one.endpoint is Endpoint.TWILIO_STATUS:
            assert one.key.removeprefix("forged|").split("|")[1] in seen


def test_reports_are_of_ten_to_forty_turns_and_end_in_many_ways() -> None:
    reports = [json.loads(one.body)["message"] for one in plain("seed", 400) if one.kind == "end-of-call-report"]
    spoken = [len(one["messages"]) - 1 for one in reports if one.get("startedAt")]
    assert min(spoken) >= 10
    assert max(spoken) <= 40
    reasons = {one["endedReason"] for one in reports}
    assert {"customer-ended-call", "customer-did-not-answer", "voicemail", "assistant-forwarded-call"} <= reasons
    assert any(reason.startswith(("pipeline-error", "call.in-progress.error")) for reason in reasons)
    assert {one["call"]["type"] for one in reports} == {"inboundPhoneCall", "outboundPhoneCall", "webCall"}


def test_what_a_report_says_is_what_a_call_becomes() -> None:
    for one in plain("seed", 100):
        module = provider_of(one.endpoint)
        for fact in module.parse(
            one.endpoint, module.decode(one.body, one.headers["Content-Type"]), UUID(int=1), CUSTOMS
        ):
            assert fact.at is None or UNTIL - timedelta(days=1) < fact.at < UNTIL
            if one.kind == "end-of-call-report":
                assert isinstance(fact, CallFacts)
                assert fact.identity["assistant_id"] == EVERYTHING.vapi_assistant_id
                assert fact.facts["status"] in {"completed", "failed", "no_answer", "busy"}


def test_both_providers_speak_of_some_calls() -> None:
    refs = [
        fact.refs
        for one in plain("seed", 100)
        if one.endpoint is Endpoint.VAPI
        for fact in vapi.parse(one.endpoint, vapi.decode(one.body, None), UUID(int=1))
        if isinstance(fact, CallFacts)
    ]
    at_twilio = {one.key.split("|")[1] for one in plain("seed", 100) if one.endpoint is Endpoint.TWILIO}
    assert at_twilio & {ref.ref for named in refs for ref in named}


@pytest.mark.parametrize(
    ("without", "endpoints"),
    [
        ({"vapi_secret": None}, {"convoso_calls", "convoso_leads", "twilio", "twilio_status", "twilio_recording"}),
        ({"line": None}, {"vapi", "convoso_calls", "convoso_leads"}),
        ({"convoso_calls_token": None, "line": None}, {"vapi", "convoso_leads"}),
    ],
)
def test_traffic_without_its_secret_is_left_out(without: dict[str, None], endpoints: set[str]) -> None:
    target = replace(EVERYTHING, **without)  # type: ignore[arg-type]
    assert {one.endpoint.value for one in plain("seed", 120, target, ROUGH)} == endpoints


def test_a_target_without_any_secret_has_nothing_to_send() -> None:
    with pytest.raises(NothingToSend):
        plain("seed", 1, Target("http://127.0.0.1:1", "https://clinic.example.com"))


def test_secrets_are_not_shown_by_repr() -> None:
    shown = repr(EVERYTHING) + repr(plain("seed", 20))
    assert not [secret for secret in (SECRET, "an-auth-token") if secret in shown]
