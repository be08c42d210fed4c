"""Events that arrive together are stored together: under load many share one round trip and one commit."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass

import psycopg2

from edge.bells import ringer
from models.database import is_passing
from models.events import Arrival, accept
from models.ledger import Bell
from vocabulary import Receipt

AT_ONCE = 32
"""Events in one commit at most."""
BYTES_AT_ONCE = 1024 * 1024
"""Bytes of bodies after which no further event joins a commit."""


@dataclass(slots=True, eq=False)
class Ticket:
    """An event in the queue and, once somebody has stored it, its outcome. No arrival: its sender was told to retry."""

    arrival: Arrival | None
    outcome: Receipt | BaseException | None = None


class Door:
    """Whoever gets through next stores everything that waits by then, for the others too: nobody waits for company."""

    def __init__(self) -> None:
        self._waiting: deque[Ticket] = deque()
        self._gate = threading.Lock()

    def store(self, arrival: Arrival) -> Receipt:
        """Stores the event in this call or in another's; raises what storing it raised."""
        ticket = Ticket(arrival)
        self._waiting.append(ticket)
        try:
            while ticket.outcome is None:
                with self._gate:
                    if ticket.outcome is None:
                        _store_all(self._next())
        finally:
            # Whoever waited too long leaves a ticket behind: without its body, or a silent database would cost memory.
            ticket.arrival = None
        if isinstance(ticket.outcome, BaseException):
            raise ticket.outcome
        return ticket.outcome

    def _next(self) -> list[tuple[Ticket, Arrival]]:
        batch: list[tuple[Ticket, Arrival]] = []
        size = 0
        while self._waiting and len(batch) < AT_ONCE and size < BYTES_AT_ONCE:
            ticket = self._waiting.popleft()
            if ticket.arrival is not None:
                batch.append((ticket, ticket.arrival))
                size += len(ticket.arrival.body)
        return batch


def _store_all(batch: list[tuple[Ticket, Arrival]]) -> None:
    try:
        for (ticket, _), receipt in zip(batch, accept([arrival for _, arrival in batch]), strict=True):
            ticket.outcome = receipt
        ringer.ring_soon([bell for ticket, _ in batch if (bell := _bell(ticket.outcome))])
    except Exception as error:  # noqa: BLE001 - what does not pass by itself belongs to the event that caused it
        if len(batch) == 1 or is_passing(error):
            _give(batch, error)
        else:
            _store_each(batch)
    except BaseException:
        _give(batch, psycopg2.OperationalError("whoever stored this was stopped"))
        raise


def _bell(outcome: Receipt | BaseException | None) -> Bell | None:
    if isinstance(outcome, Receipt) and outcome.org_id is not None and outcome.job_id is not None:
        return Bell(outcome.org_id, outcome.job_id, "process_event")
    return None


def _store_each(batch: list[tuple[Ticket, Arrival]]) -> None:
    """One event that the database cannot take must not cost the others theirs."""
    for entry in batch:
        _store_all([entry])


def _give(batch: list[tuple[Ticket, Arrival]], error: BaseException) -> None:
    for ticket, _ in batch:
        ticket.outcome = error


door = Door()
