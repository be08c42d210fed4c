"""The difference between Vapi and what should be there, for people to look at before and after it is mended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from models.database import organization
from models.tools import Registered
from providers.http import OutboundError
from tasks.tools import links
from tasks.tools.links import Linked, LinkPlan
from tasks.tools.registry import Change, ToolPlan

NEW = "(new)"
"""Stands for the id of a tool that has yet to be made."""
UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Difference:
    """One line of the plan: a tool, or an organization's assistant. `error` says why nobody knows, or what failed."""

    what: str
    name: str
    org_id: UUID | None
    changes: tuple[str, ...]
    error: str | None = None

    @property
    def is_none(self) -> bool:
        return not self.changes and self.error is None


def of_tools(plans: Sequence[ToolPlan]) -> list[Difference]:
    """A line for each tool."""
    return [
        Difference("tool", plan.definition.name, None, () if plan.change is Change.UNCHANGED else (str(plan.change),))
        for plan in plans
    ]


def of_assistant(org_id: UUID, vapi_assistant_id: str, plans: Sequence[ToolPlan]) -> Difference:
    """What linking would do to an assistant once the tools are registered as planned. Changes nothing."""
    with organization(org_id) as tx:
        known = links.read(tx, org_id, vapi_assistant_id)
    coming = {plan.definition.name: Registered(plan.vapi_tool_id or NEW, "") for plan in plans}
    known = replace(known, registered=coming)
    try:
        return _told(org_id, vapi_assistant_id, links.look(known))
    except OutboundError as error:
        return Difference("assistant", vapi_assistant_id, org_id, (), links.failed(known, None, error).error)


def of_linked(org_id: UUID, linked: Linked) -> Difference:
    """What linking has done."""
    return replace(_told(org_id, linked.known.vapi_assistant_id, linked.plan), error=linked.error)


def _told(org_id: UUID, vapi_assistant_id: str, plan: LinkPlan | None) -> Difference:
    changes: list[str] = []
    if plan is not None:
        changes += [f"drift: {name} was taken off" for name in plan.drift]
        changes += [f"link {name}" for name in plan.names_added]
        changes += [f"remove {kind}" for kind in plan.merge.native]
        changes += ["remove a stale tool of ours"] * len(plan.merge.dropped)
    return Difference("assistant", vapi_assistant_id, org_id, tuple(changes))
