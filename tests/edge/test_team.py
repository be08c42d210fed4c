"""The team over the API: who may change whom, what a removal ends, and the owner that always stays."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient

from edge import bearer
from models import api_keys
from models.database import organization
from tests.edge.people import bearer_of, make_person
from tests.edge.test_api_keys import make_key, with_key
from vocabulary import Role

PATH = "/api/team"


class Team:
    """A person of each role in Alice's clinic; requests are made by the role's name."""

    def __init__(self, client: FlaskClient, org_id: UUID) -> None:
        self.client, self.org_id = client, org_id
        self.ids: dict[Role, UUID] = {role: make_person((org_id, role)) for role in Role if role is not Role.UNKNOWN}

    def ask(self, by: Role | dict[str, str], method: str, path: str = "", **body: Any) -> Any:
        headers = by if isinstance(by, dict) else self.headers(by)
        return self.client.open(f"{PATH}{path}", method=method, json=body, headers=headers)

    def headers(self, by: Role) -> dict[str, str]:
        return {"Authorization": f"Bearer {bearer.make(self.ids[by], self.org_id)}"}

    def change(self, by: Role, of: UUID, to: Role) -> tuple[int, str]:
        answer = self.ask(by, "PATCH", f"/{of}", role=to.value)
        return answer.status_code, answer.get_json().get("code", "")

    def roles(self) -> dict[UUID, str]:
        with organization(self.org_id) as tx:
            rows = tx.rows("SELECT user_id, role FROM memberships WHERE org_id = %s", (self.org_id,))
        return {row["user_id"]: row["role"] for row in rows}


@pytest.fixture
def team(client: FlaskClient, alice_org: UUID) -> Team:
    return Team(client, alice_org)


def test_an_admin_sees_members_and_what_waits(team: Team) -> None:
    team.ask(Role.ADMIN, "POST", email="new@example.com", role="viewer", name="Nina")
    data = team.ask(Role.ADMIN, "GET").get_json()["data"]
    assert {member["user_id"]: member["role"] for member in data["members"]} == {
        str(user_id): role.value for role, user_id in team.ids.items()
    }
    assert [(one["email"], one["role"], one["name"]) for one in data["invitations"]] == [
        ("new@example.com", "viewer", "Nina")
    ]
    assert "hash" not in str(data)


@pytest.mark.parametrize("role", [Role.VIEWER, Role.ANALYST, Role.OPERATOR])
def test_lower_roles_neither_see_nor_change_the_team(team: Team, role: Role) -> None:
    viewer = team.ids[Role.VIEWER]
    answers = [
        team.ask(role, "GET"),
        team.ask(role, "POST", email="new@example.com", role="viewer"),
        team.ask(role, "PATCH", f"/{viewer}", role="admin"),
        team.ask(role, "DELETE", f"/{viewer}"),
        team.ask(role, "DELETE", f"/invitations/{uuid4()}"),
    ]
    assert [answer.status_code for answer in answers] == [403] * 5


def test_an_admin_gives_every_role_but_the_owners(team: Team) -> None:
    viewer = team.ids[Role.VIEWER]
    assert team.change(Role.ADMIN, viewer, Role.ADMIN) == (200, "")
    assert team.change(Role.ADMIN, viewer, Role.OWNER) == (403, "role_too_high")
    assert team.roles()[viewer] == "admin"
    assert team.change(Role.OWNER, viewer, Role.OWNER) == (200, "")
    assert team.roles()[viewer] == "owner"


def test_nobody_changes_their_own_role(team: Team) -> None:
    assert team.change(Role.ADMIN, team.ids[Role.ADMIN], Role.VIEWER) == (403, "own_role")
    assert team.change(Role.OWNER, team.ids[Role.OWNER], Role.ADMIN) == (403, "own_role")


def test_only_owners_touch_owners(team: Team) -> None:
    owner = team.ids[Role.OWNER]
    assert team.change(Role.ADMIN, owner, Role.VIEWER) == (403, "owners_only")
    assert team.ask(Role.ADMIN, "DELETE", f"/{owner}").status_code == 403
    assert team.roles()[owner] == "owner"


def test_the_last_owner_stays(team: Team, alice_org: UUID) -> None:
    owner, above = team.ids[Role.OWNER], bearer_of(super_admin=True, selected=alice_org)
    tries = [
        team.ask(Role.OWNER, "DELETE", f"/{owner}"),
        team.ask(above, "DELETE", f"/{owner}"),
        team.ask(above, "PATCH", f"/{owner}", role="admin"),
    ]
    assert [(one.status_code, one.get_json()["code"]) for one in tries] == [(409, "last_owner")] * 3
    assert team.roles()[owner] == "owner"


def test_of_two_owners_who_remove_each_other_one_stays(team: Team, app: Flask, alice_org: UUID) -> None:
    first, second = team.ids[Role.OWNER], make_person((alice_org, Role.OWNER))
    headers = {first: team.headers(Role.OWNER)}
    headers[second] = {"Authorization": f"Bearer {bearer.make(second, alice_org)}"}

    def remove(by: UUID, whom: UUID) -> Callable[[], int]:
        return lambda: app.test_client().delete(f"{PATH}/{whom}", json={}, headers=headers[by]).status_code

    with ThreadPoolExecutor(2) as threads:
        ran = [threads.submit(work) for work in (remove(first, second), remove(second, first))]
        statuses = [one.result() for one in ran]
    assert statuses.count(200) == 1
    assert list(team.roles().values()).count("owner") == 1


def test_who_is_removed_is_a_stranger_at_the_next_request(team: Team, alice_org: UUID) -> None:
    assert team.client.get(f"/api/orgs/validate/{alice_org}", headers=team.headers(Role.VIEWER)).status_code == 200
    assert team.ask(Role.ADMIN, "DELETE", f"/{team.ids[Role.VIEWER]}").status_code == 200
    assert team.client.get(f"/api/orgs/validate/{alice_org}", headers=team.headers(Role.VIEWER)).status_code == 404


def test_the_keys_of_who_is_removed_end_with_them(team: Team, alice_org: UUID) -> None:
    theirs, others = make_key_of(team, Role.ADMIN), make_key(team.client, alice_org)
    answer = team.ask(Role.OWNER, "DELETE", f"/{team.ids[Role.ADMIN]}")
    assert answer.get_json()["revoked_keys"] == 1
    statuses = [team.client.get("/api/calls", headers=with_key(key)).status_code for key in (theirs, others)]
    assert statuses == [401, 200]


def test_a_lower_role_ends_the_keys_above_it(team: Team) -> None:
    high, low = make_key_of(team, Role.ADMIN), make_key_of(team, Role.VIEWER)
    answer = team.ask(Role.OWNER, "PATCH", f"/{team.ids[Role.ADMIN]}", role="analyst")
    assert answer.get_json()["data"]["revoked_keys"] == 1
    statuses = [team.client.get("/api/calls", headers=with_key(key)).status_code for key in (high, low)]
    assert statuses == [401, 200]


def make_key_of(team: Team, role: Role) -> dict[str, Any]:
    """A key of this role that the admin has made."""
    with organization(team.org_id) as tx:
        return api_keys.make(tx, team.org_id, "Key", role, 1, f"user:{team.ids[Role.ADMIN]}")


def test_an_admin_invites_nobody_as_an_owner_and_revokes_no_owners_invitation(team: Team) -> None:
    answer = team.ask(Role.ADMIN, "POST", email="new@example.com", role="owner")
    assert (answer.status_code, answer.get_json()["code"]) == (403, "role_too_high")
    made = team.ask(Role.OWNER, "POST", email="new@example.com", role="owner").get_json()["data"]
    assert team.ask(Role.ADMIN, "DELETE", f"/invitations/{made['id']}").status_code == 403
    assert team.ask(Role.ADMIN, "POST", email="new@example.com", role="viewer").status_code == 403
    assert team.ask(Role.OWNER, "DELETE", f"/invitations/{made['id']}").status_code == 200
    assert team.ask(Role.OWNER, "DELETE", f"/invitations/{made['id']}").status_code == 404


def test_who_belongs_already_is_not_invited(team: Team) -> None:
    answer = team.ask(Role.ADMIN, "POST", email=f"{team.ids[Role.VIEWER]}@Example.com", role="admin")
    assert (answer.status_code, answer.get_json()["code"]) == (409, "already_member")


def test_nobody_is_invited_over_and_over(team: Team) -> None:
    answers = [team.ask(Role.ADMIN, "POST", email="new@example.com", role="viewer") for _ in range(6)]
    assert [answer.status_code for answer in answers] == [201] * 5 + [429]
    assert answers[5].get_json()["code"] == "too_many_invitations"
    assert team.ask(Role.ADMIN, "POST", email="other@example.com", role="viewer").status_code == 201


def test_of_two_invitations_to_one_address_the_newer_waits(team: Team) -> None:
    for role in ("viewer", "analyst"):
        assert team.ask(Role.ADMIN, "POST", email="new@example.com", role=role).status_code == 201
    waiting = team.ask(Role.ADMIN, "GET").get_json()["data"]["invitations"]
    assert [one["role"] for one in waiting] == ["analyst"]


@pytest.mark.parametrize(
    ("body", "word"),
    [
        ({"role": "viewer"}, "An e-mail address"), ({"email": 7, "role": "viewer"}, "An e-mail address"),
        ({"email": "a\0@b.example", "role": "viewer"}, "An e-mail address"),
        ({"email": "a@b.example"}, "role must be"), ({"email": "a@b.example", "role": "unknown"}, "role must be"),
        ({"email": "a@b.example", "role": ["viewer"]}, "role must be"),
        ({"email": "a@b.example", "role": "viewer", "name": 7}, "name must be"),
        ({"email": "a@b.example", "role": "viewer", "name": "x" * 121}, "name must be"),
    ],
)  # fmt: skip
def test_a_field_that_makes_no_sense_is_named(team: Team, body: dict[str, Any], word: str) -> None:
    answer = team.ask(Role.OWNER, "POST", **body)
    assert answer.status_code == 400
    assert answer.get_json()["error"].startswith(word)


def test_a_key_lets_nobody_in_or_out(team: Team, alice_org: UUID) -> None:
    headers, viewer = with_key(make_key(team.client, alice_org, Role.ADMIN)), team.ids[Role.VIEWER]
    tries = [
        team.ask(headers, "POST", email="new@example.com", role="viewer"),
        team.ask(headers, "PATCH", f"/{viewer}", role="admin"),
        team.ask(headers, "DELETE", f"/{viewer}"),
        team.ask(headers, "DELETE", f"/invitations/{uuid4()}"),
    ]
    assert [(one.status_code, one.get_json()["code"]) for one in tries] == [(403, "person_required")] * 4
    assert team.ask(headers, "GET").status_code == 200


def test_a_stranger_finds_and_changes_nothing(team: Team, bob_org: UUID) -> None:
    made = team.ask(Role.OWNER, "POST", email="new@example.com", role="viewer").get_json()["data"]
    charlie, viewer, there = bearer_of((bob_org, Role.OWNER), selected=bob_org), team.ids[Role.VIEWER], str(team.org_id)
    answers = [
        team.ask(charlie, "GET", f"?org_id={there}"),
        team.ask(charlie, "POST", email="new@example.com", role="viewer", org_id=there),
        team.ask(charlie, "PATCH", f"/{viewer}", role="admin"),
        team.ask(charlie, "PATCH", f"/{viewer}?org_id={there}", role="admin"),
        team.ask(charlie, "DELETE", f"/{viewer}"),
        team.ask(charlie, "DELETE", f"/{viewer}?org_id={there}"),
        team.ask(charlie, "DELETE", f"/invitations/{made['id']}"),
        team.ask(charlie, "DELETE", f"/invitations/{made['id']}?org_id={there}"),
    ]
    assert [answer.status_code for answer in answers] == [404] * 8
    assert team.roles()[viewer] == "viewer"
    assert [one["id"] for one in team.ask(Role.ADMIN, "GET").get_json()["data"]["invitations"]] == [made["id"]]


def test_every_change_is_noted(team: Team) -> None:
    made = team.ask(Role.OWNER, "POST", email="new@example.com", role="viewer").get_json()["data"]
    team.ask(Role.OWNER, "DELETE", f"/invitations/{made['id']}")
    team.ask(Role.OWNER, "PATCH", f"/{team.ids[Role.VIEWER]}", role="analyst")
    team.ask(Role.OWNER, "DELETE", f"/{team.ids[Role.VIEWER]}")
    team.ask(Role.ADMIN, "DELETE", f"/{team.ids[Role.OWNER]}")
    with organization(team.org_id) as tx:
        trail = tx.rows("SELECT actor, action, details FROM audit_log ORDER BY at")
    assert [row["action"] for row in trail] == ["team.invite", "team.uninvite", "team.change", "team.remove"]
    assert {row["actor"] for row in trail} == {f"user:{team.ids[Role.OWNER]}"}
    assert trail[2]["details"] == {"from": "viewer", "to": "analyst", "revoked_keys": 0}
    assert "new@example.com" not in str(trail)
