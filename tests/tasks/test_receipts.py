"""What comes back moves a message forward only, and who wants to be left alone is, from that commit on."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from models import opt_outs
from models.database import organization
from models.organizations import create_organization
from tasks.receipts import record_delivery, record_text
from tests.tasks.texting import ACCOUNT, ANN, OURS, equip, owe, row
from vocabulary import NOBODY, Delivery, InboundText, MessageStatus, Provider

NOW = datetime(2026, 6, 3, 16, tzinfo=UTC)
LATER = NOW + timedelta(minutes=1)


def sending(org_id: UUID, **changes: Any) -> UUID:
    """A text of which only the claim is known."""
    equip(org_id)
    planned = owe(org_id, **changes)
    with organization(org_id) as tx:
        tx.run(
            "UPDATE messages SET status = 'sending', sender = %s, service_provider = 'twilio', claimed_at = %s"
            " WHERE id = %s",
            (OURS, NOW, planned.id),
        )
    return planned.id


def told(org_id: UUID, status: MessageStatus, message_id: UUID | None, sid: str = "SM1", **more: Any) -> None:
    with organization(org_id) as tx:
        record_delivery(tx, org_id, Delivery(Provider.TWILIO, NOW, sid, status, message_id, **more), NOW)


def text(org_id: UUID, body: str, sid: str = "SM9", at: datetime = NOW, among: tuple[UUID, ...] = ()) -> None:
    said = InboundText(Provider.TWILIO, ACCOUNT, ANN, OURS, body, sid, at, among=among)
    with organization(org_id) as tx:
        record_text(tx, org_id, said, at)


def is_out(org_id: UUID, number: str = ANN) -> bool:
    with organization(org_id) as tx:
        return opt_outs.is_out(tx, org_id, number)


def received(org_id: UUID) -> list[dict[str, Any]]:
    with organization(org_id) as tx:
        return tx.rows("SELECT * FROM messages WHERE direction = 'inbound' ORDER BY created_at")


def test_a_delivered_callback_before_the_answer_counts_and_is_not_set_back(alice_org: UUID) -> None:
    message_id = sending(alice_org)
    told(alice_org, MessageStatus.DELIVERED, message_id)
    told(alice_org, MessageStatus.SENT, message_id)
    message = row(alice_org, message_id)
    assert (message["status"], message["external_message_id"]) == ("delivered", "SM1")
    assert (message["sent_at"], message["delivered_at"]) == (NOW, NOW)


def test_a_callback_settles_what_nobody_knew(alice_org: UUID) -> None:
    message_id = sending(alice_org)
    with organization(alice_org) as tx:
        tx.run("UPDATE messages SET status = 'unknown'")
    told(alice_org, MessageStatus.PLANNED, message_id)
    assert row(alice_org, message_id)["status"] == "sent"


def test_a_message_that_was_given_up_and_arrives_all_the_same_is_delivered(alice_org: UUID) -> None:
    message_id = sending(alice_org)
    with organization(alice_org) as tx:
        tx.run("UPDATE messages SET status = 'failed', reason = 'not found'")
    told(alice_org, MessageStatus.DELIVERED, message_id)
    message = row(alice_org, message_id)
    assert (message["status"], message["reason"]) == ("delivered", None)


def test_a_message_that_was_refused_stays_refused(alice_org: UUID) -> None:
    message_id = sending(alice_org)
    told(alice_org, MessageStatus.UNDELIVERED, message_id, reason="Their phone cannot be reached (30003)")
    told(alice_org, MessageStatus.DELIVERED, message_id)
    message = row(alice_org, message_id)
    assert (message["status"], message["reason"]) == ("undelivered", "Their phone cannot be reached (30003)")


def test_a_callback_without_our_id_finds_the_message_by_the_providers(alice_org: UUID) -> None:
    message_id = sending(alice_org)
    told(alice_org, MessageStatus.SENT, message_id, sid="SM7")
    told(alice_org, MessageStatus.DELIVERED, None, sid="SM7")
    assert row(alice_org, message_id)["status"] == "delivered"


def test_what_is_not_ours_is_let_pass(alice_org: UUID, bob_org: UUID) -> None:
    message_id = sending(alice_org)
    told(bob_org, MessageStatus.DELIVERED, message_id)
    told(alice_org, MessageStatus.DELIVERED, None, sid="SM-of-somebody")
    assert row(alice_org, message_id)["status"] == "sending"


def test_a_provider_id_that_another_message_took_is_not_given_twice(alice_org: UUID) -> None:
    first, second = sending(alice_org), sending(alice_org, intent_key="wish:2")
    told(alice_org, MessageStatus.SENT, first, sid="SM1")
    told(alice_org, MessageStatus.DELIVERED, second, sid="SM1")
    assert row(alice_org, second)["external_message_id"] is None
    assert row(alice_org, second)["status"] == "delivered"


def test_a_complaint_ends_all_mail_to_that_address(alice_org: UUID) -> None:
    message_id = sending(alice_org)
    told(alice_org, MessageStatus.DELIVERED, message_id, opts_out=True)
    assert is_out(alice_org)


@pytest.mark.parametrize("body", ["STOP", "stop.", "Please stop texting me", "Unsubscribe"])
def test_who_asks_to_be_left_alone_is(alice_org: UUID, body: str) -> None:
    equip(alice_org)
    text(alice_org, body)
    assert is_out(alice_org)
    assert [one["status"] for one in received(alice_org)] == ["received"]


def test_start_undoes_it_and_nothing_is_forgotten(alice_org: UUID) -> None:
    equip(alice_org)
    text(alice_org, "STOP", sid="SM1")
    text(alice_org, "START", sid="SM2", at=LATER)
    assert not is_out(alice_org)
    with organization(alice_org) as tx:
        (kept,) = tx.rows("SELECT recipient, is_out, source FROM opt_outs")
        trail = [one["action"] for one in tx.rows("SELECT action FROM audit_log ORDER BY at")]
    assert kept == {"recipient": ANN, "is_out": False, "source": "word"}
    assert trail == ["opt_out.set", "opt_out.undo"]


def test_an_ordinary_text_is_kept_for_people_without_its_identifiers(alice_org: UUID) -> None:
    equip(alice_org)
    text(alice_org, "My card is 4111 1111 1111 1111, see you at 5")
    (kept,) = received(alice_org)
    assert "4111" not in kept["content"]
    assert kept["content"].endswith("see you at 5")
    assert (kept["sender"], kept["recipient"], kept["method"], is_out(alice_org)) == (ANN, OURS, "sms", False)


def test_the_same_text_twice_is_one(alice_org: UUID) -> None:
    equip(alice_org)
    for _ in range(2):
        text(alice_org, "hello")
    assert len(received(alice_org)) == 1


def test_where_several_share_a_number_an_opt_out_holds_for_each_and_the_words_are_for_one(
    alice_org: UUID, bob_org: UUID
) -> None:
    equip(alice_org)
    equip(bob_org)
    text(alice_org, "STOP")
    assert (is_out(alice_org), is_out(bob_org)) == (True, True)
    assert (len(received(alice_org)), received(bob_org)) == (1, [])


def test_an_opt_out_does_not_reach_who_writes_from_another_number(alice_org: UUID, bob_org: UUID) -> None:
    equip(alice_org)
    equip(bob_org, number="+12025550111")
    text(alice_org, "STOP")
    assert (is_out(alice_org), is_out(bob_org)) == (True, False)


def test_under_nobodys_name_only_the_wish_counts(alice_org: UUID, bob_org: UUID) -> None:
    equip(alice_org)
    equip(bob_org)
    text(NOBODY, "STOP")
    assert (is_out(alice_org), is_out(bob_org), received(alice_org)) == (True, True, [])
    with organization(NOBODY) as tx:
        assert tx.rows("SELECT id FROM messages") == []


def test_a_third_organization_of_another_account_is_untouched(alice_org: UUID) -> None:
    equip(alice_org)
    other = create_organization("Charlie Clinic")
    with organization(other) as tx:
        tx.run("UPDATE organizations SET sms_number = %s, sms_account = %s", (OURS, "AC" + "1" * 32))
    text(alice_org, "STOP")
    assert not is_out(other)


def test_an_older_start_does_not_undo_a_stop(alice_org: UUID) -> None:
    equip(alice_org)
    text(alice_org, "STOP", sid="SM2", at=LATER)
    text(alice_org, "START", sid="SM1", at=NOW)
    assert is_out(alice_org)


def test_of_two_wishes_of_one_moment_silence_counts(alice_org: UUID) -> None:
    equip(alice_org)
    for sid, word in enumerate(("STOP", "START")):
        text(alice_org, word, sid=f"SM{sid}")
    assert is_out(alice_org)


def test_a_stop_to_the_number_that_wrote_to_them_holds_after_the_number_has_changed(alice_org: UUID) -> None:
    message_id = sending(alice_org)
    with organization(alice_org) as tx:
        tx.run("UPDATE messages SET status = 'sent', service_account = %s WHERE id = %s", (ACCOUNT, message_id))
    equip(alice_org, number="+12025550111")
    text(alice_org, "STOP")
    assert is_out(alice_org)


def test_a_stop_that_came_to_an_organization_holds_there_whichever_of_its_numbers_it_came_to(alice_org: UUID) -> None:
    equip(alice_org, number="+12025550111")
    text(alice_org, "STOP")
    with organization(alice_org) as tx:
        trail = tx.rows("SELECT action FROM audit_log WHERE action LIKE 'opt_out%%'")
    assert (is_out(alice_org), [one["action"] for one in trail]) == (True, ["opt_out.set"])


def test_organizations_that_share_a_number_find_others_words_on_their_audit_trail(
    alice_org: UUID, bob_org: UUID
) -> None:
    equip(alice_org)
    equip(bob_org)
    text(alice_org, "STOP")
    with organization(bob_org) as tx:
        (note,) = tx.rows("SELECT actor, action, details FROM audit_log WHERE action LIKE 'opt_out%%'")
    assert note == {"actor": "rule:opt_out", "action": "opt_out.set", "details": {"source": "word"}}


def test_a_signature_speaks_only_for_those_whose_account_made_it(alice_org: UUID, bob_org: UUID) -> None:
    equip(alice_org)
    equip(bob_org)
    text(bob_org, "STOP", among=(bob_org,))
    assert (is_out(alice_org), is_out(bob_org)) == (False, True)
