"""What an organization is connected with: the values go in, the state comes out."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import BeforeValidator, ConfigDict, Field

from edge.shapes.base import Answer, Row, Sent
from edge.shapes.registering import Given

State = Literal["connected", "waiting", "failed", "not_connected"]


def _step(given: object) -> object:
    if given is not None and not isinstance(given, str):
        raise ValueError("step must be the name of a step")
    return given


class Step(Row):
    step: str = Field(description="In the order in which they are done")
    state: Literal["waiting", "done", "failed"]
    error: str | None = Field(description="Why it failed, or what it waits for")
    attempts: int
    updated_at: datetime


class Connection(Row):
    org_id: UUID
    provider: str
    name: str = Field(description="The provider's, for people")
    state: State
    is_connected: bool = Field(description="It can be used now, also while something newer waits or has failed")
    error: str | None
    steps: list[Step] = Field(description="Empty where it is connected at once")
    account_ends: str | None = Field(None, description="The last four characters of the account")
    number_ends: str | None = Field(None, description="The last four digits of the number that texts go out from")
    last_verified_at: datetime | None = Field(None, description="When the provider was last seen to take it")
    updated_at: datetime | None = None


class Connections(Answer):
    data: list[Connection]


class OneConnection(Answer):
    data: Connection


class Disconnected(Answer):
    note: str | None = Field(None, description="What stays at Vapi")


class NewConnection(Sent):
    """What the provider needs, and nothing else: it takes the place of what was there."""

    model_config = ConfigDict(extra="allow")

    account_sid: Given = Field(None, description="Twilio's, AC and 32 hexadecimal digits")
    auth_token: Given = Field(None, description="Twilio's or Convoso's")
    phone_number: Given = Field(None, description="Of Twilio's account, E.164")
    api_key: Given = Field(None, description="Resend's, OpenAI's or ElevenLabs'")
    sender: Given = Field(None, alias="from", description="Whom mail by Resend is from: an address, or Name <address>")
    webhook_secret: Given = Field(None, description="Resend's signing secret, whsec_ and base64; optional")


class AgainConnection(Sent):
    step: Annotated[str | None, BeforeValidator(_step)] = Field(
        None, description="Which step; else the first that is not done"
    )
