"""Recordings: looked for when a call has ended, and copied into the organization's folder."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID

from models import credentials, recordings, storage
from models.database import Transaction, organization
from models.recordings import Standing, Stored
from providers.http import Forbidden, Outage, OutboundError, TooLarge
from providers.recordings import Fetched, NotConnected, NotThereYet, fetch
from rules.merge import has_ended
from rules.recording_polls import first_look, is_quick, next_look
from settings import settings
from tasks.broker import BULK
from tasks.ledger import Errand, enqueue, errand, ring
from tasks.recording_sources import Source, sources_of
from tasks.slots import Slots

DEADLINE_SECONDS = 300
NOBODY_KNOWS = "No provider that we can ask knows this call"
FINAL = (NotConnected, Forbidden, TooLarge)
"""What does not pass by itself: a person has to do something first."""

log = logging.getLogger("aftercall.recordings")


@dataclass(frozen=True, slots=True)
class Found:
    """A recording that lies in a part file."""

    source: Source
    fetched: Fetched
    note: str | None


Said = list[tuple[Source, OutboundError]]
"""What each source answered that had no recording."""


def owe(tx: Transaction, org_id: UUID, call_id: UUID, call: Mapping[str, Any], now: datetime | None = None) -> None:
    """Owes the search for a call's recording, once a call. `call` holds its status, started_at and recording_url."""
    at = now or datetime.now(UTC)
    look_at = first_look(is_over(call), call.get("started_at"), at)
    recording_id = recordings.owe_recording(tx, org_id, call_id, look_at)
    owe_look(tx, org_id, recording_id, look_at, 1, None if look_at <= at else look_at)


def is_over(call: Mapping[str, Any]) -> bool:
    """Whether there is nothing to wait for: the call has ended, or its recording was told of."""
    return has_ended(call) or bool(call.get("recording_url"))


def hasten(tx: Transaction, org_id: UUID, call_id: UUID, now: datetime | None = None) -> None:
    """Begins the search for the recording of a call that has ended by now, earlier or later than was expected."""
    job_id = recordings.begin_now(tx, org_id, call_id, now or datetime.now(UTC))
    ring(tx, poll_recording, org_id, job_id)


def look_again(org_id: UUID, ids: Iterable[UUID] | None = None, now: datetime | None = None) -> int:
    """Starts the search anew for recordings that were given up, those named or all; returns how many."""
    at = now or datetime.now(UTC)
    with organization(org_id) as tx:
        given_up = recordings.failed(tx, org_id, ids)
        for found in given_up:
            recordings.owe_again(tx, org_id, found, at)
            owe_look(tx, org_id, found.id, at, found.attempts + 1, None)
    return len(given_up)


def give_up(tx: Transaction, org_id: UUID, error: str, recording_id: str, attempt: int) -> None:
    """A search that no worker survived, or that fails by a fault of ours, ends as a stated failure too."""
    found = recordings.standing(tx, org_id, UUID(recording_id))
    if found is not None and found.attempts < attempt:
        recordings.fail(tx, org_id, found, attempt, "Fetching the recording failed on our side")


@errand(queue=BULK, deadline_seconds=DEADLINE_SECONDS, on_death=give_up)
def poll_recording(errand: Errand, org_id: UUID, recording_id: str, attempt: int) -> None:
    """Looks for a recording once, and owes the next look where there is none yet."""
    poll(errand, org_id, UUID(recording_id), attempt, lambda: datetime.now(UTC))


