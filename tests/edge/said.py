"""What the tests put into the tables that workers fill: transcripts, analyses, contacts and daily figures."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from psycopg2.extras import Json

from models.database import organization
from models.ids import new_id

TURNS = [
    {"speaker": "agent", "text": "Glow clinic, how can I help?", "start": 0.0, "end": 2.5},
    {"speaker": "caller", "text": "Hi, I would like to ask about a nose job.", "start": 2.9, "end": 6.0},
    {"speaker": "agent", "text": "You are booked for Tuesday at two.", "start": 61.2, "end": 64.0},
    {"speaker": "caller", "text": "Great, my number is [PHONE_1].", "start": None, "end": None},
]


def quote(words: str, turn: int) -> dict[str, Any]:
    """Evidence that quotes a turn of TURNS."""
    start = str(TURNS[turn]["text"]).index(words)
    return {"quote": words, "turn": turn, "start": start, "end": start + len(words)}


def make_transcript(org_id: UUID, call_id: UUID, turns: list[dict[str, Any]] = TURNS, **columns: Any) -> None:
    columns = {"language": "en", "engine": "vapi", "turns": Json(turns), "weight": ["1"]} | columns
    _insert("transcripts", {"org_id": org_id, "call_id": call_id} | columns)
    with organization(org_id) as tx:
        tx.run("UPDATE calls SET has_transcript = true WHERE org_id = %s AND id = %s", (org_id, call_id))


def make_analysis(org_id: UUID, call_id: UUID, kind: str, value: Any, *evidence: Any, **columns: Any) -> None:
    columns = {"version": 1, "engine": "rules", "rule_version": "1"} | columns
    results = {"kind": kind, "value": None if value is None else Json(value), "evidence": Json(list(evidence))}
    _insert("analyses", {"org_id": org_id, "call_id": call_id} | results | columns)


def make_contact(org_id: UUID, **columns: Any) -> UUID:
    contact_id = new_id()
    _insert("contacts", {"org_id": org_id, "id": contact_id} | columns)
    return contact_id


def make_day(org_id: UUID, day: date, **figures: Any) -> None:
    _insert("call_stats_daily", {"org_id": org_id, "day": day} | figures)


def trail(org_id: UUID, action: str) -> list[dict[str, Any]]:
    """Who did this, to what, in order."""
    with organization(org_id) as tx:
        return tx.rows("SELECT actor, subject, details FROM audit_log WHERE action = %s ORDER BY at", (action,))


def _insert(table: str, columns: dict[str, Any]) -> None:
    names, marks = ", ".join(columns), ", ".join(["%s"] * len(columns))
    with organization(columns["org_id"]) as tx:
        tx.run(f"INSERT INTO {table} ({names}) VALUES ({marks})", list(columns.values()))
