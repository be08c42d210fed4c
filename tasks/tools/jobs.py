"""When tools are registered and linked: a definition changed, an assistant was saved, a night has passed.

notice_tools → register_tools → check_assistants of each organization → link_tools of each assistant; unlink_tools of
one that is removed.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from models import audit, ledger, tools
from models.database import Transaction
from models.ids import new_id
from providers import vapi_api
from providers.http import BadAnswer, OutboundError
from providers.vapi_api import VapiNotConnected
from tasks.broker import BULK, broker
from tasks.ledger import Errand, enqueue, errand, work
from tasks.tools import links, registry
from tasks.tools.unlinking import unlink_alone
from vocabulary import NOBODY

RETRY_SECONDS = (2, 4, 8)
DEADLINE_SECONDS = 120

log = logging.getLogger("aftercall.tools")


def owe_link(tx: Transaction, org_id: UUID, vapi_assistant_id: str, saved_at: datetime) -> None:
    """Owes an assistant its tools, once for each time that it was saved."""
    key = f"{vapi_assistant_id}:{saved_at.isoformat()}"
    enqueue(tx, link_tools, org_id, key, vapi_assistant_id=vapi_assistant_id, tries=0)


def owe_unlink(tx: Transaction, org_id: UUID, vapi_assistant_id: str) -> None:
    """Owes an assistant its model without our tools; asked before its row goes, and with it what we know of them."""
    known = [link.vapi_tool_id for link in tools.links(tx, org_id, vapi_assistant_id) if link.vapi_tool_id]
    key = f"{vapi_assistant_id}:{new_id()}"
    enqueue(tx, unlink_tools, org_id, key, vapi_assistant_id=vapi_assistant_id, tool_ids=known)


def owe_registration(tx: Transaction) -> None:
    """Owes a look at every tool at Vapi, and then at every assistant. `tx` is nobody's."""
    enqueue(tx, register_tools, NOBODY, str(new_id()), tries=0)


@work(queue=BULK)
def notice_tools(tx: Transaction, org_id: UUID) -> None:
    """Owes a registration where a tool is not defined as Vapi was told: after another version has started."""
    if vapi_api.is_connected() and not registry.is_up_to_date(tools.registered(tx)):
        owe_registration(tx)


@errand(queue=BULK, deadline_seconds=DEADLINE_SECONDS)
def register_tools(errand: Errand, org_id: UUID, tries: int = 0) -> None:
    """Please bring every tool to Vapi as it is defined, and then look at the assistants of every organization."""
    if not vapi_api.is_connected():
        log.info("tools are not registered: %s", vapi_api.NOT_CONNECTED)
        return
    try:
        done = registry.register()
    except OutboundError as error:
        log.warning("tools are not registered: %s", error)
        passes = not isinstance(error, VapiNotConnected | BadAnswer)
        with errand.record() as tx:
            _again(tx, register_tools, org_id, "registration", tries, passes, error)
        return
    broker.ring(ledger.owe_widely(check_assistants.__name__, str(new_id())))
    with errand.record() as tx:
        registry.note(tx, done, register_tools.__name__)


@work(queue=BULK)
def check_assistants(tx: Transaction, org_id: UUID) -> None:
    """Owes each assistant of the organization a look at its tools."""
    for vapi_assistant_id in tools.assistant_ids(tx, org_id):
        key = f"{vapi_assistant_id}:{new_id()}"
        enqueue(tx, link_tools, org_id, key, vapi_assistant_id=vapi_assistant_id, tries=0)


@errand(queue=BULK, deadline_seconds=DEADLINE_SECONDS)
def link_tools(errand: Errand, org_id: UUID, vapi_assistant_id: str, tries: int = 0) -> None:
    """Please link our tools to this assistant, mend what somebody has undone, and say how it stands."""
    if not vapi_api.is_connected():
        log.info("tools are not linked: %s", vapi_api.NOT_CONNECTED)
        return
    with errand.prepare() as tx:
        if vapi_assistant_id not in tools.assistant_ids(tx, org_id):
            errand.end(tx)
            return
    linked = links.link_alone(org_id, vapi_assistant_id)
    with errand.record() as tx:
        links.keep(tx, org_id, linked)
        if linked.error is not None:
            told = {"vapi_assistant_id": vapi_assistant_id}
            _again(tx, link_tools, org_id, vapi_assistant_id, tries, linked.passes, linked, **told)


@errand(queue=BULK, deadline_seconds=DEADLINE_SECONDS)
def unlink_tools(errand: Errand, org_id: UUID, vapi_assistant_id: str, tool_ids: list[str], tries: int = 0) -> None:
    """Please take our tools off an assistant that was removed. Where that fails they stay, and harm nobody."""
    if not vapi_api.is_connected():
        log.info("tools are not taken off: %s", vapi_api.NOT_CONNECTED)
        return
    try:
        removed = unlink_alone(vapi_assistant_id, tool_ids)
    except OutboundError as error:
        log.warning("tools stay on assistant %s, which was removed: %s", vapi_assistant_id, error)
        if not isinstance(error, VapiNotConnected | BadAnswer):
            with errand.record() as tx:
                ids = {"vapi_assistant_id": vapi_assistant_id, "tool_ids": tool_ids}
                _later(tx, unlink_tools, org_id, vapi_assistant_id, tries, error, ids)
        return
    with errand.record() as tx:
        if removed:
            audit.record(tx, org_id, unlink_tools.__name__, "tools.unlink", vapi_assistant_id, {"removed": removed})


def _again(
    tx: Transaction,
    actor: Callable[..., None],
    org_id: UUID,
    what: str,
    tries: int,
    passes: bool,
    failure: object,
    **ids: str,
) -> None:
    """Owes another try; after the last the next night looks again."""
    if not (passes and _later(tx, actor, org_id, what, tries, failure, ids)):
        log.error("%s gives up %s until tonight", actor.__name__, what)


def _later(
    tx: Transaction,
    actor: Callable[..., None],
    org_id: UUID,
    what: str,
    tries: int,
    failure: object,
    ids: Mapping[str, Any],
) -> bool:
    """Owes another try in 2, 4, then 8 s, or later where Vapi says so; False after the last."""
    if tries >= len(RETRY_SECONDS):
        return False
    seconds = max(RETRY_SECONDS[tries], getattr(failure, "retry_after", 0.0))
    run_at = datetime.now(UTC) + timedelta(seconds=seconds)
    enqueue(tx, actor, org_id, f"{what}:{new_id()}", run_at, **ids, tries=tries + 1)
    return True
