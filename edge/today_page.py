"""The front page: what waits for a person first, then how the days went, and what has happened just now."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, request, url_for

from edge import live, worklist
from edge.activity import Activity, recent
from edge.auth import caller
from edge.errors import Problem
from edge.figures import compared, days_of
from edge.reading import reading
from edge.spans import RANGES, Span, clean_range, range_up_to
from edge.tiles import chart, tiles
from models import changes, work_marks
from models.database import Transaction
from models.people import Membership
from models.worklist import EACH, Item, Work, count_quarantined
from models.worklist import worklist as read_worklist
from rules.outcome import SPOKE
from vocabulary import NOBODY, Role

blueprint = Blueprint("today_page", __name__)

USUAL = "7d"
LABELS = {"today": "Today", "7d": "7 days", "30d": "30 days", "90d": "90 days"}
FIRST = 12
"""So many things to do are shown at first: what is on the first screens gets done."""
ASIDE = timedelta(days=1)
"""How long what was put aside is offered to be taken back."""


@dataclass(frozen=True, slots=True)
class Read:
    """What the page shows, as it was read in one transaction."""

    items: list[worklist.Shown]
    waiting: str
    """How many things there are to do, those that are not shown at first too; "" where there are none."""
    marked: dict[str, Any] | None
    aside: list[dict[str, Any]]
    figures: dict[str, Any]
    activity: list[Activity]
    has_calls: bool

    @property
    def is_nothing(self) -> bool:
        return not (self.has_calls or self.items or self.aside or self.activity or self.figures["calls"])


@blueprint.get("/o/<uuid:org_id>/today")
def today(org_id: UUID) -> Any:
    here, now = caller().within(org_id, Role.VIEWER), datetime.now(UTC)
    name, complaint = _range()
    day = now.astimezone(ZoneInfo(here.timezone)).date()
    with reading(org_id) as tx:
        beat = live.beat(tx, org_id, _minute(now), changes.newest_of_the_rest(tx, org_id))
        if live.is_still(beat):
            return live.STILL
        read = _read(tx, here, range_up_to(day, name), now)
    return live.shown(
        "today.html",
        "today_part.html",
        beat,
        _news(read),
        here=here,
        day=f"{day:%A}, {day:%B} {day.day}",
        items=read.items,
        waiting=read.waiting,
        marked=read.marked,
        aside=read.aside,
        quarantined=_quarantined(),
        operations=_page("operations_page.operations", here, Role.ADMIN),
        connect=_page("wiring_page.webhooks", here, Role.ADMIN),
        may_act=here.may(Role.OPERATOR),
        sees_words=here.may(Role.ANALYST),
        is_new=read.is_nothing,
        tiles=tiles(read.figures, here, name),
        chart=chart(read.figures),
        figures=read.figures,
        activity=read.activity,
        complaint=complaint,
        spans=[{"label": LABELS[one], "address": _address(range=one), "is_current": one == name} for one in RANGES],
        snoozes=worklist.SNOOZES,
        given=_given(),
        address=_address,
    )


def _read(tx: Transaction, here: Membership, span: Span, now: datetime) -> Read:
    org_id = here.org_id
    items = read_worklist(tx, org_id, now, sorted(SPOKE))
    mark = _marked(tx, org_id)
    return Read(
        items=[worklist.shown(item, here, now) for item in (items if "all" in request.args else items[:FIRST])],
        waiting=_many(items),
        marked=worklist.told(mark, here, now) if mark else None,
        aside=[worklist.told(one, here, now) for one in work_marks.newest_marks(tx, org_id, now - ASIDE)],
        figures=compared(days_of(tx, here, span), span),
        activity=recent(tx, here),
        has_calls=bool(changes.newest_changes(tx, org_id)),
    )


def _many(items: list[Item]) -> str:
    """How many, with a plus where there are more of a kind than are read."""
    most = max(Counter(item.kind for item in items).values(), default=0)
    return f"{len(items)}{'+' if most == EACH else ''}" if items else ""


def _marked(tx: Transaction, org_id: UUID) -> Mapping[str, Any] | None:
    """What the address says was just put aside, where it still is."""
    kind, _, subject = request.args.get("marked", "").partition(":")
    try:
        return work_marks.mark_of(tx, org_id, Work(kind), UUID(subject))
    except ValueError:
        return None


def _quarantined() -> int:
    """Events that nobody can be found for wait for super admins; no organization's people see them."""
    if not caller().is_super_admin:
        return 0
    with reading(NOBODY) as tx:
        return count_quarantined(tx)


def _news(read: Read) -> str:
    """What is said when something has changed."""
    newest = next((one for one in read.activity if one.who), None)
    waiting = f"{read.waiting} to do." if read.waiting else "Nothing to do."
    return f"{newest.what}: {newest.who}. {waiting}" if newest else waiting


def _minute(now: datetime) -> int:
    """What was snoozed comes back, and a day ends, without anybody's doing."""
    return int(now.timestamp() // 60)


def _page(endpoint: str, here: Membership, role: Role) -> str | None:
    """Where a page is, for those who may see it."""
    return url_for(endpoint, org_id=here.org_id) if here.may(role) else None


def _range() -> tuple[str, str]:
    """The span of days that the address asks for, or the usual one with what is wrong."""
    try:
        return clean_range(request.args.get("range") or USUAL), ""
    except Problem as problem:
        return USUAL, problem.error


def _given() -> dict[str, str]:
    return {name: value for name in ("range", "all") if (value := request.args.get(name, "").strip())}


def _address(**changes: str | None) -> str:
    query = {name: value for name, value in (_given() | changes).items() if value}
    return f"{request.path}?{urlencode(query)}" if query else request.path
