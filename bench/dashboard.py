"""What people wait for when an organization grows: the dashboard's figures at 10,000 and at 1,000,000 calls.

Two organizations of one database, their calls and daily figures made in SQL over a year; requests alternate between
them over HTTP, through the edge in its own configuration, so that what else the machine does falls on both.
"""

from __future__ import annotations

import http.client
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from uuid import UUID

import psycopg2

from bench.drive import LoadFailed
from bench.figures import Aim, Figure, Of, figure, percentile
from bench.ground import Ground, open_ground
from bench.scale import Scale
from edge import bearer
from models.ids import new_id
from models.organizations import create_organization
from models.people import add_membership, create_user
from run.postgres import DATABASE
from vocabulary import Role

NAME = "dashboard"
PAGES = {"stats": "/api/dashboard/stats?range=30d", "library": "/api/ui/library/simple", "calls": "/api/calls?limit=50"}
"""What is asked for; the first is what the aims speak of."""
WARM_UPS = 20
BATCH = 100_000
MILLISECONDS = 1000.0

CALLS = """
insert into calls (org_id, id, provider, direction, status, disposition, started_at, duration_seconds, campaign,
                   agent_name, qa_score, booking, booking_confirmed, financial_value, sentiment_label, total_cost)
select %(org)s, gen_random_uuid(), 'convoso', case when n %% 3 = 0 then 'outbound' else 'inbound' end, 'completed',
       (array['Completed', 'No Answer', 'Interested', 'Busy'])[n %% 4 + 1], now() - random() * interval '365 days',
       10 + n %% 600, 'Campaign ' || n %% 5, 'Agent ' || n %% 8, n %% 101,
       case when n %% 7 = 0 then 'confirmed' end, n %% 7 = 0, case when n %% 7 = 0 then 400 end,
       (array['positive', 'neutral', 'negative'])[n %% 3 + 1], 0.12
from generate_series(%(first)s, %(last)s) n
"""
DAYS = """
insert into call_stats_daily (org_id, day, campaign, agent, calls, inbound, inbound_bookings, answered, bookings, value,
                              seconds, cost, positive, neutral, negative, qa_sum, qa_count)
select org_id, (happened_at at time zone 'America/New_York')::date, campaign, agent_name, count(*),
       count(*) filter (where direction = 'inbound'),
       count(*) filter (where direction = 'inbound' and booking_confirmed), count(*),
       count(*) filter (where booking_confirmed), coalesce(sum(financial_value), 0), sum(duration_seconds),
       sum(total_cost), count(*) filter (where sentiment_label = 'positive'),
       count(*) filter (where sentiment_label = 'neutral'), count(*) filter (where sentiment_label = 'negative'),
       sum(qa_score), count(*)
from calls where org_id = %(org)s group by 1, 2, 3, 4
"""
EVENTS = """
insert into webhook_events (org_id, id, provider, endpoint, kind, dedupe_key, state, received_at)
select %(org)s, gen_random_uuid(), 'convoso', 'convoso_calls', 'call', n::text, 'processed',
       now() - n * interval '1 minute' from generate_series(1, 1000) n
"""

Tell = Callable[[str], None]


@dataclass
class Measured:
    """One organization's answers, in milliseconds: of each page, a list for each round."""

    org_id: UUID
    headers: dict[str, str]
    rounds: dict[str, list[list[float]]] = field(default_factory=lambda: {name: [] for name in PAGES})

    def shares(self, page: str, share: float) -> list[float]:
        return [percentile(times, share) for times in self.rounds[page]]


def steps(scale: Scale) -> int:
    return 2 + scale.rounds


def run(scale: Scale, tell: Tell) -> list[Figure]:
    """Two web processes and nothing else: what is measured is a person's wait on an idle machine."""
    with open_ground() as ground:
        both = []
        for count in (scale.few_calls, scale.many_calls):
            tell(f"{count:,} calls")
            both.append(_organization(ground, count))
        port = ground.start_web()
        for one in both:
            for path in PAGES.values():
                _times(port, [one], path, WARM_UPS)
        for _ in range(scale.rounds):
            tell(f"{scale.readings} requests each")
            for page, path in PAGES.items():
                for one, times in zip(both, _times(port, both, path, scale.readings), strict=True):
                    one.rounds[page].append(times)
    few, many = both
    return _figures(many, few, f"{scale.few_calls:,} calls", scale)


def _organization(ground: Ground, count: int) -> Measured:
    """An organization with so many calls, and somebody who may look at them."""
    org_id = create_organization(f"Clinic of {count}")
    user_id = create_user(f"{new_id()}@example.com", "", "four good words here")
    add_membership(org_id, user_id, Role.VIEWER)
    assert ground.servers.postgres is not None
    address = ground.servers.postgres.admin_url(DATABASE)
    with closing(psycopg2.connect(address)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            # Nobody searches here: what is searched needs not be written.
            cursor.execute("SET session_replication_role = replica")
            for first in range(1, count + 1, BATCH):
                last = min(first + BATCH - 1, count)
                cursor.execute(CALLS, {"org": str(org_id), "first": first, "last": last})
            cursor.execute(DAYS, {"org": str(org_id)})
            cursor.execute(EVENTS, {"org": str(org_id)})
            cursor.execute("VACUUM ANALYZE calls, call_stats_daily, webhook_events")
            cursor.execute("CHECKPOINT")
    return Measured(org_id, {"Authorization": f"Bearer {bearer.make(user_id, org_id)}"})


def _times(port: int, both: list[Measured], path: str, count: int) -> list[list[float]]:
    """Milliseconds of each request, the organizations taking turns on one connection."""
    times: list[list[float]] = [[] for _ in both]
    with _connected(port) as connection:
        for _ in range(count):
            for place, one in enumerate(both):
                begun = time.perf_counter()
                connection.request("GET", path, headers=one.headers)
                answer = connection.getresponse()
                answer.read()
                times[place].append((time.perf_counter() - begun) * MILLISECONDS)
                if answer.status != http.client.OK:
                    raise LoadFailed(f"{path} was answered with {answer.status}")
    return times


@contextmanager
def _connected(port: int) -> Iterator[http.client.HTTPConnection]:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        yield connection
    finally:
        connection.close()


def _figures(many: Measured, few: Measured, baseline_name: str, scale: Scale) -> list[Figure]:
    quick, level = Aim(Of.VALUE, 50.0, is_floor=False), Aim(Of.RATIO, 1.5, is_floor=False)
    wanted: tuple[tuple[str, str, float, Aim | None], ...] = (
        ("stats, p50", "stats", 0.5, None),
        ("stats, p95", "stats", 0.95, quick),
        ("stats, p95 against few calls", "stats", 0.95, level),
        ("library, p95", "library", 0.95, quick),
        ("newest calls, p95", "calls", 0.95, quick),
    )
    samples = scale.rounds * scale.readings
    return [
        figure(
            NAME, name, "ms", many.shares(page, share), few.shares(page, share),
            baseline_name=baseline_name, samples=samples, aim=aim,
        )
        for name, page, share, aim in wanted
    ]  # fmt: skip
