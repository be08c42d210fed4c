"""What people wait for who search: among 10,000 and among 1,000,000 calls, by what is rare and by what is common.

As `dashboard` does it: two organizations of one database, made in SQL, asked in turn over HTTP. What they search is
written as the triggers write it, but from a few hundred talks, so that a million calls are there within minutes.
"""

from __future__ import annotations

import http.client
import json
import random
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any
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

NAME = "search"
UNSAID = "phrase of common words that nobody said"
"""The worst that can be asked: it is given up after a second, and its answer says where to look on."""
ASKED: dict[str, tuple[str, ...]] = {
    "rare word": ("rhinophyma", "blepharoplasty", "xanthelasma", "gynecomastia"),
    "common word": ("appointment", "clinic", "tuesday", "botox"),
    "word of one call in a hundred": ("insurance", "scar", "allergy", "parking"),
    "name": ("maria lopez", "James", "Zoë Okafor", "nguyen"),
    "number fragment": ("0123", "555-7", "4471", "31255598"),
    "phrase": ('"nose job"', '"what time works"', '"call me back"', '"scar tissue"'),
    UNSAID: ('"tuesday doctor back"', '"yes nose clinic"'),
    "unfinished word": ("appoin", "blephar", "rhino", "allerg"),
}
"""Kinds of what is sought; each request of a kind asks for the next."""
FILLING = "the a i you to and for we can is it of on at what my please would like thank have time works back call me"
USUAL = "appointment clinic tuesday friday botox filler nose job doctor consultation price morning available today yes"
SENTENCES = (
    "What time works for you?", "Could somebody call me back, please?", "I would like to ask about a nose job.",
    "Let me look at the calendar.", "How can I help you today?", "Thank you, have a good day.",
)  # fmt: skip
SELDOM = ("insurance", "scar tissue", "allergy", "parking")
RARE = ("rhinophyma", "blepharoplasty", "xanthelasma", "gynecomastia")
FIRST_NAMES = ("Maria", "James", "Zoë", "Ana", "Wei", "Omar", "Ines", "Peter", "Lena", "Raj")
LAST_NAMES = ("Lopez", "Okafor", "Nguyen", "Smith", "Haas", "Brown", "Silva", "Kim", "Novak", "Diaz")
TALKS, TURNS, TURN_WORDS = 400, 20, 9
MADE_UP = 4_000
"""Words that nobody asks for, by which talks differ."""
WARM_UPS = 2
BATCH = 50_000
MILLISECONDS = 1000.0

TABLES = """
create temporary table talks (n integer primary key, turns jsonb, document tsvector);
create temporary table people (n integer primary key, name text, document tsvector);
set session_replication_role = replica;
set maintenance_work_mem = '512MB';
"""
CALLS = """
with made as (
    insert into calls (org_id, id, provider, direction, status, started_at, duration_seconds, caller_name, phone_number,
                       has_transcript, metadata)
    select %(org)s, gen_random_uuid(), 'vapi', 'inbound', 'completed', now() - i * interval '31 seconds', 10 + i %% 600,
           p.name, '+1312555' || lpad((i * 7919::bigint %% 10000)::text, 4, '0'), true, jsonb_build_object('n', i)
    from generate_series(%(first)s, %(last)s) i join people p on p.n = i * 31 %% (select count(*) from people)
    returning id, happened_at, caller_name, phone_number, (metadata ->> 'n')::integer as n
), documents as (
    select m.*, t.turns, t.document as said,
           ('''!' || %(org)s || '''')::tsvector || p.document || search_number(m.phone_number) as person
    from made m join people p on p.name = m.caller_name join talks t on t.n = m.n * 17 %% (select count(*) from talks)
), said as (
    insert into transcripts (org_id, call_id, engine, turns, weight)
    select %(org)s, id, 'vapi', turns, '{1}' from documents
)
insert into call_search (org_id, call_id, part, happened_at, document)
select %(org)s, d.id, part, d.happened_at, case part when 'facts' then person else person || d.said || case
           when n %% 100 < 4 then search_words((%(seldom)s)[n %% 100 + 1])
           when n %% 20000 < 4 + 4 then search_words((%(rare)s)[n %% 4 + 1]) else '' end end
from documents d, unnest(array['facts', 'words']) part
"""

Tell = Callable[[str], None]


@dataclass
class Measured:
    """One organization's answers, in milliseconds: of each kind, a list for each round."""

    headers: dict[str, str]
    rounds: dict[str, list[list[float]]] = field(default_factory=lambda: {kind: [] for kind in ASKED})

    def shares(self, kind: str, share: float) -> list[float]:
        return [percentile(times, share) for times in self.rounds[kind]]


def steps(scale: Scale) -> int:
    return 2 + scale.rounds


