"""What stands for and against a message now: gathered in the transaction that decides."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from models import messages, opt_outs
from models.database import Transaction
from rules.quiet_hours import zones_of
from rules.sending import COUNTED, HOUR, Appointment, Case
from vocabulary import Method, Purpose


def case_of(tx: Transaction, org_id: UUID, row: dict[str, Any], now: datetime) -> Case:
    """`row` is what messages.locked gave, and its recipient is held."""
    about = row["appointment_at"] and Appointment(
        row["appointment_at"], row["appointment_status"], row["appointment_stands"]
    )
    is_text = row["method"] == Method.SMS
    return Case(
        method=Method(row["method"]),
        purpose=Purpose(row["purpose"]),
        by_person=row["requested_by"].startswith("user:"),
        is_opted_out=opt_outs.is_out(tx, org_id, row["recipient"]),
        lately=messages.claimed_since(tx, org_id, row["recipient"], now - HOUR, COUNTED) if is_text else (),
        zones=zones_of(row["contact_zone"], row["recipient"] if is_text else "", row["org_zone"]),
        send_from=row["send_from"],
        send_until=row["send_until"],
        appointment=about or None,
        appointment_version=row["appointment_version"],
    )
