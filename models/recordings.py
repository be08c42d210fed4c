"""Recordings: what is owed, how far the search for it has come, and where it lies; the call's status follows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid5

from models.calls import NAMES
from models.database import Transaction
from models.ids import new_id
from vocabulary import RECORDING_RANK

STATUS_OF = {"expired": "none"}
"""A recording's state → calls.recording_status, where they differ."""
SEARCHED = ("processing", "completed", "failed")
"""Statuses of calls that only the search for their recording gives."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
FORGIVEN = ("pending", "failed")
"""States of searches that are as good as never begun where the call turns out to have no recording."""
FOUND = ("completed", "failed")
"""States in which a search has ended: the call's status cannot know better."""
NOTE_LENGTH = 300
BATCH = 1_000
"""How many one pass of upkeep takes on."""
STANDING = f"""
select r.id, r.call_id, r.state, r.attempts, r.owed_at, r.created_at, r.storage_key, c.status, c.lead_id, c.started_at,
       c.ended_at, c.duration_seconds, c.recording_url, c.happened_at, o.convoso_timezone, {NAMES} as refs
from recordings r join calls c on c.org_id = r.org_id and c.id = r.call_id
join organizations o on o.org_id = r.org_id where r.org_id = %s and r.id = %s
"""
FOLLOW = """
update calls set recording_status = %s, updated_at = now() where org_id = %s
    and id = (select call_id from recordings where org_id = %s and id = %s) and recording_status <> %s
"""
"""The status of whichever call has the recording by now."""
HASTEN = """
update jobs set id = %s, run_at = now(), key = waiting.key from (
    select j.org_id, j.id, r.id || ':' || %s || ':' || r.attempts + 1 as key
    from recordings r join jobs j on j.org_id = r.org_id and j.actor = 'poll_recording' and j.state = 'ready'
        and j.key = r.id || ':' || (extract(epoch from r.owed_at) * 1000000)::bigint || ':' || r.attempts + 1
    where r.org_id = %s and r.call_id = %s and r.state = 'pending' and (j.lease_until is null or j.lease_until < now())
    for update of j skip locked
) waiting where jobs.org_id = waiting.org_id and jobs.id = waiting.id
"""
"""The next look for a call's recording, found by the key that look_key gives it, becomes the first of a search.

One that somebody holds is passed by: who looks holds the job and waits for the call, which is ours.
"""


@dataclass(frozen=True, slots=True)
class Standing:
    """A recording and what is known of its call."""

    id: UUID
    call_id: UUID
    state: str
    attempts: int
    owed_at: datetime
    created_at: datetime
    storage_key: str | None
    status: str
    lead_id: str | None
    started_at: datetime | None
    ended_at: datetime | None
    duration_seconds: Decimal | None
    recording_url: str | None
    happened_at: datetime
    convoso_timezone: str
    refs: dict[str, str] | None


@dataclass(frozen=True, slots=True)
class Stored:
    """A recording that lies in its place."""

    source: str
    storage_key: str
    bytes: int
    sha256: str
    content_type: str
    duration_seconds: float | None
    note: str | None


def recording_id(call_id: UUID) -> UUID:
    """The id of the recording that a call owes: known without asking."""
    return uuid5(call_id, "recording")


def owe_recording(tx: Transaction, org_id: UUID, call_id: UUID, first_look_at: datetime) -> UUID:
    """A recording has to be fetched, once a call; written with the commit. Where one is owed, the id is nobody's."""
    found = recording_id(call_id)
    tx.at_end(
        "INSERT INTO recordings (org_id, id, call_id, owed_at, next_attempt_at) VALUES (%s, %s, %s, %s, %s)"
        " ON CONFLICT DO NOTHING",
        (org_id, found, call_id, first_look_at, first_look_at),
    )
    return found


def look_key(id: UUID, owed_at: datetime, attempt: int) -> str:
    """The key of the job that looks for a recording: a search that began anew has keys of its own."""
    return f"{id}:{_microseconds(owed_at)}:{attempt}"


