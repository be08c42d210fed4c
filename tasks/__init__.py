"""All work: Dramatiq actors by capability, over the ledger. `python -m dramatiq tasks` runs them."""

from tasks import (
    connections,
    events,
    meaning,
    message_upkeep,
    messages,
    persons,
    recording_upkeep,
    recordings,
    refinement,
    repair,
    settling,
    upkeep,
)
from tasks.broker import broker
from tasks.tools import jobs

__all__ = [
    "broker",
    "connections",
    "events",
    "jobs",
    "meaning",
    "message_upkeep",
    "messages",
    "persons",
    "recording_upkeep",
    "recordings",
    "refinement",
    "repair",
    "settling",
    "upkeep",
]
