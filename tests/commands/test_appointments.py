"""`appointments`: made, moved and cancelled from the command line, and their reminders with them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

from models.database import organization
from tests.commands.test_operating import run, told

DAY = (datetime.now(UTC) + timedelta(days=20)).date()
PHONE = "+13125550123"


def test_an_appointment_is_made_moved_and_cancelled(alice_org: UUID) -> None:
    words = ("--phone", PHONE, "--name", "Ann Lee", "--minutes", "45", "--org", "Alice's clinic")
    made = told("appointments", "add", f"{DAY}T15:00:00Z", *words)
    assert (made["starts_at"], made["ends_at"]) == (f"{DAY}T15:00:00+00:00", f"{DAY}T15:45:00+00:00")
    assert (made["contact_name"], made["contact_phone"], made["version"]) == ("Ann Lee", PHONE, 1)
    moved = told("appointments", "move", made["id"], f"{DAY}T16:00:00Z", "--org", alice_org)
    assert (moved["version"], moved["ends_at"]) == (2, f"{DAY}T16:45:00+00:00")
    assert [row["id"] for row in told("appointments", "list", "--org", alice_org)] == [made["id"]]
    assert told("appointments", "cancel", made["id"], "--org", alice_org)["status"] == "cancelled"
    assert told("appointments", "list", "--status", "booked", "--org", alice_org) == []
    with organization(alice_org) as tx:
        assert tx.value("SELECT array_agg(DISTINCT status) FROM messages") == ["skipped"]
        assert tx.value("SELECT array_agg(action ORDER BY at) FROM audit_log") == [
            "appointments.create", "appointments.change", "appointments.change"
        ]  # fmt: skip


def test_what_is_wrong_is_a_sentence(alice_org: UUID, bob_org: UUID) -> None:
    made = told("appointments", "add", f"{DAY}T15:00", "--phone", PHONE, "--org", alice_org)
    told("appointments", "cancel", made["id"], "--org", alice_org)
    for words, org, sentence in (
        (("add", "soon", "--phone", PHONE), bob_org, "starts_at must be a time"),
        (("add", f"{DAY}T15:00"), bob_org, "contact_id or phone must say whom it is with"),
        (("add", f"{DAY}T15:00", "--contact", uuid4()), bob_org, "There is no such contact"),
        (("move", made["id"], f"{DAY}T15:00"), bob_org, "There is no such appointment"),
        (("cancel", made["id"]), bob_org, "There is no such appointment"),
        (("move", made["id"], f"{DAY}T16:00"), alice_org, "The appointment is cancelled"),
    ):
        result = run("appointments", *words, "--org", org)
        assert (result.exit_code, sentence in result.output) == (1, True), result.output
