"""GET /metrics: how the instance fares, as Prometheus reads it. What happened is added up in Redis by every process

(tasks/tally.py), what stands is asked of the database now: whichever web process answers, it answers for all of them.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator

import psycopg2
import redis
import structlog
from flask import Blueprint, Response, request
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from edge.auth import public
from edge.errors import Problem, not_found
from models.database import Unavailable, statement
from models.instance_figures import Standing, instance_figures
from settings import settings
from tasks import lease
from tasks.tally import (
    ACCEPTED,
    ATTEMPTS,
    BOUNDS,
    DUPLICATE,
    END_TO_END,
    PICKUP,
    QUARANTINED,
    REFUSED,
    SUM,
    Figures,
    tally,
)

COUNTERS = {
    ACCEPTED: ("events_accepted", "Webhooks stored", ("endpoint",)),
    DUPLICATE: ("events_duplicate", "Webhooks that had come before", ("endpoint",)),
    QUARANTINED: ("events_unowned", "Webhooks stored for no organization yet", ("endpoint",)),
    REFUSED: ("events_refused", "Webhooks refused, by the code of the answer", ("reason", "endpoint")),
    ATTEMPTS: ("job_attempts", "Attempts at jobs, by how they ended", ("actor", "outcome")),
}
HISTOGRAMS = {
    PICKUP: ("job_pickup_seconds", "From when a job is due to its first attempt", "queue"),
    END_TO_END: ("event_seconds", "From an event's reception to its effects, replays included", "endpoint"),
}
GAUGES = {
    "jobs_ready": ("jobs_ready", "Jobs that wait, also for a later time", "actor"),
    "jobs_due": ("jobs_due", "Jobs that wait and are due", "actor"),
    "oldest_due_seconds": ("oldest_due_seconds", "How long the oldest job that is due has waited", "actor"),
    "jobs_dead": ("jobs_dead", "Jobs that were given up", "actor"),
    "events_quarantined": ("events_quarantined", "Events that are no organization's", ""),
    "circuits_open": ("circuits_open", "Organizations that leave a provider alone for now", "provider"),
    "circuits_failing": ("circuits_failing", "Organizations that a provider last failed", "provider"),
    "messages_open": ("messages_open", "Messages that are not at their end", "status"),
    "messages_day": ("messages_day", "Messages written within a day", "status"),
}

blueprint = Blueprint("metrics", __name__)
log = structlog.get_logger("aftercall.metrics")


@blueprint.get("/metrics")
@public
def show() -> Response:
    """For whoever has METRICS_TOKEN; where none is set the address does not exist."""
    token = settings().metrics_token
    if token is None:
        raise not_found()
    given = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
    if not hmac.compare_digest(given.encode(), token.encode()):
        raise Problem(401, error="Send Authorization: Bearer with METRICS_TOKEN")
    return Response(exposition(), content_type=CONTENT_TYPE_PLAIN_0_0_4)


def exposition() -> bytes:
    """Every figure as text. Of a server that is away there are none, and aftercall_up says so."""
    registry = CollectorRegistry()
    counted, swept = _counted()
    registry.register(Instance(counted, _standing(), swept))
    return generate_latest(registry)


def _counted() -> tuple[Figures | None, float | None]:
    """What all processes have counted, and how long ago a scheduler swept."""
    try:
        tally.hand_over()
        return tally.totals(), lease.age_seconds()
    except redis.RedisError as error:
        log.warning("Redis does not answer", error=type(error).__name__)
        return None, None


def _standing() -> Standing | None:
    try:
        with statement() as tx:
            return instance_figures(tx)
    except (*Unavailable, psycopg2.Error) as error:
        log.warning("the database does not answer", error=type(error).__name__)
        return None


class Instance(Collector):
    """One look at the instance in Prometheus' terms."""

    def __init__(self, counted: Figures | None, standing: Standing | None, swept: float | None) -> None:
        self._counted, self._standing, self._swept = counted, standing, swept

    def collect(self) -> Iterator[Metric]:
        up = GaugeMetricFamily("aftercall_up", "Does a server answer?", labels=["server"])
        up.add_metric(["database"], float(self._standing is not None))
        up.add_metric(["redis"], float(self._counted is not None))
        yield up
        if self._counted is not None:
            yield from _counters(self._counted)
            yield from _histograms(self._counted)
        if self._standing is not None:
            yield from _gauges(self._standing)
        if self._swept is not None:
            yield GaugeMetricFamily("aftercall_scheduler_lease_seconds", "Since a scheduler swept", self._swept)


def _counters(counted: Figures) -> Iterator[Metric]:
    for figure, (name, words, labels) in COUNTERS.items():
        family = CounterMetricFamily(f"aftercall_{name}", words, labels=labels)
        for (known, *values), number in sorted(counted.items()):
            if known == figure:
                family.add_metric(values, number)
        yield family


def _histograms(counted: Figures) -> Iterator[Metric]:
    bounds = [*map(str, BOUNDS), "inf"]
    for figure, (name, words, label) in HISTOGRAMS.items():
        family = HistogramMetricFamily(f"aftercall_{name}", words, labels=[label])
        for value in sorted({known[1] for known in counted if known[0] == figure}):
            below, buckets = 0, []
            for bound in bounds:
                below += counted[figure, value, bound]
                buckets.append(("+Inf" if bound == "inf" else bound, float(below)))
            family.add_metric([value], buckets, counted[figure, value, SUM] / 1000)
        yield family


def _gauges(standing: Standing) -> Iterator[Metric]:
    for figure, (name, words, label) in GAUGES.items():
        family = GaugeMetricFamily(f"aftercall_{name}", words, labels=[label] if label else [])
        for value, number in sorted(standing.get(figure, {}).items()):
            family.add_metric([value] if label else [], number)
        yield family
