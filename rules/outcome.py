"""What became of a call, in one plain word and one sentence, from what is known of how it ended.

Asked in order: a booking, the call centre's own word, a technical end, an end without contact, a conversation.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from rules.dispositions import read
from rules.factors import fact, measured
from vocabulary import CallStatus, Evidence, Finding

VERSION = "1"
KIND = "outcome"

SENTENCES = {
    "booked": "An appointment was booked",
    "rescheduled": "An appointment was moved to another time",
    "cancelled": "An appointment was cancelled",
    "requested": "The caller wants an appointment, but none is fixed yet",
    "callback": "The caller is to be called back",
    "not_interested": "The caller is not interested",
    "do_not_call": "The caller does not want to be called again",
    "transferred": "The call was passed on to somebody else",
    "transfer_failed": "Whom the call was passed on to was not reached",
    "answered": "The two spoke with each other",
    "voicemail": "A voicemail or a machine answered",
    "no_answer": "Nobody answered",
    "busy": "The line was busy",
    "rejected": "The call was rejected",
    "wrong_number": "It was a wrong number",
    "disconnected": "The line was not connected",
    "dropped": "The call ended before the two could speak",
    "called_off": "The call was called off before it was answered",
    "failed": "The call failed",
    "under_way": "The call has not ended yet",
    "unknown": "It is not known what became of the call",
}
SPOKE = frozenset(
    (
        "booked", "rescheduled", "cancelled", "requested", "callback", "not_interested", "do_not_call", "transferred",
        "transfer_failed", "answered",
    )
)  # fmt: skip
"""The outcomes for which two people, or a person and an assistant, spoke with each other."""

BOOKINGS = {
    "confirmed": "booked",
    "rescheduled": "rescheduled",
    "cancelled": "cancelled",
    "requested": "requested",
}
VAGUE = frozenset(("answered", "failed"))
"""What a call centre says of most calls: how the call ended technically says more."""
CAUSES = {
    "our_setup": "because of a setting or a server of ours",
    "account": "because of the account at the provider",
    "platform": "on the provider's side",
}
OWNERS = {
    "organization": "it is for the organization to put right",
    "vapi": "it is for Vapi to put right",
    "vendor": "it is for a vendor behind the provider to put right",
    "carrier": "it is for the telephone carrier to put right",
    "nobody": "nobody is at fault",
}
STATUSES = {
    CallStatus.NO_ANSWER: "no_answer",
    CallStatus.BUSY: "busy",
    CallStatus.FAILED: "failed",
    CallStatus.CANCELED: "called_off",
}
NOT_ENDED = frozenset((CallStatus.QUEUED, CallStatus.RINGING, CallStatus.IN_PROGRESS, CallStatus.FORWARDING))
LONGEST_QUOTE = 120


@dataclass(frozen=True, slots=True)
class Ended:
    """What is known of a call's end; None where nobody said."""

    ending: str | None = None
    """The class of the ended reason: human, not_reached, our_setup, account, platform."""
    fault: str | None = None
    """Who has to act on it: nobody, organization, vapi, vendor, carrier."""
    ended_reason: str | None = None
    """The provider's own word, only to be shown."""
    status: str | None = None
    booking: str | None = None
    disposition: str | None = None
    seconds: float | Decimal | None = None


class _Answer(NamedTuple):
    outcome: str
    evidence: tuple[Evidence, ...]
    further: str = ""
    """What the sentence goes on with."""


def plain_outcome(call: Ended) -> Finding:
    """The outcome, a sentence for people, and the facts that it was read from."""
    answer = next(_answers(call))
    value = {
        "outcome": answer.outcome,
        "sentence": SENTENCES[answer.outcome] + answer.further + ".",
        "spoke": answer.outcome in SPOKE,
        "ending": call.ending,
        "fault": call.fault,
    }
    return Finding(KIND, VERSION, value, answer.evidence)


def _answers(call: Ended) -> Iterator[_Answer]:
    """Every answer that the facts allow, the weightiest first."""
    word, booking = read(call.disposition), BOOKINGS.get(call.booking or "")
    by_word, by_booking = _fact("disposition", call.disposition), _fact("booking", call.booking)
    if booking and booking != "requested":
        yield _Answer(booking, by_booking, _broken_off(call))
    if word in ("booked", "rescheduled") and call.booking == "not_booked":
        yield _Answer("answered", (*by_word, *by_booking), "; the agent noted a booking, but none was found")
    if word and word not in VAGUE:
        yield _Answer(word, by_word)
    if booking:
        yield _Answer(booking, by_booking, _broken_off(call))
    yield from _technical(call)
    if word:
        yield _Answer(word, by_word)
    yield from _ordinary(call)


def _technical(call: Ended) -> Iterator[_Answer]:
    if call.ending in CAUSES:
        yield _Answer("failed", _ending(call), f" {CAUSES[call.ending]}{_owner(call)}")
    if call.ending == "not_reached":
        yield _Answer(_not_reached(call), _ending(call))
    status = CallStatus(call.status) if call.status in set(CallStatus) else CallStatus.UNKNOWN
    if status in STATUSES:
        yield _Answer(STATUSES[status], _fact("status", call.status))


def _not_reached(call: Ended) -> str:
    if call.status == CallStatus.COMPLETED:
        return "transfer_failed"
    if call.status == CallStatus.FAILED:
        return "wrong_number" if call.fault == "organization" else "disconnected"
    return "busy" if call.status == CallStatus.BUSY else "no_answer"


def _ordinary(call: Ended) -> Iterator[_Answer]:
    if call.status in NOT_ENDED:
        yield _Answer("under_way", _fact("status", call.status))
    seconds = measured(call.seconds)
    if (call.ending == "human" or call.status == CallStatus.COMPLETED) and (seconds is None or seconds > 0):
        evidence = (*_ending(call), *_fact("status", call.status), *_fact("seconds", call.seconds))
        yield _Answer("answered", evidence)
    yield _Answer("unknown", fact("nothing is known of how the call ended"))


def _broken_off(call: Ended) -> str:
    return f"; then the call broke off {CAUSES[call.ending]}" if call.ending in CAUSES else ""


def _owner(call: Ended) -> str:
    return f"; {OWNERS[call.fault]}" if call.fault in OWNERS else "; who has to put it right is not known"


def _ending(call: Ended) -> tuple[Evidence, ...]:
    return (
        *_fact("ended reason", call.ended_reason),
        *_fact("ending", call.ending),
        *_fact("fault", call.fault),
    )


def _fact(name: str, said: object) -> tuple[Evidence, ...]:
    return fact(f"{name}: {str(said)[:LONGEST_QUOTE]}") if said not in (None, "") else ()
