"""Webhook events: what was received, word for word, and what became of it."""

from __future__ import annotations

import logging
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from psycopg2.extras import Json

from models.database import Access, Transaction, organization, statement
from models.ledger import Bell
from models.vault import Unreadable, seal, unseal
from vocabulary import CallRef, Customs, Endpoint, EventState, Handling, Identity, Provider, Receipt, Verdict, bounded

log = logging.getLogger("aftercall.events")

OUR_MESSAGE, OUR_PROVEN = "aftercall-message", "aftercall-proven"
"""Kept beside a sender's own headers, and never taken from them."""
COMPRESSION = 1
"""zlib's lightest: a report of 16 kB becomes a fourth."""


@dataclass(frozen=True, slots=True)
class Stored:
    """An event as it was received; `body` is None once its retention has passed, or where it cannot be opened."""

    id: UUID
    endpoint: Endpoint
    kind: str
    state: EventState
    received_at: datetime
    headers: dict[str, str]
    body: bytes | None

    @property
    def message_id(self) -> UUID | None:
        """The message of ours that its address named."""
        named = self.headers.get(OUR_MESSAGE)
        return UUID(named) if named else None

    @property
    def proven(self) -> tuple[UUID, ...]:
        """The organizations whose own account signed it; () where the deployment's did."""
        named = self.headers.get(OUR_PROVEN)
        return tuple(UUID(one) for one in named.split(",")) if named else ()


@dataclass(frozen=True, slots=True)
class Sender:
    """Who claims to have sent a body, and what is proven of it."""

    token_hash: str | None = None
    org_id: UUID | None = None
    """An organization that the deployment's configuration names for this sender."""
    trusted: bool = False
    must_be_known: bool = False
    message_id: UUID | None = None
    """Which of the organization's messages it reports on, by the address that its signature covers."""
    proven: tuple[UUID, ...] = ()
    """The organizations whose own account signed it: it speaks for nobody else, whatever it names."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """One event at the door, ready to be stored; `refusal` is why its body is refused, in words and as a status."""

    event_id: UUID
    provider: Provider
    endpoint: Endpoint
    identity: Identity
    sender: Sender
    headers: dict[str, str]
    body: bytes
    refusal: tuple[str, int] | None = None

    def order(self) -> tuple[str, str]:
        """Two transactions that store the same events lock them in this order, and so cannot block each other."""
        return str(self.identity.refs[:1]), self.identity.dedupe_key


def accept(arrivals: Sequence[Arrival]) -> list[Receipt]:
    """Stores events with the work that they owe, or says why not: any number in one round trip and one commit."""
    ordered = sorted(arrivals, key=Arrival.order)
    values = ", ".join([ARRIVAL] * len(ordered))
    params = [value for number, arrival in enumerate(ordered) for value in (number, *_values(arrival))]
    with statement(Access.RUN_TIME) as tx:
        rows = tx.rows(ACCEPT.format(values), params)
    receipts = {id(ordered[row.pop("number")]): _receipt(row) for row in rows}
    return [receipts[id(arrival)] for arrival in arrivals]


ARRIVAL = (
    "(%s, %s::uuid, %s, %s, %s, %s, %s, %s::uuid, %s, %s, %s::text[], %s::text[], %s::jsonb, %s::bytea, %s, %s,"
    " %s::smallint, %s)"
)
ACCEPT = (
    "SELECT e.number, a.verdict, a.org, a.event, a.job, a.customs FROM (VALUES {}) AS e (number, event_id, provider,"
    " endpoint, kind, key, token_hash, org_id, trusted, known, named, refs, headers, body, bytes, complaint, status,"
    " handled) CROSS JOIN LATERAL accept_webhook(e.event_id, e.provider, e.endpoint, e.kind, e.key, e.token_hash,"
    " e.org_id, e.trusted, e.known, e.named, e.refs, e.headers, e.body, e.bytes, e.complaint, e.status, e.handled) a"
)


def _values(arrival: Arrival) -> tuple[Any, ...]:
    identity, sender = arrival.identity, arrival.sender
    claims = [f"claims:{identity.metadata_org}"] if identity.metadata_org else []
    complaint, status = arrival.refusal or (None, None)
    return (
        arrival.event_id, arrival.provider.value, arrival.endpoint.value, bounded(identity.kind),
        bounded(identity.dedupe_key), sender.token_hash, sender.org_id, sender.trusted, sender.must_be_known,
        [bounded(name) for name in (*identity.named, *claims)], [f"call:{ref}" for ref in identity.refs],
        Json(arrival.headers), _seal(arrival), len(arrival.body),
        complaint, status, identity.handling is Handling.HANDLE,
    )  # fmt: skip


def _seal(arrival: Arrival) -> bytes:
    """Compressed, since a body costs the database by the byte; lightly, since it costs the edge too."""
    return seal(zlib.compress(arrival.body, COMPRESSION), bound_to=f"event:{arrival.event_id}")


def _receipt(row: dict[str, Any]) -> Receipt:
    customs = None if row["customs"] is None else Customs(**row["customs"])
    return Receipt(Verdict(row["verdict"]), row["org"], row["event"], row["job"], customs)


def load(tx: Transaction, org_id: UUID, event_id: UUID) -> tuple[Stored, Customs] | None:
    """An event with its body opened, and the customs of its organization."""
    row = tx.row(
        f"SELECT {COLUMNS}, {CUSTOMS} AS customs FROM webhook_events e JOIN organizations o USING (org_id)"
        " WHERE org_id = %s AND id = %s",
        (org_id, event_id),
    )
    if row is None:
        return None
    customs = Customs(**row.pop("customs"))
    return _stored(row), customs


def of_call(tx: Transaction, org_id: UUID, refs: Iterable[CallRef]) -> list[Stored]:
    """The handled events of a call by its names, in the order in which they were received."""
    rows = tx.rows(
        f"SELECT {COLUMNS} FROM webhook_events WHERE org_id = %s AND call_ref = ANY(%s)"
        " AND state = 'processed' ORDER BY received_at, id",
        (org_id, [str(ref) for ref in refs]),
    )
    return [_stored(row) for row in rows]


CUSTOMS = (
    "jsonb_build_object('convoso_timezone', o.convoso_timezone, 'convoso_fields', o.convoso_fields, 'default_region',"
    " o.default_region, 'timezone', o.timezone, 'keeps_originals', o.keeps_originals)"
)
COLUMNS = "id, endpoint, kind, state, received_at, headers, raw"


def _stored(row: dict[str, Any]) -> Stored:
    raw = row.pop("raw")
    row["endpoint"], row["state"] = Endpoint(row["endpoint"]), EventState(row["state"])
    return Stored(**row, body=None if raw is None else _open(row["id"], raw))


def _open(event_id: UUID, raw: bytes) -> bytes | None:
    """The body as it came; None where its key is gone or its bytes are damaged: one such event must not hide a call."""
    try:
        return zlib.decompress(unseal(raw, bound_to=f"event:{event_id}"))
    except (Unreadable, zlib.error) as error:
        log.warning("the body of event %s cannot be opened: %s", event_id, type(error).__name__)
        return None


def mark_processed(tx: Transaction, org_id: UUID, event_id: UUID, call_ref: str | None) -> None:
    """Notes with the commit that the event's facts are in their rows, and the name of the call that they were about."""
    tx.at_end(
        "UPDATE webhook_events SET state = 'processed', processed_at = clock_timestamp(), attempts = attempts + 1,"
        " error = NULL, call_ref = coalesce(%s, call_ref) WHERE org_id = %s AND id = %s",
        (call_ref, org_id, event_id),
    )


