"""The team over the API: members, their roles, and invitations; for an organization's admins, as people."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from flask import Blueprint, Response

from edge.asked import bad
from edge.auth import caller
from edge.encoding import json_response
from edge.errors import Problem, not_found
from edge.reading import reading
from edge.scope import actor, json_body, readable, writable
from models import audit, invitations, team
from models.database import Transaction, organization
from models.intents import Intent
from models.invitations import AlreadyMember, Gone
from models.links import invitation_link
from models.people import Membership, clean_email
from models.team import Acting, LastOwner, NoMember, NotAllowed
from tasks.delivery import INVITATION, LINK
from tasks.messages import owe_message
from tasks.senders import refusal
from vocabulary import Method, Purpose, Role

blueprint = Blueprint("team", __name__)

PATH = "/api/team"
SUBJECT = "Join {clinic} on Aftercall"
TEXT = (
    "You are invited to join {clinic} on Aftercall, as {role}.\n\nAccept here: {link}\n\n"
    "The link works once, for 7 days, and only for this address. If you did not expect this mail, ignore it.\n"
)


@blueprint.get(PATH)
def show_all() -> Response:
    members: list[dict[str, Any]] = []
    waiting: list[dict[str, Any]] = []
    for here in readable(Role.ADMIN):
        with reading(here.org_id) as tx:
            members += team.members_of(tx, here.org_id)
            waiting += invitations.waiting(tx, here.org_id)
    return json_response({"ok": True, "data": {"members": members, "invitations": waiting}})


@blueprint.post(PATH)
def invite() -> Response:
    """Owes the mail where mail is connected. The link stands in the answer as well, and nowhere else ever again."""
    body = json_body()
    here, by = writable(Role.ADMIN, body), _acting()
    email, role, name = _given(body)
    with _refusing(), organization(here.org_id) as tx:
        made = invitations.invite(tx, here.org_id, by, email, role, name)
        mailed = _mail(tx, here, made)
        details = {"role": role, "mailed": mailed}
        audit.record(tx, here.org_id, actor(), "team.invite", str(made["id"]), details)
    return json_response({"ok": True, "data": made | {"mailed": mailed, "link": invitation_link(made["id"])}}, 201)


@blueprint.patch(f"{PATH}/<uuid:user_id>")
def change(user_id: UUID) -> Response:
    body = json_body()
    org_id, by = writable(Role.ADMIN, body).org_id, _acting()
    role = _role(body)
    with _refusing(), organization(org_id) as tx:
        before, revoked = team.change_role(tx, org_id, by, user_id, role)
        details = {"from": before, "to": role, "revoked_keys": revoked}
        audit.record(tx, org_id, actor(), "team.change", str(user_id), details)
    return json_response({"ok": True, "data": {"user_id": user_id, "role": role, "revoked_keys": revoked}})


@blueprint.delete(f"{PATH}/<uuid:user_id>")
def remove(user_id: UUID) -> Response:
    """Their next request is a stranger's; the keys that they made are revoked with them."""
    org_id, by = writable(Role.ADMIN, json_body()).org_id, _acting()
    with _refusing(), organization(org_id) as tx:
        before, revoked = team.remove(tx, org_id, by, user_id)
        audit.record(tx, org_id, actor(), "team.remove", str(user_id), {"role": before, "revoked_keys": revoked})
    return json_response({"ok": True, "revoked_keys": revoked})


@blueprint.delete(f"{PATH}/invitations/<uuid:invitation_id>")
def uninvite(invitation_id: UUID) -> Response:
    org_id, by = writable(Role.ADMIN, json_body()).org_id, _acting()
    with _refusing(), organization(org_id) as tx:
        invitations.revoke(tx, org_id, by, invitation_id)
        audit.record(tx, org_id, actor(), "team.uninvite", str(invitation_id))
    return json_response({"ok": True})


def _acting() -> Acting:
    person = caller().person
    return Acting(person.id, person.is_super_admin)


def _mail(tx: Transaction, here: Membership, made: dict[str, Any]) -> bool:
    if refusal(tx, here.org_id, Method.EMAIL):
        return False
    words = TEXT.format(clinic=here.name, role=made["role"], link=LINK)
    subject = SUBJECT.format(clinic=here.name)
    key = f"{INVITATION}{made['id']}"
    owe_message(
        tx, here.org_id, Intent(Method.EMAIL, Purpose.SYSTEM, made["email"], words, key, actor(), subject=subject)
    )
    return True


def _given(body: dict[str, Any]) -> tuple[str, Role, str]:
    email = body.get("email")
    try:
        address = clean_email(email if isinstance(email, str) else "")
        name = invitations.clean_name(body.get("name"))
    except ValueError as error:
        raise bad(str(error)) from None
    return address, _role(body), name


def _role(body: dict[str, Any]) -> Role:
    try:
        return team.clean_role(body.get("role"))
    except ValueError as error:
        raise bad(str(error)) from None


@contextmanager
def _refusing() -> Iterator[None]:
    try:
        yield
    except NotAllowed as error:
        raise Problem(403, error.code, str(error)) from None
    except LastOwner as error:
        raise Problem(409, "last_owner", str(error)) from None
    except AlreadyMember as error:
        raise Problem(409, "already_member", str(error)) from None
    except (NoMember, Gone):
        raise not_found() from None
