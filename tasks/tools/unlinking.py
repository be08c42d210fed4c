"""Leaving an assistant that was removed here: our tools are taken off its model at Vapi, and nothing else changes."""

from __future__ import annotations

import logging
from collections.abc import Collection

from models import tools
from models.database import run_time
from models.locks import alone
from providers import vapi_assistants, vapi_tools
from tasks.errors import Busy
from tasks.tools import links
from tasks.tools.links import Edited, Known, LinkPlan

log = logging.getLogger("aftercall.tools")


def unlink_alone(vapi_assistant_id: str, tool_ids: Collection[str]) -> int:
    """Takes our tools off, those of these ids and whatever calls us; how many. None from one that somebody has by now.

    Raises Busy, and the errors of providers/vapi_tools.py.
    """
    with alone(f"the tools of assistant {vapi_assistant_id}") as is_mine:
        if not is_mine:
            raise Busy("another worker is linking this assistant's tools")
        with run_time() as tx:
            if tools.is_assistant_of_somebody(tx, vapi_assistant_id):
                return 0
            known = Known(vapi_assistant_id, (), tools.registered(tx))
        plan = _look(known, {*tool_ids, *known.ids().values()})
        try:
            wrong = links.carry_out(plan)
        except Edited:
            raise Busy("somebody is editing this assistant") from None
        if wrong is not None:
            log.warning("assistant %s, which was removed: %s", vapi_assistant_id, wrong)
        return len(plan.merge.dropped)


def _look(known: Known, told: Collection[str]) -> LinkPlan:
    assistant = vapi_tools.get_assistant(known.vapi_assistant_id)
    found = {one for one, tool in links.others(assistant, told).items() if links.is_ours(tool)}
    return LinkPlan(known, assistant, vapi_assistants.without(assistant, {*told, *found}), ())