@lru_cache(maxsize=1)
def slots() -> Slots:
    """Leaves half of the threads to work that does not wait for others."""
    return Slots(max(1, settings().worker_threads // 2))


def poll(errand: Errand, org_id: UUID, recording_id: UUID, attempt: int, clock: Callable[[], datetime]) -> None:
    """One look, at the time that `clock` tells. A look that was done before, or that nobody waits for, does nothing.

    Only one that asks somebody takes a slot, before anything is written: who is turned away leaves no trace.
    """
    with ExitStack() as slot:
        with errand.prepare() as tx:
            found = recordings.standing(tx, org_id, recording_id)
            if found is None or found.state not in ("pending", "processing") or found.attempts >= attempt:
                errand.end(tx)
                return
            sources = sources_of(tx, org_id, found)
            if all(source.missing for source in sources):
                said: Said = [(source, NotConnected(source.missing)) for source in sources]
                _decide(tx, org_id, found, attempt, said, clock())
                errand.end(tx)
                return
            slot.enter_context(slots().taken())
            recordings.begin(tx, org_id, found)
        _fetch(errand, org_id, found, attempt, sources, clock)


def _fetch(
    errand: Errand, org_id: UUID, found: Standing, attempt: int, sources: list[Source], clock: Callable[[], datetime]
) -> None:
    part = storage.new_part(org_id)
    try:
        got = _search(sources, found, part, clock())
        with errand.record() as tx:
            if isinstance(got, Found):
                _keep(tx, org_id, found, attempt, got, part)
            else:
                _decide(tx, org_id, found, attempt, got, clock())
    finally:
        part.unlink(missing_ok=True)


def _search(sources: list[Source], found: Standing, part: Path, now: datetime) -> Found | Said:
    """The first source's recording that is good, or what each of them said."""
    said: Said = []
    for source in sources:
        try:
            fetched = fetch(source.find(), part)
            return Found(source, fetched, _odd(found, fetched, now))
        except OutboundError as error:
            said.append((source, error))
    return said


def _odd(found: Standing, fetched: Fetched, now: datetime) -> str | None:
    """What is odd about a recording's length. Raises NotThereYet while a longer one may still come."""
    length = float(found.duration_seconds or 0)
    if fetched.seconds is None or fetched.seconds >= length / 2:
        return None
    words = f"{fetched.seconds:.0f} s of a call of {length:.0f} s"
    if is_quick(found.owed_at, now):
        raise NotThereYet(f"The recording holds {words}")
    return f"It holds {words}"


def _decide(tx: Transaction, org_id: UUID, found: Standing, attempt: int, got: Said, now: datetime) -> None:
    """When to look again after nobody had a recording, or that there is no use in it."""
    _note_refusals(tx, org_id, got)
    reason = "; ".join(dict.fromkeys(str(error) for _, error in got)) or NOBODY_KNOWS
    if got and all(isinstance(error, FINAL) for _, error in got):
        _give_up(tx, org_id, found, attempt, reason)
        return
    wish = max((error.retry_after for _, error in got if isinstance(error, Outage)), default=0.0)
    look = next_look(found.owed_at, now, timedelta(seconds=wish))
    if look is None:
        _give_up(tx, org_id, found, attempt, f"Given up after 24 hours: {reason}")
        return
    recordings.put_off(tx, org_id, found, attempt, look.phase, look.at, reason)
    owe_look(tx, org_id, found.id, found.owed_at, attempt + 1, look.at)


def _give_up(tx: Transaction, org_id: UUID, found: Standing, attempt: int, reason: str) -> None:
    recordings.fail(tx, org_id, found, attempt, reason)
    log.info("recording %s is not to be had, after %d looks", found.id, attempt)


def _note_refusals(tx: Transaction, org_id: UUID, got: Said) -> None:
    for source, error in got:
        if source.is_own and isinstance(error, NotConnected):
            credentials.mark_verified(tx, org_id, source.name, str(error))


def _keep(tx: Transaction, org_id: UUID, found: Standing, attempt: int, got: Found, part: Path) -> None:
    """The file takes its place before the row says so: a file without its row is swept, a row without its file lies."""
    fetched = got.fetched
    key = storage.key_of(org_id, found.id, found.created_at, fetched.kind.ending)
    storage.keep(part, org_id, key)
    kept = Stored(
        got.source.name, key, fetched.bytes, fetched.sha256, fetched.kind.content_type, fetched.seconds, got.note
    )
    recordings.complete(tx, org_id, found, attempt, kept)
    if got.source.is_own:
        credentials.mark_verified(tx, org_id, got.source.name)
    log.info("recording %s came from %s: %d bytes", found.id, got.source.name, fetched.bytes)


def owe_look(
    tx: Transaction, org_id: UUID, recording_id: UUID, since: datetime, attempt: int, run_at: datetime | None
) -> None:
    """Owes one look of the search that began at `since`, as a job of its own; at once where `run_at` is None."""
    key = recordings.look_key(recording_id, since, attempt)
    enqueue(tx, poll_recording, org_id, key, run_at, recording_id=str(recording_id), attempt=attempt)
