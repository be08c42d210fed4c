"""How every subcommand prints: a table for people, or with --json the same rows for programs."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, is_dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeVar

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

Command = TypeVar("Command", bound=Callable[..., Any])
Row = Mapping[str, Any]
WIDE = 200
"""Columns of output that goes to a file or a pipe, where nothing needs to be cut to a window."""


def with_json(command: Command) -> Command:
    """Adds --json, which the command receives as `as_json`."""
    return click.option("--json", "as_json", is_flag=True, help="Print JSON instead of a table.")(command)


def show(rows: Iterable[Row], as_json: bool, *, empty: str = "Nothing to show.", title: str | None = None) -> None:
    """Prints rows, their keys as the columns."""
    listed = [dict(row) for row in rows]
    if as_json:
        click.echo(as_text(listed))
    elif not listed:
        click.echo(empty)
    else:
        _console().print(_table(listed, title))


def show_one(row: Row, as_json: bool) -> None:
    """Prints one thing, a line for each of its facts."""
    if as_json:
        click.echo(as_text(dict(row)))
        return
    table = Table(show_header=False, box=None, pad_edge=False)
    for name, value in row.items():
        table.add_row(Text(name, style="bold"), Text(_cell(value), overflow="fold"))
    _console().print(table)


def as_text(value: Any) -> str:
    return json.dumps(value, indent=2, default=_plain, ensure_ascii=False)


def _table(rows: list[dict[str, Any]], title: str | None) -> Table:
    table = Table(title=title, title_justify="left", header_style="bold")
    for name in rows[0]:
        table.add_column(name.replace("_", " "), overflow="fold")
    for row in rows:
        table.add_row(*(Text(_cell(row.get(name))) for name in rows[0]))
    return table


def _cell(value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            return "yes" if value else "no"
        case datetime():
            return value.isoformat(sep=" ", timespec="seconds")
        case dict() | list():
            return json.dumps(value, default=_plain, ensure_ascii=False)
    return str(value)


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Decimal):
        return float(value)
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    return str(value)


def _console() -> Console:
    return Console() if sys.stdout.isatty() else Console(width=WIDE)
