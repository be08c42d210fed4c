"""Connecting an organization's Twilio account, step by step: check → store → sync → import → link.

Every step is an errand that reads the credential itself; one that fails says so, and is tried again alone.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from models import audit, connections, credentials
from models.connections import Step
from models.credential_fields import clean
from models.credentials import Missing
from models.database import Transaction
from models.organizations import AlreadyRegistered
from models.vault import Unreadable
from providers.connecting import NotAccepted
from providers.http import Forbidden, Outage, OutboundError
from providers.twilio_account import TwilioAccount
from providers.vapi_api import VapiNotConnected
from tasks.connection_calls import BY, CALLS, Scene, Waits
from tasks.errors import Busy, WorkError
from tasks.ledger import Errand, enqueue, errand

DEADLINE_SECONDS = 90
OURS = "Something failed on our side; retry this step"
FINAL = (NotAccepted, VapiNotConnected, Forbidden)
"""What a person has to change before the step can work."""

log = logging.getLogger("aftercall.connections")


class Trouble(WorkError):
    """The provider could not do it now: the ledger tries again, later each time, and at last gives up."""


def save(tx: Transaction, org_id: UUID, provider: str, config: Mapping[str, Any], by: str) -> None:
    """Connects a provider: at once, or where it has steps beside the connection that works, until they are done.

    Raises ValueError for what is missing or misshapen, without repeating it.
    """
    clean(provider, config)
    if provider in connections.STEPS:
        first = connections.begin(tx, org_id, provider)
        credentials.put_pending(tx, org_id, provider, config)
        _owe(tx, org_id, first)
    else:
        credentials.put(tx, org_id, provider, config)
    audit.record(tx, org_id, by, "credentials.set", provider)


def retry(tx: Transaction, org_id: UUID, provider: str, step: str | None, by: str) -> str:
    """Owes one step anew, the first that is not done where none is named; returns its name. Raises LookupError."""
    if not any(row["provider"] == provider for row in credentials.list_credentials(tx, org_id)):
        raise LookupError("There is nothing to retry")
    again = connections.again(tx, org_id, provider, step)
    _owe(tx, org_id, again)
    audit.record(tx, org_id, by, "credentials.retry", provider, {"step": again.name})
    return again.name


def resume_link(tx: Transaction, org_id: UUID, by: str) -> None:
    """Goes on with a number that waited for an assistant: for whoever has just registered one."""
    steps = {step.name: step for step in connections.steps_of(tx, org_id, "twilio")}
    if "link" in steps and steps["import"].state == "done" and steps["link"].state == "waiting":
        retry(tx, org_id, "twilio", "link", by)


def fail_step(tx: Transaction, org_id: UUID, error: str, step: str, revision: int) -> None:
    """A step whose job was given up: what was said of it last stays its error."""
    _settle_named(tx, org_id, step, revision, None)


@errand(deadline_seconds=DEADLINE_SECONDS, on_death=fail_step)
def connect_twilio(errand: Errand, org_id: UUID, step: str, revision: int) -> None:
    """Does one step of the connection, if it is still owed under this revision, and owes the next."""
    with errand.prepare() as tx:
        if not connections.take(tx, org_id, "twilio", step, revision):
            errand.end(tx)
            return
        try:
            scene = _scene(tx, org_id, step)
        except (Missing, Unreadable) as error:
            _settle_named(tx, org_id, step, revision, str(error))
            errand.end(tx)
            return
    try:
        details = CALLS[step](errand, scene)
    except Waits as reason:
        _record(errand, scene, step, "waiting", str(reason))
    except AlreadyRegistered as error:
        _record(errand, scene, step, "failed", str(error))
    except OutboundError as error:
        _failed(errand, scene, step, error)
    else:
        _record(errand, scene, step, "done", None, details)


def _settle_named(tx: Transaction, org_id: UUID, step: str, revision: int, error: str | None) -> None:
    """A step has failed, with this error or what was said of it last."""
    for found in connections.steps_of(tx, org_id, "twilio"):
        if (found.name, found.revision) == (step, revision):
            said = error or found.error or OURS
            connections.settle(tx, org_id, "twilio", found, "failed", said)
            if step == "check":
                credentials.mark_checked(tx, org_id, "twilio", said)


def _scene(tx: Transaction, org_id: UUID, step: str) -> Scene:
    read = credentials.get_pending if step in ("check", "store") else credentials.get
    config = read(tx, org_id, "twilio", by=BY).config
    number = config.get("phone_number", "")
    return Scene(
        org_id,
        TwilioAccount(config["account_sid"], config["auth_token"]),
        number,
        connections.assistant_for(tx, org_id, number),
        {one.name: one for one in connections.steps_of(tx, org_id, "twilio")},
    )


def _record(
    errand: Errand, scene: Scene, name: str, state: str, error: str | None, details: dict[str, Any] | None = None
) -> None:
    """Writes what came of a step, unless it was owed anew meanwhile, and ends the job."""
    try:
        with errand.record() as tx:
            if connections.settle(tx, scene.org_id, "twilio", scene.steps[name], state, error, details):
                if state == "done":
                    _keep(tx, scene, name, details or {})
                    _go_on(tx, scene, name)
                elif name == "check":
                    credentials.mark_checked(tx, scene.org_id, "twilio", error)
    except AlreadyRegistered as other:
        _record(errand, scene, name, "failed", str(other))
        return
    log.info("organization %s: step %s of its Twilio connection is %s", scene.org_id, name, state)


def _keep(tx: Transaction, scene: Scene, name: str, details: dict[str, Any]) -> None:
    """What a step that is done means to the tables."""
    if name == "check":
        credentials.mark_checked(tx, scene.org_id, "twilio")
    elif name == "store":
        credentials.promote(tx, scene.org_id, "twilio", scene.account.sid)
        connections.send_from(tx, scene.org_id, scene.number, scene.account.sid)
        audit.record(tx, scene.org_id, BY, "credentials.store", "twilio")
    elif name == "import":
        connections.claim_at_vapi(tx, scene.org_id, scene.number, details["vapi_phone_number_id"])
    elif name == "link":
        changed = connections.answered_by(tx, scene.org_id, scene.number, details["vapi_assistant_id"])
        if changed is not None:
            audit.record(tx, scene.org_id, BY, "numbers.change", str(changed), {"changed": ["assistant"]})


def _go_on(tx: Transaction, scene: Scene, name: str) -> None:
    names = list(scene.steps)
    after = names[names.index(name) + 1 :]
    if after and scene.steps[after[0]].state == "waiting":
        _owe(tx, scene.org_id, scene.steps[after[0]])


def _failed(errand: Errand, scene: Scene, name: str, error: OutboundError) -> None:
    if isinstance(error, FINAL):
        _record(errand, scene, name, "failed", str(error))
        return
    with errand.prepare() as tx:
        connections.settle(tx, scene.org_id, "twilio", scene.steps[name], "waiting", str(error))
    if isinstance(error, Outage) and error.retry_after:
        raise Busy(str(error), error.retry_after)
    raise Trouble(str(error))


def _owe(tx: Transaction, org_id: UUID, step: Step) -> None:
    enqueue(tx, connect_twilio, org_id, f"{step.name}:{step.revision}", step=step.name, revision=step.revision)
