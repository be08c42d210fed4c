"""What may go wrong in a job, and what follows from it: the one place that decides between later and never."""

from __future__ import annotations

import random
from dataclasses import dataclass

import psycopg2

from logs import places
from models.database import is_passing

BACKOFF_SECONDS = (2, 10, 60, 300, 1800)
BUSY_SECONDS = 2


class WorkError(Exception):
    """An outcome that an actor chose. Its message is shown to people: ids and counts only."""


class Busy(WorkError):
    """The world is not ready: again after `delay` seconds, without counting as an attempt."""

    def __init__(self, message: str, delay: float = BUSY_SECONDS) -> None:
        self.delay = delay
        super().__init__(message)


class Refused(WorkError):
    """It will never work: the job ends dead at once, with this reason."""


@dataclass(frozen=True, slots=True)
class Later:
    seconds: float
    counts: bool


def decide(error: BaseException, attempts: int, most: int) -> Later | None:
    """When to try again after this error, or None for never."""
    if isinstance(error, Refused):
        return None
    if isinstance(error, Busy):
        return Later(error.delay, counts=False)
    if is_passing(error):
        return Later(_jitter(BUSY_SECONDS), counts=False)
    return _later(attempts, most)


def _later(attempts: int, most: int) -> Later | None:
    if attempts >= most:
        return None
    return Later(_jitter(BACKOFF_SECONDS[min(attempts, len(BACKOFF_SECONDS)) - 1]), counts=True)


def _jitter(seconds: float) -> float:
    return seconds * random.uniform(0.8, 1.2)  # noqa: S311 - spreads retries, guards nothing


def describe(error: BaseException) -> str:
    """An error in words that are safe to keep: types, codes and places, never the values in a message."""
    name = type(error).__name__
    if isinstance(error, WorkError):
        return f"{name}: {error}"
    if isinstance(error, psycopg2.Error):
        constraint = getattr(error.diag, "constraint_name", None)
        return f"{name} {error.pgcode or ''} {constraint or ''}".strip() + _place(error)
    return name + _place(error)


def _place(error: BaseException) -> str:
    found = places(error)
    return f" at {found}" if found else ""
