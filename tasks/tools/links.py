"""An assistant's tools: fetch it, merge ours into its model, replace the model, and look that nothing else changed.

The model can only be replaced as a whole: who edits the assistant meanwhile is waited for, and what was planned is
planned anew.
"""

from __future__ import annotations

import logging
from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Any
from uuid import UUID

from models import audit, tools
from models.database import Transaction, organization
from models.locks import alone
from models.tools import Link, Registered
from providers import vapi_assistants, vapi_tools
from providers.http import BadAnswer, OutboundError
from providers.vapi_api import VapiNotConnected
from providers.vapi_assistants import Merge
from providers.vapi_tools import NotThere
from tasks.errors import Busy
from tasks.tools import registry
from tasks.tools.definitions import TOOLS

ACTOR = "link_tools"
MOST_LOOKS = 3

log = logging.getLogger("aftercall.tools")


class Edited(Exception):
    """Somebody has changed the assistant at Vapi since it was looked at: what was planned would undo that."""


@dataclass(frozen=True, slots=True)
class Known:
    """What our tables say of one assistant and of the tools of the deployment."""

    vapi_assistant_id: str
    links: tuple[Link, ...]
    registered: dict[str, Registered]

    def ids(self) -> dict[str, str]:
        """The id of every tool that is to be linked, by name."""
        return {tool.name: self.registered[tool.name].vapi_tool_id for tool in TOOLS if tool.name in self.registered}


@dataclass(frozen=True, slots=True)
class LinkPlan:
    """What has to be done about one assistant, and what was found on the way."""

    known: Known
    assistant: dict[str, Any]
    merge: Merge
    drift: tuple[str, ...]
    """Tools that we had linked and that somebody has taken off."""

    @property
    def names_added(self) -> tuple[str, ...]:
        return tuple(name for name, tool_id in self.known.ids().items() if tool_id in self.merge.added)

    def told(self) -> dict[str, Any]:
        """For the audit trail: names, types and counts."""
        said = {"linked": self.names_added, "drift": self.drift, "removed_native": self.merge.native}
        return {name: list(value) for name, value in said.items() if value} | (
            {"removed_stale": len(self.merge.dropped)} if self.merge.dropped else {}
        )


@dataclass(frozen=True, slots=True)
class Linked:
    """How an assistant's tools stand after a try; `error` is a sentence for people, None where all is well."""

    known: Known
    plan: LinkPlan | None
    error: str | None = None
    passes: bool = False
    """Whether the error may go away by itself."""
    retry_after: float = 0.0

    def links(self) -> list[Link]:
        """Where it failed, what was linked before still counts: its ids are to be taken off once it works."""
        found = [self._link(tool.name) for tool in TOOLS]
        if self.error is None:
            return found
        before = {link.tool_name: link for link in self.known.links}
        everything = {link.tool_name: link for link in found} | before
        return [replace(link, error=self.error) for link in everything.values()]

    def _link(self, name: str) -> Link:
        now = self.known.registered.get(name, Registered("", ""))
        return Link(name, now.vapi_tool_id, now.definition_hash)


def read(tx: Transaction, org_id: UUID, vapi_assistant_id: str) -> Known:
    return Known(vapi_assistant_id, tools.links(tx, org_id, vapi_assistant_id), tools.registered(tx))


def look(known: Known) -> LinkPlan:
    """What linking would do. Changes nothing; raises the errors of providers/vapi_tools.py."""
    assistant = vapi_tools.get_assistant(known.vapi_assistant_id)
    wanted = known.ids()
    behind = others(assistant, wanted.values())
    stale = {link.vapi_tool_id for link in known.links} | {one for one, tool in behind.items() if is_ours(tool)}
    kinds = {one: str(tool.get("type")) for one, tool in behind.items() if tool is not None}
    merge = vapi_assistants.merged(assistant, list(wanted.values()), stale, kinds)
    was_linked = {link.vapi_tool_id for link in known.links if link.error is None}
    drift = tuple(name for name, one in wanted.items() if one in merge.added and one in was_linked)
    return LinkPlan(known, assistant, merge, drift)


