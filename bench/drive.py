"""Runs the load generator against a server and hands back what it saw."""

from __future__ import annotations

import secrets
import subprocess
import sys
from dataclasses import replace

from bench.payloads import USUAL_TURNS, report, request_head, status_update
from bench.plan import Outcome, Plan, filled_length, outcome_from, shape, to_json
from run.home import PROJECT

WEBHOOK = "/api/vapi/webhook"
SPARE_SECONDS = 60.0
"""What a run may take beyond its plan before it is given up."""


class LoadFailed(Exception):
    """The load generator ended badly, or a server refused what it should have taken."""


def new_prefix() -> str:
    return secrets.token_hex(4)


def reports(port: int, secret: str, assistant_id: str, **options: object) -> Plan:
    """A plan that posts an end-of-call-report for each call."""
    return reports_of(USUAL_TURNS, port, secret, assistant_id, **options)


def reports_of(turns: int, port: int, secret: str, assistant_id: str, **options: object) -> Plan:
    """The same for calls of so many turns."""
    return _plan(port, secret, (report(assistant_id, turns),), options)


def whole_calls(port: int, secret: str, assistant_id: str, lag: int, **options: object) -> Plan:
    """A plan that posts two events for each call: a status update and, `lag` calls later, its report."""
    return replace(_plan(port, secret, (status_update(assistant_id), report(assistant_id)), options), lags=(0, lag))


def _plan(port: int, secret: str, bodies: tuple[bytes, ...], options: dict[str, object]) -> Plan:
    shapes = tuple(shape(request_head(WEBHOOK, secret, filled_length(body)), body) for body in bodies)
    given: dict[str, object] = {"prefix": new_prefix(), "lags": (0,) * len(bodies)} | options
    return Plan(port=port, shapes=shapes, **given)  # type: ignore[arg-type]


def drive(plan: Plan) -> Outcome:
    """Runs a plan to its end; raises LoadFailed unless every request was answered with 2xx."""
    return begin(plan).end()


class Run:
    """A load generator at work."""

    def __init__(self, plan: Plan, process: subprocess.Popen[str]) -> None:
        self._plan = plan
        self._process = process

    def end(self) -> Outcome:
        """Waits for it; raises LoadFailed unless every request was answered with 2xx."""
        try:
            told, _ = self._process.communicate(timeout=(self._plan.seconds or 0) + SPARE_SECONDS)
        finally:
            self._process.kill()
        if self._process.returncode != 0:
            raise LoadFailed(f"the load generator ended with {self._process.returncode}")
        outcome = outcome_from(told)
        if outcome.refused or not outcome.accepted:
            raise LoadFailed(f"{outcome.accepted} requests were accepted and others were not: {outcome.refused}")
        return outcome


def begin(plan: Plan) -> Run:
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.load"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=PROJECT
    )
    assert process.stdin is not None
    process.stdin.write(to_json(plan))
    process.stdin.close()
    process.stdin = None
    return Run(plan, process)
