"""The settings' page of the team: who may change whom, the link that is shown once, and why something may not be."""

from __future__ import annotations

import re
from html import unescape
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask

from tests.edge.people import make_person
from tests.edge.test_dashboard import HOSTILE, OUR_SCRIPT, browser_of, page
from tests.edge.test_settings_page import follow, post, rows, said, trail, typed
from tests.tasks import texting
from vocabulary import Role

NINA = {"email": "nina@example.com", "name": "Nina", "role": "analyst"}
ROLES: list[Role] = [role for role in Role if role is not Role.UNKNOWN]


class Team:
    """A person of each role in Alice's clinic, each with a browser."""

    def __init__(self, app: Flask, org_id: UUID) -> None:
        self.org_id = org_id
        self.ids: dict[Role, UUID] = {role: make_person((org_id, role)) for role in ROLES}
        self.browsers = {role: browser_of(app, self.ids[role]) for role in ROLES}

    def post(self, by: Role, path: str = "", **fields: str) -> Any:
        return post(self.browsers[by], self.org_id, f"team{path}", **fields)

    def page(self, by: Role, chosen: Role | None = None) -> str:
        of = f"?member={self.ids[chosen]}" if chosen else ""
        return page(self.browsers[by], f"/o/{self.org_id}/settings/team{of}")

    def roles(self) -> dict[UUID, str]:
        return {row["user_id"]: row["role"] for row in rows(self.org_id, "SELECT user_id, role FROM memberships")}

    def waiting(self) -> list[UUID]:
        return [row["id"] for row in rows(self.org_id, "SELECT id FROM invitations WHERE revoked_at IS NULL")]


@pytest.fixture
def team(app: Flask, alice_org: UUID) -> Team:
    return Team(app, alice_org)


def link_in(text: str) -> str:
    found = re.search(r'id="invitation-link"[^>]*value="([^"]*)"', text)
    return unescape(found.group(1)) if found else ""


def test_the_team_is_admins_business(app: Flask, team: Team, bob_org: UUID) -> None:
    """The page and each form, by role and for a stranger; no form is taken without its token."""
    team.post(Role.OWNER, **NINA)
    viewer, (waiting,) = team.ids[Role.VIEWER], team.waiting()
    forms: dict[str, dict[str, str]] = {
        "": NINA, f"/{viewer}": {"role": "analyst"}, f"/{viewer}/remove": {}, f"/invitations/{waiting}/revoke": {},
    }  # fmt: skip
    before, roles = trail(team.org_id), team.roles()
    for role in (Role.VIEWER, Role.ANALYST, Role.OPERATOR):
        assert team.browsers[role].get(f"/o/{team.org_id}/settings/team").status_code == 403
        assert {team.post(role, path, **form).status_code for path, form in forms.items()} == {403}
    charlie = browser_of(app, make_person((bob_org, Role.OWNER)))
    assert charlie.get(f"/o/{team.org_id}/settings/team").status_code == 404
    assert {post(charlie, team.org_id, f"team{path}", **form).status_code for path, form in forms.items()} == {404}
    there = [path for path in forms if path]
    assert {post(charlie, bob_org, f"team{path}", **forms[path]).status_code for path in there} == {404}
    assert {team.post(Role.ADMIN, path, csrf="x", **form).status_code for path, form in forms.items()} == {403}
    assert (trail(team.org_id), trail(bob_org), team.roles()) == (before, [], roles)
    assert {team.post(Role.ADMIN, path, **forms[path]).status_code for path in there} == {303}


def test_an_invitation_is_shown_once_with_its_link(team: Team) -> None:
    answer = team.post(Role.ADMIN, **NINA)
    assert answer.status_code == 201
    link = link_in(answer.text)
    assert link.startswith("http://localhost:8000/invite/")
    assert "Mail is not connected, so nothing was sent" in answer.text
    again = team.page(Role.ADMIN)
    assert link_in(again) == ""
    assert link.rpartition("/")[2] not in again
    assert "nina@example.com · Analyst · until" in again
    joining = team.browsers[Role.ADMIN].get(link.removeprefix("http://localhost:8000"))
    assert "nina@example.com" in joining.text


def test_where_mail_is_connected_an_invitation_is_mailed(
    team: Team, monkeypatch: pytest.MonkeyPatch, alice_org: UUID
) -> None:
    with texting.providers(monkeypatch):
        texting.equip(alice_org)
        assert "They get a mail with a link." in team.page(Role.ADMIN)
        assert "It is on its way by mail." in team.post(Role.ADMIN, **NINA).text
    assert rows(alice_org, "SELECT recipient FROM messages") == [{"recipient": "nina@example.com"}]


