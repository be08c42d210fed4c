"""Asks calls anew by today's rules and prices: first what would change, then, where wanted, the change itself."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from models import calls, context
from models.database import Access, organization
from tasks.analysis import Assessment, assess, conclude

SILENT = ("counted", "stamps", "analysed_with")
"""Columns whose change says nothing to people."""


@dataclass(frozen=True, slots=True)
class Change:
    """What asking one call anew changes: column → (before, after), and the kinds of results with a new version."""

    call_id: UUID
    columns: dict[str, tuple[Any, Any]]
    kinds: tuple[str, ...]


@dataclass(slots=True)
class Figures:
    """Figures over the calls that were asked, before and after."""

    calls: int = 0
    changed: int = 0
    pipeline_value: list[Decimal] = field(default_factory=lambda: [Decimal(0), Decimal(0)])
    bookings: list[int] = field(default_factory=lambda: [0, 0])
    positive: list[int] = field(default_factory=lambda: [0, 0])
    negative: list[int] = field(default_factory=lambda: [0, 0])
    qa_sum: list[int] = field(default_factory=lambda: [0, 0])
    lead_sum: list[int] = field(default_factory=lambda: [0, 0])

    def add(self, found: Assessment, change: Change) -> None:
        self.calls += 1
        self.changed += bool(change.columns or change.kinds)
        for place, row in enumerate((found.call, found.columns)):
            self.pipeline_value[place] += row["financial_value"] or 0
            self.bookings[place] += row["booking"] in ("confirmed", "rescheduled")
            self.positive[place] += row["sentiment_label"] == "positive"
            self.negative[place] += row["sentiment_label"] == "negative"
            self.qa_sum[place] += row["qa_score"] or 0
            self.lead_sum[place] += row["lead_score"] or 0


def calls_since(org_id: UUID, since: datetime) -> list[UUID]:
    """Calls that happened since then and whose end or words are known, oldest first."""
    with organization(org_id, Access.READ) as tx:
        return calls.meaningful_since(tx, org_id, since)


def reanalyse(org_id: UUID, call_ids: list[UUID], is_dry: bool, figures: Figures) -> Iterator[Change]:
    """Asks each call anew, in a transaction of its own, and adds to `figures`. A dry run reads and writes nothing."""
    for call_id in call_ids:
        with organization(org_id, Access.READ if is_dry else Access.RUN_TIME) as tx:
            if is_dry:
                call = context.read(tx, org_id, call_id, locked=False)
                found = assess(call) if call is not None else None
            else:
                found = conclude(tx, org_id, call_id)
        if found is not None:
            change = _change(call_id, found)
            figures.add(found, change)
            yield change


def _change(call_id: UUID, found: Assessment) -> Change:
    columns = {
        name: (found.call[name], after)
        for name, after in found.columns.items()
        if name not in SILENT and after != found.call[name]
    }
    return Change(call_id, columns, tuple(sorted({one.kind for one in found.made})))
