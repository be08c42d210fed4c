"""What every provider module owes, checked over every payload: a new module fails until it is whole."""

from __future__ import annotations

import hashlib
import inspect
import json
import re
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from providers import PROVIDERS, provider_of
from providers.base import AUTHENTICATION_HEADERS, ProviderModule
from providers.body import Malformed
from tests.payloads.corpus import (
    EVENT_ID,
    HASH,
    Payload,
    fact_as_expected,
    identity_as_expected,
    orphans,
    payloads,
)
from vocabulary import (
    CallFacts,
    CallStatus,
    Delivery,
    Direction,
    Endpoint,
    Fact,
    Handling,
    Headers,
    InboundText,
    RecordingStatus,
)

ROOT = Path(__file__).parents[2]
SHARED = sorted((ROOT.parent / "shared" / "payloads").glob("*/*.json"))
TABLES = (ROOT / "models" / "migrations" / "0001_tables.sql").read_text()
UNDERSTOOD = [one for one in payloads() if "malformed" not in one.expected]
MALFORMED = [one for one in payloads() if "malformed" in one.expected]
INTERFACE = ("decode", "identify", "parse")


def columns(table: str) -> set[str]:
    """The columns of a table, as its migration names them."""
    found = re.search(rf"create table {table} \((.*?)\n\);", TABLES, re.DOTALL)
    assert found, f"no table {table} in the migration"
    names = set(re.findall(r"^    (\w+) ", found.group(1), re.MULTILINE))
    return names - {"primary", "unique", "foreign", "check"}


def of(one: Payload) -> ProviderModule:
    return provider_of(one.endpoint)


@pytest.mark.parametrize("module", PROVIDERS, ids=lambda module: module.PROVIDER.value)
def test_every_provider_has_the_whole_interface(module: ProviderModule) -> None:
    for name in INTERFACE:
        given = inspect.signature(getattr(module, name)).parameters
        wanted = inspect.signature(getattr(ProviderModule, name)).parameters
        assert list(given) == list(wanted)[1:]
    assert not set(module.KEPT_HEADERS) & (set(AUTHENTICATION_HEADERS) - {"x-timestamp"})
    proofs = ("presented_secret", "presented_legacy_secret", "signature_valid")
    assert any(hasattr(module, name) for name in proofs), "a provider must say how its sender is told from another"


def test_every_endpoint_belongs_to_exactly_one_provider() -> None:
    owned = [endpoint for module in PROVIDERS for endpoint in module.ENDPOINTS]
    assert sorted(owned) == sorted(Endpoint)


@pytest.mark.parametrize("endpoint", Endpoint)
def test_every_endpoint_has_payloads(endpoint: Endpoint) -> None:
    mine = [one for one in UNDERSTOOD if one.endpoint is endpoint]
    assert len(mine) >= 3, "put three payloads or more into tests/payloads/<provider>/"
    assert {one.provider for one in mine} == {provider_of(endpoint).PROVIDER.value}


@pytest.mark.parametrize("module", PROVIDERS, ids=lambda module: module.PROVIDER.value)
def test_every_provider_has_payloads_that_cannot_be_understood(module: ProviderModule) -> None:
    assert any(one.provider == module.PROVIDER for one in MALFORMED)


def test_no_payload_is_without_its_expectation() -> None:
    assert orphans() == []


@pytest.mark.parametrize("one", MALFORMED, ids=str)
def test_a_malformed_payload_is_refused_with_its_reason(one: Payload) -> None:
    with pytest.raises(Malformed) as refusal:
        of(one).decode(one.raw, one.content_type)
    assert refusal.value.reason == one.expected["malformed"]


@pytest.mark.parametrize("one", UNDERSTOOD, ids=str)
def test_a_payload_is_identified_as_expected(one: Payload) -> None:
    body = of(one).decode(one.raw, one.content_type)
    identity = of(one).identify(one.endpoint, body, one.raw, one.headers, one.customs)
    assert identity_as_expected(identity) == one.expected["identity"]
    assert of(one).identify(one.endpoint, body, one.raw, one.headers, one.customs) == identity
    json.dumps(identity_as_expected(identity), ensure_ascii=False).encode()


@pytest.mark.parametrize("one", UNDERSTOOD, ids=str)
def test_a_payload_becomes_the_expected_facts(one: Payload) -> None:
    body = of(one).decode(one.raw, one.content_type)
    facts = of(one).parse(one.endpoint, body, EVENT_ID, one.customs)
    assert [fact_as_expected(fact) for fact in facts] == one.expected["facts"]
    assert of(one).parse(one.endpoint, of(one).decode(one.raw, one.content_type), EVENT_ID, one.customs) == facts
    for fact in facts:
        assert_fits_the_tables(fact)


