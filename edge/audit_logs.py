"""The audit trail over the API: who read or changed what, for an organization's admins."""

from __future__ import annotations

import heapq
from typing import Any

from flask import Blueprint, Response, request

from edge import asked
from edge.encoding import json_response
from edge.reading import reading
from edge.scope import readable
from models import audit
from models.audit import AuditFilter
from models.people import Membership
from models.queries import Place
from vocabulary import Role

blueprint = Blueprint("audit_logs", __name__)


@blueprint.get("/api/audit-logs")
def show_all() -> Response:
    """Newest first, over all organizations where the caller is an admin."""
    limit, after = asked.limit(request.args), asked.place(request.args)
    found = [_page(here, limit + 1, after) for here in readable(Role.ADMIN)]
    merged = list(heapq.merge(*found, key=_order, reverse=True))
    last = merged[limit - 1] if len(merged) > limit else None
    following = asked.cursor(Place(last["at"], last["id"])) if last else None
    return json_response({"ok": True, "data": merged[:limit], "next": following})


def _page(here: Membership, limit: int, after: Place | None) -> list[dict[str, Any]]:
    span = asked.call_filter(request.args, here.timezone)
    wanted = AuditFilter(span.since, span.until, *(_given(name) for name in ("action", "actor", "subject")))
    place = (after.happened_at, after.id) if after else None
    with reading(here.org_id) as tx:
        return audit.entries(tx, here.org_id, wanted, limit, place)


def _given(name: str) -> str | None:
    return request.args.get(name, "").strip().replace("\0", "") or None


def _order(entry: dict[str, Any]) -> tuple[Any, int]:
    return entry["at"], entry["id"].int
