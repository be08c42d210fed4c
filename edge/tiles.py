"""The figures of a span as the day's page shows them: four in large, each leading to exactly its calls, and a chart."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from urllib.parse import urlencode

import orjson
from flask import url_for

from edge import present
from models.people import Membership

BEFORE = {
    "today": "all of yesterday",
    "7d": "the 7 days before",
    "30d": "the 30 days before",
    "90d": "the 90 days before",
}
SMALLEST_VALUE = "0.01"
"""What is worth anything at all."""


@dataclass(frozen=True, slots=True)
class Tile:
    label: str
    value: str
    note: str
    """What the figure is of, where that is not plain."""
    change: str
    direction: str
    """up, down or level."""
    address: str


def tiles(figures: Mapping[str, Any], here: Membership, name: str) -> list[Tile]:
    change, rate = figures["change"], figures["success_rate"]
    inbound = f"{figures['inbound_bookings']:,} of {figures['inbound']:,} inbound calls" if figures["inbound"] else ""
    made: tuple[tuple[str, str, str, Any, str, dict[str, str]], ...] = (
        ("Calls", f"{figures['calls']:,}", "", change["calls"], _count(change["calls"]), {}),
        ("Booked", f"{figures['bookings']:,}", "", change["bookings"], _count(change["bookings"]), {"booked": "true"}),
        (
            "Success rate", "–" if rate is None else f"{rate.normalize():f}%", inbound or "No inbound calls",
            change["success_rate"], _points(change["success_rate"]), {"direction": "inbound", "booked": "true"},
        ),
        (
            "Pipeline value", _dollars(figures["pipeline_value"]), "", change["pipeline_value"],
            _money(change["pipeline_value"]), {"min_value": SMALLEST_VALUE},
        ),
    )  # fmt: skip
    return [
        Tile(label, value, note, _against(words, BEFORE[name]), _direction(by), _calls(here, figures["range"], filters))
        for label, value, note, by, words, filters in made
    ]


def chart(figures: Mapping[str, Any]) -> str:
    """For today.js: days as ISO dates, calls and bookings of each."""
    days = figures["by_day"]
    return orjson.dumps(
        {
            "days": [day["day"] for day in days],
            "calls": [day["calls"] for day in days],
            "bookings": [day["bookings"] for day in days],
        }
    ).decode()


def _calls(here: Membership, span: Mapping[str, Any], filters: Mapping[str, str]) -> str:
    days = {"from": span["from"].isoformat(), "to": span["to"].isoformat()}
    return f"{url_for('dashboard.calls', org_id=here.org_id)}?{urlencode(days | dict(filters))}"


def _against(words: str, before: str) -> str:
    if not words:
        return f"Nothing to compare with {before}"
    return f"As {before}" if words == "0" else f"{words} than {before}"


def _direction(by: Decimal | int | None) -> str:
    return "level" if not by else "up" if by > 0 else "down"


def _more(by: Decimal | int) -> str:
    return "more" if by > 0 else "less"


def _count(by: int) -> str:
    return f"{abs(by):,} {'more' if by > 0 else 'fewer'}" if by else "0"


def _points(by: Decimal | None) -> str:
    if by is None:
        return ""
    return f"{abs(by).normalize():f} points {'higher' if by > 0 else 'lower'}" if by else "0"


def _money(by: Decimal) -> str:
    return f"{_dollars(abs(by))} {_more(by)}" if by else "0"


def _dollars(amount: Decimal) -> str:
    return present.money(amount.quantize(Decimal(1)))
