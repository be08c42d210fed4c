"""`aftercall prove-messages`: a storm over an instance of its own, and what the provider's log says of it."""

from __future__ import annotations

from typing import Any

import click

from bench.ground import NotReady
from bench.message_storm import Aftermath, Storm, play
from commands.printing import show_one, with_json

INTENTS_EACH, INTENTS_A_BLOW = 20, 40


@click.command("prove-messages")
@click.option("--intents", type=click.IntRange(20, 1_000), default=1_000, show_default=True, help="Messages to send.")
@click.option("--seed", type=int, default=1, show_default=True, help="Of the faults and the blows.")
@with_json
def command(intents: int, seed: int, as_json: bool) -> None:
    """Send messages through a provider that fails while workers are killed; exit 1 if anybody gets one twice."""
    storm = Storm(intents, max(2, intents // INTENTS_EACH), blows=max(3, intents // INTENTS_A_BLOW), seed=seed)
    try:
        aftermath = play(storm, lambda line: click.echo(line, err=True))
    except NotReady as error:
        raise click.ClickException(str(error)) from error
    show_one(_told(aftermath), as_json)
    if not aftermath.holds:
        raise click.ClickException("The promise does not hold: see twice, lies and settled above")


def _told(aftermath: Aftermath) -> dict[str, Any]:
    return {
        "intents": aftermath.intents,
        "taken by the provider": aftermath.accepted,
        "twice": aftermath.twice or "none",
        "lies": aftermath.lies or "none",
        "statuses": _counts(aftermath.statuses),
        "unknown": aftermath.unknown,
        "settled": aftermath.settled,
        "faults": _counts(aftermath.faults),
        "blows": _counts(aftermath.blows),
        "seconds": round(aftermath.seconds, 1),
    }


def _counts(counted: dict[str, int]) -> str:
    return ", ".join(f"{times} {name}" for name, times in sorted(counted.items())) or "none"
