"""What the load generator is told and what it tells: plain values that travel between processes as JSON."""

from __future__ import annotations

import base64
import json
from dataclasses import asdict, dataclass, field

from bench.payloads import CALL, CALLER, SID

LENGTHS = {CALL: 36, SID: 34, CALLER: 12}
"""Bytes that fill each slot."""


@dataclass(frozen=True, slots=True)
class Plan:
    """One run of the load generator.

    Request number n uses shape n modulo their count, and belongs to call n divided by it, less the shape's lag. With
    a rate the times are fixed beforehand and each latency counts from its request's time, whenever it could be sent.
    """

    port: int
    shapes: tuple[str, ...]
    """Requests in full, slots open, as base64."""
    prefix: str
    """8 hex digits that no other run has: they are in the ids of all of its calls."""
    connections: int = 1
    seconds: float | None = None
    count: int | None = None
    """Ends after so many requests; either this or `seconds`, or both."""
    rate: float | None = None
    lags: tuple[int, ...] = (0,)
    fresh: bool = False
    """A connection of its own for each request."""
    keep: bool = False
    """Whether to tell of each answered request, and not only how long it took."""


@dataclass(frozen=True, slots=True)
class Outcome:
    started_at: float
    """Seconds since the epoch, as are all times here."""
    seconds: float
    """From the first request to the last answer that counts."""
    answered: int
    """2xx within those seconds."""
    accepted: int
    """2xx in all: the requests that were under way at the end got their answers too."""
    refused: dict[str, int] = field(default_factory=dict)
    """Other answers by status, and connections that broke under a request as `broken`."""
    latencies_ms: list[float] = field(default_factory=list)
    acknowledged: list[tuple[int, int, float]] = field(default_factory=list)
    """Shape, call and time of each 2xx, where the plan asked for them."""

    @property
    def rate(self) -> float:
        return self.answered / self.seconds if self.seconds else 0.0


def shape(head: bytes, body: bytes) -> str:
    return base64.b64encode(head + body).decode()


def filled_length(body: bytes) -> int:
    """How long a body is when its slots are filled."""
    open_slots = sum(body.count(slot.encode()) * (length - len(slot)) for slot, length in LENGTHS.items())
    return len(body) + open_slots


def call_id(prefix: str, number: int) -> str:
    return f"{prefix}-0000-7000-8000-{number:012x}"


def call_sid(prefix: str, number: int) -> str:
    return f"CA{prefix}{number:024x}"


def caller(number: int) -> str:
    return f"+1202{2_000_000 + number % 7_999_999}"


def to_json(value: Plan | Outcome) -> str:
    return json.dumps(asdict(value))


def plan_from(text: str) -> Plan:
    given = json.loads(text)
    return Plan(**given | {"shapes": tuple(given["shapes"]), "lags": tuple(given["lags"])})


def outcome_from(text: str) -> Outcome:
    return Outcome(**json.loads(text))
