"""What became of an appointment in the course of a call: asked for, offered, agreed, made; and undone, if it was.

Each turn moves the story on. How firmly an appointment stands is a level, and what comes later weighs more: a refusal
takes back what was only agreed, a failed attempt what was thought to be made, a cancellation all of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum

from vocabulary import Evidence


class Verdict(StrEnum):
    CONFIRMED = "confirmed"
    REQUESTED = "requested"
    NOT_BOOKED = "not_booked"
    RESCHEDULED = "rescheduled"
    CANCELLED = "cancelled"


class Level(IntEnum):
    OPEN = 0
    TAKEN = 1
    """The caller agreed to a time, and the agent went on without taking it back."""
    LIKELY = 2
    """And the agent closed as one does after booking: "see you then"."""
    SURE = 3
    """The agent said that it is made."""


REASONS = {
    Verdict.CONFIRMED: "A time was offered and taken, and nothing took it back.",
    Verdict.RESCHEDULED: "An appointment was moved: a new time was offered and taken.",
    Verdict.CANCELLED: "The caller gave up an appointment and no new time was agreed.",
    Verdict.REQUESTED: "An appointment was asked for, and the answer is still open.",
    Verdict.NOT_BOOKED: "Nothing was said that makes an appointment.",
}
SAID = {
    Verdict.CONFIRMED: "The agent said that the appointment is made.",
    Verdict.RESCHEDULED: "The agent said that the appointment is moved.",
}


@dataclass(slots=True)
class Story:
    """What is known after the turns so far: the words that say so, or None."""

    asked: Evidence | None = None
    """The caller wants an appointment."""
    need: Evidence | None = None
    """The caller wants something that an appointment may be for."""
    wish: Evidence | None = None
    """A time that the caller named."""
    offer: Evidence | None = None
    """What the agent offered or read back, and the caller has not answered."""
    agreed: Evidence | None = None
    later: Evidence | None = None
    """The agent's side owes an answer."""
    later_books: bool = False
    """Whether that answer was said to be an appointment."""
    declined: Evidence | None = None
    refused: Evidence | None = None
    """No room, or a failed attempt."""
    existing: Evidence | None = None
    """An appointment from before this call is spoken of."""
    moving: Evidence | None = None
    leaving: Evidence | None = None
    """The caller wants to cancel, or cannot come."""
    dropped: Evidence | None = None
    """The agent took an appointment out."""
    restated: Evidence | None = None
    """The time that the agent named after the caller's yes: it stands unless somebody takes it back."""
    proof: Evidence | None = None
    level: Level = Level.OPEN
    errand: Evidence | None = None
    """The caller comes for something else: to collect an order, to find the way."""
    newly_wished: bool = False
    """Whether the caller's last turn named the wish."""
    timed: bool = False
    """Whether anybody has named a time."""
    invited: Evidence | None = None
    """The agent asked whether the caller wants to book, without a time."""
    offered: bool = False
    """Whether anything was on offer at any point."""
    solid: bool = False
    """Whether the offer was put as one: a time alone may be anything."""
    scheduling: bool = False
    """Whether the agent asked for a day or an hour."""
    asked_when: bool = False
    """Whether the agent's last words did, so that a lone number is an hour."""
    paused: bool = False
    """Whether the caller had to ask or look first, so that "okay" is no answer yet."""
    checked: bool = False
    """Whether the offer is the caller's own wish, read back."""
    closing: bool = False
    """Whether the agent's last words asked for anything else."""
    spoken: bool = False
    """Whether the caller has said anything: a message on a machine asks for nothing."""
    answered: bool = False
    """Whether the agent has spoken since the caller asked."""

    def stand(self, level: Level, proof: Evidence) -> None:
        """An appointment stands, as far as can be told."""
        if level >= self.level:
            self.level, self.proof = level, proof
        self.moving = self.moving or self.leaving or (None if self.asked else self.existing)
        self.offer = self.wish = self.later = self.declined = self.refused = None
        self.dropped = self.leaving = None

    def fall(self) -> None:
        """What was agreed or made is no more, and nothing is on offer."""
        self.level, self.proof = Level.OPEN, None
        self.offer = self.agreed = self.wish = self.restated = None

    def propose(self, words: Evidence, *, checked: bool = False, solid: bool = True, told: bool = False) -> None:
        """The agent waits for a yes, so nothing stands yet, unless it was said to be made.

        `told` where the words are a statement, which repeats a time that was agreed.
        """
        held = self.agreed or self.level > Level.OPEN
        self.restated = words if held and told else None
        self.offer, self.agreed, self.later, self.checked = words, None, None, checked
        self.offered, self.solid, self.paused = self.offered or solid, solid, False
        if self.level < Level.SURE:
            self.level, self.proof = Level.OPEN, None

    def agree(self, words: Evidence) -> None:
        if self.invited:
            self.asked = self.asked or self.invited
        if self.offer:
            self.agreed, self.declined = words, None

    def turn_down(self, words: Evidence) -> None:
        """The caller does not want what is on offer."""
        self.declined = words
        self.offer = self.agreed = self.wish = self.later = self.restated = None
        if self.level < Level.SURE:
            self.level, self.proof = Level.OPEN, None

    def drop(self, words: Evidence) -> None:
        self.fall()
        self.dropped = words

    @property
    def only_existing(self) -> bool:
        """Whether all talk so far was about an appointment from before."""
        return bool(self.existing) and not (self.moving or self.leaving or self.offer or self.agreed or self.level)

    @property
    def wanted(self) -> bool:
        return bool(self.asked or self.need or self.wish or self.offer or self.agreed or self.moving)

    @property
    def purposeful(self) -> bool:
        """Whether anything but a time was said that makes this talk of an appointment."""
        felt = (self.need or self.scheduling) and not self.errand
        return bool(self.asked or self.solid or self.moving or self.leaving or self.existing or felt)

    def verdict(self) -> Verdict:
        if self.level > Level.OPEN:
            return Verdict.RESCHEDULED if self.moving else Verdict.CONFIRMED
        if self.dropped or (self.leaving and not self.answered):
            return Verdict.CANCELLED
        return Verdict.REQUESTED if self._is_open else Verdict.NOT_BOOKED

    @property
    def _is_open(self) -> bool:
        """Whether the call ended with a wish that somebody has yet to answer."""
        owed = self.asked or self.offered or self.moving or (self.later_books and not self.existing)
        unanswered = (self.asked and not self.answered) or (self.checked and self.offer and not self.paused)
        owed = owed and (self.asked or not self.paused)
        return self.spoken and bool((self.later and owed) or (self.agreed and self.solid) or unanswered)

    def evidence(self) -> tuple[Evidence, ...]:
        """The words that the verdict comes from, in the order of the call."""
        chosen = {
            Verdict.CONFIRMED: (self.agreed, self.proof),
            Verdict.RESCHEDULED: (self.moving, self.agreed, self.proof),
            Verdict.CANCELLED: (self.leaving, self.dropped),
            Verdict.REQUESTED: (self.asked, self.wish, self.agreed, self.later),
            Verdict.NOT_BOOKED: (self.existing, self.refused, self.declined),
        }[self.verdict()]
        return tuple(sorted({words for words in chosen if words}, key=lambda words: (words.turn or 0, words.start)))

    def why(self) -> str:
        """The verdict's reason in a sentence for people."""
        return REASONS[self.verdict()] if self.level is not Level.SURE else SAID[self.verdict()]
