"""Keeps runs: a JSON file each, with the machine and the commit that its figures belong to."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.figures import Figure
from bench.machine import commit, machine
from bench.scale import Scale

FOLDER = Path(__file__).parent / "results"


def heading(scale: Scale, now: datetime) -> dict[str, Any]:
    """What stands above a run's figures; asked for before the run, so that the load before it is the others'."""
    return {"date": now.astimezone(UTC).isoformat(timespec="seconds"), "commit": commit(), "machine": machine(),
            "scale": asdict(scale)}  # fmt: skip


def report(heading: dict[str, Any], figures: Sequence[Figure]) -> dict[str, Any]:
    return heading | {"figures": [asdict(one) for one in figures]}


def save(report: dict[str, Any], folder: Path = FOLDER) -> Path:
    """Writes a run beside the others and returns its file."""
    moment = datetime.fromisoformat(report["date"]).strftime("%Y-%m-%dT%H%M%SZ")
    path = folder / f"{moment}-{report['commit']}.json"
    folder.mkdir(exist_ok=True)
    path.write_text(json.dumps(report, indent=2) + "\n")
    return path
