"""What subcommands print: the same rows as a table and as JSON."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

import pytest

from commands.printing import show, show_one

ROW = {
    "org_id": UUID("018f4e6c-0000-7000-8000-000000000001"),
    "created_at": datetime(2025, 6, 2, 14, 0, 5, 250_000, tzinfo=UTC),
    "total_cost": Decimal("0.2145"),
    "is_active": True,
    "note": None,
    "details": {"a": [1]},
    "name": "Zoë [bold]",
}


def test_json_keeps_the_values(capsys: pytest.CaptureFixture[str]) -> None:
    show([ROW], as_json=True)
    assert json.loads(capsys.readouterr().out) == [
        {
            "org_id": "018f4e6c-0000-7000-8000-000000000001",
            "created_at": "2025-06-02T14:00:05.250000+00:00",
            "total_cost": 0.2145,
            "is_active": True,
            "note": None,
            "details": {"a": [1]},
            "name": "Zoë [bold]",
        }
    ]


def test_a_table_is_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    show([ROW], as_json=False)
    printed = capsys.readouterr().out
    for words in ("total cost", "2025-06-02 14:00:05+00:00", "0.2145", "yes", '{"a": [1]}', "Zoë [bold]"):
        assert words in printed


def test_no_rows_are_told_in_words_and_as_an_empty_list(capsys: pytest.CaptureFixture[str]) -> None:
    show([], as_json=False, empty="No organization yet.")
    show([], as_json=True)
    assert capsys.readouterr().out == "No organization yet.\n[]\n"


def test_one_thing_has_a_line_for_each_of_its_facts(capsys: pytest.CaptureFixture[str]) -> None:
    show_one({"state": "dead", "attempts": 5}, as_json=False)
    assert [line.split() for line in capsys.readouterr().out.splitlines()] == [["state", "dead"], ["attempts", "5"]]
