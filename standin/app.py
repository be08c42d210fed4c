"""The stand-in put together: one Blueprint a provider, behind the script that records requests and plays faults."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from standin import (
    control,
    convoso,
    openai,
    resend,
    storage,
    twilio,
    twilio_account,
    twilio_messages,
    vapi,
    vapi_assistants,
    vapi_calls,
    vapi_numbers,
)
from standin.stage import Stage

ROOMS = (
    control,
    vapi,
    vapi_assistants,
    vapi_calls,
    vapi_numbers,
    twilio,
    twilio_account,
    twilio_messages,
    resend,
    convoso,
    openai,
    storage,
)


def make_app(keys: Mapping[str, str] | None = None, kept_in: Path | None = None) -> Stage:
    """A stand-in of its own. `keys`: credential by the product's variable name; without one any credential is right."""
    app = Stage(keys or {}, kept_in)
    for room in ROOMS:
        app.register_blueprint(room.blueprint)
    return app