@pytest.mark.parametrize(
    ("fields", "status", "complaint"),
    [
        ({"email": "nina"}, 400, "An e-mail address is written like name@example.com."),
        ({"role": "king"}, 400, "Role must be one of viewer, analyst, operator, admin, owner."),
        ({"name": "x" * 121}, 400, "Name must be a text of at most 120 characters."),
        ({"role": "owner"}, 403, "You cannot give a role above your own."),
    ],
)
def test_an_invitation_that_cannot_be_comes_back_with_what_was_typed(
    team: Team, fields: dict[str, str], status: int, complaint: str
) -> None:
    answer = team.post(Role.ADMIN, **(NINA | fields))
    assert (answer.status_code, said(answer.text)) == (status, complaint)
    assert {name: typed(answer.text, name) for name in ("email", "name")} == {
        name: (NINA | fields)[name] for name in ("email", "name")
    }
    assert trail(team.org_id) == []


def test_who_belongs_already_is_not_invited(team: Team) -> None:
    answer = team.post(Role.ADMIN, **(NINA | {"email": f"{team.ids[Role.VIEWER]}@example.com"}))
    assert (answer.status_code, said(answer.text)) == (409, "They belong to this organization already.")


def test_a_member_gets_another_role_and_leaves(team: Team) -> None:
    viewer = team.ids[Role.VIEWER]
    text = follow(team.browsers[Role.ADMIN], team.post(Role.ADMIN, f"/{viewer}", role="operator"))
    assert said(text).startswith("Saved.")
    assert team.roles()[viewer] == "operator"
    assert said(follow(team.browsers[Role.ADMIN], team.post(Role.ADMIN, f"/{viewer}/remove"))).startswith("Removed.")
    assert viewer not in team.roles()
    assert trail(team.org_id) == ["team.change", "team.remove"]


def test_what_may_not_be_done_is_not_offered_and_refused_with_its_reason(team: Team) -> None:
    owner, admin, viewer = team.ids[Role.OWNER], team.ids[Role.ADMIN], team.ids[Role.VIEWER]
    pages = [team.page(Role.ADMIN, chosen) for chosen in (None, *ROLES)]
    offered = re.findall(r'action="[^"]*/team/([^"#]+)', "".join(pages))
    assert {str(owner), f"{owner}/remove", str(admin)}.isdisjoint(offered)
    assert {str(viewer), f"{viewer}/remove", f"{admin}/remove"} <= set(offered)
    assert "/remove" not in pages[0]
    refused = [
        team.post(Role.ADMIN, f"/{owner}", role="viewer"),
        team.post(Role.ADMIN, f"/{owner}/remove"),
        team.post(Role.ADMIN, f"/{admin}", role="viewer"),
        team.post(Role.ADMIN, f"/{viewer}", role="owner"),
        team.post(Role.OWNER, f"/{owner}/remove"),
        team.post(Role.OWNER, f"/{viewer}", role="king"),
    ]
    assert [(answer.status_code, said(answer.text)) for answer in refused] == [
        (403, "Only an owner changes an owner."),
        (403, "Only an owner changes an owner."),
        (403, "Nobody changes their own role: ask another admin."),
        (403, "You cannot give a role above your own."),
        (409, "An organization keeps at least one owner: make somebody else one first."),
        (400, "Role must be one of viewer, analyst, operator, admin, owner."),
    ]
    assert trail(team.org_id) == []


def test_who_leaves_goes_on_to_where_they_belong(team: Team) -> None:
    answer = team.post(Role.ADMIN, f"/{team.ids[Role.ADMIN]}/remove")
    assert (answer.status_code, answer.location) == (303, "/")
    assert team.browsers[Role.ADMIN].get(f"/o/{team.org_id}/settings/team").status_code == 404


def test_an_invitation_is_revoked_by_who_could_send_it(team: Team) -> None:
    team.post(Role.OWNER, **(NINA | {"role": "owner"}))
    (waiting,) = team.waiting()
    assert "Only an owner revokes it." in team.page(Role.ADMIN)
    refused = team.post(Role.ADMIN, f"/invitations/{waiting}/revoke")
    assert (refused.status_code, said(refused.text)) == (403, "You cannot give a role above your own.")
    text = follow(team.browsers[Role.OWNER], team.post(Role.OWNER, f"/invitations/{waiting}/revoke"))
    assert said(text).startswith("Revoked.")
    assert "No invitation waits" in text
    assert team.post(Role.OWNER, f"/invitations/{waiting}/revoke").status_code == 404
    assert team.post(Role.OWNER, f"/invitations/{uuid4()}/revoke").status_code == 404


def test_a_super_admin_who_looks_in_sees_the_team_as_its_owner(app: Flask, team: Team) -> None:
    above = browser_of(app, make_person(super_admin=True))
    text = page(above, f"/o/{team.org_id}/settings/team")
    assert "5 members" in text
    assert post(above, team.org_id, f"team/{team.ids[Role.VIEWER]}", role="owner").status_code == 303


def test_what_was_typed_is_never_markup(team: Team) -> None:
    texts = [team.post(Role.ADMIN, **(NINA | {"name": HOSTILE[:100]})).text, team.page(Role.ADMIN)]
    for text in texts:
        assert "<script" not in OUR_SCRIPT.sub("", text)
        assert 'onmouseover="' not in text.replace("&#34;", "")
