"""The team over the API: members, their roles, and invitations; for an organization's admins, as people."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, Response

from edge import members
from edge.declared import declared, sent
from edge.encoding import json_response
from edge.members import acting
from edge.reading import reading
from edge.scope import json_body, readable, writable
from edge.shapes.base import Sent
from edge.shapes.team import Invited, MemberRemoved, NewMember, NewRole, RoleChanged, TeamAnswer, Uninvited
from models import invitations, team
from vocabulary import Role

blueprint = Blueprint("team", __name__)

PATH = "/api/team"


@blueprint.get(PATH)
@declared(TeamAnswer, Role.ADMIN)
def show_all() -> Response:
    """The members, and the invitations that wait."""
    found: list[dict[str, Any]] = []
    waiting: list[dict[str, Any]] = []
    for here in readable(Role.ADMIN):
        with reading(here.org_id) as tx:
            found += team.members_of(tx, here.org_id)
            waiting += invitations.waiting(tx, here.org_id)
    return json_response({"ok": True, "data": {"members": found, "invitations": waiting}})


@blueprint.post(PATH)
@declared(Invited, Role.ADMIN, body=NewMember, status=201, problems=(409,))
def invite() -> Response:
    """Invites a person, in place of an invitation that waits for the same address.

    It is mailed where mail is connected. The link stands in the answer as well, and nowhere else ever again.
    """
    here, by = writable(Role.ADMIN, json_body()), acting()
    body = sent(NewMember)
    return json_response({"ok": True, "data": members.invite(here, by, body.email, body.role, body.name)}, 201)


@blueprint.patch(f"{PATH}/<uuid:user_id>")
@declared(RoleChanged, Role.ADMIN, body=NewRole, problems=(409,))
def change(user_id: UUID) -> Response:
    """Gives a member another role, and revokes those of their API keys that are above it."""
    org_id, by = writable(Role.ADMIN, json_body()).org_id, acting()
    role = sent(NewRole).role
    revoked = members.change_role(org_id, by, user_id, role)
    return json_response({"ok": True, "data": {"user_id": user_id, "role": role, "revoked_keys": revoked}})


@blueprint.delete(f"{PATH}/<uuid:user_id>")
@declared(MemberRemoved, Role.ADMIN, body=Sent, problems=(409,))
def remove(user_id: UUID) -> Response:
    """Their next request is a stranger's; the keys that they made are revoked with them."""
    org_id, by = writable(Role.ADMIN, json_body()).org_id, acting()
    return json_response({"ok": True, "revoked_keys": members.remove(org_id, by, user_id)})


@blueprint.delete(f"{PATH}/invitations/<uuid:invitation_id>")
@declared(Uninvited, Role.ADMIN, body=Sent)
def uninvite(invitation_id: UUID) -> Response:
    """Revokes an invitation that waits."""
    org_id, by = writable(Role.ADMIN, json_body()).org_id, acting()
    members.uninvite(org_id, by, invitation_id)
    return json_response({"ok": True})
