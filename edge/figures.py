"""The dashboard's figures: a span of days, day by day, beside the span before it; over the API, and for the page."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from flask import Blueprint, Response, request

from edge.declared import asked, declared
from edge.encoding import json_response
from edge.reading import reading
from edge.scope import readable
from edge.shapes.figures import SpanAsked, Stats
from edge.spans import Span, asked_span
from models import dashboard_stats
from models.dashboard_stats import RECENT, Figures
from models.database import Transaction
from models.people import Membership
from vocabulary import Role

blueprint = Blueprint("figures", __name__)

Shown = dict[str, Any]


@blueprint.get("/api/dashboard/stats")
@declared(Stats, Role.VIEWER, query=SpanAsked)
def stats() -> Response:
    """The dashboard's figures.

    Sums, rates and days of the span, `previous` with the same of the span before, `change` from that to this. Of
    several organizations each counts by the days of its own zone.
    """
    members = readable()
    asked(SpanAsked)
    span = asked_span(request.args, members)
    days, recent = _read(members, span)
    return json_response({"ok": True, **compared(days, span), "recent": recent})


def compared(days: dict[date, Figures], span: Span) -> Shown:
    """The figures of a span beside those of the span before, from the days of both."""
    before = span.before()
    now, then = shown(days[day] for day in span.days), shown(days[day] for day in before.days)
    return {
        "range": {"from": span.first, "to": span.last, "days": len(span.days)},
        **now,
        "by_day": [{"day": day, **_of_day(days[day])} for day in span.days],
        "previous": then | {"from": before.first, "to": before.last},
        "change": {name: _change(now[name], then[name]) for name in now if name != "sentiment"},
    }


def shown(days: Iterable[Figures]) -> Shown:
    """Sums and rates; a rate of nothing is null."""
    total = sum(days, Figures())
    return {
        "calls": total.calls,
        "inbound": total.inbound,
        "inbound_bookings": total.inbound_bookings,
        "answered": total.answered,
        "bookings": total.bookings,
        "pipeline_value": total.value,
        "cost": total.cost,
        "success_rate": _rate(100 * Decimal(total.inbound_bookings), total.inbound),
        "avg_duration": _rate(total.seconds, total.calls),
        "qa_average": _rate(Decimal(total.qa_sum), total.qa_count),
        "sentiment": {"positive": total.positive, "neutral": total.neutral, "negative": total.negative},
    }


def days_of(tx: Transaction, member: Membership, span: Span) -> dict[date, Figures]:
    """The figures of every day of the span and of the span before, of one organization."""
    before = span.before()
    empty = dict.fromkeys([*before.days, *span.days], Figures())
    return empty | dashboard_stats.by_day(tx, member.org_id, before.first, span.last)


def _read(members: Iterable[Membership], span: Span) -> tuple[dict[date, Figures], list[Shown]]:
    """The figures of every day of both spans, and the newest events."""
    days = dict.fromkeys([*span.before().days, *span.days], Figures())
    recent: list[Shown] = []
    for member in members:
        with reading(member.org_id) as tx:
            for day, figures in days_of(tx, member, span).items():
                days[day] += figures
            recent += [_event(row) for row in dashboard_stats.recent_events(tx, member.org_id)]
    return days, sorted(recent, key=lambda event: (event["at"], event["id"].int), reverse=True)[:RECENT]


def _event(row: Shown) -> Shown:
    return {name: value for name, value in row.items() if name != "endpoint"}


def _of_day(figures: Figures) -> Shown:
    return {
        "calls": figures.calls,
        "inbound": figures.inbound,
        "bookings": figures.bookings,
        "value": figures.value,
        "answered": figures.answered,
    }


def _rate(amount: Decimal, of: int) -> Decimal | None:
    return round(amount / of, 1) if of else None


def _change(now: Any, then: Any) -> Any:
    """By how much more, or less; null where one of the two is not known."""
    return None if now is None or then is None else now - then
