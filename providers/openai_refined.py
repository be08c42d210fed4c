"""What may come of asking OpenAI about a call: claims with their words, or a failure with a plain reason."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from vocabulary import Evidence


@dataclass(frozen=True, slots=True)
class Usage:
    """What one request took."""

    input_tokens: int = 0
    output_tokens: int = 0
    cost: Decimal = Decimal(0)


NOTHING = Usage()


class Failure(Exception):
    """There is no refinement. The message is a plain reason without a word of the call.

    `spent` is what it cost all the same, None where nobody can tell. What `passes` is worth another try, after
    `retry_after` seconds where the server said so.
    """

    passes = False

    def __init__(self, reason: str, spent: Usage | None = NOTHING, retry_after: float | None = None) -> None:
        self.spent, self.retry_after = spent, retry_after
        super().__init__(reason)


class TimedOut(Failure):
    """No answer in time: whether one was made, and billed, is unknown."""

    passes = True


class Unreachable(Failure):
    """The connection failed or broke off."""

    passes = True


class Limited(Failure):
    """Too many requests (429)."""

    passes = True


class Troubled(Failure):
    """The server's own trouble (5xx)."""

    passes = True


class OutOfCredit(Failure):
    """The account has no credit left (429 insufficient_quota): waiting does not help."""


class KeyRefused(Failure):
    """The key is not accepted, or may not use this model (401, 403)."""


class Rejected(Failure):
    """The request is not accepted (other statuses): an unknown model, a schema that it does not take."""


class Incomplete(Failure):
    """The answer ended early: too long, filtered, or failed."""


class Declined(Failure):
    """The model declines to answer."""


class Unusable(Failure):
    """The answer is not what was asked for: no JSON, other fields, values out of range."""


class Unfounded(Failure):
    """No claim of the answer is proven by words of the transcript."""


class TooLong(Failure):
    """The transcript is longer than what is sent."""


@dataclass(frozen=True, slots=True)
class Summary:
    text: str
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Sentiment:
    """The caller's mood: score 0 (most negative) to 1, label to match, urgency low, medium or high."""

    label: str
    score: float
    urgency: str
    summary: str
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Quality:
    """How the call was handled, 0 to 100, with what cost most."""

    score: int
    reason_primary: str
    reason_secondary: str | None
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Refined:
    """What the model found; None for a claim that it could not prove. At least one is there."""

    summary: Summary | None
    sentiment: Sentiment | None
    quality: Quality | None
    usage: Usage
