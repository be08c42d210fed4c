"""Actors of the benchmarks, which the workers import beside their own: the baseline, and work that is easy to see."""

from __future__ import annotations

import os
from uuid import UUID

import dramatiq

from models.database import Transaction
from tasks.broker import LIVE, broker
from tasks.ledger import work

MODULE = "bench.actors"
NOTHING = "do_nothing"
HOLD_SECONDS = 8
"""Longer than a blow needs to fall, shorter than a lease: nobody waits for the query itself."""


@dramatiq.actor(actor_name=NOTHING, queue_name=LIVE, broker=broker)
def do_nothing(org_id: str, job_id: str) -> None:
    """The baseline of all work: a bell like any other that nobody looks up."""


def held_key(name: str) -> str:
    """Where in Valkey the process that holds this job leaves its number."""
    return f"bench:held:{name}"


@work()
def hold_once(tx: Transaction, org_id: UUID, name: str) -> None:
    """Is in the middle of a query when the blow falls; whoever has the job next finishes it at once."""
    if broker.client.set(held_key(name), os.getpid(), nx=True):
        tx.run("SELECT pg_sleep(%s)", (HOLD_SECONDS,))


@work()
def finish_at_once(tx: Transaction, org_id: UUID) -> None:
    """Shows when its job was found, and does nothing else."""
