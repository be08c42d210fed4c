"""Calls for tests of what they meant: told as a provider tells them, analysed as a worker does."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from models.database import organization
from tasks.analysis import Assessment, conclude
from tasks.calls import Recorded, record_call
from tests.rules.quotes import dialogue
from vocabulary import Authority, CallFacts, CallRef, Customs, Provider, ToolUse, Transcript

NOON = datetime(2026, 3, 1, 17, tzinfo=UTC)
LINE, CALLER = "+12025550143", "+12025550178"
ENDED = {
    "status": "completed",
    "outcome": "human",
    "ended_reason": "customer-ended-call",
    "direction": "inbound",
    "duration_seconds": 90.0,
}
NEW_YORK = Customs(timezone="America/New_York")
BOOKED = """
    agent: Harbor Clinic, this is Ada, how may I help you?
    caller: hi i'd like to come in for botox my number is 202 555 0178
    agent: I have Thursday at ten, would that suit you?
    caller: yes thursday at ten is perfect thank you so much
    agent: Great, I have booked you for Thursday at ten.
"""
ASKED = """
    agent: Harbor Clinic, this is Ada, how may I help you?
    caller: what does a facelift cost
    agent: It is eight thousand dollars, would you like to book a visit?
    caller: no i will think about it goodbye
"""


@dataclass(frozen=True, slots=True)
class Clinic:
    """One organization, as a test speaks to it."""

    org_id: UUID
    customs: Customs = NEW_YORK

    def tell(
        self, ref: str, at: datetime = NOON, talk: str = "", tools: tuple[ToolUse, ...] = (), **facts: Any
    ) -> Recorded:
        """A report of a call that came in."""
        transcript = Transcript(tuple(dialogue(talk)), "vapi", "en", tools) if talk or tools else None
        given = ENDED | {"started_at": at, "phone_number": CALLER} | facts
        return self._hear(at, given, transcript, ref)

    def join(self, *refs: str, at: datetime, **facts: Any) -> Recorded:
        """A report that gives one call several names."""
        return self._hear(at, ENDED | facts, None, *refs)

    def _hear(self, at: datetime, facts: dict[str, Any], transcript: Transcript | None, *refs: str) -> Recorded:
        names = tuple(CallRef(Provider.VAPI, ref) for ref in refs)
        said = CallFacts(names, Provider.VAPI, at, Authority.REPORT, facts, transcript=transcript)
        with organization(self.org_id) as tx:
            return record_call(tx, self.org_id, said, at + timedelta(seconds=1), self.customs)

    def analyse(self, call_id: UUID) -> Assessment | None:
        with organization(self.org_id) as tx:
            return conclude(tx, self.org_id, call_id)

    def rows(self, query: str, *params: Any) -> list[dict[str, Any]]:
        with organization(self.org_id) as tx:
            return tx.rows(query, params)

    def call(self, call_id: UUID) -> dict[str, Any]:
        return self.rows("SELECT * FROM calls WHERE id = %s", call_id)[0]

    def figures(self) -> list[dict[str, Any]]:
        return self.rows("SELECT * FROM call_stats_daily ORDER BY day, campaign, agent")
