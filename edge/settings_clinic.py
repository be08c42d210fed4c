"""The settings' first page: how the organization is called, when it writes to people, and how long it keeps what."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import render_template
from werkzeug.datastructures import MultiDict

from edge.org_settings import shown, standing
from edge.settings_forms import Said, in_words
from models.people import Membership
from rules.org_settings import LONGEST_NAME, RECORDING_DAYS, RETENTION_DAYS
from vocabulary import Method

Form = MultiDict[str, str]

PARTS = {
    "clinic": ("name", "timezone"),
    "hours": ("send_from", "send_until"),
    "reminders": ("reminder_minutes", "reminder_methods"),
    "alerts": ("alert_number",),
    "retention": ("body_retention_days", "recording_retention_days", "keeps_originals"),
}
"""Each section's form, and the settings that it sets."""
DONE = {
    "clinic": "Saved. If the time zone changed, the figures by day follow at night.",
    "hours": "Saved. Messages that wait already keep to these hours too.",
    "reminders": "Saved. Appointments made or moved from now on are reminded so; reminders planned already stay.",
    "alerts": "Saved.",
    "retention": "Saved. What is older is deleted within a day.",
}
LABELS = {
    "name": "the name",
    "timezone": "the time zone",
    "send_from": "the earliest time",
    "send_until": "the latest time",
    "reminder_minutes": "reminders",
    "reminder_methods": "the way of reminders",
    "alert_number": "the alert number",
    "body_retention_days": "the days for webhooks",
    "recording_retention_days": "the days for recordings",
    "or null": "or nothing",
}
"""The API's word for a setting: how a complaint on the page calls it."""
USUAL_MINUTES = (10_080, 4_320, 2_880, 1_440, 240, 120, 60, 30)
"""Reminders to choose from; an organization's own stand beside them."""
DAY, HOUR = 1_440, 60
ZONES = (
    "America/New_York", "America/Chicago", "America/Denver", "America/Phoenix", "America/Los_Angeles",
    "America/Anchorage", "Pacific/Honolulu", "America/Puerto_Rico", "America/Toronto", "America/Vancouver",
    "America/Mexico_City", "America/Sao_Paulo", "Europe/London", "Europe/Dublin", "Europe/Paris", "Europe/Berlin",
    "Europe/Madrid", "Europe/Istanbul", "Asia/Dubai", "Asia/Kolkata", "Asia/Singapore", "Australia/Sydney",
    "Pacific/Auckland", "UTC",
)  # fmt: skip
"""Proposed; every other zone may be typed."""


def show_clinic(here: Membership, said: Said) -> str:
    values = shown(standing(here)) | (_typed(said) if said.complaint else {})
    return render_template(
        "settings_clinic.html",
        here=here,
        said=said,
        complaint=in_words(said.complaint, LABELS),
        row=values,
        choices=[(minutes, before(minutes)) for minutes in _choices(values["reminder_minutes"])],
        methods=list(Method),
        zones=ZONES,
        longest_name=LONGEST_NAME,
        most_days={"bodies": RETENTION_DAYS[-1], "recordings": RECORDING_DAYS[-1]},
    )


def given(part: str, form: Form) -> dict[str, object]:
    """The settings of a section as its form gives them; what cannot be read is left for the rule to complain of."""
    return {name: READ[name](form) if name in READ else form.get(name, "") for name in PARTS[part]}


def before(minutes: int) -> str:
    """How long before an appointment: 1 day, 2 hours."""
    for size, word in ((DAY, "day"), (HOUR, "hour")):
        if minutes >= size and minutes % size == 0:
            many = minutes // size
            return f"{many} {word}{'' if many == 1 else 's'}"
    return f"{minutes} minutes"


def _typed(said: Said) -> dict[str, Any]:
    return given(said.part, said.typed)


def _choices(minutes: list[Any]) -> list[int]:
    own = {one for one in minutes if isinstance(one, int)}
    return sorted(own | set(USUAL_MINUTES), reverse=True)


def _whole(text: str) -> object:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else text


READ: dict[str, Callable[[Form], object]] = {
    "reminder_minutes": lambda form: [_whole(one) for one in form.getlist("reminder_minutes")],
    "reminder_methods": lambda form: form.getlist("reminder_methods"),
    "body_retention_days": lambda form: _whole(form.get("body_retention_days", "").strip()),
    "recording_retention_days": lambda form: _whole(form.get("recording_retention_days", "").strip()) or None,
    "keeps_originals": lambda form: "keeps_originals" in form,
}
"""How a setting is read from its form; one that is not here is text."""