def mark_dead(tx: Transaction, org_id: UUID, event_id: UUID, error: str) -> None:
    tx.run(
        "UPDATE webhook_events SET state = 'dead', error = %s, attempts = attempts + 1 WHERE org_id = %s AND id = %s",
        (error, org_id, event_id),
    )


def owe_again(tx: Transaction, org_id: UUID, event_id: UUID) -> Bell | None:
    """Owes the work of an event afresh, whatever became of it; None without such an event or its body."""
    known = tx.run(
        "UPDATE webhook_events SET state = 'accepted', error = NULL WHERE org_id = %s AND id = %s"
        " AND state IN ('accepted', 'processed', 'dead') AND raw IS NOT NULL",
        (org_id, event_id),
    )
    if not known:
        return None
    job_id = tx.value(
        "INSERT INTO jobs (org_id, actor, key, args) VALUES (%s, 'process_event', %s, %s)"
        " ON CONFLICT (org_id, actor, key) DO UPDATE SET state = 'ready', run_at = now(), attempts = 0,"
        " finished_at = NULL RETURNING id",
        (org_id, str(event_id), Json({"event_id": str(event_id)})),
    )
    return Bell(org_id, job_id, "process_event")


def release_quarantined(tx: Transaction, younger_than: timedelta | None = None) -> list[Bell]:
    """Moves quarantined events whose organization is known by now; returns the bells of their work."""
    rows = tx.rows("SELECT org, job FROM release_quarantined(younger_than => %s)", (younger_than,))
    return [Bell(row["org"], row["job"], "process_event") for row in rows if row["job"]]


def recent_calls_of_token(token_hash: str | None, endpoint: Endpoint) -> tuple[UUID | None, int]:
    """Whose token this is at this endpoint, and how many calls of that organization the last day brought."""
    with statement() as tx:
        org_id: UUID | None = tx.value("SELECT organization_of_token(%s, %s)", (token_hash, endpoint.value))
    if org_id is None:
        return None, 0
    with organization(org_id) as tx:
        count = tx.value(
            "SELECT count(*) FROM calls WHERE org_id = %s AND happened_at > now() - interval '1 day'", (org_id,)
        )
    return org_id, int(count)
