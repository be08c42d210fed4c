"""The nightly look at the daily figures: calls counted anew, figures compared, differences mended."""

from __future__ import annotations

import logging
from uuid import UUID

from models import audit, calls, stats
from models.database import Transaction
from models.organizations import customs_of
from tasks.broker import BULK
from tasks.counting import Move, count_all, counted
from tasks.ledger import enqueue, work

CALLS_AT_ONCE = 5_000

log = logging.getLogger("aftercall.repair")


@work(queue=BULK, deadline_seconds=120)
def recount_calls(tx: Transaction, org_id: UUID, run: str = "", after: str | None = None, mended: int = 0) -> None:
    """Please make sure that each call counts for what its row says, a stretch of calls at a time; then compare."""
    rows = calls.stretch(tx, org_id, UUID(after) if after else None, CALLS_AT_ONCE)
    timezone = customs_of(tx, org_id).timezone
    wrong = (call["id"] for call in rows if counted(call, timezone) != call["counted"])
    moves = [move for call_id in wrong if (move := _mend(tx, org_id, call_id, timezone))]
    count_all(tx, org_id, moves)
    mended += len(moves)
    run = run or tx.value("SELECT now()::text")
    if len(rows) == CALLS_AT_ONCE:
        last = str(rows[-1]["id"])
        enqueue(tx, recount_calls, org_id, key=f"{run}:{last}", run=run, after=last, mended=mended)
    else:
        enqueue(tx, compare_figures, org_id, key=run, mended=mended)


def _mend(tx: Transaction, org_id: UUID, call_id: UUID, timezone: str) -> Move | None:
    """Writes what a call counts for by its row, if that is still needed, and gives what that moves in the figures."""
    call = calls.locked_for_counting(tx, org_id, call_id)
    should = counted(call, timezone) if call is not None else None
    if call is None or should == call["counted"]:
        return None
    calls.write_counted(tx, org_id, call_id, should)
    return call["counted"], should


@work(queue=BULK, deadline_seconds=120)
def compare_figures(tx: Transaction, org_id: UUID, mended: int = 0) -> None:
    """Please compare the daily figures with the sum of what calls count for, add what is missing, and report.

    One at a time: two that saw the same difference would both add it.
    """
    calls.lock(tx, org_id, ["figures"])
    off = stats.differences(tx, org_id)
    stats.add(tx, org_id, off)
    tx.flush()
    stats.drop_empty(tx, org_id)
    shown = [
        {"day": day.isoformat(), "campaign": campaign, "agent": agent} | {k: str(v) for k, v in counts.items() if v}
        for day, campaign, agent, counts in off[:100]
    ]
    report = {"calls_counted_wrongly": mended, "figures_off": len(off), "differences": shown}
    audit.record(tx, org_id, "recount_calls", "figures.compared", "call_stats_daily", report)
    if mended or off:
        log.error("organization %s: %d calls were counted wrongly, %d daily figures were off", org_id, mended, len(off))
