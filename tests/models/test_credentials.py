"""What providers are connected with: sealed to its place, never shown, and each organization's own."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import psycopg2
import pytest

from models import credentials, vault
from models.credentials import Missing
from models.database import Access, organization
from tests.conftest import TestDatabase

TOKEN = "token-of-convoso"
SID = "AC" + "0f" * 16
TWILIO = {"account_sid": SID, "auth_token": "token-of-twilio", "phone_number": "+15550100001"}


def connect(org_id: UUID, token: str = TOKEN) -> None:
    with organization(org_id) as tx:
        credentials.put(tx, org_id, "convoso", {"auth_token": token})


def token_of(org_id: UUID) -> str:
    with organization(org_id) as tx:
        return credentials.get(tx, org_id, "convoso", by="test").config["auth_token"]


def test_a_credential_comes_back_as_it_was_put_and_the_last_one_counts(alice_org: UUID) -> None:
    connect(alice_org, "an-older-one")
    connect(alice_org, f"  {TOKEN}\n")
    assert token_of(alice_org) == TOKEN


def test_it_is_sealed_and_does_not_show(alice_org: UUID, database: TestDatabase) -> None:
    connect(alice_org)
    with psycopg2.connect(database.admin_url) as connection, connection.cursor() as cursor:
        cursor.execute("select encrypted_config, key_id from org_credentials")
        row = cursor.fetchone()
    assert row is not None
    assert TOKEN.encode() not in bytes(row[0])
    assert row[1] == 1
    with organization(alice_org) as tx:
        assert TOKEN not in repr(credentials.get(tx, alice_org, "convoso", by="test"))
        assert TOKEN not in str(credentials.list_credentials(tx, alice_org))


def test_it_cannot_be_moved_to_another_organization(alice_org: UUID, bob_org: UUID, database: TestDatabase) -> None:
    connect(alice_org)
    with psycopg2.connect(database.admin_url) as connection, connection.cursor() as cursor:
        cursor.execute("update org_credentials set org_id = %s", (bob_org,))
    with pytest.raises(vault.Unreadable):
        token_of(bob_org)


def test_another_organizations_credential_is_not_there(alice_org: UUID, bob_org: UUID) -> None:
    connect(alice_org)
    with organization(bob_org) as tx:
        assert credentials.exists(tx, alice_org, "convoso") is False
        assert credentials.list_credentials(tx, alice_org) == []
        assert credentials.remove(tx, alice_org, "convoso") is False
    with pytest.raises(Missing, match="Please connect Convoso in settings"):
        token_of(bob_org)


def test_the_dashboards_role_cannot_read_even_what_is_sealed(alice_org: UUID) -> None:
    connect(alice_org)
    with organization(alice_org, Access.READ) as tx:
        assert [row["provider"] for row in credentials.list_credentials(tx, alice_org)] == ["convoso"]
    with pytest.raises(psycopg2.errors.InsufficientPrivilege), organization(alice_org, Access.READ) as tx:
        credentials.get(tx, alice_org, "convoso", by="test")


def test_what_a_provider_said_is_noted_and_forgotten_with_the_next_credential(alice_org: UUID) -> None:
    connect(alice_org)
    with organization(alice_org) as tx:
        credentials.mark_verified(tx, alice_org, "convoso", "Convoso refuses our credentials (code 1)")
        assert credentials.list_credentials(tx, alice_org)[0]["verification_error"] is not None
        credentials.mark_verified(tx, alice_org, "convoso")
        row = credentials.list_credentials(tx, alice_org)[0]
    assert (row["verification_error"], row["last_verified_at"] is not None) == (None, True)


@pytest.mark.parametrize(
    ("provider", "config", "words"),
    [
        ("carrier pigeon", {"auth_token": "x"}, "There is no connection to carrier pigeon"),
        ("convoso", {}, "Convoso needs auth_token"),
        ("convoso", {"auth_token": " "}, "Convoso needs auth_token"),
        ("twilio", {"auth_token": "x"}, "Twilio needs account_sid, auth_token and phone_number"),
        ("twilio", TWILIO | {"surplus": "x"}, "Twilio needs account_sid, auth_token and phone_number"),
        ("twilio", TWILIO | {"account_sid": "AC123"}, "account_sid must be AC and 32 hexadecimal digits"),
        ("twilio", TWILIO | {"auth_token": "two words"}, "auth_token must be printable, without spaces"),
        ("twilio", TWILIO | {"phone_number": "555-0100"}, "phone_number must be written like"),
        ("convoso", {"auth_token": "x" * 513}, "auth_token must be printable"),
        ("convoso", {"auth_token": 7}, "Convoso needs auth_token"),
        ("resend", {"api_key": "re_x", "from": "nobody"}, "from must be an address"),
        ("resend", {"api_key": "re_x", "from": "a@b.example", "webhook_secret": "whsec_x"}, "webhook_secret must be"),
        ("google_calendar", {"refresh_token": "x"}, "There is no connection to google_calendar"),
    ],
)
def test_what_is_not_whole_is_refused(alice_org: UUID, provider: str, config: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words), organization(alice_org) as tx:
        credentials.put(tx, alice_org, provider, config)


def test_removing_forgets(alice_org: UUID) -> None:
    connect(alice_org)
    with organization(alice_org) as tx:
        assert credentials.remove(tx, alice_org, "convoso") is True
        assert credentials.exists(tx, alice_org, "convoso") is False


def test_every_use_is_noted_with_who_used_what(alice_org: UUID) -> None:
    connect(alice_org)
    with organization(alice_org) as tx:
        credentials.get(tx, alice_org, "convoso", by="poll_recording")
    with pytest.raises(Missing), organization(alice_org) as tx:
        credentials.get(tx, alice_org, "twilio", by="send_message")
    with organization(alice_org) as tx:
        rows = tx.rows("SELECT actor, action, subject, details FROM audit_log")
    assert [tuple(row.values()) for row in rows] == [("poll_recording", "credentials.use", "convoso", {})]


def test_what_waits_for_its_check_breaks_nothing_and_takes_over_when_it_is_good(alice_org: UUID) -> None:
    newer = TWILIO | {"auth_token": "a-newer-token"}
    with organization(alice_org) as tx:
        credentials.put(tx, alice_org, "twilio", TWILIO)
        credentials.put_pending(tx, alice_org, "twilio", newer)
        assert credentials.get(tx, alice_org, "twilio", by="test").config == TWILIO
        assert credentials.get_pending(tx, alice_org, "twilio", by="test").config == newer
        credentials.promote(tx, alice_org, "twilio", SID)
        assert credentials.get(tx, alice_org, "twilio", by="test").config == newer
        assert credentials.get_pending(tx, alice_org, "twilio", by="test").config == newer


def test_what_was_never_checked_is_no_connection(alice_org: UUID) -> None:
    with organization(alice_org) as tx:
        credentials.put_pending(tx, alice_org, "twilio", TWILIO)
        assert credentials.exists(tx, alice_org, "twilio") is False
        with pytest.raises(Missing):
            credentials.get(tx, alice_org, "twilio", by="test")
    assert credentials.for_proof(alice_org, "twilio") is None
    assert credentials.of_account("twilio", SID) == []


@pytest.mark.parametrize("column", ["org_id", "provider"])
def test_what_waits_cannot_be_moved_either(alice_org: UUID, bob_org: UUID, database: TestDatabase, column: str) -> None:
    with organization(alice_org) as tx:
        credentials.put_pending(tx, alice_org, "twilio", TWILIO)
    moved = {"org_id": bob_org, "provider": "twilio"} | (
        {"org_id": alice_org, "provider": "resend"} if column == "provider" else {}
    )
    with psycopg2.connect(database.admin_url) as connection, connection.cursor() as cursor:
        cursor.execute("update org_credentials set org_id = %(org_id)s, provider = %(provider)s", moved)
    org_id: UUID = moved["org_id"]  # type: ignore[assignment]
    with pytest.raises(vault.Unreadable), organization(org_id) as tx:
        credentials.get_pending(tx, org_id, str(moved["provider"]), by="test")


def test_a_signature_finds_its_keys_by_the_account_and_by_the_organization(alice_org: UUID, bob_org: UUID) -> None:
    for org_id in (alice_org, bob_org):
        with organization(org_id) as tx:
            credentials.put(tx, org_id, "twilio", TWILIO | {"auth_token": f"of-{org_id}"})
    found = {one.org_id: one.config["auth_token"] for one in credentials.of_account("twilio", SID)}
    assert found == {alice_org: f"of-{alice_org}", bob_org: f"of-{bob_org}"}
    proof = credentials.for_proof(bob_org, "twilio")
    assert proof is not None
    assert proof.config["auth_token"] == f"of-{bob_org}"
    assert "of-" not in repr(proof)


@pytest.mark.parametrize("change", ["account = 'AC' || repeat('ff', 16)", "org_id = %(bob)s"])
def test_a_row_that_was_given_another_account_or_organization_proves_nobody(
    alice_org: UUID, bob_org: UUID, database: TestDatabase, change: str
) -> None:
    with organization(alice_org) as tx:
        credentials.put(tx, alice_org, "twilio", TWILIO)
    with psycopg2.connect(database.admin_url) as connection, connection.cursor() as cursor:
        cursor.execute(f"update org_credentials set {change}", {"bob": bob_org})
    assert credentials.of_account("twilio", "AC" + "ff" * 16) == []
    assert [one.org_id for one in credentials.of_account("twilio", SID) if one.org_id == bob_org] == []


def test_an_older_connection_without_a_number_can_be_used_as_before(alice_org: UUID, database: TestDatabase) -> None:
    with organization(alice_org) as tx:
        credentials.put(tx, alice_org, "twilio", TWILIO)
    with psycopg2.connect(database.admin_url) as connection, connection.cursor() as cursor:
        cursor.execute(
            "update org_credentials set account = null, encrypted_config ="
            " convert_to((convert_from(encrypted_config, 'utf8')::jsonb - 'phone_number')::text, 'utf8')"
        )
    with organization(alice_org) as tx:
        config = credentials.get(tx, alice_org, "twilio", by="test").config
    assert config == {name: TWILIO[name] for name in ("account_sid", "auth_token")}
