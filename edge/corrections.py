"""A person's word on what a call meant: it wins over rules, provider and model, and what was before stays visible."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, Response

from edge.asked import bad
from edge.declared import declared, sent
from edge.encoding import json_response
from edge.errors import not_found
from edge.scope import actor, json_body, writable
from edge.shapes.corrections import Corrected, Correction
from models import audit
from models.database import organization
from models.people import Membership
from rules.correction import Impossible
from tasks.analysis import Assessment
from tasks.analysis import correct as state
from tasks.errors import Refused
from vocabulary import Role

blueprint = Blueprint("corrections", __name__)

SHOWN = (
    "booking", "result", "result_sentence", "financial_value", "service", "sentiment_label", "sentiment_score",
    "qa_score", "lead_score", "temperature", "outcome_summary",
)  # fmt: skip


@blueprint.post("/api/calls/<uuid:call_id>/corrections")
@declared(Corrected, Role.OPERATOR, body=Correction, problems=(404,))
def add(call_id: UUID) -> Response:
    """What a result of a call really is, as a person knows it.

    It wins over what was found, and what follows from it is found again. A value of null takes the correction back.
    """
    here = writable(Role.OPERATOR, json_body())
    wanted = sent(Correction)
    found = correct(here, call_id, wanted.kind, wanted.value, actor())
    return json_response({"ok": True, "data": {"id": call_id} | _shown(found)})


def correct(here: Membership, call_id: UUID, kind: str, said: str | None, by: str) -> Assessment:
    """The call with a person's word on a result, or with that taken back where nothing is said; on the trail.

    Raises Problem 400 for what the result cannot be, and 404 where there is no such call.
    """
    org_id = here.org_id
    try:
        with organization(org_id) as tx:
            found = state(tx, org_id, call_id, kind, said, by)
            audit.record(tx, org_id, by, "calls.correct", str(call_id), {"kind": kind, "withdrawn": said is None})
    except Impossible as error:
        raise bad(str(error)) from None
    except Refused:
        raise not_found() from None
    return found


def _shown(found: Assessment) -> dict[str, Any]:
    return {name: found.columns[name] for name in SHOWN}
