"""What each step of connecting Twilio asks of the outside: Twilio itself, then Vapi. None writes but through claims."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from models import audit, connections, lines
from models.connections import Step
from models.database import Transaction
from providers import twilio_check, vapi_numbers
from providers.twilio_account import TwilioAccount
from tasks.ledger import Errand

BY = "connect_twilio"
"""Who does it, as the audit trail names it."""
NO_ASSISTANT = "Register the assistant that shall answer this number, or name it at the number; then retry this step"


class Waits(Exception):
    """The step cannot be done yet; the message says what for."""


@dataclass(frozen=True, slots=True)
class Scene:
    """What a step is given: the account and its number, and what is known from the steps before."""

    org_id: UUID
    account: TwilioAccount
    number: str = field(repr=False)
    assistant_id: str | None
    steps: Mapping[str, Step] = field(repr=False)

    @property
    def vapi_number(self) -> str:
        return str(self.steps["import"].details["vapi_phone_number_id"])


def _check(errand: Errand, scene: Scene) -> dict[str, Any]:
    twilio_check.check_account(scene.account)
    twilio_check.check_number(scene.account, scene.number)
    return {}


def _store(errand: Errand, scene: Scene) -> dict[str, Any]:
    """Nobody is called: all of it happens in the transaction that records."""
    return {}


def _sync(errand: Errand, scene: Scene) -> dict[str, Any]:
    """Where the answer got lost Vapi may come to hold the credential twice, which harms nothing."""
    known, given = scene.steps["sync"].details, _digest(scene)
    if known.get("given") == given and vapi_numbers.has_credential(known["vapi_credential_id"]):
        return {}
    made = vapi_numbers.keep_credential(scene.account, f"Aftercall {scene.org_id.hex}")
    older = [*known.get("older", []), known["vapi_credential_id"]] if "vapi_credential_id" in known else []
    return {"vapi_credential_id": made, "given": given, "older": older}


def _digest(scene: Scene) -> str:
    """Tells one account's secret from the next without keeping it; Twilio's are random and long."""
    words = "\n".join((scene.org_id.hex, scene.account.sid, scene.account.token))
    return hashlib.sha256(words.encode()).hexdigest()


def _import(errand: Errand, scene: Scene) -> dict[str, Any]:
    """Looks first: a number that is there already, also from an answer that got lost, is renewed and not repeated.

    Twilio is asked again whose the number is, as the check may be long ago: its word is what makes the line ours.
    """
    twilio_check.check_number(scene.account, scene.number)
    with errand.prepare() as tx:
        _claim_line(tx, scene)
    found = vapi_numbers.find_number(scene.number)
    if found is None:
        found = vapi_numbers.import_number(scene.account, scene.number, f"Aftercall {scene.org_id.hex}")
    else:
        with errand.prepare() as tx:
            connections.claim_at_vapi(tx, scene.org_id, scene.number, found)
        vapi_numbers.renew_number(found, scene.account)
    return {"vapi_phone_number_id": found}


def _link(errand: Errand, scene: Scene) -> dict[str, Any]:
    if scene.assistant_id is None:
        raise Waits(NO_ASSISTANT)
    with errand.prepare() as tx:
        _claim_line(tx, scene)
        connections.claim_at_vapi(tx, scene.org_id, scene.number, scene.vapi_number)
    vapi_numbers.link_number(scene.vapi_number, scene.assistant_id)
    return {"vapi_assistant_id": scene.assistant_id}


def _claim_line(tx: Transaction, scene: Scene) -> None:
    """Raises AlreadyRegistered where the line is another organization's own by now."""
    made = connections.claim_line(tx, scene.org_id, scene.number)
    verified = lines.verify_number(tx, scene.org_id, scene.number)
    if made is not None or verified is not None:
        audit.record(tx, scene.org_id, BY, "numbers.create" if made else "numbers.verify", str(made or verified))


CALLS: dict[str, Callable[[Errand, Scene], dict[str, Any]]] = {
    "check": _check,
    "store": _store,
    "sync": _sync,
    "import": _import,
    "link": _link,
}
