"""OpenAI: asks for a second opinion on a redacted transcript, and believes only what it can prove by quotation.

One request, no repetition of its own: the ledger repeats. https://platform.openai.com/docs/api-reference/responses
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import ROUND_UP, Decimal
from functools import lru_cache
from json import dumps
from typing import TYPE_CHECKING

from pydantic import BaseModel, ValidationError

from providers.openai_refined import (
    Declined,
    Failure,
    Incomplete,
    KeyRefused,
    Limited,
    OutOfCredit,
    Quality,
    Refined,
    Rejected,
    Sentiment,
    Summary,
    TimedOut,
    TooLong,
    Troubled,
    Unfounded,
    Unreachable,
    Unusable,
    Usage,
)
from providers.openai_shapes import INSTRUCTIONS, NAME, SCHEMA, Answer, QualityPart, SentimentPart, lines, proven
from settings import Settings
from vocabulary import Evidence, Speaker, Turn

if TYPE_CHECKING:
    import openai

OUTPUT_TOKENS = 4_000
"""Of an answer at most; models that think before they speak count their thoughts among them."""
OVERHEAD_BYTES = len(INSTRUCTIONS.encode()) + len(dumps(SCHEMA)) + 200
"""What goes along with every transcript: instructions, schema, framing."""
CHARACTERS_LIMIT = 200_000
"""Of a transcript: some four hours of talk."""
MILLION = 1_000_000
CENT_PARTS = Decimal("0.000001")
MOST_WAIT_SECONDS = 3_600


@dataclass(frozen=True, slots=True)
class Account:
    """Where to ask, as whom, which model, and its prices in dollars for a million tokens."""

    key: str = field(repr=False)
    base_url: str
    model: str
    timeout_seconds: float
    price_input: Decimal
    price_output: Decimal

    def cost(self, input_tokens: int, output_tokens: int) -> Decimal:
        """Dollars, rounded up to what a budget is kept in."""
        dollars = (input_tokens * self.price_input + output_tokens * self.price_output) / MILLION
        return dollars.quantize(CENT_PARTS, ROUND_UP)


class _Content(BaseModel):
    type: str
    text: str = ""


class _Item(BaseModel):
    type: str
    content: list[_Content] | None = None


class _Tokens(BaseModel):
    input_tokens: int
    output_tokens: int


class _Response(BaseModel):
    """What we need of a response."""

    status: str
    output: list[_Item]
    usage: _Tokens | None = None

    def contents(self) -> list[_Content]:
        return [content for item in self.output if item.type == "message" for content in item.content or ()]


def account(settings: Settings) -> Account | None:
    """Our account, None where no key is set."""
    if not settings.openai_api_key:
        return None
    return Account(
        settings.openai_api_key,
        settings.openai_base_url,
        settings.openai_model,
        settings.openai_timeout_seconds,
        settings.openai_price_input,
        settings.openai_price_output,
    )


def most_cost(turns: Sequence[Turn], asked: Account) -> Decimal:
    """Dollars that a request about these turns cannot exceed: a token is at least a byte."""
    return asked.cost(OVERHEAD_BYTES + len(lines(turns).encode()), OUTPUT_TOKENS)


def refine(turns: Sequence[Turn], asked: Account) -> Refined:
    """Asks for summary, sentiment and quality of a call from its redacted turns. Raises a Failure."""
    told = lines(turns)
    if len(told) > CHARACTERS_LIMIT:
        raise TooLong(f"a transcript of more than {CHARACTERS_LIMIT:,} characters is not sent")
    answer, spent = _read(_post(told, asked), asked)
    return _proven(answer, turns, spent or Usage(cost=most_cost(turns, asked)))


def _post(told: str, asked: Account) -> bytes:
    """The body of the answer; what the client raises becomes one of ours, without its text."""
    import openai  # here, since it takes half a second and most processes never ask

    try:
        return (
            _client(asked)
            .responses.with_raw_response.create(
                model=asked.model,
                instructions=INSTRUCTIONS,
                input=told,
                text={"format": {"type": "json_schema", "name": NAME, "schema": SCHEMA, "strict": True}},
                max_output_tokens=OUTPUT_TOKENS,
                store=False,
            )
            .content
        )
    except openai.APITimeoutError:
        raise TimedOut(f"OpenAI gave no answer within {asked.timeout_seconds:g} s", spent=None) from None
    except openai.APIConnectionError:
        raise Unreachable("the connection to OpenAI failed", spent=None) from None
    except openai.APIStatusError as error:
        raise _of_status(error) from None
    except openai.OpenAIError as error:
        raise Rejected(f"OpenAI's client gave up: {type(error).__name__}", spent=None) from None


@lru_cache(maxsize=4)
def _client(asked: Account) -> openai.OpenAI:
    """Redirects are not followed: what was said goes to the configured address or nowhere."""
    import openai

    http = openai.DefaultHttpxClient(follow_redirects=False, timeout=asked.timeout_seconds)
    return openai.OpenAI(
        api_key=asked.key,
        base_url=asked.base_url,
        timeout=asked.timeout_seconds,
        max_retries=0,
        http_client=http,
    )


def _of_status(error: openai.APIStatusError) -> Failure:
    status = error.status_code
    if status == 429 and error.code == "insufficient_quota":
        return OutOfCredit("OpenAI's account has no credit left")
    if status == 429:
        return Limited("OpenAI limits our requests (429)", retry_after=_wait(error))
    if status >= 500 or status in (408, 409):
        return Troubled(f"OpenAI is in trouble ({status})", retry_after=_wait(error))
    if status in (401, 403):
        return KeyRefused(f"OpenAI refuses the key ({status}); check OPENAI_API_KEY and the model's permissions")
    return Rejected(f"OpenAI rejects the request ({status}); check OPENAI_MODEL and OPENAI_BASE_URL")


def _wait(error: openai.APIStatusError) -> float | None:
    """Seconds that the server asks us to wait; None where it says nothing that we understand."""
    try:
        seconds = float(error.response.headers.get("retry-after", ""))
    except ValueError:
        return None
    return min(max(seconds, 1.0), MOST_WAIT_SECONDS) if math.isfinite(seconds) else None


def _read(body: bytes, asked: Account) -> tuple[Answer, Usage | None]:
    """The answer, and what it took; None where nobody counted."""
    try:
        response = _Response.model_validate_json(body)
    except ValidationError:
        raise Unusable("OpenAI's answer is not a response that we know", spent=None) from None
    spent = _usage(response.usage, asked)
    contents = response.contents()
    if any(content.type == "refusal" for content in contents):
        raise Declined("the model declined to judge this call", spent)
    if response.status != "completed":
        raise Incomplete("the model's answer ended early", spent)
    try:
        answer = Answer.model_validate_json("".join(one.text for one in contents if one.type == "output_text"))
    except ValidationError:
        raise Unusable("the model's answer does not have the fields that were asked for", spent) from None
    if not answer.sentiment.is_consistent():
        raise Unusable("the model's sentiment contradicts its own score", spent)
    return answer, spent


def _usage(tokens: _Tokens | None, asked: Account) -> Usage | None:
    if tokens is None or min(tokens.input_tokens, tokens.output_tokens) < 0:
        return None
    return Usage(tokens.input_tokens, tokens.output_tokens, asked.cost(tokens.input_tokens, tokens.output_tokens))


def _proven(answer: Answer, turns: Sequence[Turn], usage: Usage) -> Refined:
    """Each claim with its words; the caller's mood is proven by the caller's words only."""
    summary, sentiment, quality = answer.summary, answer.sentiment, answer.qa
    for_summary = proven(summary.quotes, turns)
    for_sentiment = proven(sentiment.quotes, turns, without=Speaker.AGENT)
    for_quality = proven(quality.quotes, turns)
    if not (for_summary or for_sentiment or for_quality):
        raise Unfounded("no claim of the model is proven by words of the transcript", usage)
    return Refined(
        Summary(summary.text, for_summary) if for_summary else None,
        _felt(sentiment, for_sentiment) if for_sentiment else None,
        _judged(quality, for_quality) if for_quality else None,
        usage,
    )


def _felt(said: SentimentPart, evidence: tuple[Evidence, ...]) -> Sentiment:
    return Sentiment(said.label, said.score, said.urgency, said.summary, evidence)


def _judged(said: QualityPart, evidence: tuple[Evidence, ...]) -> Quality:
    return Quality(said.score, said.reason_primary, said.reason_secondary, evidence)
