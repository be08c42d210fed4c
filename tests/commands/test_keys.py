"""Keys from the command line: what is under which version, and everything under the newest."""

from __future__ import annotations

import base64
import os
from typing import Any
from uuid import UUID

import psycopg2
import pytest

from models import credentials
from models.database import organization
from settings import settings
from tests.commands.test_connecting import run, told
from tests.conftest import TestDatabase

ONE, TWO = (base64.b64encode(os.urandom(32)).decode() for _ in range(2))


@pytest.fixture(autouse=True)
def older_values(monkeypatch: pytest.MonkeyPatch, alice_org: UUID, bob_org: UUID) -> Any:
    """Two organizations with a credential each, and since then a newer key."""
    monkeypatch.setenv("ENCRYPTION_KEYS", f"1:{ONE}")
    settings.cache_clear()
    for org_id in (alice_org, bob_org):
        with organization(org_id) as tx:
            credentials.put(tx, org_id, "convoso", {"auth_token": "token"})
    monkeypatch.setenv("ENCRYPTION_KEYS", f"2:{TWO},1:{ONE}")
    settings.cache_clear()


def test_the_status_counts_over_all_organizations() -> None:
    assert told("keys", "status") == {
        "newest": 2,
        "left": 2,
        "unreadable": 0,
        "sealed": [{"sealed": "credentials", "version": 1, "values": 2, "newest": False}],
    }
    assert "2 values are left under an older key" in run("keys", "status").output


def test_rotating_leaves_nothing_and_says_so() -> None:
    assert told("keys", "rotate")["left"] == 0
    result = run("keys", "rotate")
    assert (result.exit_code, "Nothing is left under an older key" in result.output) == (0, True)


def test_what_cannot_be_opened_makes_the_command_fail(database: TestDatabase, alice_org: UUID) -> None:
    with psycopg2.connect(database.admin_url) as connection, connection.cursor() as cursor:
        cursor.execute("update org_credentials set provider = 'openai' where org_id = %s", (alice_org,))
    result = run("keys", "rotate")
    assert result.exit_code == 1
    assert "1 of them cannot be opened" in result.output