def _microseconds(at: datetime) -> int:
    return (at - EPOCH) // timedelta(microseconds=1)


def begin_now(tx: Transaction, org_id: UUID, call_id: UUID, now: datetime) -> UUID:
    """Begins with the commit the search that waits for a call's end, with the job that it has.

    Returns the id that the job gets by it; where none waits, or it runs already, the id is nobody's.
    """
    job_id = new_id()
    tx.at_end(HASTEN, (job_id, _microseconds(now), org_id, call_id))
    tx.at_end(
        "UPDATE recordings SET owed_at = %s, next_attempt_at = %s, phase = 'quick', updated_at = now()"
        " WHERE org_id = %s AND call_id = %s AND state = 'pending'",
        (now, now, org_id, call_id),
    )
    return job_id


def better(calls: Iterable[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """Of calls that become one, the one whose recording stays, by `recording_state`; None where none has any."""
    known = [call for call in calls if call["recording_state"]]
    return max(known, key=lambda call: _worth(call["recording_state"]), default=None)


def _worth(state: str) -> int:
    return RECORDING_RANK.index(state) if state in RECORDING_RANK else -1


def status_after(concluded: str, before: str | None, state: str | None) -> str:
    """calls.recording_status after an event: what the search has found stands against what events conclude.

    `before` is the call's status so far, `state` its recording's: both None where there is none yet.
    """
    if concluded == "none" and state in FORGIVEN:
        return concluded
    if state in FOUND:
        return state
    if before in SEARCHED:
        return before
    if state in SEARCHED:
        return state
    return STATUS_OF.get(state, concluded) if state is not None else concluded


def standing(tx: Transaction, org_id: UUID, id: UUID) -> Standing | None:
    row = tx.row(STANDING, (org_id, id))
    return Standing(**row) if row else None


def begin(tx: Transaction, org_id: UUID, found: Standing) -> None:
    _set(tx, org_id, found, "processing", "error = null")


def put_off(
    tx: Transaction, org_id: UUID, found: Standing, attempt: int, phase: str, at: datetime, reason: str
) -> None:
    _set(
        tx, org_id, found, "pending", "attempts = %s, phase = %s, next_attempt_at = %s, error = %s",
        (attempt, phase, at, reason[:NOTE_LENGTH]),
    )  # fmt: skip


def fail(tx: Transaction, org_id: UUID, found: Standing, attempt: int, reason: str) -> None:
    _set(
        tx, org_id, found, "failed", "attempts = %s, next_attempt_at = null, error = %s",
        (attempt, reason[:NOTE_LENGTH]),
    )  # fmt: skip


def complete(tx: Transaction, org_id: UUID, found: Standing, attempt: int, kept: Stored) -> None:
    _set(
        tx, org_id, found, "completed",
        "attempts = %s, next_attempt_at = null, error = null, source = %s, storage_key = %s, bytes = %s, sha256 = %s,"
        " content_type = %s, duration_seconds = %s, note = %s",
        (attempt, kept.source, kept.storage_key, kept.bytes, kept.sha256, kept.content_type, kept.duration_seconds,
         kept.note),
    )  # fmt: skip


def stranded(tx: Transaction, org_id: UUID) -> list[Standing]:
    """Recordings that are owed and that no job looks for: owed by an older version, or with a job that was lost."""
    rows = tx.rows(
        "SELECT r.id FROM recordings r WHERE r.org_id = %s AND r.state IN ('pending', 'processing') AND NOT EXISTS"
        " (SELECT FROM jobs j WHERE j.org_id = r.org_id AND j.actor = 'poll_recording' AND j.state = 'ready'"
        " AND j.args ->> 'recording_id' = r.id::text) ORDER BY r.created_at, r.id LIMIT %s",
        (org_id, BATCH),
    )
    return [found for row in rows if (found := standing(tx, org_id, row["id"])) is not None]


def failed(tx: Transaction, org_id: UUID, ids: Iterable[UUID] | None = None) -> list[Standing]:
    """Recordings that were given up: those named, or all of the organization."""
    chosen = None if ids is None else list(ids)
    rows = tx.rows(
        "SELECT id FROM recordings WHERE org_id = %s AND state = 'failed'"
        " AND (%s::uuid[] IS NULL OR id = ANY(%s::uuid[])) ORDER BY created_at, id",
        (org_id, chosen, chosen),
    )
    return [found for row in rows if (found := standing(tx, org_id, row["id"])) is not None]


def failures(tx: Transaction, org_id: UUID) -> list[dict[str, Any]]:
    """Recordings that were given up, with the reason, oldest first."""
    return tx.rows(
        "SELECT id, call_id, attempts, error, updated_at FROM recordings WHERE org_id = %s AND state = 'failed'"
        " ORDER BY updated_at, id",
        (org_id,),
    )


def owe_again(tx: Transaction, org_id: UUID, found: Standing, now: datetime) -> None:
    """Starts the search anew, with all of its time."""
    _set(tx, org_id, found, "pending", "owed_at = %s, next_attempt_at = %s, phase = 'quick', error = null", (now, now))


def keep_for(tx: Transaction, org_id: UUID, days: int | None) -> None:
    """Recordings of calls that are older than this are forgotten; None keeps them for ever."""
    tx.run("UPDATE organizations SET recording_retention_days = %s WHERE org_id = %s", (days, org_id))


def expire(tx: Transaction, org_id: UUID, now: datetime) -> list[str]:
    """Ends up to BATCH recordings of calls that are older than they are kept; returns the keys of their files.

    The provider's address is forgotten too.
    """
    rows = tx.rows(
        "SELECT r.id, r.call_id, r.storage_key FROM recordings r"
        " JOIN calls c ON c.org_id = r.org_id AND c.id = r.call_id JOIN organizations o ON o.org_id = r.org_id"
        " WHERE r.org_id = %s AND r.state = 'completed' AND o.recording_retention_days IS NOT NULL"
        " AND c.happened_at < %s - make_interval(days => o.recording_retention_days)"
        " ORDER BY c.happened_at, c.id LIMIT %s FOR UPDATE OF c, r",
        (org_id, now, BATCH),
    )
    tx.run(
        "UPDATE calls SET recording_status = 'none', recording_url = null, updated_at = now()"
        " WHERE org_id = %s AND id = ANY(%s)",
        (org_id, [row["call_id"] for row in rows]),
    )
    tx.run(
        "UPDATE recordings SET state = 'expired', storage_key = null, expires_at = %s, updated_at = now()"
        " WHERE org_id = %s AND id = ANY(%s)",
        (now, org_id, [row["id"] for row in rows]),
    )
    return [row["storage_key"] for row in rows]


def keys(tx: Transaction, org_id: UUID, ids: Iterable[UUID]) -> set[str]:
    """The keys of the files that these recordings name."""
    rows = tx.rows("SELECT storage_key FROM recordings WHERE org_id = %s AND id = ANY(%s)", (org_id, list(ids)))
    return {row["storage_key"] for row in rows}


def _set(
    tx: Transaction, org_id: UUID, found: Standing, state: str, columns: str, values: tuple[Any, ...] = ()
) -> None:
    """Writes with the commit the recording's columns and its call's status; the call is locked first, as events do.

    Its call is the one that has it by now. Where that was joined to another while we waited, the last statement finds
    the one that stayed.
    """
    status = STATUS_OF.get(state, state)
    whose = (status, org_id, org_id, found.id, status)
    tx.at_end(FOLLOW, whose)
    tx.at_end(
        f"UPDATE recordings SET state = %s, {columns}, updated_at = now() WHERE org_id = %s AND id = %s",
        (state, *values, org_id, found.id),
    )
    tx.at_end(FOLLOW, whose)
