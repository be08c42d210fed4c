"""Events that arrive together are stored together: under load many share one round trip and one commit."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass

import psycopg2

from edge.bells import ringer
from models.database import Unavailable
from models.events import Arrival, accept
from models.ledger import Bell
from vocabulary import Receipt

AT_ONCE = 32
"""Events in one commit at most."""


@dataclass(slots=True)
class Ticket:
    """An event in the queue and, once somebody has stored it, its outcome."""

    arrival: Arrival
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
        while ticket.outcome is None:
            with self._gate:
                if ticket.outcome is None:
                    _store_all([self._waiting.popleft() for _ in range(min(AT_ONCE, len(self._waiting)))])
        if isinstance(ticket.outcome, BaseException):
            raise ticket.outcome
        return ticket.outcome


def _store_all(batch: list[Ticket]) -> None:
    try:
        for ticket, receipt in zip(batch, accept([ticket.arrival for ticket in batch]), strict=True):
            ticket.outcome = receipt
        ringer.ring_soon([bell for ticket in batch if (bell := _bell(ticket.outcome))])
    except Unavailable as error:
        _give(batch, error)
    except Exception as error:  # noqa: BLE001 - whatever it is, it belongs to the event that caused it
        if len(batch) == 1:
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


def _store_each(batch: list[Ticket]) -> None:
    """One event that the database cannot take must not cost the others theirs."""
    for ticket in batch:
        _store_all([ticket])


def _give(batch: list[Ticket], error: BaseException) -> None:
    for ticket in batch:
        ticket.outcome = error


door = Door()
