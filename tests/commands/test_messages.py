"""`messages`: what was sent, for operators; whom it went to and its words only on request, and then on the trail."""

from __future__ import annotations

from uuid import UUID, uuid4

from models import messages
from models.database import organization
from tests.commands.test_operating import run, told
from tests.edge.said import trail
from tests.tasks.texting import ANN, TEXT, equip, owe
from vocabulary import MessageStatus

WORDS = (TEXT.content, ANN)


def test_messages_are_listed_the_newest_first_without_words_and_numbers(alice_org: UUID) -> None:
    equip(alice_org)
    first, second = owe(alice_org).id, owe(alice_org, intent_key="wish:2").id
    listed = told("messages", "list", "--org", "Alice's clinic")
    assert [row["id"] for row in listed] == [str(second), str(first)]
    assert [(row["purpose"], row["status"], row["requested_by"]) for row in listed] == [
        ("followup", "planned", "rule:test")
    ] * 2
    assert [row["id"] for row in told("messages", "list", "--org", alice_org, "--limit", "1")] == [str(second)]
    shown = run("messages", "list", "--org", alice_org).output
    assert "followup" in shown
    assert not any(word in shown for word in WORDS)


def test_what_somebody_should_look_at_is_asked_for_by_name(alice_org: UUID) -> None:
    failed = owe(alice_org).id
    owe(alice_org, intent_key="wish:2")
    with organization(alice_org) as tx:
        messages.move(tx, alice_org, failed, MessageStatus.FAILED, "Twilio refused the message (400)")
    (row,) = told("messages", "list", "--org", alice_org, "--status", "attention")
    assert (row["id"], row["reason"]) == (str(failed), "Twilio refused the message (400)")
    assert told("messages", "list", "--org", alice_org, "--status", "delivered") == []


def test_the_words_are_shown_on_request_and_each_reading_is_on_the_trail(alice_org: UUID) -> None:
    message_id = owe(alice_org).id
    shown = run("messages", "show", message_id, "--org", alice_org)
    assert (shown.exit_code, "rule:test" in shown.output) == (0, True)
    assert not any(word in shown.output for word in WORDS)
    assert trail(alice_org, "messages.read") == []
    read = told("messages", "show", message_id, "--org", alice_org, "--content")
    assert (read["content"], read["recipient"]) == WORDS
    (noted,) = trail(alice_org, "messages.read")
    assert noted["actor"].startswith("shell:")
    assert (noted["subject"], noted["details"]) == (str(message_id), {})


def test_a_message_of_another_organization_is_none(alice_org: UUID, bob_org: UUID) -> None:
    message_id = owe(alice_org).id
    for asked in (message_id, uuid4()):
        result = run("messages", "show", asked, "--org", bob_org, "--content")
        assert (result.exit_code, "There is no such message" in result.output) == (1, True)
    assert told("messages", "list", "--org", bob_org) == []
    assert trail(bob_org, "messages.read") == trail(alice_org, "messages.read") == []
