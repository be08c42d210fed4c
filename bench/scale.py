"""How long and how hard each benchmark works: the whole, --quick, and what a test can afford."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Scale:
    rounds: int
    """Times that baseline and ours take turns."""
    seconds: float
    """Length of one half of a round under load."""
    connections: int
    """Kept open by the load generator when it sends as fast as it is answered."""
    steady_rate: float
    """Requests a second of the open loop."""
    pickups: int
    calls: int
    """Whole calls a round."""
    slow_connections: int
    idle_connections: int
    good_rate: float
    """Requests a second while hostile connections are held."""
    recoveries: int
    """Times that each blow falls."""
    idle_seconds: float
    few_calls: int
    """Of the organization beside which the large one is measured."""
    many_calls: int
    readings: int
    """Requests of each page and organization a round."""


FULL = Scale(
    rounds=5, seconds=6.0, connections=48, steady_rate=500.0, pickups=400, calls=400,
    slow_connections=400, idle_connections=100, good_rate=100.0, recoveries=1, idle_seconds=10.0,
    few_calls=10_000, many_calls=1_000_000, readings=200,
)  # fmt: skip
QUICK = Scale(
    rounds=3, seconds=2.5, connections=48, steady_rate=500.0, pickups=60, calls=200,
    slow_connections=400, idle_connections=100, good_rate=100.0, recoveries=1, idle_seconds=5.0,
    few_calls=10_000, many_calls=100_000, readings=100,
)  # fmt: skip
TINY = Scale(
    rounds=1, seconds=0.5, connections=4, steady_rate=40.0, pickups=10, calls=10,
    slow_connections=10, idle_connections=5, good_rate=20.0, recoveries=1, idle_seconds=1.0,
    few_calls=20, many_calls=200, readings=3,
)  # fmt: skip
"""For tests: the figures mean nothing, but they are all there."""
