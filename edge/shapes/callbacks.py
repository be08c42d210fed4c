"""Calling people back: the wish that was written down, and the call that it will be."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from pydantic import Field

from edge.shapes.base import Answer


class CallBackOwed(Answer):
    callId: UUID = Field(description="The call that it will be: its row is there at once")  # noqa: N815
    vapiCallId: str | None = Field(description="Vapi's id of it, once it was dialled")  # noqa: N815
    phone: str = Field(description="Whom it calls, in E.164")
    status: Literal["initiated"]
