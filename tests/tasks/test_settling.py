"""Outcomes that nobody knows are found out by looking, several times, and never by sending again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from models import opt_outs
from models.database import organization
from settings import settings
from tasks.errors import Busy
from tasks.settling import LOOKS, NOT_FOUND, UNSETTLED
from tests.standin.side import Side
from tests.tasks import texting
from tests.tasks.texting import ACCOUNT, MAIL, equip, jobs, owe, row, run, sent, settle_at

TEXTS = f"/2010-04-01/Accounts/{ACCOUNT}/Messages.json"


@pytest.fixture
def side(monkeypatch: pytest.MonkeyPatch, alice_org: UUID) -> Iterator[Side]:
    with texting.providers(monkeypatch) as directed:
        equip(alice_org)
        yield directed


def lost(side: Side, org_id: UUID, **changes: Any) -> UUID:
    """A text whose sending broke off before Twilio took it."""
    side.fault(TEXTS, "reset")
    planned = owe(org_id, **changes)
    run(org_id)
    assert row(org_id, planned.id)["status"] == "unknown"
    return planned.id


def test_what_is_not_found_is_looked_for_again_and_then_was_not_sent(side: Side, alice_org: UUID) -> None:
    message_id = lost(side, alice_org)
    for number in range(len(LOOKS)):
        assert row(alice_org, message_id)["status"] == "unknown", number
        run(alice_org, "settle_message")
    message = row(alice_org, message_id)
    assert (message["status"], message["reason"], message["looks"]) == ("failed", NOT_FOUND, len(LOOKS))
    assert (jobs(alice_org, "settle_message"), sent(side)) == ([], [])


def test_looks_come_later_and_later(side: Side, alice_org: UUID) -> None:
    lost(side, alice_org)
    first = jobs(alice_org, "settle_message")[0]["run_at"]
    now = datetime.now(UTC)
    assert timedelta(seconds=2) < first - now <= LOOKS[0]
    settle_at(alice_org, now)
    assert [job["run_at"] for job in jobs(alice_org, "settle_message")] == [now + LOOKS[1]]


def test_of_two_with_the_same_words_each_is_found_for_itself(side: Side, alice_org: UUID) -> None:
    side.fault(TEXTS, "reset_after", times=2)
    ids = [owe(alice_org, intent_key=f"wish:{number}", requested_by="user:ann").id for number in range(2)]
    run(alice_org)
    run(alice_org)
    run(alice_org, "settle_message")
    run(alice_org, "settle_message")
    found = [row(alice_org, one) for one in ids]
    assert [one["status"] for one in found] == ["sent", "sent"]
    assert {one["external_message_id"] for one in found} == {one["id"] for one in sent(side)}


def test_of_two_with_the_same_words_one_that_was_never_taken_is_told_apart(side: Side, alice_org: UUID) -> None:
    message_id = lost(side, alice_org, requested_by="user:ann")
    other = owe(alice_org, intent_key="wish:other", requested_by="user:ann")
    run(alice_org)
    run(alice_org)
    assert row(alice_org, other.id)["status"] == "sent"
    for _ in LOOKS:
        run(alice_org, "settle_message")
    assert (row(alice_org, message_id)["status"], len(sent(side))) == ("failed", 1)


def test_while_the_provider_cannot_be_asked_no_look_counts(
    side: Side, alice_org: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    message_id = lost(side, alice_org)
    monkeypatch.setenv("TWILIO_API_URL", "http://127.0.0.1:1")
    settings.cache_clear()
    for _ in range(10):
        run(alice_org, "settle_message")
    assert (row(alice_org, message_id)["status"], row(alice_org, message_id)["looks"]) == ("unknown", 0)
    with pytest.raises(Busy):
        settle_at(alice_org, datetime.now(UTC))


def test_after_a_day_a_person_has_to_look(side: Side, alice_org: UUID) -> None:
    message_id = lost(side, alice_org)
    settle_at(alice_org, datetime.now(UTC) + timedelta(hours=25))
    message = row(alice_org, message_id)
    assert (message["status"], message["reason"]) == ("failed", UNSETTLED)


@pytest.mark.parametrize("fault", ["timeout_after", "reset_after", "reset"])
def test_mail_is_told_again_under_the_same_key_and_sent_once(side: Side, alice_org: UUID, fault: str) -> None:
    side.fault("/emails", fault, seconds=0.1)
    planned = owe(alice_org, MAIL)
    run(alice_org)
    assert row(alice_org, planned.id)["status"] == "unknown"
    run(alice_org, "settle_message")
    assert (row(alice_org, planned.id)["status"], len(sent(side))) == ("sent", 1)


def test_mail_is_told_again_for_as_long_as_that_is_safe(side: Side, alice_org: UUID) -> None:
    for _ in range(len(LOOKS) + 3):
        side.fault("/emails", "reset_after")
    planned = owe(alice_org, MAIL)
    run(alice_org)
    for _ in range(len(LOOKS) + 3):
        run(alice_org, "settle_message")
    assert (row(alice_org, planned.id)["status"], len(sent(side))) == ("sent", 1)


def test_what_was_settled_meanwhile_is_left_alone(side: Side, alice_org: UUID) -> None:
    message_id = lost(side, alice_org)
    with organization(alice_org) as tx:
        tx.run("UPDATE messages SET status = 'delivered' WHERE id = %s", (message_id,))
    run(alice_org, "settle_message")
    assert row(alice_org, message_id)["status"] == "delivered"
    assert [one for one in side.requests() if one["method"] == "GET"] == []


def test_a_look_never_goes_through_another_account(side: Side, alice_org: UUID) -> None:
    message_id = lost(side, alice_org)
    with organization(alice_org) as tx:
        tx.run("UPDATE messages SET service_account = %s WHERE id = %s", ("AC" + "9" * 32, message_id))
    run(alice_org, "settle_message")
    assert row(alice_org, message_id)["status"] == "unknown"
    assert [one for one in side.requests() if one["method"] == "GET"] == []


def test_mail_that_may_be_sent_no_longer_is_not_asked_for_again(side: Side, alice_org: UUID) -> None:
    side.fault("/emails", "reset")
    planned = owe(alice_org, MAIL)
    run(alice_org)
    with organization(alice_org) as tx:
        opt_outs.record(tx, alice_org, "Ann@Example.com", True, "person")
    run(alice_org, "settle_message")
    message = row(alice_org, planned.id)
    assert (message["status"], sent(side)) == ("failed", [])
    assert message["reason"] == f"{UNSETTLED}, and by now: They asked not to be written to"


def test_mail_is_not_asked_for_under_another_key(side: Side, alice_org: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    side.fault("/emails", "reset_after")
    planned = owe(alice_org, MAIL)
    run(alice_org)
    monkeypatch.setenv("RESEND_API_KEY", "re_another")
    settings.cache_clear()
    run(alice_org, "settle_message")
    assert (row(alice_org, planned.id)["status"], len(sent(side))) == ("unknown", 1)


def test_a_key_that_is_refused_by_now_says_nothing_of_what_it_sent(side: Side, alice_org: UUID) -> None:
    side.fault("/emails", "reset_after")
    planned = owe(alice_org, MAIL)
    run(alice_org)
    side.fault("/emails", "status", status=401, body={"name": "invalid_api_key"})
    run(alice_org, "settle_message")
    assert row(alice_org, planned.id)["status"] == "unknown"


def test_a_look_takes_no_text_of_another_organization(side: Side, alice_org: UUID, bob_org: UUID) -> None:
    equip(bob_org)
    message_id = lost(side, alice_org)
    other = owe(bob_org)
    run(bob_org)
    run(alice_org, "settle_message")
    assert (row(bob_org, other.id)["status"], row(alice_org, message_id)["status"]) == ("sent", "unknown")
