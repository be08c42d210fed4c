"""`reanalyse`: asks calls anew by today's rules and prices, and shows what that changes before anything is written."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import click
from rich.console import Console
from rich.progress import Progress

from commands.arguments import ORGANIZATION, plainly
from commands.printing import as_text, show, with_json
from tasks.reanalysis import Change, Figures, calls_since, reanalyse

CHANGES_SHOWN = 20
DEFAULT_DAYS = 30
UNTOLD = ("outcome_summary", "sentiment_summary", "result_sentence")
"""Columns that repeat what was said: that they change is told, and not how."""


@click.command(
    "reanalyse", help="Ask calls anew by today's rules and prices; with --dry-run only show what would change."
)
@click.option("--org", type=ORGANIZATION, required=True, help="Whose calls.")
@click.option(
    "--since", type=click.DateTime(), help=f"Calls from then on, in UTC; {DEFAULT_DAYS} days back unless given."
)
@click.option("--dry-run", is_flag=True, help="Show what would change, and write nothing.")
@with_json
def command(org: UUID, since: datetime | None, dry_run: bool, as_json: bool) -> None:
    """New results are further versions; the old ones stay."""
    start = since.replace(tzinfo=UTC) if since else datetime.now(UTC) - timedelta(days=DEFAULT_DAYS)
    call_ids, figures = calls_since(org, start), Figures()
    with plainly(), Progress(console=Console(stderr=True), transient=True) as progress:
        asked = reanalyse(org, call_ids, dry_run, figures)
        steps = progress.track(asked, total=len(call_ids), description="asking calls anew")
        changes = [change for change in steps if change.columns or change.kinds]
    if as_json:
        shown = [{"call_id": change.call_id, "columns": change.columns, "kinds": change.kinds} for change in changes]
        click.echo(as_text({"dry_run": dry_run, "figures": asdict(figures), "changes": shown}))
        return
    show(_figures(figures), as_json, title=f"{figures.calls} calls since {start:%Y-%m-%d %H:%M} UTC")
    show(
        [_row(change) for change in changes[:CHANGES_SHOWN]],
        as_json,
        empty="No call changes.",
        title="Calls that change",
    )
    if len(changes) > CHANGES_SHOWN:
        click.echo(f"… and {len(changes) - CHANGES_SHOWN} more; --json lists them all.")
    click.echo(_conclusion(len(changes), dry_run))


def _figures(seen: Figures) -> list[dict[str, object]]:
    pairs: dict[str, tuple[Any, Any]] = {
        "pipeline value": (seen.pipeline_value[0], seen.pipeline_value[1]),
        "bookings": (seen.bookings[0], seen.bookings[1]),
        "positive calls": (seen.positive[0], seen.positive[1]),
        "negative calls": (seen.negative[0], seen.negative[1]),
        "QA score, all calls together": (seen.qa_sum[0], seen.qa_sum[1]),
        "lead score, all calls together": (seen.lead_sum[0], seen.lead_sum[1]),
    }
    return [
        {"figure": name, "before": before, "after": after, "change": f"{after - before:+}"}
        for name, (before, after) in pairs.items()
    ]


def _row(change: Change) -> dict[str, object]:
    told = (f"{name}: {before} → {after}" for name, (before, after) in change.columns.items() if name not in UNTOLD)
    untold = [name for name in UNTOLD if name in change.columns]
    return {"call": change.call_id, "new versions": ", ".join(change.kinds), "columns": "; ".join([*told, *untold])}


def _conclusion(changed: int, dry_run: bool) -> str:
    if dry_run:
        return f"Nothing was written. Without --dry-run {changed} calls get new versions; the old ones stay."
    return f"{changed} calls have new versions; the old ones stay."
