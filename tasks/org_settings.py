"""An organization's settings change: checked together, written together, noted with who did it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from typing import Any
from uuid import UUID

from models import audit, connections, org_settings
from models.database import Transaction
from models.org_settings import CHANGEABLE
from models.organizations import UnknownOrganization
from providers.phones import e164
from rules.org_settings import clean_settings
from settings import settings

ELSEWHERE = {
    "sms_number": "sms_number comes with the Twilio connection: connect Twilio in settings",
    "openai_enabled": "openai_enabled is for the operator to change: `./aftercall orgs set`",
    "openai_budget_per_day": "openai_budget_per_day is for the operator to change: `./aftercall orgs set`",
}
NOTES = {
    ("reminder_minutes", "reminder_methods"): "Appointments made or moved from now on are reminded so;"
    " reminders that are planned already stay as they are",
    ("send_from", "send_until"): "Messages that wait already keep to the new hours too",
    ("timezone",): "The figures by day follow at night",
}


@dataclass(frozen=True, slots=True)
class Changed:
    """All settings as they are now, and what to tell people of the change."""

    settings: dict[str, Any]
    notes: tuple[str, ...]


def change_settings(tx: Transaction, org_id: UUID, given: Mapping[str, object], by: str) -> Changed:
    """Changes what is given. Raises ValueError, naming the setting, and UnknownOrganization."""
    for name in given:
        if name not in CHANGEABLE:
            raise ValueError(
                ELSEWHERE.get(name, f"There is no setting of this name; there are {', '.join(CHANGEABLE)}")
            )
    before = _locked(tx, org_id)
    clean = clean_settings(given, before)
    if "alert_number" in given:
        clean["alert_number"] = _alert_number(given["alert_number"], before)
    news = {name: value for name, value in clean.items() if value != before[name]}
    if news:
        org_settings.write(tx, org_id, news)
        audit.record(tx, org_id, by, "settings.change", str(org_id), {"changed": _told(before, news)})
    notes = tuple(note for names, note in NOTES.items() if any(name in news for name in names))
    return Changed(before | news, notes)


def text_from(tx: Transaction, org_id: UUID, number: str, by: str) -> str:
    """Lets an organization text from a number of the deployment's own Twilio account; returns it in E.164.

    Raises ValueError and UnknownOrganization.
    """
    account = settings().twilio_account_sid
    if not account or not settings().twilio_auth_token:
        raise ValueError("Set TWILIO_ACCOUNT_SID and TWILIO_AUTH_TOKEN first: the number is of that account")
    written = e164(number, _locked(tx, org_id)["default_region"])
    if written is None:
        raise ValueError("sms_number must be a phone number like +12125550100")
    connections.send_from(tx, org_id, written, account)
    audit.record(tx, org_id, by, "settings.sender", str(org_id), {"number_ends": written[-4:]})
    return written


def _locked(tx: Transaction, org_id: UUID) -> dict[str, Any]:
    row = org_settings.locked(tx, org_id)
    if row is None:
        raise UnknownOrganization(f"There is no organization {org_id}; `./aftercall orgs list` shows them")
    return row


def _alert_number(given: object, before: Mapping[str, Any]) -> str | None:
    if given is None or given == "":
        return None
    number = e164(given, before["default_region"]) if isinstance(given, str) else None
    if number is None:
        raise ValueError("alert_number must be a phone number like +12125550100, or null for no alerts")
    if number == before["sms_number"]:
        raise ValueError("alert_number must be another number than the one that texts are sent from")
    return number


def _told(before: Mapping[str, Any], news: Mapping[str, Any]) -> dict[str, Any]:
    """What was and what is, for the audit trail; of a telephone number only that it changed."""
    return {
        name: {} if name == "alert_number" else {"from": _plain(before[name]), "to": _plain(news[name])}
        for name in news
    }


def _plain(value: Any) -> Any:
    return f"{value:%H:%M}" if isinstance(value, time) else value
