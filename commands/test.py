"""`test`: the whole suite on embedded servers of its own, whatever runs beside it."""

from __future__ import annotations

import os
import sys

import click

from run.home import PROJECT

LONG = "not storm and not browser"


@click.command(
    "test",
    help="Run the tests. What follows is given to pytest, such as a file or -k words.",
    context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False},
)
@click.option("--all", "everything", is_flag=True, help="The long storms and the browser tests too.")
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def command(everything: bool, arguments: tuple[str, ...]) -> None:
    chosen = [] if everything else ["-m", LONG]
    os.chdir(PROJECT)
    os.execv(sys.executable, [sys.executable, "-m", "pytest", *chosen, *arguments])  # noqa: S606
