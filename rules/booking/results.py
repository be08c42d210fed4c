"""Whether a booking tool's answer says that it did what it was called for."""

from __future__ import annotations

import json
import re
from typing import Any

from rules.phrases import word_set

RESULT_LIMIT = 4_000
"""Characters of an answer that are read."""
WORD = re.compile(r"[a-z']+")
DONE = word_set("booked scheduled confirmed created reserved success successful successfully succeeded completed moved "
                "rescheduled updated cancelled canceled deleted removed done ok true")  # fmt: skip
FAILED = word_set("error errors failed fail failure fails unable cannot can't couldn't invalid missing unavailable "
                  "conflict conflicts denied unauthorized forbidden timeout exception rejected unsuccessful false "
                  "taken busy pending full")  # fmt: skip
NEGATING = word_set("not no never isn't wasn't hasn't won't didn't couldn't can't cannot unable already fully double "
                    "be to failed without")  # fmt: skip
"""In front of a word of success these take it back; "no errors" is no failure either."""
REACH = 3
"""Words in front that are searched for a negation."""
FLAGS = word_set("success ok booked confirmed created scheduled succeeded isbooked cancelled canceled rescheduled")
FAULTS = word_set("error errors errormessage exception failure")
STATES = word_set("status state result outcome")
STILL_OPEN = word_set("pending tentative requested waitlisted")
NAMES = word_set("id eventid bookingid appointmentid uid confirmation confirmationnumber htmllink")
"""What a calendar answers when it has made an entry."""


def succeeded(result: str | None, failed: bool | None) -> bool:
    """An answer that says nothing either way proves only what the provider says of it."""
    if failed:
        return False
    told = None if result is None else _told(result[:RESULT_LIMIT])
    return failed is False if told is None else told


def _told(result: str) -> bool | None:
    try:
        answer = json.loads(result)
    except (ValueError, RecursionError):
        return _said(result)
    return _listed(answer) if isinstance(answer, dict) else _said(str(answer))


def _listed(answer: dict[str, Any]) -> bool | None:
    """What a JSON object says, its errors first."""
    told: list[bool] = []
    for name, value in answer.items():
        verdict = _field(re.sub(r"[^a-z]", "", name.lower()), value)
        if verdict is False:
            return False
        if verdict:
            told.append(True)
    return True if told else None


def _field(name: str, value: Any) -> bool | None:
    if name in FAULTS:
        return False if value else None
    if name in FLAGS and isinstance(value, bool):
        return value
    if isinstance(value, dict):
        return _listed(value)
    if isinstance(value, str) and name in STATES and value.lower() in STILL_OPEN:
        return False
    if isinstance(value, str) and (name in STATES or name in ("message", "detail", "reason", "text", "data")):
        return _said(value)
    return True if name in NAMES and value else None


def _said(text: str) -> bool | None:
    """What comes first in a sentence of the answer: that it was done, or that it was not."""
    words = WORD.findall(text.lower().replace("’", "'"))
    for place, word in enumerate(words):
        taken_back = bool(NEGATING & set(words[max(place - REACH, 0) : place]))
        if word in DONE:
            return not taken_back
        if word in FAILED and not (taken_back and word in ("error", "errors")):
            return False
        if word == "available" and taken_back:
            return False
    return None
