"""Readers for single values of a decoded body: lenient in what they take, strict in what they give, never raising."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta, tzinfo
from decimal import Decimal, InvalidOperation
from math import isfinite
from typing import Any, TypeVar

from providers.body import clean
from vocabulary import bounded

T = TypeVar("T")

MAX_TEXT = 10_000
MAX_DIGITS = 40
MAX_MONEY = Decimal(10) ** 8
MAX_SECONDS = Decimal(10) ** 9
CENT_FRACTION = Decimal("0.0001")
MILLISECOND = Decimal("0.001")

FIRST_YEAR, LAST_YEAR = 2000, 2100
MILLISECONDS_FROM = Decimal(10) ** 11
"""Epoch numbers from here on count milliseconds: as seconds they would lie beyond the year 5000."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
LAST_EPOCH = Decimal(5) * 10**9
"""Seconds; in the year 2128."""


def dig(value: Any, *path: str) -> Any:
    """The value under nested names; None as soon as one is missing or its parent is no object."""
    for name in path:
        if not isinstance(value, dict):
            return None
        value = value.get(name)
    return value


def text(value: Any) -> str | None:
    """A string or number as trimmed text, storable; None for blank ones and for everything else."""
    if isinstance(value, float):
        value = int(value) if value.is_integer() else value if isfinite(value) else None
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    # Cut before it is cleaned, which takes long for what is long.
    return str(clean(str(value).strip()[:MAX_TEXT])).strip() or None


def identifier(value: Any) -> str | None:
    """A name that can stand in an index and tells two different ones apart, however long they are."""
    given = text(value)
    return bounded(given) if given else None


def sha256_key(*parts: bytes) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part)
    return f"sha256:{digest.hexdigest()}"


def number(value: Any) -> Decimal | None:
    """A finite number, given as such or as a string of at most MAX_DIGITS characters."""
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return None
    try:
        read = Decimal(str(value).strip()) if len(str(value)) <= MAX_DIGITS else None
    except (InvalidOperation, ValueError):
        return None
    return read if read is not None and read.is_finite() and abs(read.adjusted()) <= MAX_DIGITS else None


def money(value: Any) -> Decimal | None:
    """US dollars to four places; None where it is negative or more than the column holds."""
    return _bounded(number(value), MAX_MONEY, CENT_FRACTION)


def seconds(value: Any) -> Decimal | None:
    """A duration in seconds to the millisecond, also from `m:ss` and `h:mm:ss`."""
    if isinstance(value, str) and ":" in value:
        return _bounded(_clock(value), MAX_SECONDS, MILLISECOND)
    return _bounded(number(value), MAX_SECONDS, MILLISECOND)


def seconds_between(start: datetime | None, end: datetime | None) -> Decimal | None:
    """The time from one moment to a later one; None where either is unknown or they are the wrong way round."""
    if start is None or end is None or end < start:
        return None
    return _bounded(Decimal((end - start) // timedelta(milliseconds=1)) / 1000, MAX_SECONDS, MILLISECOND)


def _clock(value: str) -> Decimal | None:
    parts = [number(part) for part in value.split(":", 3)]
    total = Decimal(0)
    for part in parts:
        if part is None or not 0 <= part < MAX_SECONDS:
            return None
        total = total * 60 + part
    return total if len(parts) <= 3 else None


def _bounded(value: Decimal | None, limit: Decimal, step: Decimal) -> Decimal | None:
    return value.quantize(step) if value is not None and 0 <= value < limit - 1 else None


def fraction(value: Any) -> float | None:
    """A number from 0 to 1."""
    read = number(value)
    return float(read) if read is not None and 0 <= read <= 1 else None


def moment(value: Any, zone: tzinfo = UTC) -> datetime | None:
    """UTC time from ISO 8601 (in `zone` where it names none) or an epoch number of seconds or milliseconds.

    None for what is no time, or lies outside FIRST_YEAR to LAST_YEAR and would outweigh every true statement.
    """
    epoch = number(value)
    if epoch is not None:
        return _from_epoch(epoch)
    try:
        read = datetime.fromisoformat(value.strip()) if isinstance(value, str) else None
    except ValueError:
        return None
    return in_utc(read, zone)


def in_utc(read: datetime | None, zone: tzinfo = UTC) -> datetime | None:
    """An aware or naive time (naive: of `zone`) in UTC; None outside FIRST_YEAR to LAST_YEAR."""
    if read is None or not FIRST_YEAR <= read.year <= LAST_YEAR:
        return None
    return (read if read.tzinfo else read.replace(tzinfo=zone)).astimezone(UTC)


def _from_epoch(epoch: Decimal) -> datetime | None:
    count = epoch / 1000 if epoch >= MILLISECONDS_FROM else epoch
    if not 0 <= count < LAST_EPOCH:
        return None
    return in_utc(EPOCH + timedelta(milliseconds=int(count * 1000)))


def first(*values: T | None) -> T | None:
    """The first value that is not missing; zero is a value."""
    return next((value for value in values if value is not None), None)


def said(facts: Mapping[str, Any]) -> dict[str, Any]:
    """Only what was said: facts without those that are missing."""
    return {name: value for name, value in facts.items() if value is not None}
