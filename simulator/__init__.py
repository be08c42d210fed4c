"""Believable, correctly signed traffic of all providers: the demo, the load generator and the test harness in one."""

from simulator.deliveries import Delivery, Expected, Target
from simulator.play import Answer, Ledger, play
from simulator.stories import NO_FAULTS, ROUGH, Faults, NothingToSend, calls

__all__ = [
    "NO_FAULTS",
    "ROUGH",
    "Answer",
    "Delivery",
    "Expected",
    "Faults",
    "Ledger",
    "NothingToSend",
    "Target",
    "calls",
    "play",
]
