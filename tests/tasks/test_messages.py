"""Messages leave once, through a provider that answers in every way; and some never leave, with the reason."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from models import opt_outs, provider_health
from models.database import organization
from models.intents import IntentTaken
from settings import settings
from tasks.errors import Busy
from tasks.health import note_hold
from tasks.ledger import perform
from tasks.message_upkeep import sweep
from tasks.messages import lose_message, put_off, send
from tasks.redriving import redrive
from tests.standin.side import Side
from tests.tasks import texting
from tests.tasks.texting import ANN, MAIL, OURS, TEXT, equip, errand_of, jobs, owe, row, run, send_at, sent
from vocabulary import MessageStatus, Method, Purpose

NOON = datetime(2026, 6, 3, 16, tzinfo=UTC)
"""In New York."""
TEXTS, MAILS = "/2010-04-01/", "/emails"


@pytest.fixture
def side(monkeypatch: pytest.MonkeyPatch, alice_org: UUID) -> Iterator[Side]:
    with texting.providers(monkeypatch) as directed:
        equip(alice_org)
        yield directed


def test_a_text_is_taken_by_twilio_once(side: Side, alice_org: UUID) -> None:
    planned = owe(alice_org)
    run(alice_org)
    message = row(alice_org, planned.id)
    assert [(one["provider"], one["to"], one["from"], one["body"]) for one in sent(side)] == [
        ("twilio", ANN, OURS, "Hello Ann")
    ]
    assert (message["status"], message["external_message_id"]) == ("sent", sent(side)[0]["id"])
    assert (message["attempts"], message["sender"], message["service_provider"]) == (1, OURS, "twilio")


def test_mail_is_taken_by_resend_under_its_own_key(side: Side, alice_org: UUID) -> None:
    planned = owe(alice_org, MAIL)
    run(alice_org)
    (mail,) = sent(side)
    assert (mail["provider"], mail["to"], mail["subject"]) == ("resend", "ann@example.com", "Hello")
    assert mail["idempotency_key"] == str(planned.id)
    assert row(alice_org, planned.id)["status"] == "sent"


def test_the_same_wish_again_is_the_same_message(side: Side, alice_org: UUID) -> None:
    first, again = owe(alice_org), owe(alice_org)
    assert (again.id, again.is_new) == (first.id, False)
    run(alice_org)
    assert owe(alice_org).status is MessageStatus.SENT
    run(alice_org)
    assert len(sent(side)) == 1


def test_a_key_stands_for_one_message_only(side: Side, alice_org: UUID) -> None:
    owe(alice_org)
    with pytest.raises(IntentTaken):
        owe(alice_org, content="Something else")


def test_running_the_job_again_sends_nothing(side: Side, alice_org: UUID) -> None:
    owe(alice_org)
    (job,) = jobs(alice_org)
    run(alice_org)
    with organization(alice_org) as tx:
        tx.run("UPDATE jobs SET state = 'ready' WHERE id = %s", (job["id"],))
    perform(alice_org, job["id"])
    assert len(sent(side)) == 1


def test_each_sending_is_on_the_audit_trail_without_words_or_numbers(side: Side, alice_org: UUID) -> None:
    planned = owe(alice_org)
    run(alice_org)
    with organization(alice_org) as tx:
        trail = tx.rows("SELECT actor, action, subject, details FROM audit_log ORDER BY at")
    (note,) = [one for one in trail if one["action"] == "message.send"]
    assert (note["actor"], note["subject"]) == ("rule:test", str(planned.id))
    assert note["details"] == {"provider": "twilio", "purpose": "followup", "method": "sms", "own": False}


def test_a_refused_text_is_not_tried_again(side: Side, alice_org: UUID) -> None:
    side.fault(TEXTS, "status", status=400, body={"code": 21211, "message": "The 'To' number is not valid"})
    planned = owe(alice_org)
    run(alice_org)
    message = row(alice_org, planned.id)
    assert message["status"] == "failed"
    assert "21211" in message["reason"]
    assert jobs(alice_org) == []


def test_who_told_twilio_to_stop_is_not_written_to_again(side: Side, alice_org: UUID) -> None:
    side.fault(TEXTS, "status", status=400, body={"code": 21610, "message": "unsubscribed"})
    owe(alice_org)
    run(alice_org)
    later = owe(alice_org, intent_key="wish:9")
    run(alice_org)
    assert row(alice_org, later.id)["reason"] == "They asked not to be written to"
    assert sent(side) == []


@pytest.mark.parametrize("fault", ["timeout_after", "reset_after"])
def test_what_twilio_took_without_a_word_is_looked_up_and_not_sent_again(
    side: Side, alice_org: UUID, fault: str
) -> None:
    side.fault(f"{TEXTS}Accounts/{texting.ACCOUNT}/Messages.json", fault, seconds=0.1)
    planned = owe(alice_org)
    run(alice_org)
    assert row(alice_org, planned.id)["status"] == "unknown"
    assert jobs(alice_org) == []
    run(alice_org, "settle_message")
    assert (row(alice_org, planned.id)["status"], len(sent(side))) == ("sent", 1)
    assert row(alice_org, planned.id)["external_message_id"] == sent(side)[0]["id"]


def test_a_server_error_tells_nothing(side: Side, alice_org: UUID) -> None:
    side.fault(TEXTS, "status", status=500)
    planned = owe(alice_org)
    run(alice_org)
    assert (row(alice_org, planned.id)["status"], jobs(alice_org)) == ("unknown", [])


def test_a_provider_that_is_busy_is_asked_again_after_its_own_wish(side: Side, alice_org: UUID) -> None:
    side.fault(TEXTS, "status", status=429, headers={"Retry-After": "90"}, body={"code": 20429})
    planned = owe(alice_org, send_at=NOON)
    send_at(alice_org, NOON)
    message = row(alice_org, planned.id)
    assert (message["status"], message["send_at"]) == ("planned", NOON + timedelta(seconds=90))
    run_later(alice_org, planned.id)
    assert (row(alice_org, planned.id)["status"], len(sent(side))) == ("sent", 1)


def run_later(org_id: UUID, message_id: UUID) -> None:
    """The provider has had its pause."""
    with organization(org_id) as tx:
        tx.run("UPDATE provider_health SET open_until = NULL")
    run(org_id)


def test_a_provider_that_cannot_be_reached_delays_and_drops_nothing(
    side: Side, alice_org: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    planned = owe(alice_org)
    monkeypatch.setenv("TWILIO_API_URL", "http://127.0.0.1:1")
    settings.cache_clear()
    run(alice_org)
    assert row(alice_org, planned.id)["status"] == "planned"
    monkeypatch.setenv("TWILIO_API_URL", side.url)
    settings.cache_clear()
    send_at(alice_org, datetime.now(UTC) + timedelta(seconds=20))
    assert (row(alice_org, planned.id)["status"], len(sent(side))) == ("sent", 1)


def test_after_five_failures_in_a_row_the_provider_is_left_alone_and_then_tried_by_one(
    side: Side, alice_org: UUID
) -> None:
    side.fault(TEXTS, "status", status=503, times=5)
    for number in range(6):
        owe(alice_org, recipient=f"+1212555010{number}", intent_key=f"wish:{number}", send_at=NOON)
        send_at(alice_org, NOON + timedelta(seconds=number * 2))
    asked = [one for one in side.requests() if one["method"] == "POST"]
    assert len(asked) == 5
    (waiting,) = jobs(alice_org)
    assert waiting["run_at"] == NOON + timedelta(seconds=38)
    with organization(alice_org) as tx:
        (health,) = provider_health.list_health(tx, alice_org)
    assert (health["provider"], health["failures"]) == ("twilio", 5)


def test_texts_from_one_number_leave_a_second_apart(side: Side, alice_org: UUID) -> None:
    ids = [
        owe(alice_org, recipient=f"+1212555010{number}", intent_key=f"wish:{number}", send_at=NOON).id
        for number in range(3)
    ]
    for _ in ids:
        send_at(alice_org, NOON)
    statuses = [row(alice_org, one)["status"] for one in ids]
    assert sorted(statuses) == ["planned", "planned", "sent"]
    assert [job["run_at"] for job in jobs(alice_org)] == [NOON + timedelta(seconds=1), NOON + timedelta(seconds=2)]


def test_what_waits_for_its_turn_leaves_when_it_comes(side: Side, alice_org: UUID) -> None:
    for number in range(2):
        owe(alice_org, recipient=f"+1212555010{number}", intent_key=f"wish:{number}", send_at=NOON)
        send_at(alice_org, NOON)
    send_at(alice_org, NOON + timedelta(seconds=1))
    assert (len(sent(side)), jobs(alice_org)) == (2, [])


def test_a_text_at_night_is_planned_for_the_morning(side: Side, alice_org: UUID) -> None:
    equip(alice_org, hours=("08:00", "21:00"))
    night, morning = datetime(2026, 6, 4, 3, tzinfo=UTC), datetime(2026, 6, 4, 12, tzinfo=UTC)
    planned = owe(alice_org, send_at=night)
    send_at(alice_org, night)
    assert (row(alice_org, planned.id)["send_at"], sent(side)) == (morning, [])
    send_at(alice_org, morning)
    assert (row(alice_org, planned.id)["status"], len(sent(side))) == ("sent", 1)


def test_nothing_is_sent_to_who_opted_out_meanwhile(side: Side, alice_org: UUID) -> None:
    planned = owe(alice_org)
    with organization(alice_org) as tx:
        opt_outs.record(tx, alice_org, ANN, True, "person")
    run(alice_org)
    assert (row(alice_org, planned.id)["status"], sent(side)) == ("skipped", [])


def test_a_second_text_of_a_rule_waits_an_hour(side: Side, alice_org: UUID) -> None:
    for number in range(2):
        owe(alice_org, intent_key=f"wish:{number}", send_at=NOON)
        send_at(alice_org, NOON)
    (waiting,) = jobs(alice_org)
    assert (len(sent(side)), waiting["run_at"]) == (1, NOON + timedelta(hours=1))


def test_without_a_connection_it_fails_and_says_what_to_do(side: Side, alice_org: UUID) -> None:
    planned = owe(alice_org)
    with organization(alice_org) as tx:
        tx.run("UPDATE organizations SET sms_number = NULL, sms_account = NULL")
    run(alice_org)
    message = row(alice_org, planned.id)
    assert (message["status"], message["reason"]) == ("failed", "Twilio is not connected. Connect it in settings.")


def test_a_worker_that_dies_while_it_sends_leaves_an_unknown_outcome(side: Side, alice_org: UUID) -> None:
    planned = owe(alice_org)
    errand, message_id = errand_of(alice_org, "send_message")
    with pytest.raises(SystemExit):
        send(errand, alice_org, message_id, dying_once_sent(side))
    assert (row(alice_org, planned.id)["status"], len(sent(side))) == ("sending", 1)
    with organization(alice_org) as tx:
        tx.run("UPDATE jobs SET lease_until = now() - interval '1 second' WHERE actor = 'send_message'")
    run(alice_org)
    assert (row(alice_org, planned.id)["status"], len(sent(side))) == ("unknown", 1)
    run(alice_org, "settle_message")
    assert (row(alice_org, planned.id)["status"], len(sent(side))) == ("sent", 1)


def dying_once_sent(side: Side) -> Callable[[], datetime]:
    """A clock that works until something was sent; when it is asked after that, the process is gone."""

    def clock() -> datetime:
        if sent(side):
            raise SystemExit
        return datetime.now(UTC)

    return clock


def test_a_job_that_is_buried_while_it_sent_is_looked_up(side: Side, alice_org: UUID) -> None:
    planned = owe(alice_org)
    with organization(alice_org) as tx:
        tx.run("UPDATE messages SET status = 'sending', claimed_at = now()")
        lose_message(tx, alice_org, "given up", str(planned.id))
    assert row(alice_org, planned.id)["status"] == "unknown"
    assert len(jobs(alice_org, "settle_message")) == 1


def test_a_message_whose_job_was_lost_gets_another(side: Side, alice_org: UUID) -> None:
    planned = owe(alice_org)
    with organization(alice_org) as tx:
        tx.run("DELETE FROM jobs")
        sweep(tx, alice_org, datetime.now(UTC) + timedelta(minutes=14))
    assert jobs(alice_org) == []
    with organization(alice_org) as tx:
        sweep(tx, alice_org, datetime.now(UTC) + timedelta(minutes=16))
    run(alice_org)
    assert row(alice_org, planned.id)["status"] == "sent"


def test_another_organization_sees_nothing_of_a_message(side: Side, alice_org: UUID, bob_org: UUID) -> None:
    owe(alice_org)
    with organization(bob_org) as tx:
        assert tx.rows("SELECT id FROM messages") == []


def test_every_method_and_purpose_is_a_word_of_the_table(side: Side, alice_org: UUID) -> None:
    for method in Method:
        for purpose in Purpose:
            owe(alice_org, TEXT, method=method, purpose=purpose, intent_key=f"{method}:{purpose}")
    with organization(alice_org) as tx:
        assert tx.value("SELECT count(*) FROM messages") == len(Method) * len(Purpose)


def test_put_off_again_to_the_same_moment_it_still_leaves(side: Side, alice_org: UUID) -> None:
    planned, later = owe(alice_org), datetime.now(UTC) + timedelta(seconds=60)
    for _ in range(3):
        with organization(alice_org) as tx:
            put_off(tx, alice_org, planned.id, later, "the provider is in trouble")
            tx.run("UPDATE jobs SET state = 'done' WHERE run_at < %s", (later,))
    run(alice_org)
    assert row(alice_org, planned.id)["status"] == "sent"


def test_the_carriers_stop_holds_for_all_who_write_from_the_number(side: Side, alice_org: UUID, bob_org: UUID) -> None:
    equip(bob_org)
    side.fault(TEXTS, "status", status=400, body={"code": 21610, "message": "unsubscribed"})
    owe(alice_org)
    run(alice_org)
    with organization(bob_org) as tx:
        assert opt_outs.is_out(tx, bob_org, ANN)


def test_a_provider_that_only_asked_for_patience_is_then_asked_by_all(side: Side, alice_org: UUID) -> None:
    side.fault(TEXTS, "status", status=429, headers={"Retry-After": "30"}, body={"code": 20429})
    for number in range(3):
        owe(alice_org, recipient=f"+1212555010{number}", intent_key=f"wish:{number}", send_at=NOON)
    send_at(alice_org, NOON)
    for _ in range(2):
        send_at(alice_org, NOON)
    for seconds in (30, 31, 32):
        send_at(alice_org, NOON + timedelta(seconds=seconds))
    assert len(sent(side)) == 3


def test_a_success_from_before_a_hold_does_not_end_it(side: Side, alice_org: UUID) -> None:
    until = datetime.now(UTC) + timedelta(minutes=10)
    with organization(alice_org) as tx:
        note_hold(tx, alice_org, "twilio", "it asks for patience", until)
        provider_health.succeeded(tx, alice_org, "twilio", datetime.now(UTC) - timedelta(minutes=1))
    with organization(alice_org) as tx:
        assert provider_health.closed_until(tx, alice_org, "twilio", datetime.now(UTC)) == until


def test_a_claim_that_grew_old_is_not_used(side: Side, alice_org: UUID) -> None:
    planned = owe(alice_org)
    errand, message_id = errand_of(alice_org, "send_message")
    times = iter([datetime.now(UTC)] * 3)
    with pytest.raises(Busy):
        send(errand, alice_org, message_id, lambda: next(times, datetime.now(UTC) + timedelta(minutes=1)))
    assert (row(alice_org, planned.id)["status"], sent(side)) == ("sending", [])


def test_a_message_that_failed_by_our_fault_is_sent_when_its_job_is_redriven(side: Side, alice_org: UUID) -> None:
    planned = owe(alice_org)
    with organization(alice_org) as tx:
        tx.run("UPDATE jobs SET state = 'dead'")
        lose_message(tx, alice_org, "a bug", str(planned.id))
    assert row(alice_org, planned.id)["status"] == "failed"
    redrive(alice_org, "user:kim")
    run(alice_org)
    assert (row(alice_org, planned.id)["status"], len(sent(side))) == ("sent", 1)
