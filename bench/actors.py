"""Actors of the benchmarks, which the workers import beside their own: the baseline, and work that is easy to see."""

from __future__ import annotations

import dramatiq

from tasks.broker import LIVE, broker

MODULE = "bench.actors"
NOTHING = "do_nothing"


@dramatiq.actor(actor_name=NOTHING, queue_name=LIVE, broker=broker)
def do_nothing(org_id: str, job_id: str) -> None:
    """The baseline of all work: a bell like any other that nobody looks up."""
