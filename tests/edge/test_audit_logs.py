"""The audit trail over the API: filtered, paged, merged, and only for admins of its organizations."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from models import audit
from models.database import organization
from models.ids import new_id
from tests.edge.people import bearer_of
from vocabulary import Role

PATH = "/api/audit-logs"


def note(org_id: UUID, at: str, actor: str = "user:1", action: str = "services.create", subject: str = "s") -> None:
    with organization(org_id) as tx:
        tx.run(
            "INSERT INTO audit_log (org_id, id, at, actor, action, subject) VALUES (%s, %s, %s, %s, %s, %s)",
            (org_id, new_id(), at, actor, action, subject),
        )


def ask(client: FlaskClient, headers: dict[str, str], query: str = "") -> Any:
    return client.get(f"{PATH}?{query}", headers=headers).get_json()


@pytest.fixture
def noted(alice_org: UUID) -> UUID:
    note(alice_org, "2026-03-01T12:00:00Z", "user:1", "services.create", "a")
    note(alice_org, "2026-03-02T12:00:00Z", "user:2", "services.change", "a")
    note(alice_org, "2026-03-03T12:00:00Z", "user:2", "services.create", "b")
    return alice_org


def test_it_tells_who_did_what_newest_first(client: FlaskClient, alice_org: UUID) -> None:
    with organization(alice_org) as tx:
        audit.record(tx, alice_org, "user:7", "services.create", "peel", {"price": 1})
    (entry,) = ask(client, bearer_of((alice_org, Role.ADMIN)))["data"]
    assert {name: entry[name] for name in ("org_id", "actor", "action", "subject", "details")} == {
        "org_id": str(alice_org), "actor": "user:7", "action": "services.create", "subject": "peel",
        "details": {"price": 1},
    }  # fmt: skip
    assert entry["at"].endswith("Z")


@pytest.mark.parametrize(
    ("query", "subjects"),
    [
        ("", ["b", "a", "a"]), ("actor=user:2", ["b", "a"]), ("action=services.create", ["b", "a"]),
        ("subject=a", ["a", "a"]), ("from=2026-03-02", ["b", "a"]), ("to=2026-03-02", ["a", "a"]),
        ("from=2026-03-02&to=2026-03-02", ["a"]), ("actor=user:2&action=services.change", ["a"]), ("actor=x", []),
    ],
)  # fmt: skip
def test_it_is_filtered(client: FlaskClient, noted: UUID, query: str, subjects: list[str]) -> None:
    found = ask(client, bearer_of((noted, Role.ADMIN)), query)["data"]
    assert [entry["subject"] for entry in found] == subjects


def test_pages_follow_each_other_over_all_organizations(client: FlaskClient, noted: UUID, bob_org: UUID) -> None:
    note(bob_org, "2026-03-02T12:00:00Z", subject="bobs")
    headers = bearer_of((noted, Role.ADMIN), (bob_org, Role.OWNER))
    seen: list[tuple[str, str]] = []
    following: str | None = ""
    for _ in range(4):
        page = ask(client, headers, f"limit=1&next={following}")
        seen += [(entry["at"][:10], entry["org_id"]) for entry in page["data"]]
        following = page["next"]
    assert following is None
    assert [day for day, _ in seen] == ["2026-03-03", "2026-03-02", "2026-03-02", "2026-03-01"]
    assert {org for _, org in seen} == {str(noted), str(bob_org)}


@pytest.mark.parametrize("role", [Role.VIEWER, Role.ANALYST, Role.OPERATOR])
def test_lower_roles_do_not_see_it(client: FlaskClient, noted: UUID, role: Role) -> None:
    assert client.get(PATH, headers=bearer_of((noted, role))).status_code == 403


def test_where_the_caller_is_no_admin_nothing_is_merged_in(client: FlaskClient, noted: UUID, bob_org: UUID) -> None:
    headers = bearer_of((noted, Role.OPERATOR), (bob_org, Role.ADMIN))
    assert ask(client, headers)["data"] == []
    assert client.get(f"{PATH}?org_id={noted}", headers=headers).status_code == 403


def test_a_stranger_sees_nothing(client: FlaskClient, noted: UUID, bob_org: UUID) -> None:
    charlie = bearer_of((bob_org, Role.OWNER))
    assert client.get(f"{PATH}?org_id={noted}", headers=charlie).status_code == 404
    assert ask(client, charlie)["data"] == []


@pytest.mark.parametrize("query", ["from=yesterday", "limit=0", "next=x"])
def test_what_makes_no_sense_is_named(client: FlaskClient, noted: UUID, query: str) -> None:
    answer = client.get(f"{PATH}?{query}", headers=bearer_of((noted, Role.ADMIN)))
    assert answer.status_code == 400
    assert answer.get_json()["error"].startswith(query.partition("=")[0])
