"""`api-keys`: made, listed and revoked from the command line, with a trace."""

from __future__ import annotations

from uuid import UUID

from models.database import organization
from tests.commands.test_operating import run, told


def test_a_key_is_made_listed_and_revoked(alice_org: UUID) -> None:
    made = told("api-keys", "create", alice_org, "Nightly report", "--role", "analyst", "--days", "7")
    assert made["key"].startswith("ack_")
    listed = told("api-keys", "list", alice_org)
    assert [(row["id"], row["role"], row["created_by"]) for row in listed] == [(made["id"], "analyst", "command line")]
    assert made["key"] not in str(listed)
    told("api-keys", "revoke", alice_org, made["id"])
    assert told("api-keys", "list", alice_org)[0]["revoked_at"] is not None
    with organization(alice_org) as tx:
        trail = tx.rows("SELECT actor, action FROM audit_log ORDER BY at")
    assert [(row["actor"], row["action"]) for row in trail] == [
        ("command line", "api_keys.create"), ("command line", "api_keys.revoke"),
    ]  # fmt: skip


def test_another_organizations_key_is_not_there(alice_org: UUID, bob_org: UUID) -> None:
    made = told("api-keys", "create", alice_org, "Report")
    result = run("api-keys", "revoke", bob_org, made["id"])
    assert (result.exit_code, "has no key" in result.output) == (1, True)
    assert told("api-keys", "list", alice_org)[0]["revoked_at"] is None


def test_nobody_makes_an_owners_key(alice_org: UUID) -> None:
    assert run("api-keys", "create", alice_org, "Report", "--role", "owner").exit_code == 2
