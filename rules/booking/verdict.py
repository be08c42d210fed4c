"""The verdict on a call's booking, by the best proof that there is: an act, the provider's data, else the words."""

from __future__ import annotations

from collections.abc import Sequence

from rules.booking.follow import story_of
from rules.booking.language import is_english
from rules.booking.proofs import Proofs, acted
from rules.booking.story import Verdict
from vocabulary import Evidence, Finding, Turn

VERSION = "1"
KIND = "booking"

APPOINTMENT = {"booked": Verdict.CONFIRMED, "moved": Verdict.RESCHEDULED, "cancelled": Verdict.CANCELLED}
FOREIGN = "The call does not seem to be in English, so its words prove no booking."
STATED = {
    True: (Verdict.CONFIRMED, (Verdict.RESCHEDULED,)),
    False: (Verdict.NOT_BOOKED, (Verdict.REQUESTED, Verdict.CANCELLED)),
}
"""What the provider's yes or no means, and which verdicts of the words may say more of the same."""


def read_booking(turns: Sequence[Turn]) -> Finding:
    """From the words alone; the evidence is empty where nothing was said about an appointment."""
    if not is_english(turns):
        return _finding(Verdict.NOT_BOOKED, "words", FOREIGN, ())
    story = story_of(turns)
    return _finding(story.verdict(), "words", story.why(), story.evidence())


def decide_booking(turns: Sequence[Turn], proofs: Proofs) -> Finding:
    """The first that speaks: a tool that acted, an appointment made during the call, the provider's data, the words."""
    act = acted(proofs.tools)
    if act:
        return _fact(act.verdict, "tool", "A tool did it during the call.", f"tool {act.name} succeeded")
    made = APPOINTMENT.get((proofs.appointment or "").strip().lower())
    if made:
        why = "An appointment was changed during the call."
        return _fact(made, "appointment", why, f"appointment {proofs.appointment} during the call")
    words = read_booking(turns)
    return words if proofs.stated is None else _stated(proofs.stated, words)


def _stated(stated: bool, words: Finding) -> Finding:
    verdict, finer = STATED[stated]
    said = Verdict(words.value["booking"])
    word = "booked" if stated else "not booked"
    why = f"The provider's data say {word}."
    return _fact(said if said in finer else verdict, "provider", why, f"the provider's data say {word}")


def _fact(verdict: Verdict, by: str, why: str, fact: str) -> Finding:
    return _finding(verdict, by, why, (Evidence(fact),))


def _finding(verdict: Verdict, by: str, why: str, evidence: tuple[Evidence, ...]) -> Finding:
    return Finding(KIND, VERSION, {"booking": str(verdict), "by": by, "why": why}, evidence)
