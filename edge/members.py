"""People join, change and leave an organization: for the API and the pages' forms alike, checked, mailed and noted."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from edge.auth import caller
from edge.errors import Problem, not_found
from edge.scope import actor
from models import audit, invitations, team
from models.database import Transaction, organization
from models.intents import Intent
from models.invitations import AlreadyMember, Gone, TooOften
from models.links import invitation_link
from models.people import Membership
from models.team import Acting, LastOwner, NoMember, NotAllowed
from tasks.delivery import INVITATION, LINK
from tasks.messages import owe_message
from tasks.senders import refusal
from vocabulary import Method, Purpose, Role

SUBJECT = "Join {clinic} on Aftercall"
TEXT = (
    "You are invited to join {clinic} on Aftercall, as {role}.\n\nAccept here: {link}\n\n"
    "The link works once, for 7 days, and only for this address. If you did not expect this mail, ignore it.\n"
)


def acting() -> Acting:
    """Who changes the team. Raises Problem 403 for a key."""
    person = caller().person
    return Acting(person.id, person.is_super_admin)


def invite(here: Membership, by: Acting, email: str, role: Role, name: str) -> dict[str, Any]:
    """An invitation with its `link`, and whether it is `mailed`: it is where mail is connected.

    Raises Problem 403, 409 and 429.
    """
    with refusing(), organization(here.org_id) as tx:
        made = invitations.invite(tx, here.org_id, by, email, role, name)
        mailed = _mail(tx, here, made)
        audit.record(tx, here.org_id, actor(), "team.invite", str(made["id"]), {"role": role, "mailed": mailed})
    return made | {"mailed": mailed, "link": invitation_link(made["id"])}


def uninvite(org_id: UUID, by: Acting, invitation_id: UUID) -> None:
    """Raises Problem 403 and 404."""
    with refusing(), organization(org_id) as tx:
        invitations.revoke(tx, org_id, by, invitation_id)
        audit.record(tx, org_id, actor(), "team.uninvite", str(invitation_id))


def change_role(org_id: UUID, by: Acting, user_id: UUID, role: Role) -> int:
    """Gives a member another role; returns how many of their keys were revoked. Raises Problem 403, 404 and 409."""
    with refusing(), organization(org_id) as tx:
        before, revoked = team.change_role(tx, org_id, by, user_id, role)
        details = {"from": before, "to": role, "revoked_keys": revoked}
        audit.record(tx, org_id, actor(), "team.change", str(user_id), details)
    return revoked


def remove(org_id: UUID, by: Acting, user_id: UUID) -> int:
    """Ends a membership; returns how many of their keys were revoked. Raises Problem 403, 404 and 409."""
    with refusing(), organization(org_id) as tx:
        before, revoked = team.remove(tx, org_id, by, user_id)
        audit.record(tx, org_id, actor(), "team.remove", str(user_id), {"role": before, "revoked_keys": revoked})
    return revoked


def _mail(tx: Transaction, here: Membership, made: dict[str, Any]) -> bool:
    if refusal(tx, here.org_id, Method.EMAIL):
        return False
    words = TEXT.format(clinic=here.name, role=made["role"], link=LINK)
    subject, key = SUBJECT.format(clinic=here.name), f"{INVITATION}{made['id']}"
    intent = Intent(Method.EMAIL, Purpose.SYSTEM, made["email"], words, key, actor(), subject=subject)
    owe_message(tx, here.org_id, intent)
    return True


@contextmanager
def refusing() -> Iterator[None]:
    try:
        yield
    except NotAllowed as error:
        raise Problem(403, error.code, str(error)) from None
    except LastOwner as error:
        raise Problem(409, "last_owner", str(error)) from None
    except AlreadyMember as error:
        raise Problem(409, "already_member", str(error)) from None
    except TooOften as error:
        raise Problem(429, "too_many_invitations", str(error), {"Retry-After": "3600"}) from None
    except (NoMember, Gone):
        raise not_found() from None
