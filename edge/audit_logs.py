"""The audit trail over the API: who read or changed what, for an organization's admins."""

from __future__ import annotations

import heapq
from typing import Any

from flask import Blueprint, Response, request

from edge import asked
from edge.declared import asked as asked_for
from edge.declared import declared
from edge.encoding import json_response
from edge.reading import reading
from edge.scope import readable
from edge.shapes.audit_logs import AuditAsked, AuditTrail
from models import audit
from models.audit import AuditFilter
from models.people import Membership
from models.queries import Place
from vocabulary import Role

blueprint = Blueprint("audit_logs", __name__)


@blueprint.get("/api/audit-logs")
@declared(AuditTrail, Role.ADMIN, query=AuditAsked)
def show_all() -> Response:
    """Who read or changed what, the newest first, over all organizations where the caller is an admin."""
    members, given = readable(Role.ADMIN), asked_for(AuditAsked)
    found = [_page(here, given) for here in members]
    merged = list(heapq.merge(*found, key=_order, reverse=True))
    last = merged[given.limit - 1] if len(merged) > given.limit else None
    following = asked.cursor(Place(last["at"], last["id"])) if last else None
    return json_response({"ok": True, "data": merged[: given.limit], "next": following})


def _page(here: Membership, given: AuditAsked) -> list[dict[str, Any]]:
    span = asked.call_filter(request.args, here.timezone)
    wanted = AuditFilter(span.since, span.until, *map(_word, (given.action, given.actor, given.subject)))
    place = (given.next.happened_at, given.next.id) if given.next else None
    with reading(here.org_id) as tx:
        return audit.entries(tx, here.org_id, wanted, given.limit + 1, place)


def _word(given: str | None) -> str | None:
    """As it may stand in the database, which knows no NUL."""
    return (given or "").strip().replace("\0", "") or None


def _order(entry: dict[str, Any]) -> tuple[Any, int]:
    return entry["at"], entry["id"].int
