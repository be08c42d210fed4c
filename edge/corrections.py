"""A person's word on what a call meant: it wins over rules, provider and model, and what was before stays visible."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, Response

from edge.asked import bad
from edge.encoding import json_response
from edge.errors import not_found
from edge.scope import actor, json_body, writable
from models import audit
from models.database import organization
from rules.correction import READERS, Impossible
from tasks.analysis import Assessment, correct
from tasks.errors import Refused
from vocabulary import Role

blueprint = Blueprint("corrections", __name__)

SHOWN = (
    "booking", "result", "result_sentence", "financial_value", "service", "sentiment_label", "sentiment_score",
    "qa_score", "lead_score", "temperature", "outcome_summary",
)  # fmt: skip


@blueprint.post("/api/calls/<uuid:call_id>/corrections")
def add(call_id: UUID) -> Response:
    """`{kind, value}`: what the result really is; a value of null takes the correction back."""
    body = json_body()
    org_id = writable(Role.OPERATOR, body).org_id
    kind, said = body.get("kind"), _said(body)
    if not isinstance(kind, str) or kind not in READERS:
        raise bad(f"kind must be one of {', '.join(READERS)}")
    try:
        with organization(org_id) as tx:
            found = correct(tx, org_id, call_id, kind, said, actor())
            audit.record(tx, org_id, actor(), "calls.correct", str(call_id), {"kind": kind, "withdrawn": said is None})
    except Impossible as error:
        raise bad(str(error)) from None
    except Refused:
        raise not_found() from None
    return json_response({"ok": True, "data": {"id": call_id} | _shown(found)})


def _said(body: dict[str, Any]) -> str | None:
    """The value as text, None for null; raises Problem 400 where there is none."""
    given = body.get("value", body)
    if given is None:
        return None
    if isinstance(given, bool) or not isinstance(given, str | int | float):
        raise bad("value must be a word, a number or a text, or null to take a correction back")
    return str(given).replace("\0", "")


def _shown(found: Assessment) -> dict[str, Any]:
    return {name: found.columns[name] for name in SHOWN}
