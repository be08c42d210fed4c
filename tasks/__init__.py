"""All work: Dramatiq actors by capability, over the ledger. `python -m dramatiq tasks` runs them."""

from tasks import analysis, events, recordings, refinement, repair, upkeep
from tasks.broker import broker

__all__ = ["analysis", "broker", "events", "recordings", "refinement", "repair", "upkeep"]
