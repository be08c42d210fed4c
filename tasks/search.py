"""Makes calls findable that were there before search was: owed once for each organization, by its migration."""

from __future__ import annotations

from uuid import UUID

from models import search
from models.database import Transaction
from tasks.broker import BULK
from tasks.ledger import enqueue, work
from vocabulary import NOBODY

CALLS_AT_ONCE = 1_000


@work(queue=BULK, deadline_seconds=120)
def index_calls(tx: Transaction, org_id: UUID, after: str | None = None) -> None:
    """Please make the next calls findable, and then those that follow."""
    last = search.index_older_calls(tx, org_id, UUID(after) if after else NOBODY, CALLS_AT_ONCE)
    if last is not None:
        enqueue(tx, index_calls, org_id, key=f"after:{last}", after=str(last))
