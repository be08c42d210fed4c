"""Where a contact stands after a call: new → contacted → booked or lost.

```
            reached            a booking
     new ───────────> contacted ─────────> booked
                       ^  │ no interest      │ cancelled
              interest │  v                  v
                       lost <───────── contacted if there is interest, else lost
```
A booking leads to `booked` from everywhere. What a person has set stays as it is.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rules.factors import fact
from rules.lead_score import Interest
from vocabulary import Evidence, Finding

VERSION = "1"
KIND = "lead_status"
NEW, CONTACTED, BOOKED, LOST = "new", "contacted", "booked", "lost"
STATUSES = (NEW, CONTACTED, BOOKED, LOST)
BOOKINGS = frozenset(("confirmed", "rescheduled"))


@dataclass(frozen=True, slots=True)
class CallEnd:
    """What one call says about its contact."""

    ended: bool
    reached: bool
    """Whether the two spoke with each other; a voicemail or an unanswered call is no contact."""
    booking: str | None
    """confirmed, requested, not_booked, rescheduled, cancelled; None where nobody knows."""
    interest: Interest


def next_lead_status(current: str | None, set_by_person: bool, call: CallEnd) -> Finding:
    """The status after a call: the same call again changes nothing. Any other word than the four counts as new."""
    before = current if current in STATUSES else NEW
    if set_by_person:
        return _finding(before, before, "A person has set the status", fact(f"status set by a person: {before}"))
    return _finding(before, *_after(before, call))


def status_after(calls: Iterable[CallEnd]) -> str:
    """The status that a contact's calls lead to, oldest first: the way to recompute it when one of them changed."""
    status = NEW
    for call in calls:
        status = str(next_lead_status(status, False, call).value["status"])
    return status


Step = tuple[str, str, tuple[Evidence, ...]]
"""The status, why, and from what."""


def _after(before: str, call: CallEnd) -> Step:
    booking = fact(f"booking: {call.booking}")
    if call.booking in BOOKINGS:
        return BOOKED, f"The booking is {call.booking}", booking
    if not call.reached:
        return before, "The two did not speak with each other", fact("not reached")
    if call.booking == "cancelled" and before == BOOKED:
        status = LOST if call.ended and call.interest.shown is False else CONTACTED
        return status, "The booking was cancelled", (*booking, *call.interest.evidence)
    if before == BOOKED:
        return BOOKED, "A booking stands until it is cancelled", fact("status before: booked")
    return _by_interest(before, call)


def _by_interest(before: str, call: CallEnd) -> Step:
    interest = call.interest
    if not call.ended or interest.shown is None:
        status = before if before == LOST else CONTACTED
        return status, "The two spoke; what it led to is not known", fact("reached")
    if interest.shown or call.booking == "requested":
        return CONTACTED, interest.why, interest.evidence
    return LOST, interest.why, interest.evidence


def _finding(before: str, status: str, why: str, evidence: tuple[Evidence, ...]) -> Finding:
    value = {"status": status, "before": before, "changed": status != before, "why": why}
    return Finding(KIND, VERSION, value, evidence)
