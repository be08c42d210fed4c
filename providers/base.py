"""The interface that every provider module has, and what they share to tell a genuine sender from another."""

from __future__ import annotations

import hmac
from collections.abc import Sequence
from typing import Any, Protocol
from uuid import UUID

from vocabulary import Customs, Endpoint, Fact, Headers, Identity, Provider

BEARER = "bearer "
AUTHENTICATION_HEADERS = (
    "authorization",
    "x-vapi-secret",
    "x-signature",
    "x-timestamp",
    "x-webhook-token",
    "x-webhook-secret",
    "x-twilio-signature",
)

STANDARD = Customs()


class ProviderModule(Protocol):
    """What `providers.provider_of` gives. All of it is pure; only `decode` raises, and only Malformed."""

    PROVIDER: Provider
    ENDPOINTS: frozenset[Endpoint]
    KEPT_HEADERS: tuple[str, ...]
    """Lower-case names of the headers worth storing with an event; none of them is a secret."""

    def decode(self, raw: bytes, content_type: str | None) -> dict[str, Any]:
        """The body as the sender's format has it; raises Malformed."""

    def identify(
        self, endpoint: Endpoint, body: dict[str, Any], raw: bytes, headers: Headers, customs: Customs = STANDARD
    ) -> Identity:
        """What the edge must know before it stores the event."""

    def parse(
        self, endpoint: Endpoint, body: dict[str, Any], event_id: UUID, customs: Customs = STANDARD
    ) -> tuple[Fact, ...]:
        """What the event states, in our words. The same body and event id always state the same."""


def is_ambiguous(headers: Headers) -> bool:
    """Whether a header that proves the sender was given twice: no honest sender does that."""
    return headers.repeated(*AUTHENTICATION_HEADERS)


def same_secret(presented: str | None, expected: str | None) -> bool:
    """Constant-time comparison; an unset secret equals nothing."""
    if not presented or not expected:
        return False
    return hmac.compare_digest(presented.encode("utf-8", "surrogatepass"), expected.encode("utf-8", "surrogatepass"))


def bearer(headers: Headers) -> str | None:
    given = headers.one("authorization") or ""
    return given[len(BEARER) :].strip() or None if given.lower().startswith(BEARER) else None


def presented_token(query_tokens: Sequence[str], headers: Headers) -> str | None:
    """The webhook token of a request: `?token=`, else X-Webhook-Token, else bearer; None where one is given twice."""
    if is_ambiguous(headers) or len(query_tokens) > 1:
        return None
    return (query_tokens[0] if query_tokens else None) or headers.one("x-webhook-token") or bearer(headers)
