"""A stored webhook becomes calls and contacts."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

from models import events
from models.database import Transaction
from models.events import Stored
from providers import provider_of
from providers.body import Malformed
from tasks.calls import record_call
from tasks.contacts import record_lead
from tasks.errors import Refused
from tasks.ledger import work
from tasks.receipts import record_delivery, record_text
from tasks.tally import END_TO_END, tally
from vocabulary import CallFacts, Customs, Delivery, Endpoint, EventState, Fact, InboundText, LeadFacts

MUST_STATE = (Endpoint.CONVOSO_CALLS, Endpoint.CONVOSO_LEADS)
"""Where the edge has found what to read, a body without facts is a mistake in a mapping and not nothing."""


def bury_event(tx: Transaction, org_id: UUID, error: str, event_id: str) -> None:
    """Keeps the reason with the event, where the operator looks."""
    events.mark_dead(tx, org_id, UUID(event_id), error)


@work(on_death=bury_event)
def process_event(tx: Transaction, org_id: UUID, event_id: str) -> None:
    """Please turn this event into rows. Done again, it changes nothing."""
    found = events.load(tx, org_id, UUID(event_id))
    if found is None:
        raise Refused(f"there is no event {event_id}")
    event, customs = found
    if event.state is EventState.PROCESSED:
        return
    facts = facts_of(event, customs)
    if not facts and event.endpoint in MUST_STATE:
        raise Refused("nothing could be read from the body by the organization's field names")
    for fact in facts:
        record(tx, org_id, fact, event, customs)
    events.mark_processed(tx, org_id, event.id, next((str(f.refs[0]) for f in facts if isinstance(f, CallFacts)), None))
    tx.after_commit.append(
        lambda: tally.measure(END_TO_END, (datetime.now(UTC) - event.received_at).total_seconds(), event.endpoint)
    )


def facts_of(event: Stored, customs: Customs) -> tuple[Fact, ...]:
    """What an event states; raises Refused where its body is gone or was never readable."""
    if event.body is None:
        raise Refused("the body was forgotten after its retention, or its key is gone: nothing can be read from it")
    provider = provider_of(event.endpoint)
    try:
        body = provider.decode(event.body, event.headers.get("content-type"))
    except Malformed as error:
        raise Refused(f"the body cannot be read: {error.reason}") from error
    facts = provider.parse(event.endpoint, body, event.id, customs)
    return tuple(_proven(fact, event) for fact in facts)


def _proven(fact: Fact, event: Stored) -> Fact:
    """With what the signature said beside the body: our name for a message, and whom a text's account speaks for."""
    if isinstance(fact, Delivery) and event.message_id is not None:
        return replace(fact, message_id=event.message_id)
    return replace(fact, among=event.proven) if isinstance(fact, InboundText) else fact


def record(tx: Transaction, org_id: UUID, fact: Fact, event: Stored, customs: Customs) -> None:
    if isinstance(fact, CallFacts):
        record_call(tx, org_id, fact, event.received_at, customs)
    elif isinstance(fact, LeadFacts):
        record_lead(tx, org_id, fact, event.received_at)
    elif isinstance(fact, Delivery):
        record_delivery(tx, org_id, fact, event.received_at)
    else:
        record_text(tx, org_id, fact, event.received_at)
