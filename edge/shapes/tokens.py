"""Webhook tokens with the addresses that hold them."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BeforeValidator, Field

from edge.shapes.base import Answer, Asked, Body, Row
from edge.shapes.registering import Given
from models.tokens import ENDPOINTS_WITH_TOKENS
from vocabulary import Endpoint

Kind = Literal[Endpoint.VAPI, Endpoint.CONVOSO_CALLS, Endpoint.CONVOSO_LEADS]
KIND = "What may be posted with it, and where"


def _kind(given: object) -> object:
    if given not in list(ENDPOINTS_WITH_TOKENS):
        raise ValueError(f"endpoint_type must be one of {', '.join(ENDPOINTS_WITH_TOKENS)}")
    return given


class TokenRow(Row):
    id: UUID
    endpoint_type: Kind = Field(description=KIND)
    token: str
    is_active: bool = Field(description="False once it is revoked")
    created_at: datetime
    last_used_at: datetime | None = Field(description="To the minute")
    webhook_url: str = Field(description="What to give to the provider: a secret, as the token is in it")


class Tokens(Answer):
    tokens: list[TokenRow] = Field(description="Newest first, those revoked too")


class Token(Answer):
    token: TokenRow


class NewToken(Body):
    endpoint_type: Annotated[Kind, BeforeValidator(_kind)] = Field(Endpoint.CONVOSO_CALLS, description=KIND)


class WhichToken(Body):
    token_id: Given = Field(None, description="The token's id; it may stand in the address instead")


class WhichTokenAsked(Asked):
    token_id: str | None = Field(None, description="The token's id; it may stand in the body instead")
