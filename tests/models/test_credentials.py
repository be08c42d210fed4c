"""What providers are connected with: sealed to its place, never shown, and each organization's own."""

from __future__ import annotations

from uuid import UUID

import psycopg2
import pytest

from models import credentials, vault
from models.credentials import Missing
from models.database import Access, organization
from tests.conftest import TestDatabase

TOKEN = "token-of-convoso"


def connect(org_id: UUID, token: str = TOKEN) -> None:
    with organization(org_id) as tx:
        credentials.put(tx, org_id, "convoso", {"auth_token": token})


def token_of(org_id: UUID) -> str:
    with organization(org_id) as tx:
        return credentials.get(tx, org_id, "convoso").config["auth_token"]


def test_a_credential_comes_back_as_it_was_put_and_the_last_one_counts(alice_org: UUID) -> None:
    connect(alice_org, "an older one")
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
        assert TOKEN not in repr(credentials.get(tx, alice_org, "convoso"))
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
        credentials.get(tx, alice_org, "convoso")


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
        ("twilio", {"auth_token": "x"}, "Twilio needs account_sid and auth_token"),
    ],
)
def test_what_is_not_whole_is_refused(alice_org: UUID, provider: str, config: dict[str, str], words: str) -> None:
    with pytest.raises(ValueError, match=words), organization(alice_org) as tx:
        credentials.put(tx, alice_org, provider, config)


def test_removing_forgets(alice_org: UUID) -> None:
    connect(alice_org)
    with organization(alice_org) as tx:
        assert credentials.remove(tx, alice_org, "convoso") is True
        assert credentials.exists(tx, alice_org, "convoso") is False
