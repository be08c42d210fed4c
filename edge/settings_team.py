"""The settings' page of the team: who belongs to the organization, in which role, and who is invited."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import render_template, request, url_for

from edge.asked import bad
from edge.members import acting
from edge.reading import reading
from edge.settings_clinic import Form
from edge.settings_forms import Said, part_of
from models import invitations, team
from models.invitations import LIFE, NAME_LIMIT
from models.people import Membership, clean_email
from models.team import ROLES
from tasks.senders import refusal
from vocabulary import ROLE_RANK, Method, Role

INVITE, MEMBER, REMOVE, UNINVITE = "invite", "member", "removed", "uninvite"
DONE = {
    MEMBER: "Saved. It counts from their next click on; API keys of theirs above the new role are revoked.",
    REMOVE: "Removed. They are out at once, and the API keys that they made are revoked.",
    UNINVITE: "Revoked. The link opens nothing any more.",
}
MAY = {
    Role.VIEWER: "sees figures and lists of calls",
    Role.ANALYST: "also reads transcripts, hears recordings and exports",
    Role.OPERATOR: "also acts: texts, mails, calls back, books",
    Role.ADMIN: "also changes settings, keys and the team",
    Role.OWNER: "also deletes",
}
"""What each role may beyond the one before."""


def show_team(here: Membership, said: Said, chosen: str = "", made: dict[str, Any] | None = None) -> str:
    """`chosen` is whose forms stand open; `made` an invitation just sent out, whose link is shown this once."""
    by = acting()
    with reading(here.org_id) as tx:
        members = team.members_of(tx, here.org_id)
        waiting = invitations.waiting(tx, here.org_id)
        can_mail = refusal(tx, here.org_id, Method.EMAIL) is None
    owners = sum(member["role"] == Role.OWNER for member in members)
    address = url_for("settings_page.team", org_id=here.org_id)
    return render_template(
        "settings_team.html",
        here=here,
        said=said,
        made=made,
        count=len(members),
        members=part_of([member | _possible(here, by.user_id, member, owners) for member in members], address),
        chosen=chosen,
        part_asked=request.args.get("part"),
        waiting=[one | {"may_revoke": _reaches(here, one["role"])} for one in waiting],
        grantable=[(role, role.capitalize()) for role in ROLES if here.may(role)],
        may=MAY,
        can_mail=can_mail,
        days=LIFE.days,
        typed=said.typed if said.part == INVITE and said.complaint else {"role": Role.VIEWER},
        name_limit=NAME_LIMIT,
    )


def invited(form: Form) -> tuple[str, Role, str]:
    """Who is invited: address, role and name. Raises Problem 400."""
    try:
        email, name = clean_email(form.get("email", "")), invitations.clean_name(form.get("name", ""))
    except ValueError as error:
        raise bad(str(error)) from None
    return email, role_of(form), name


def role_of(form: Form) -> Role:
    """Raises Problem 400."""
    try:
        return team.clean_role(form.get("role"))
    except ValueError as error:
        raise bad(str(error)) from None


def _possible(here: Membership, own: UUID, member: dict[str, Any], owners: int) -> dict[str, Any]:
    """What may be done about a member, or in a sentence why not; the rules in models/team decide."""
    is_self, is_last = member["user_id"] == own, member["role"] == Role.OWNER and owners == 1
    if is_last:
        why = "The only owner stays: make somebody else an owner first."
    elif not _reaches(here, member["role"]):
        why = "Only an owner changes an owner."
    else:
        why = "Nobody changes their own role: ask another admin." if is_self else ""
    return {"is_self": is_self, "why": why, "may_change": not why, "may_remove": not why or (is_self and not is_last)}


def _reaches(here: Membership, role: str) -> bool:
    return ROLE_RANK[here.role] >= ROLE_RANK[Role(role)]
