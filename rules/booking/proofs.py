"""What else than words proves a booking: the tools that the assistant used, appointments, the provider's own data."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from rules.booking.results import succeeded
from rules.booking.story import Verdict
from rules.phrases import word_set
from vocabulary import ToolUse

PIECE = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
"""A word of a tool's name, in snake_case, camelCase or with dots."""
BOOKED = word_set("appointment appointments booking bookings event reservation reservations consultation consult visit "
                  "meeting slot table calendar session tour")  # fmt: skip
BOOKING = word_set("book booking schedule reserve")
"""These say by themselves what the tool does."""
MAKING = word_set("create make add insert set new place finalize submit post confirm")
MOVING = word_set("reschedule move update change modify edit shift postpone patch")
CANCELLING = word_set("cancel delete remove cancellation")
LOOKING = word_set(
    "check get list find search fetch lookup query read availability available view show validate verify suggest "
    "freebusy"
)
OTHER = word_set(
    "link sms text email mail message reminder callback call followup request waitlist waiting draft quote price "
    "policy note lead contact customer status payment deposit transfer log summary question"
)
"""A tool with such a word books nothing, even where it speaks of bookings."""


@dataclass(frozen=True, slots=True)
class Proofs:
    tools: tuple[ToolUse, ...] = ()
    """In the order of the call."""
    appointment: str | None = None
    """What became of an appointment during the call: booked, cancelled, moved."""
    stated: bool | None = None
    """Whether the provider's structured data say booked, None where they say nothing."""


class Act(NamedTuple):
    name: str
    verdict: Verdict


def acted(tools: Sequence[ToolUse]) -> Act | None:
    """What the tools that succeeded did to the appointment in the end; None where none did anything.

    Taken out and made anew, in either order, is moved, unless the last made was taken out again by a second act.
    """
    end: Act | None = None
    for tool in tools:
        done = purpose(tool.name)
        if done is None or not succeeded(tool.result, tool.failed):
            continue
        verdict = Verdict.RESCHEDULED if end and {end.verdict, done} in EXCHANGES else done
        end = Act(tool.name, verdict)
    return end


EXCHANGES = ({Verdict.CANCELLED, Verdict.CONFIRMED}, {Verdict.CONFIRMED, Verdict.RESCHEDULED})


def purpose(name: str) -> Verdict | None:
    """What a tool of this name is for: to book, move or cancel an appointment; None for anything else."""
    words = {word.lower() for word in PIECE.findall(name)}
    if words & OTHER or (words & LOOKING and "and" not in words):
        return None
    if words & MOVING and words & (BOOKED | BOOKING | {"reschedule"}):
        return Verdict.RESCHEDULED
    if words & CANCELLING and words & (BOOKED | {"cancel"}):
        return Verdict.CANCELLED
    makes = words & BOOKING or (words & MAKING and words & BOOKED)
    return Verdict.CONFIRMED if makes and words != {"confirm", "appointment"} else None
