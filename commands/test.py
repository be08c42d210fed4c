"""`test`: the whole suite on embedded servers of its own, whatever runs beside it."""

from __future__ import annotations

import os
import sys

import click

from run.home import PROJECT

LONG = "not storm and not browser"
WORKERS_A_CORE, MOST_WORKERS = 2, 4
"""Two for a core: half of the time a test waits for processes that it has started. Each has servers of its own; beyond
the most the longest file decides how long it takes."""


@click.command(
    "test",
    help="Run the tests, a file at a time in each of several processes. What follows is given to pytest, such as "
    "a file, which runs in one process, -k words, or -n 0 for one process in any case, as --pdb needs it.",
    context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False},
)
@click.option("--all", "everything", is_flag=True, help="The long storms and the browser tests too.")
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def command(everything: bool, arguments: tuple[str, ...]) -> None:
    chosen = [] if everything else ["-m", LONG]
    # The tests start a hundred processes: without compiled modules each would compile everything again.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    os.chdir(PROJECT)
    # Storms are held against the time that things take: nothing runs beside them.
    beside = [] if everything else workers(arguments)
    os.execv(sys.executable, [sys.executable, "-m", "pytest", *beside, *chosen, *arguments])  # noqa: S606


def workers(arguments: tuple[str, ...]) -> list[str]:
    """For all tests in the order of the folders: a flow that waits for its processes runs beside tests that compute.

    A file that is named runs at once in this process, which also says so where there is none.
    """
    if any(word.startswith("tests") for word in arguments):
        return []
    count = min((os.cpu_count() or 1) * WORKERS_A_CORE, MOST_WORKERS)
    return ["-n", str(count), "--dist", "loadfile", "--no-loadscope-reorder"]
