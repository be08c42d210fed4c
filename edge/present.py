"""How facts look to a person: times in the organization's zone, numbers as they are dialled, words instead of codes."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

import phonenumbers
from flask import Flask
from phonenumbers import NumberParseException, PhoneNumberFormat

GOOD = frozenset(("completed", "booked", "processed", "done", "positive"))
BAD = frozenset(("failed", "dead", "refused", "quarantined", "negative", "our_setup", "account", "platform"))
UNDER_WAY = frozenset(("queued", "ringing", "in_progress", "forwarding", "accepted", "ready", "pending", "processing"))
NAMES = {
    "human": "Answered",
    "our_setup": "Setup problem",
    "account": "Account problem",
    "platform": "Provider problem",
}
"""Codes whose words alone would not tell a front desk what they mean."""
NORTH_AMERICA = 1
MINUTE = 60
HOUR = 3600


def install(app: Flask) -> None:
    app.jinja_env.filters.update(
        moment=moment, exactly=exactly, duration=duration, dialled=dialled, words=words, money=money, tone=tone
    )


def moment(at: datetime, zone: str, now: datetime) -> str:
    """A time as it is spoken of: by the clock today, by the day this week, in full before that."""
    local, today = at.astimezone(ZoneInfo(zone)), now.astimezone(ZoneInfo(zone)).date()
    clock = _clock(local)
    if local.date() == today:
        return f"Today, {clock}"
    if local.date() == today - timedelta(days=1):
        return f"Yesterday, {clock}"
    day = f"{local:%a}, {local:%b} {local.day}"
    return f"{day}, {clock}" if local.year == today.year else f"{local:%b} {local.day}, {local.year}, {clock}"


def exactly(at: datetime, zone: str) -> str:
    """A time to the second, with its zone: for a timeline."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{local:%b} {local.day}, {local.year}, {local.hour % 12 or 12}:{local:%M:%S %p} {local.tzname()}"


def _clock(local: datetime) -> str:
    return f"{local.hour % 12 or 12}:{local:%M} {local:%p}"


def duration(seconds: Decimal | float | None) -> str:
    """How long a call was."""
    if seconds is None:
        return ""
    whole = int(seconds)
    if whole < MINUTE:
        return f"{whole} s"
    if whole < HOUR:
        return f"{whole // MINUTE} min {whole % MINUTE:02d} s"
    return f"{whole // HOUR} h {whole % HOUR // MINUTE:02d} min"


@lru_cache(maxsize=4096)
def dialled(number: str | None) -> str:
    """A number as people write it: at home in brackets and dashes, from abroad with its country."""
    if not number:
        return ""
    try:
        parsed = phonenumbers.parse(number, None)
    except NumberParseException:
        return number
    is_home = parsed.country_code == NORTH_AMERICA
    style = PhoneNumberFormat.NATIONAL if is_home else PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(parsed, style)


def words(code: object) -> str:
    """no_answer → No answer."""
    if isinstance(code, bool):
        return "Yes" if code else "No"
    if str(code) in NAMES:
        return NAMES[str(code)]
    text = str(code).replace("_", " ").replace("-", " ").strip()
    return text[:1].upper() + text[1:]


def money(amount: Decimal | None, places: int = 2) -> str:
    """Whole amounts without their cents."""
    if amount is None:
        return ""
    return f"${amount:,.0f}" if amount == amount.to_integral_value() else f"${amount:,.{places}f}"


def tone(code: str | None) -> str:
    """Which of the four colours a state has; it is never the colour alone that tells."""
    code = (code or "").lower().replace(" ", "_")
    if code in GOOD:
        return "good"
    if code in BAD:
        return "bad"
    return "busy" if code in UNDER_WAY else "plain"
