"""What may come of handing a message, or a call, to a provider: four outcomes, and what follows differs for each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from providers import http
from providers.http import Reply
from vocabulary import MessageStatus

REQUEST_TIMEOUT = 408
"""Of all refusals the one that does not say whether anything was done."""


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


def hand_over(who: str, tell: Callable[[], Reply], read: Callable[[Reply], Outcome]) -> Outcome:
    """Tells a provider once; `read` says what a yes (2xx) or a no (4xx) of its means. All else tells nothing."""
    try:
        reply = tell()
    except http.Unreached as error:
        return Postponed(str(error), error.retry_after)
    except http.Unclear as error:
        return Unclear(str(error))
    except http.OutboundError as error:
        return Rejected(str(error), is_our_setup=True)
    is_plain = 200 <= reply.status < 300 or 400 <= reply.status < 500
    return read(reply) if is_plain and reply.status != REQUEST_TIMEOUT else Unclear(f"{who} answered {reply.status}")
