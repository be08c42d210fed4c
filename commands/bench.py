"""`bench`: measures on servers of its own, and prints each figure beside its baseline."""

from __future__ import annotations

import importlib
from datetime import UTC, datetime
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from bench import BENCHMARKS
from bench.drive import LoadFailed
from bench.figures import Figure
from bench.ground import NotReady
from bench.results import heading, report, save
from bench.scale import FULL, QUICK, Scale
from commands.printing import as_text, show, with_json


@click.command("bench", help=f"Measure, all or by name: {', '.join(BENCHMARKS)}.")
@click.argument("names", nargs=-1, type=click.Choice(BENCHMARKS))
@click.option("--quick", is_flag=True, help="Shorter rounds and fewer of them: to see that it works.")
@click.option("--save", "is_saved", is_flag=True, help="Keep the figures in bench/results.")
@with_json
def command(names: tuple[str, ...], quick: bool, is_saved: bool, as_json: bool) -> None:
    scale = QUICK if quick else FULL
    above = heading(scale, datetime.now(UTC))
    try:
        done = report(above, _measure(names or BENCHMARKS, scale))
    except (LoadFailed, NotReady) as error:
        raise click.ClickException(str(error)) from None
    if as_json:
        click.echo(as_text(done))
    else:
        show(_rows(done), as_json=False, title=_title(done))
    if is_saved:
        click.echo(f"Kept in {save(done)}", err=True)


def _measure(names: tuple[str, ...], scale: Scale) -> list[Figure]:
    """Runs the benchmarks one after the other, with a bar on standard error that counts their steps."""
    chosen = [importlib.import_module(f"bench.{name}") for name in names]
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    figures: list[Figure] = []
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("starting", total=sum(one.steps(scale) for one in chosen))
        for one in chosen:
            begun = bar.tasks[0].completed

            def tell(step: str, name: str = one.NAME) -> None:
                bar.update(task, description=f"{name}: {step}")
                bar.advance(task)

            figures += one.run(scale, tell)
            bar.update(task, completed=begun + one.steps(scale))
    return figures


def _rows(done: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {
            "benchmark": one["benchmark"],
            "figure": one["name"],
            "measured": f"{one['value']:g} {one['unit']}",
            "from … to": "" if one["rounds"] == 1 else f"{one['low']:g} … {one['high']:g}",
            "baseline": "" if one["baseline"] is None else f"{one['baseline']:g} {one['unit']}, {one['baseline_name']}",
            "ratio": one["ratio"],
            "aim": one["aim"],
            "met": one["is_met"],
            "n": one["samples"],
        }
        for one in done["figures"]
    ]


def _title(done: dict[str, Any]) -> str:
    on = done["machine"]
    return f"{on['cores']} × {on['processor']}, {on['memory_gb']} GB, Python {on['python']}, commit {done['commit']}"