def carry_out(plan: LinkPlan) -> str | None:
    """Replaces the model where it has to be, and reads back; what is wrong then, in a sentence, or None.

    Raises Edited, having changed nothing, where the assistant is not as it was planned on.
    """
    if not plan.merge.is_changed:
        return None
    now = vapi_tools.get_assistant(plan.known.vapi_assistant_id)
    if vapi_assistants.differences(plan.assistant, now, plan.assistant["model"]):
        raise Edited
    vapi_tools.change_assistant(plan.known.vapi_assistant_id, plan.merge.model)
    after = vapi_tools.get_assistant(plan.known.vapi_assistant_id)
    differing = vapi_assistants.differences(plan.assistant, after, plan.merge.model)
    return f"After the change at Vapi these fields are not as before: {', '.join(differing)}" if differing else None


def link(known: Known) -> Linked:
    """Looks and carries out; every failure comes back as a sentence. Raises Busy while somebody edits the assistant."""
    plan = None
    for _ in range(MOST_LOOKS):
        try:
            plan = look(known)
            return Linked(known, plan, carry_out(plan))
        except Edited:
            continue
        except OutboundError as error:
            return failed(known, plan, error)
    raise Busy("somebody is editing this assistant")


def link_alone(org_id: UUID, vapi_assistant_id: str) -> Linked:
    """Links once nobody else is linking this assistant. Registers first what is not registered. Raises Busy."""
    with alone(f"the tools of assistant {vapi_assistant_id}") as is_mine:
        if not is_mine:
            raise Busy("another worker is linking this assistant's tools")
        failure: OutboundError | None = None
        try:
            if not registry.is_complete(registry.known()):
                registry.register()
        except OutboundError as error:
            failure = error
        with organization(org_id) as tx:
            known = read(tx, org_id, vapi_assistant_id)
        return link(known) if failure is None else failed(known, None, failure)


def failed(known: Known, plan: LinkPlan | None, error: OutboundError) -> Linked:
    passes = not isinstance(error, VapiNotConnected | BadAnswer)
    said = "Vapi has no assistant of this id" if isinstance(error, NotThere) else str(error)
    return Linked(known, plan, said, passes, getattr(error, "retry_after", 0.0))


def keep(tx: Transaction, org_id: UUID, linked: Linked, by: str = ACTOR) -> None:
    """Notes how the tools stand, and on the audit trail what was done at Vapi and what was found there."""
    assistant = linked.known.vapi_assistant_id
    tools.keep_links(tx, org_id, assistant, linked.links())
    if linked.plan is not None and linked.plan.merge.is_changed:
        said = linked.plan.told() | ({"failed": True} if linked.error else {})
        audit.record(tx, org_id, by, "tools.link", assistant, said)
        found_by_night = linked.plan.drift or linked.plan.merge.native
        log.log(logging.WARNING if found_by_night else logging.INFO, "tools of assistant %s: %s", assistant, said)
    if linked.error is not None:
        log.warning("tools of assistant %s are not linked: %s", assistant, linked.error)


def others(assistant: dict[str, Any], but: Collection[str]) -> dict[str, dict[str, Any] | None]:
    """What is behind the other ids on an assistant."""
    return {one: _tool(one) for one in vapi_assistants.tool_ids(assistant) if one not in but}


def _tool(tool_id: str) -> dict[str, Any] | None:
    """What is behind an id on an assistant; None for what is not there, which is the business of who put it on."""
    try:
        return vapi_tools.get_tool(tool_id)
    except NotThere:
        return None


def is_ours(tool: dict[str, Any] | None) -> bool:
    return any(vapi_tools.is_tool(tool, ours.name, ours.server_url()) for ours in TOOLS)
