"""All work: Dramatiq actors by capability, over the ledger. `python -m dramatiq tasks` runs them."""

from tasks import (
    callback_looks,
    callback_upkeep,
    clearing,
    connections,
    dialling,
    events,
    follow_ups,
    keys,
    meaning,
    message_upkeep,
    messages,
    persons,
    recording_upkeep,
    recordings,
    refinement,
    repair,
    search,
    settling,
    upkeep,
)
from tasks.broker import broker
from tasks.tools import jobs

__all__ = [
    "broker",
    "callback_looks",
    "callback_upkeep",
    "clearing",
    "connections",
    "dialling",
    "events",
    "follow_ups",
    "jobs",
    "keys",
    "meaning",
    "message_upkeep",
    "messages",
    "persons",
    "recording_upkeep",
    "recordings",
    "refinement",
    "repair",
    "search",
    "settling",
    "upkeep",
]
