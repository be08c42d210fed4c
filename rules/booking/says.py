"""What a phrase may say about a booking, and the classes of words that the phrases are written in."""

from __future__ import annotations

from enum import StrEnum


class Says(StrEnum):
    """What a phrase says, on the lips of the party whose table it stands in."""

    MADE = "made"
    """Agent: it stands."""
    SETTLED = "settled"
    """Agent: an ending that follows a booking, and other things as well."""
    MOVED = "moved"
    DROPPED = "dropped"
    """Agent: an appointment was taken out."""
    OFFER = "offer"
    """Agent: turns a time into an offer."""
    SHIFT = "shift"
    """Agent: has to move an appointment that exists."""
    CHECK = "check"
    """Agent: reads the wish back, or asks for leave to book, and waits for a yes."""
    WHEN = "when"
    """Agent: asks for a day or an hour, so nothing is settled."""
    NO_ROOM = "no_room"
    FAILED = "failed"
    """Agent: the attempt to book went wrong."""
    LATER = "later"
    """Agent: somebody will come back with an answer, or something must be done first."""
    OWED = "owed"
    """Agent: somebody will call in order to book or to confirm, so nothing is booked yet."""
    CLOSING = "closing"
    """Agent: whether there is anything else; the no that follows refuses nothing."""
    REMINDER = "reminder"
    """Agent: calls about an appointment that exists."""
    ASK = "ask"
    """Caller: wants an appointment."""
    NEED = "need"
    """Caller: wants or suffers something that an appointment may be for."""
    EXISTING = "existing"
    """Caller: speaks of an appointment made before this call."""
    MOVE = "move"
    CANCEL = "cancel"
    UNABLE = "unable"
    """Caller: will not come, to the appointment that exists or to the one on offer."""
    TAKE = "take"
    """Caller: chooses what was offered, or orders it."""
    YES = "yes"
    COMING = "coming"
    """Caller: says to be there, which is more than a yes."""
    WEAK_YES = "weak_yes"
    """Caller: a word that often only shows that somebody listens."""
    NO = "no"
    DECLINE = "decline"
    PAUSE = "pause"
    """Caller: has to ask or look first."""
    ENOUGH = "enough"
    """Caller: has all that was needed; what follows are courtesies."""
    INFO = "info"
    """Hours, orders to be picked up: times that are no offers."""
    KEEP = "keep"
    """Either: the appointment stays as it was."""
    TIME = "time"
    NUMBER = "number"
    """A lone number; both stand in no table."""
    NOTHING = "nothing"
    """Only there so that a shorter phrase inside of it is not read."""

    __hash__ = str.__hash__
    """An enumeration's own is slower, and every phrase found is looked up by what it says."""


CLASSES = {
    "I": "i we",
    "IT": "it that this everything",
    "DET": "a an the your my our this that his their both one all another",
    "WHO": "someone somebody they he she team coordinator coordinators office nurse doctor manager paralegal therapist",
    "BE": "is are was were be been am",
    "BOOKED": "booked scheduled reserved confirmed registered secured locked enrolled",
    "THING": "table tables room rooms car cars ticket tickets seat seats hotel house apartment property ride flight "
    "trip place everything order class lesson",
    "DONE": "purchased bought booked scheduled reserved confirmed registered secured locked made set created completed "
    "complete done placed finalized saved successful arranged sorted fixed approved",
    "PUT": "put popped penciled pencilled wrote written marked signed added squeezed fit slotted entered placed booked "
    "scheduled reserved got registered set",
    "PUTTING": "putting popping penciling signing adding booking scheduling reserving",
    "ADD": "put pop pencil write mark sign add slot book schedule reserve lock set",
    "BOOK": "book schedule reserve make arrange set secure confirm place",
    "ORDER": "book schedule reserve make arrange set get",
    "SLOT": "in down up on",
    "MOVED": "moved switched changed rescheduled bumped pushed shifted swapped updated",
    "MOVE": "move switch change reschedule bump push shift swap",
    "GONE": "cancelled canceled removed deleted scratched",
    "GOOD": "good great perfect fine okay ok alright right correct wonderful awesome lovely excellent amazing ideal "
    "doable workable nice cool terrific fantastic brilliant",
    "CALL": "call text ring phone email contact message page",
    "NOT": "not never",
}
