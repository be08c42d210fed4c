"""The sample's next appointments, booked once its callers are known, with reminders; one of them cannot arrive."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from threading import Event
from typing import Any
from uuid import UUID, uuid5

import requests

from models.appointments import Booking
from models.database import organization
from run.stand_in import StandIn
from tasks.appointments import book

UNREACHED = "30003"
"""Twilio's code for a phone that is off or out of reach."""
HALF_AN_HOUR = timedelta(minutes=30)
STARTS_IN = (timedelta(hours=24), timedelta(hours=24), timedelta(hours=27), timedelta(days=3))
PATIENCE_SECONDS = 30
CALLERS = (
    "SELECT k.id, k.phone, c.id AS call_id, c.service FROM contacts k JOIN LATERAL ("
    "   SELECT c.id, c.service FROM calls c WHERE c.org_id = k.org_id AND c.contact_id = k.id AND c.result = 'booked'"
    "   ORDER BY c.happened_at DESC LIMIT 1) c ON true"
    " WHERE k.org_id = %s AND k.phone IS NOT NULL ORDER BY k.created_at, k.id LIMIT %s"
)


def book_sample_appointments(org_id: UUID, stand_in: StandIn, stop: Event) -> int:
    """Books for the first callers who asked for a time; the phone of one of them is out of reach. How many it made."""
    callers = _callers(org_id, stop)
    if len(callers) > 1:
        fate = {"to": callers[1]["phone"], "statuses": ["sent", "undelivered"], "code": int(UNREACHED)}
        requests.post(f"{stand_in.url}/__standin/fates", json=fate, timeout=5).raise_for_status()
    now = datetime.now(UTC).replace(second=0, microsecond=0) + timedelta(minutes=1)
    with organization(org_id) as tx:
        for caller, after in zip(callers, STARTS_IN, strict=False):
            book(tx, org_id, _booking(org_id, caller, now + after), datetime.now(UTC))
    return len(callers)


def _callers(org_id: UUID, stop: Event) -> list[dict[str, Any]]:
    """As many as there are appointments, or those that are known after a while."""
    found: list[dict[str, Any]] = []
    for _ in range(PATIENCE_SECONDS):
        with organization(org_id) as tx:
            found = tx.rows(CALLERS, (org_id, len(STARTS_IN)))
        if len(found) == len(STARTS_IN) or stop.wait(1):
            break
    return found


def _booking(org_id: UUID, caller: dict[str, Any], starts_at: datetime) -> Booking:
    return Booking(
        starts_at,
        starts_at + HALF_AN_HOUR,
        caller["id"],
        caller["call_id"],
        caller["service"] or "Appointment",
        id=uuid5(org_id, f"sample:{caller['id']}"),
    )
