"""What a stored webhook said, as operators may see it: its shape in full; secrets, people and their words never."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from models.database import Transaction
from models.events import load
from providers import provider_of
from providers.body import Malformed
from rules.scrub import scrub


def content(tx: Transaction, org_id: UUID, event_id: UUID) -> dict[str, Any]:
    """`body` and `headers`, scrubbed; or, under `body_note`, why the body cannot be shown."""
    found = load(tx, org_id, event_id)
    event = found[0] if found else None
    if event is None or event.body is None:
        return {"body": None, "body_note": "expired: its retention has passed"}
    headers = {"headers": scrub(event.headers)}
    try:
        body = provider_of(event.endpoint).decode(event.body, event.headers.get("content-type"))
    except Malformed as error:
        return headers | {"body": None, "body_note": f"cannot be read: {error.reason}"}
    return headers | {"body": scrub(body)}
