"""All work: Dramatiq actors by capability, over the ledger. `python -m dramatiq tasks` runs them."""

from tasks import events, meaning, persons, recording_upkeep, recordings, refinement, repair, upkeep
from tasks.broker import broker

__all__ = ["broker", "events", "meaning", "persons", "recording_upkeep", "recordings", "refinement", "repair", "upkeep"]
