"""What may come of handing a message, or a call, to a provider: four outcomes, and what follows differs for each."""

from __future__ import annotations

from dataclasses import dataclass

from vocabulary import MessageStatus


@dataclass(frozen=True, slots=True)
class Accepted:
    """The provider has it, under its own id."""

    external_id: str
    status: MessageStatus = MessageStatus.SENT


@dataclass(frozen=True, slots=True)
class Rejected:
    """The provider will not have it, and never will: final. `reason` is for people, `code` the provider's."""

    reason: str
    code: str = ""
    opts_out: bool = False
    """Whether the recipient has told the provider to be left alone."""
    is_our_setup: bool = False
    """Whether the credentials or the account are to blame, and so the next message would fail alike."""


@dataclass(frozen=True, slots=True)
class Postponed:
    """Nothing was sent, and to try again is safe: not before `seconds` where the provider named a time."""

    reason: str
    seconds: float = 0.0
    is_outage: bool = True
    """Whether the provider is in trouble; a limit of ours that it enforces is none."""


@dataclass(frozen=True, slots=True)
class Unclear:
    """Nobody can say whether it was sent: it is looked up, and never sent again blindly."""

    reason: str


Outcome = Accepted | Rejected | Postponed | Unclear


@dataclass(frozen=True, slots=True)
class Seen:
    """A message as the provider has it."""

    external_id: str
    status: MessageStatus
    reason: str | None = None
