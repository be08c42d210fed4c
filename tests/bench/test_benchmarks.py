"""Each benchmark in miniature: its figures mean nothing at this size, but all of them are there."""

from __future__ import annotations

import importlib
import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bench import BENCHMARKS
from bench.figures import figure
from bench.results import heading, report, save
from bench.scale import TINY

FIGURES = {
    "acknowledgements": ["as fast as it can", "processor time for each", "steady, p50", "steady, p99"],
    "pickup": [f"stored to {end}, {share}" for end in ("started", "finished") for share in ("p50", "p99")],
    "calls": ["webhook to right figures", "processor time for each call", "jobs stored beforehand"],
    "hostile": ["good requests, p50", "good requests, p99"],
    "recovery": [
        "no blow",
        "kill -9 of a worker that holds a job",
        "kill -9 of the edge",
        "kill -9 of the scheduler",
        "FLUSHALL with jobs owed",
        "Valkey restarts",
        "PostgreSQL restarts",
    ],
    "idle": ["all processes", "web", "workers", "scheduler", "PostgreSQL and Valkey", "supervisor"],
    "dashboard": [
        "stats, p50", "stats, p95", "stats, p95 against few calls", "library, p95", "newest calls, p95",
    ],
    "search": [
        "rare word, p95", "common word, p95", "word of one call in a hundred, p95", "name, p95", "number fragment, p95",
        "phrase, p95", "phrase of common words that nobody said, p95", "unfinished word, p95",
    ],
    "pages": [
        f"{page}, {what}"
        for page in (
            "appointments", "appointments/new", "calls", "contacts", "library", "messages", "operations",
            "operations/events", "operations/jobs", "settings", "settings/connections", "settings/keys",
            "settings/lines", "settings/services", "settings/team", "settings/templates", "settings/templates/new",
            "settings/webhooks", "today", "calls, searched", "contacts, searched", "call", "contact", "appointment",
            "event", "job",
        )
        for what in ("p50", "p95", "its HTML")
    ],
}  # fmt: skip


@pytest.mark.storm
@pytest.mark.parametrize("name", BENCHMARKS)
def test_a_benchmark_measures_everything_that_it_names(name: str, environment: dict[str, str]):
    module, told = importlib.import_module(f"bench.{name}"), []
    figures = module.run(TINY, told.append)
    assert [one.name for one in figures] == FIGURES[name]
    assert {one.benchmark for one in figures} == {name}
    assert all(0 <= one.low <= one.value <= one.high and one.samples > 0 for one in figures)
    assert figures[0].value > 0
    assert len(told) == module.steps(TINY)
    assert os.environ["DATABASE_URL"] == environment["DATABASE_URL"]


def test_a_kept_run_names_its_machine_and_its_commit(tmp_path: Path):
    now = datetime(2026, 3, 2, 15, 4, 5, tzinfo=UTC)
    path = save(report(heading(TINY, now), [figure("b", "f", "ms", [2.0], [1.0], samples=1)]), tmp_path)
    kept = json.loads(path.read_text())
    assert path.name.startswith("2026-03-02T150405Z-")
    assert kept["machine"].keys() >= {"cores", "processor", "memory_gb", "python", "versions", "fsync_ms"}
    assert kept["commit"]
    assert kept["figures"][0]["ratio"] == 2.0
