"""Can an organization be set up so? Each setting as it is kept, or a sentence that says how to write it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import time
from functools import cache
from typing import Any
from zoneinfo import available_timezones

from vocabulary import Method

LONGEST_NAME = 120
MOST_REMINDERS = 5
REMINDER_MINUTES = range(5, 30 * 24 * 60 + 1)
RETENTION_DAYS = range(3_651)
RECORDING_DAYS = range(1, 36_501)
_zones = cache(available_timezones)
"""Looked up once: it opens some six hundred files."""
CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")


def clean_settings(given: Mapping[str, object], before: Mapping[str, Any]) -> dict[str, Any]:
    """What was given, as it is kept. Raises ValueError, naming the setting; `before` is all that stands."""
    clean = {name: CLEAN[name](given[name]) for name in CLEAN if name in given}
    whole = {**before, **clean}
    if whole["send_from"] >= whole["send_until"]:
        raise ValueError(
            "send_from must be before send_until: messages leave between the two, by the recipient's clock"
        )
    return clean


def clean_time(name: str, given: object) -> time:
    found = CLOCK.fullmatch(given) if isinstance(given, str) else None
    if found is None:
        raise ValueError(f"{name} must be a time like 08:00")
    return time(int(found.group(1)), int(found.group(2)))


def _name(given: object) -> str:
    name = " ".join(given.replace("\0", "").split()) if isinstance(given, str) else ""
    if not 1 <= len(name) <= LONGEST_NAME:
        raise ValueError(f"name must be a text of 1 to {LONGEST_NAME} characters")
    return name


def _timezone(given: object) -> str:
    if not isinstance(given, str) or given not in _zones():
        raise ValueError("timezone must be an IANA time zone like America/New_York")
    return given


def _minutes(given: object) -> list[int]:
    """The longest before first."""
    fits = isinstance(given, list | tuple) and all(type(one) is int and one in REMINDER_MINUTES for one in given)
    if not fits or not isinstance(given, list | tuple) or len(set(given)) > MOST_REMINDERS:
        raise ValueError(
            f"reminder_minutes must be a list of at most {MOST_REMINDERS} whole numbers of minutes before an"
            f" appointment, each from {REMINDER_MINUTES[0]} to {REMINDER_MINUTES[-1]}; an empty one sends no reminders"
        )
    return sorted(set(given), reverse=True)


def _methods(given: object) -> list[str]:
    possible = [method.value for method in Method]
    if not isinstance(given, list | tuple) or not given or not all(one in possible for one in given):
        raise ValueError("reminder_methods must be a list of sms, email or both")
    return [method for method in possible if method in given]


def _body_days(given: object) -> int:
    if type(given) is not int or given not in RETENTION_DAYS:
        raise ValueError(f"body_retention_days must be a whole number from 0 to {RETENTION_DAYS[-1]}")
    return given


def _recording_days(given: object) -> int | None:
    if given is None:
        return None
    if type(given) is not int or given not in RECORDING_DAYS:
        raise ValueError(
            f"recording_retention_days must be a whole number from 1 to {RECORDING_DAYS[-1]}, or null to keep all"
        )
    return given


def _keeps(given: object) -> bool:
    if not isinstance(given, bool):
        raise ValueError("keeps_originals must be true or false")  # noqa: TRY004 - what people are told is a ValueError
    return given


CLEAN: dict[str, Callable[[object], Any]] = {
    "name": _name,
    "timezone": _timezone,
    "send_from": lambda given: clean_time("send_from", given),
    "send_until": lambda given: clean_time("send_until", given),
    "reminder_minutes": _minutes,
    "reminder_methods": _methods,
    "body_retention_days": _body_days,
    "recording_retention_days": _recording_days,
    "keeps_originals": _keeps,
}
"""The setting and how it is read; alert_number is a telephone number, which providers/phones reads."""
