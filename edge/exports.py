"""The list of calls as a file for spreadsheets: written while it is read, and safe to open."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import fields
from datetime import UTC, datetime
from itertools import chain
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, request, url_for

from edge import call_list, present
from edge.auth import caller
from edge.call_list import Listed, Wanted
from edge.errors import Problem
from edge.scope import actor
from models import audit
from models.database import organization
from models.people import Membership
from models.queries import Place
from settings import settings
from vocabulary import Role

blueprint = Blueprint("exports", __name__)

MOST_ROWS = 50_000
AT_A_TIME = 500
BOM = "\ufeff"
"""By which Excel knows UTF-8."""
FORMULA = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20", "\t", "\r", "\n")
"""What a cell begins with that a spreadsheet would calculate: some take the wide signs of Japanese and trim blanks."""
COLUMNS = {
    "Number": "phone_number", "Direction": "direction", "Status": "status", "Result": "result",
    "Disposition": "disposition", "Outcome": "outcome", "Booking": "booking", "Value": "financial_value",
    "Service": "service", "Lead score": "lead_score", "Temperature": "temperature", "Mood": "sentiment_label",
    "Quality": "qa_score", "Campaign": "campaign", "Agent": "agent_name", "Seconds": "duration_seconds",
    "Summary": "outcome_summary",
}  # fmt: skip
HEADER = ("Day", "Time", "Caller", *COLUMNS, "Page")

Row = dict[str, Any]


@blueprint.post("/o/<uuid:org_id>/calls/export")
def export(org_id: UUID) -> Response:
    """The calls that the form's filters ask for, once the trail has it that they leave here as a file."""
    here = caller().within(org_id, Role.ANALYST)
    wanted = call_list.wanted(request.form, here.timezone)
    first = call_list.listed(here, wanted, AT_A_TIME, None)
    with organization(org_id) as tx:
        audit.record(tx, org_id, actor(), "calls.export", "calls", {"filters": _named(wanted)})
    name = f"calls-{datetime.now(UTC).astimezone(ZoneInfo(here.timezone)):%Y-%m-%d}.csv"
    address = settings().public_url + url_for("dashboard.calls", org_id=org_id)
    response = Response(_lines(here, wanted, first, address), mimetype="text/csv")
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def safe(value: object) -> str:
    """A cell as text that no spreadsheet takes for a formula."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA) or text.lstrip().startswith(FORMULA) else text


def line(cells: Iterable[object]) -> str:
    """A line of the file, quoted where its cells ask for it."""
    out = io.StringIO()
    csv.writer(out).writerow([safe(cell) for cell in cells])
    return out.getvalue()


def _lines(here: Membership, wanted: Wanted, first: Listed, address: str) -> Iterator[str]:
    yield BOM + line(HEADER)
    written = 0
    try:
        for calls in chain([first.calls], _following(here, wanted, first.next)):
            yield "".join(line(_cells(call, here, address)) for call in calls[: MOST_ROWS - written])
            written += len(calls)
            if written >= MOST_ROWS:
                yield line([f"Only the newest {MOST_ROWS} calls are given: choose a shorter span of days for the rest"])
                return
    except Problem as problem:
        yield line([f"Not all calls are given. {problem.error}"])


def _following(here: Membership, wanted: Wanted, place: Place | None) -> Iterator[list[Row]]:
    """Each page in a transaction of its own: who reads slowly holds no connection."""
    while place is not None:
        page = call_list.listed(here, wanted, AT_A_TIME, place)
        yield page.calls
        place = page.next


def _cells(call: Row, here: Membership, address: str) -> list[object]:
    local = call["happened_at"].astimezone(ZoneInfo(here.timezone))
    name = "" if call["caller_name"] == "Unknown Caller" else call["caller_name"]
    told = [_told(column, call[column]) for column in COLUMNS.values()]
    return [f"{local:%Y-%m-%d}", f"{local:%H:%M:%S}", name, *told, f"{address}/{call['id']}"]


def _told(column: str, value: Any) -> object:
    if column == "phone_number":
        return present.dialled(value)
    if column == "financial_value":
        return "" if value is None else f"{value:.2f}"
    return int(value) if column == "duration_seconds" and value is not None else value


def _named(wanted: Wanted) -> list[str]:
    """Which filters were set, and not to what: names and numbers are typed into them."""
    chosen = [field.name for field in fields(wanted.filter) if getattr(wanted.filter, field.name) is not None]
    return chosen + (["search"] if wanted.sought is not None else [])