@pytest.mark.parametrize("one", UNDERSTOOD, ids=str)
def test_what_is_not_handled_states_nothing(one: Payload) -> None:
    body = of(one).decode(one.raw, one.content_type)
    identity = of(one).identify(one.endpoint, body, one.raw, one.headers, one.customs)
    facts = of(one).parse(one.endpoint, body, EVENT_ID, one.customs)
    assert identity.handling is Handling.HANDLE or not facts


@pytest.mark.parametrize("one", [one for one in UNDERSTOOD if one.expected["identity"]["dedupe_key"] == HASH], ids=str)
def test_a_hashed_key_changes_with_the_body_and_with_nothing_else(one: Payload) -> None:
    body = of(one).decode(one.raw, one.content_type)
    by_convoso = one.provider == "convoso"
    hashed = one.endpoint.value.encode() + b"\n" + one.raw if by_convoso else one.raw
    identity = of(one).identify(one.endpoint, body, one.raw, one.headers, one.customs)
    assert identity.dedupe_key == "sha256:" + hashlib.sha256(hashed).hexdigest()
    assert of(one).identify(one.endpoint, body, one.raw + b" ", one.headers).dedupe_key != identity.dedupe_key


@pytest.mark.skipif(not SHARED, reason="no captured payloads beside the repository")
@pytest.mark.parametrize("path", SHARED, ids=lambda path: path.stem)
def test_a_captured_payload_is_handled_and_fits(path: Path) -> None:
    endpoint, raw = Endpoint(path.parent.name), path.read_bytes()
    module = provider_of(endpoint)
    body = module.decode(raw, "application/json")
    identity = module.identify(endpoint, body, raw, Headers({}))
    (fact,) = module.parse(endpoint, body, EVENT_ID)
    assert isinstance(fact, CallFacts)
    assert identity.handling is Handling.HANDLE
    assert identity.refs == fact.refs
    assert f"call:{fact.refs[0]}" == identity.named[0]
    assert_fits_the_tables(fact)


@pytest.mark.skipif(not SHARED, reason="no captured payloads beside the repository")
def test_the_captured_report_states_everything_that_it_holds() -> None:
    (path,) = (path for path in SHARED if path.stem == "vapi-end-of-call-report-webcall-2025")
    raw = path.read_bytes()
    module = provider_of(Endpoint.VAPI)
    (fact,) = module.parse(Endpoint.VAPI, module.decode(raw, None), EVENT_ID)
    assert isinstance(fact, CallFacts)
    assert fact.facts["started_at"] == datetime(2025, 6, 10, 9, 7, 0, 649_000, UTC)
    assert fact.facts["ended_at"] == datetime(2025, 6, 10, 9, 7, 25, 925_000, UTC)
    assert fact.facts["duration_seconds"] == Decimal("25.276")
    assert fact.facts["total_cost"] == Decimal("0.0394")
    assert (fact.facts["status"], fact.facts["ended_reason"]) == ("completed", "customer-ended-call")
    assert fact.facts["recording_url"].endswith("-mono.wav")
    assert fact.facts["outcome_summary"].startswith("The AI called to follow up")
    assert (fact.identity["direction"], fact.identity["agent_name"]) == ("web", "Finzie")


WORDS: dict[str, set[str]] = {
    "status": {word.value for word in CallStatus},
    "direction": {word.value for word in Direction},
    "recording_status": {word.value for word in RecordingStatus},
}
TIMES = {"started_at", "ended_at", "transfer_time"}
DECIMALS = {"duration_seconds": Decimal(10) ** 9, "total_cost": Decimal(10) ** 8}


def assert_fits_the_tables(fact: Fact) -> None:
    """Names are columns, and values are of the column's type, in range and storable."""
    assert fact.at is None or fact.at.tzinfo is UTC
    if isinstance(fact, Delivery | InboundText):
        assert "\\u0000" not in json.dumps(fact_as_expected(fact))
        return
    parts = (fact.identity, fact.facts) if isinstance(fact, CallFacts) else (fact.facts,)
    for stated in parts:
        assert set(stated) <= columns("calls" if isinstance(fact, CallFacts) else "contacts")
        for name, value in stated.items():
            assert_fits(name, value)
    if isinstance(fact, CallFacts):
        assert all(stated[name] in words for stated in parts for name, words in WORDS.items() if name in stated)


def assert_fits(name: str, value: Any) -> None:
    if name in TIMES:
        assert isinstance(value, datetime)
        assert value.tzinfo is UTC
    elif name in DECIMALS:
        assert isinstance(value, Decimal)
        assert 0 <= value < DECIMALS[name]
    elif name == "sentiment_score":
        assert isinstance(value, float)
        assert 0 <= value <= 1
    elif name == "metadata":
        assert isinstance(value, dict)
        assert "\0" not in json.dumps(value, allow_nan=False, ensure_ascii=False).encode().decode()
    elif name in ("booking_confirmed", "recording_consent", "escalated"):
        assert isinstance(value, bool)
    else:
        assert isinstance(value, str)
        assert "\0" not in value.encode().decode()
