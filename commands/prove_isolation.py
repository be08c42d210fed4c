"""`aftercall prove-isolation`: tries to see and touch another organization's rows, and prints what happened."""

from __future__ import annotations

from dataclasses import asdict

import click

from commands.printing import show, with_json
from models.isolation import Attempt, prove_isolation


@click.command("prove-isolation")
@with_json
def command(as_json: bool) -> None:
    """Attack every tenant table as another organization; exit 1 if anything gets through."""
    attempts = prove_isolation()
    broken = [attempt for attempt in attempts if not attempt.held]
    show(_rows(attempts) if not as_json else [asdict(attempt) for attempt in attempts], as_json)
    if broken:
        raise click.ClickException(
            f"{len(broken)} of {len(attempts)} attempts got through: organizations are not isolated"
        )
    if not as_json:
        click.echo(f"{len(attempts)} attempts, none got through.")


def _rows(attempts: list[Attempt]) -> list[dict[str, object]]:
    """A line for each table and action, with everything that got through spelled out."""
    lines: dict[tuple[str, str], list[Attempt]] = {}
    for attempt in attempts:
        lines.setdefault((attempt.table, attempt.action), []).append(attempt)
    return [
        {
            "table": table,
            "attempt": action,
            "verdict": "held" if all(one.held for one in group) else "GOT THROUGH",
            "answers": ", ".join(sorted({one.answer for one in group})),
            "by": ", ".join(one.by for one in group if not one.held) or "nobody",
        }
        for (table, action), group in lines.items()
    ]
