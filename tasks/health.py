"""What an outcome says of the provider itself: after several failures in a row it is left alone for a while."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from uuid import UUID

from models import provider_health
from models.database import Transaction
from rules.breaker import pause_after

log = logging.getLogger("aftercall.health")


def note_failure(
    tx: Transaction, org_id: UUID, provider: str, error: str, now: datetime, wish: timedelta = timedelta(0)
) -> None:
    """One more failure in a row; `wish` is for how long the provider asks to be left alone."""
    counted = provider_health.failures(tx, org_id, provider) + 1
    pause = max(pause_after(counted) or timedelta(0), wish)
    provider_health.failed(tx, org_id, provider, counted, now + pause if pause else None, error)
    if pause:
        log.warning("%s is left alone for %.0f s by organization %s", provider, pause.total_seconds(), org_id)


def note_hold(tx: Transaction, org_id: UUID, provider: str, error: str, until: datetime) -> None:
    """The provider is well and asks for patience: nothing counts as a failure."""
    counted = provider_health.failures(tx, org_id, provider)
    provider_health.failed(tx, org_id, provider, counted, until, error)
