"""Which reminders an appointment gets, and when: so long before it, each by so many ways, and none too late."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from vocabulary import Method

LATE = timedelta(minutes=15)
"""A reminder whose time passed longer ago than this would tell nobody anything: whoever made the appointment knows."""


@dataclass(frozen=True, slots=True)
class Reminder:
    """One to be sent: at `send_at`, which names itself by how many minutes before the appointment it was meant for."""

    send_at: datetime
    minutes: int
    method: Method


def reminders(
    starts_at: datetime, now: datetime, minutes: Iterable[int], methods: Iterable[Method]
) -> tuple[Reminder, ...]:
    """What an appointment that stands at `now` gets, the earliest first; nothing once it has begun.

    A reminder that is due already, or was up to LATE ago, is sent at once.
    """
    if now >= starts_at:
        return ()
    by, found = sorted(set(methods)), []
    for before in sorted(set(minutes), reverse=True):
        due = starts_at - timedelta(minutes=before)
        if due < starts_at and due >= now - LATE:
            found += [Reminder(max(due, now), before, method) for method in by]
    return tuple(found)
