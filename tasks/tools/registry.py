"""The tools at Vapi: looked for before one is made, so that each is there once whatever happened to an answer."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from models import audit, tools
from models.database import Transaction, run_time
from models.locks import alone
from models.tools import Registered
from providers import vapi_tools
from providers.vapi_tools import NotThere
from tasks.errors import Busy
from tasks.tools.definitions import TOOLS, ToolDefinition
from vocabulary import NOBODY

LOCK = "the registry of tools at Vapi"

log = logging.getLogger("aftercall.tools")


class Change(StrEnum):
    """What has to be done about a tool at Vapi."""

    CREATE = "create"
    ADOPT = "adopt"
    """It was made already, by a request whose answer never came."""
    CHANGE = "change"
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class ToolPlan:
    """How a tool stands at Vapi; `vapi_tool_id` is None where it has yet to be made."""

    definition: ToolDefinition
    change: Change
    vapi_tool_id: str | None


def known() -> dict[str, Registered]:
    """The tools that were registered, by name, as our own tables have it."""
    with run_time() as tx:
        return tools.registered(tx)


def is_up_to_date(stored: dict[str, Registered]) -> bool:
    """Whether Vapi was told of every tool as it is defined now."""
    return all(tool.name in stored and stored[tool.name].definition_hash == tool.definition_hash() for tool in TOOLS)


def is_complete(stored: dict[str, Registered]) -> bool:
    """Whether every tool is also still there: an assistant that names one which is gone fails its calls."""
    if not is_up_to_date(stored):
        return False
    try:
        for tool in TOOLS:
            vapi_tools.get_tool(stored[tool.name].vapi_tool_id)
    except NotThere:
        return False
    return True


def plan_tools() -> list[ToolPlan]:
    """What registering would do. Changes nothing; raises the errors of providers/vapi_tools.py."""
    stored = known()
    return [_plan(tool, stored.get(tool.name)) for tool in TOOLS]


def register() -> list[ToolPlan]:
    """Brings every tool to Vapi as it is defined; what was done. Raises Busy while another worker is at it.

    Whatever it raises, it can be called again: a tool that was made and not noted is found and adopted.
    """
    with alone(LOCK) as is_mine:
        if not is_mine:
            raise Busy("another worker is registering the tools")
        stored = known()
        return [_register(tool, stored.get(tool.name)) for tool in TOOLS]


def note(tx: Transaction, done: Iterable[ToolPlan], by: str) -> None:
    """Puts what was done at Vapi on the audit trail. `tx` is nobody's."""
    for plan in done:
        if plan.change is not Change.UNCHANGED:
            details = {"tool": plan.definition.name, "change": str(plan.change)}
            audit.record(tx, NOBODY, by, "tools.register", plan.vapi_tool_id or "", details)


def _register(tool: ToolDefinition, stored: Registered | None) -> ToolPlan:
    plan, tool_id = _plan(tool, stored), None
    if plan.vapi_tool_id is None:
        tool_id = vapi_tools.create_tool(tool.body())
    elif plan.change is not Change.UNCHANGED:
        vapi_tools.change_tool(plan.vapi_tool_id, tool.body())
    now = Registered(tool_id or plan.vapi_tool_id or "", tool.definition_hash())
    if now != stored:
        with run_time() as tx:
            tools.keep_registered(tx, tool.name, now)
    if plan.change is not Change.UNCHANGED:
        log.info("tool %s at Vapi: %s, as %s", tool.name, plan.change, now.vapi_tool_id)
    return ToolPlan(tool, plan.change, now.vapi_tool_id)


def _plan(tool: ToolDefinition, stored: Registered | None) -> ToolPlan:
    """What we were told of it last is looked at first; where that is gone, for one that nobody told us of."""
    if stored is not None:
        try:
            there = vapi_tools.get_tool(stored.vapi_tool_id)
        except NotThere:
            log.warning("tool %s is not at Vapi any more under %s", tool.name, stored.vapi_tool_id)
        else:
            is_told = stored.definition_hash == tool.definition_hash()
            is_same = is_told and vapi_tools.is_as_defined(there, tool.body())
            return ToolPlan(tool, Change.UNCHANGED if is_same else Change.CHANGE, stored.vapi_tool_id)
    found = vapi_tools.find_tools(tool.name, tool.server_url())
    return ToolPlan(tool, Change.ADOPT, found[0]["id"]) if found else ToolPlan(tool, Change.CREATE, None)