def run(scale: Scale, tell: Tell) -> list[Figure]:
    """Two web processes and nothing else: what is measured is a person's wait on an idle machine."""
    with open_ground() as ground:
        both = _organizations(ground, (scale.few_calls, scale.many_calls), tell)
        port = ground.start_web()
        for kind in ASKED:
            _times(port, both, kind, WARM_UPS * len(ASKED[kind]))
        for _ in range(scale.rounds):
            tell(f"{_readings(scale, '')} searches of each kind")
            for kind in ASKED:
                for one, times in zip(both, _times(port, both, kind, _readings(scale, kind)), strict=True):
                    one.rounds[kind].append(times)
    few, many = both
    quick = Aim(Of.VALUE, 100.0, is_floor=False)
    return [
        figure(
            NAME, f"{kind}, p95", "ms", many.shares(kind, 0.95), few.shares(kind, 0.95),
            baseline_name=f"{scale.few_calls:,} calls", samples=scale.rounds * _readings(scale, kind),
            aim=None if kind == UNSAID else quick,
        )
        for kind in ASKED
    ]  # fmt: skip


def _readings(scale: Scale, kind: str) -> int:
    """Of what takes a second only a few."""
    return max(1, scale.readings // (50 if kind == UNSAID else 2))


def _organizations(ground: Ground, counts: tuple[int, ...], tell: Tell) -> list[Measured]:
    assert ground.servers.postgres is not None
    with closing(psycopg2.connect(ground.servers.postgres.admin_url(DATABASE))) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(TABLES)
            fill_talks(cursor)
            cursor.execute("select indexdef from pg_indexes where indexname = 'call_search_by_word'")
            (index,) = cursor.fetchall()[0]
            cursor.execute("drop index call_search_by_word")
            both = []
            for count in counts:
                tell(f"{count:,} calls")
                both.append(_organization(cursor, count))
            cursor.execute(index)
            cursor.execute("vacuum analyze calls, call_search, transcripts")
            cursor.execute("checkpoint")
    return both


def fill_talks(cursor: Any) -> None:
    """Talks of usual words; which these are is the same in every run."""
    chance = random.Random(7)
    words = FILLING.split() * 6 + USUAL.split() * 2 + [f"word{n}" for n in range(MADE_UP)][:: MADE_UP // 60]
    for n in range(TALKS):
        own = [f"word{chance.randrange(MADE_UP)}" for _ in range(20)]
        lines = [" ".join(chance.choice(words + own) for _ in range(TURN_WORDS)) for _ in range(TURNS)]
        lines[:: len(SENTENCES)] = [chance.choice(SENTENCES) for _ in lines[:: len(SENTENCES)]]
        turns = [{"speaker": "agent", "text": line, "start": 1.0, "end": 2.0} for line in lines]
        cursor.execute("insert into talks values (%s, %s, search_words(%s))", (n, json.dumps(turns), " ".join(lines)))
    names = [f"{first} {last}" for first in FIRST_NAMES for last in LAST_NAMES]
    names += [f"Name{n} Family{n * 7 % 1999}" for n in range(1900)]
    for n, name in enumerate(names):
        cursor.execute("insert into people values (%s, %s, search_names(%s))", (n, name, name))
    cursor.execute("analyze talks, people")


def _organization(cursor: Any, count: int) -> Measured:
    """An organization with so many calls, and somebody who may read what was said."""
    org_id: UUID = create_organization(f"Clinic of {count}")
    user_id = create_user(f"{new_id()}@example.com", "", "four good words here")
    add_membership(org_id, user_id, Role.ANALYST)
    for first in range(1, count + 1, BATCH):
        wanted = {"org": str(org_id), "first": first, "last": min(first + BATCH - 1, count)}
        cursor.execute(CALLS, wanted | {"seldom": list(SELDOM), "rare": list(RARE)})
    return Measured({"Authorization": f"Bearer {bearer.make(user_id, org_id)}", "Content-Type": "application/json"})


def _times(port: int, both: list[Measured], kind: str, count: int) -> list[list[float]]:
    """Milliseconds of each request, the organizations taking turns on one connection."""
    times: list[list[float]] = [[] for _ in both]
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=30)) as connection:
        for turn in range(count):
            body = json.dumps({"q": ASKED[kind][turn % len(ASKED[kind])]})
            for place, one in enumerate(both):
                begun = time.perf_counter()
                connection.request("POST", "/api/ui/search", body, one.headers)
                answer = connection.getresponse()
                answer.read()
                times[place].append((time.perf_counter() - begun) * MILLISECONDS)
                if answer.status != http.client.OK:
                    raise LoadFailed(f"a search was answered with {answer.status}")
    return times
