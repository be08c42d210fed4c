"""The dashboard's figures over the API: a span of days, day by day, beside the span before it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, request

from edge.asked import bad
from edge.encoding import json_response
from edge.reading import reading
from edge.scope import readable
from models import dashboard_stats
from models.dashboard_stats import RECENT, Figures
from models.people import Membership

blueprint = Blueprint("figures", __name__)

RANGES = {"today": 1, "7d": 7, "30d": 30, "90d": 90}
"""How many days, today included."""
USUAL = "30d"
MOST_DAYS = 366
A_DAY = timedelta(days=1)

Shown = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Span:
    first: date
    last: date

    @property
    def days(self) -> list[date]:
        return [self.first + number * A_DAY for number in range((self.last - self.first).days + 1)]

    def before(self) -> Span:
        """As many days, up to the day before this span."""
        return Span(self.first - len(self.days) * A_DAY, self.first - A_DAY)


@blueprint.get("/api/dashboard/stats")
def stats() -> Response:
    """Sums, rates and days of the span, `previous` with the same of the span before, `change` from that to this.

    Of several organizations each counts by the days of its own zone.
    """
    members = readable()
    span = asked_span(request.args, members)
    days, recent = _read(members, span)
    now, then = shown(days[day] for day in span.days), shown(days[day] for day in span.before().days)
    return json_response(
        {
            "ok": True,
            "range": {"from": span.first, "to": span.last, "days": len(span.days)},
            **now,
            "by_day": [{"day": day, **_of_day(days[day])} for day in span.days],
            "recent": recent,
            "previous": then | {"from": span.before().first, "to": span.before().last},
            "change": {name: _change(now[name], then[name]) for name in now if name != "sentiment"},
        }
    )


def asked_span(args: Any, members: Iterable[Membership]) -> Span:
    """The span that an address asks for, by `range` or from/to. Raises Problem 400, naming the parameter."""
    zones = [ZoneInfo(member.timezone) for member in members]
    today = max((datetime.now(zone).date() for zone in zones), default=datetime.now(UTC).date())
    if args.get("from") or args.get("to"):
        last = _day(args, "to") or today
        first = _day(args, "from") or last
        if first > last:
            raise bad("from must not be after to")
        if (last - first).days >= MOST_DAYS:
            raise bad(f"from must be at most {MOST_DAYS} days before to")
        return Span(first, last)
    wanted = args.get("range") or USUAL
    if wanted not in RANGES:
        raise bad(f"range must be one of {', '.join(RANGES)}")
    return Span(today - (RANGES[wanted] - 1) * A_DAY, today)


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


def _read(members: Iterable[Membership], span: Span) -> tuple[dict[date, Figures], list[Shown]]:
    """The figures of every day of both spans, and the newest events."""
    before = span.before()
    days = dict.fromkeys([*before.days, *span.days], Figures())
    recent: list[Shown] = []
    for member in members:
        with reading(member.org_id) as tx:
            for day, figures in dashboard_stats.by_day(tx, member.org_id, before.first, span.last).items():
                days[day] += figures
            recent += dashboard_stats.recent_events(tx, member.org_id)
    return days, sorted(recent, key=lambda event: (event["at"], event["id"].int), reverse=True)[:RECENT]


def _of_day(figures: Figures) -> Shown:
    return {
        "calls": figures.calls,
        "inbound": figures.inbound,
        "bookings": figures.bookings,
        "value": figures.value,
        "answered": figures.answered,
    }


def _day(args: Any, name: str) -> date | None:
    given = (args.get(name) or "").strip()
    if not given:
        return None
    try:
        day = date.fromisoformat(given) if len(given) == len("2026-01-31") else None
    except ValueError:
        day = None
    # Spans of a year before this day must be days as well.
    if day is None or day.year < 1971 or day.year > 9998:
        raise bad(f"{name} must be a day like 2026-01-31")
    return day


def _rate(amount: Decimal, of: int) -> Decimal | None:
    return round(amount / of, 1) if of else None


def _change(now: Any, then: Any) -> Any:
    """By how much more, or less; null where one of the two is not known."""
    return None if now is None or then is None else now - then
