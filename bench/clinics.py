"""Clinics in use for a year, made in SQL: calls and what was said, people, appointments, messages, events, work."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import psycopg2

from bench.dashboard import DAYS
from bench.ground import Ground
from bench.search import TABLES, fill_talks
from models.ids import new_id
from models.organizations import add_assistant, add_number, create_organization
from models.people import add_membership, create_user
from models.tokens import create_token
from run.postgres import DATABASE
from vocabulary import Endpoint, Role

PASSWORD = "four good words here"
BATCH = 50_000
SAMPLED = 100
"""So many of the newest rows of a kind are named, for the pages of each."""
NEWEST = {
    "call_id": ("calls", "happened_at"),
    "contact_id": ("contacts", "heard_at"),
    "appointment_id": ("appointments", "starts_at"),
    "event_id": ("webhook_events", "received_at"),
    "job_id": ("jobs", "created_at"),
}
"""Name of an id in addresses: the table that it is of, and by which time its rows are in order."""
INDEXES = ("call_search_by_word", "contact_search_by_word")
"""Made after the rows, since that is many times quicker."""

PEOPLE = """
create temporary table persons on commit preserve rows as
select i as n, gen_random_uuid() as id, p.name || ' ' || i %% 97 as name, '+1312' || lpad(i::text, 7, '0') as phone,
       ('''!' || %(org)s || '''')::tsvector || p.document || search_number('+1312' || lpad(i::text, 7, '0')) as document
from generate_series(0, %(calls)s / 4) i join people p on p.n = i %% (select count(*) from people);
alter table persons add primary key (n);
analyze persons;
insert into contacts (org_id, id, phone, name, email, lead_status, temperature, lead_score, services_interested,
                      last_contacted_at, created_at)
select %(org)s, id, phone, name, 'person' || n || '@example.com',
       (array['new', 'contacted', 'booked', 'lost'])[n %% 4 + 1], (array['hot', 'warm', 'cold'])[n %% 3 + 1], n %% 101,
       'Botox', now() - n * (interval '365 days' / (%(calls)s / 4 + 1)), now() - interval '400 days' from persons;
insert into contact_search (org_id, contact_id, document)
select %(org)s, id, contact_document(%(org)s, name, phone) from persons;
"""
CALLS = """
with made as (
    insert into calls (org_id, id, provider, direction, status, disposition, result, started_at, duration_seconds,
                       caller_name, phone_number, contact_id, campaign, agent_name, qa_score, booking,
                       booking_confirmed, financial_value, sentiment_label, sentiment_urgency, lead_score, temperature,
                       total_cost, has_transcript, outcome_summary, recording_status, risk_flags, metadata)
    select %(org)s, gen_random_uuid(), 'vapi', case when k %% 3 = 0 then 'outbound' else 'inbound' end, 'completed',
           (array['Completed', 'No Answer', 'Interested', 'Callback'])[k %% 4 + 1],
           (array['booked', 'no_answer', 'asked', 'callback'])[k %% 4 + 1],
           now() - k * (interval '365 days' / %(calls)s), 10 + k %% 600, p.name, p.phone, p.id, 'Campaign ' || k %% 5,
           'Agent ' || k %% 8, k %% 101, case when k %% 7 = 0 then 'confirmed' end, k %% 7 = 0,
           case when k %% 7 = 0 then 400 end, (array['positive', 'neutral', 'negative'])[k %% 3 + 1],
           case when k %% 50 = 0 then 'high' else 'low' end, k %% 101, (array['hot', 'warm', 'cold'])[k %% 3 + 1], 0.12,
           k %% 2 = 0, 'They asked for the price and whether there is a time on Tuesday.',
           case when k %% 4 = 0 then 'completed' else 'none' end,
           case when k %% 200 = 0 then array['complaint'] else '{}' end, jsonb_build_object('n', k)
    from generate_series(%(first)s, %(last)s) k
    join persons p on p.n = k * 31::bigint %% (select count(*) from persons)
    returning id, contact_id, happened_at, (metadata ->> 'n')::integer as n, phone_number
), words as (
    insert into transcripts (org_id, call_id, engine, turns, weight)
    select %(org)s, m.id, 'vapi', t.turns, '{1}' from made m join talks t on t.n = m.n %% (select count(*) from talks)
    where m.n %% 2 = 0
), sought as (
    insert into call_search (org_id, call_id, part, happened_at, document)
    select %(org)s, m.id, 'facts', m.happened_at, p.document from made m join persons p on p.id = m.contact_id
), sought_words as (
    insert into call_search (org_id, call_id, part, happened_at, document)
    select %(org)s, m.id, 'words', m.happened_at, p.document || t.document
    from made m join persons p on p.id = m.contact_id join talks t on t.n = m.n %% (select count(*) from talks)
    where m.n %% 2 = 0
), names as (
    insert into call_refs (org_id, provider, ref, call_id) select %(org)s, 'vapi', 'ref-' || n, id from made
), results as (
    insert into analyses (org_id, call_id, kind, version, engine, rule_version, value)
    select %(org)s, id, 'sentiment', 1, 'rules', '1', '{"label": "positive"}' from made where n %% 10 = 0
), sounds as (
    insert into recordings (org_id, id, call_id, state, storage_key, content_type, sha256)
    select %(org)s, gen_random_uuid(), id, 'completed', 'x/' || n, 'audio/wav', 'x' from made where n %% 4 = 0
), bookings as (
    insert into appointments (org_id, id, contact_id, call_id, starts_at, ends_at, status, title)
    select %(org)s, gen_random_uuid(), contact_id, id, at, at + interval '30 minutes',
           case when at > now() then 'booked' when n %% 35 = 0 then 'no_show' else 'completed' end, 'Botox'
    from made, lateral (select happened_at + n %% 30 * interval '1 day' as at) booked where n %% 7 = 0
), told as (
    insert into messages (org_id, id, direction, method, purpose, status, recipient, content, contact_id, call_id,
                          intent_key, requested_by, service_provider, external_message_id, created_at)
    select %(org)s, gen_random_uuid(), 'outbound', 'sms', case when n %% 2 = 0 then 'followup' else 'reminder' end,
           case when n %% 250 = 0 then 'failed' when n %% 15 = 0 then 'sent' else 'delivered' end, phone_number,
           'Thank you for your call.', contact_id, id, 'key-' || n, 'rule:follow_up', 'twilio', 'SM' || n, happened_at
    from made where n %% 5 = 0
)
insert into webhook_events (org_id, id, provider, endpoint, kind, dedupe_key, call_ref, state, received_at,
                            processed_at)
select %(org)s, gen_random_uuid(), 'vapi', 'vapi', 'end-of-call-report', n::text, 'vapi:ref-' || n,
       case when n %% 1000 = 0 then 'failed' else 'processed' end, happened_at, happened_at from made
"""
WORK = """
insert into jobs (org_id, actor, key, state, attempts, run_at, created_at, started_at, finished_at, last_error)
select %(org)s, 'process_event', n::text, case when n %% 500 = 0 then 'dead' else 'done' end, 1, at, at, at, at,
       case when n %% 500 = 0 then 'ValueError in parse' end
from generate_series(1, greatest(%(calls)s / 10, 500)) n, lateral (select now() - n * interval '1 minute' as at) then_;
insert into jobs (org_id, actor, key, run_at) select %(org)s, 'send_reminder', n::text, now() + interval '1 day'
from generate_series(1, 200) n;
insert into audit_log (org_id, at, actor, action, subject)
select %(org)s, now() - n * interval '1 minute', 'bench', 'call.read', n::text
from generate_series(1, %(calls)s / 10) n;
"""
UPKEEP = (
    "calls, call_search, transcripts, contacts, contact_search, call_refs, analyses, recordings, appointments,"
    " messages, webhook_events, jobs, audit_log, call_stats_daily"
)

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Clinic:
    """An organization, its owner, and some of its newest rows, by the names of their ids."""

    org_id: UUID
    email: str
    newest: dict[str, list[UUID]]


def make_clinics(ground: Ground, counts: tuple[int, ...], tell: Tell) -> list[Clinic]:
    """A clinic for each count of calls; all else is there in proportion. Says each step."""
    made = []
    with _superuser(ground) as cursor:
        cursor.execute(TABLES)
        fill_talks(cursor)
        cursor.execute("select indexdef from pg_indexes where indexname = any(%s)", (list(INDEXES),))
        indexes = [definition for (definition,) in cursor.fetchall()]
        cursor.execute(f"drop index {', '.join(INDEXES)}")
        for count in counts:
            tell(f"{count:,} calls")
            made.append(_clinic(cursor, count))
        tell("indexes")
        for index in indexes:
            cursor.execute(index)
        cursor.execute(f"vacuum analyze {UPKEEP}")
        cursor.execute("checkpoint")
    return made


def _clinic(cursor: Any, count: int) -> Clinic:
    org_id, email = create_organization(f"Clinic of {count}"), f"{new_id()}@example.com"
    add_membership(org_id, create_user(email, "Olive Owner", PASSWORD), Role.OWNER)
    add_assistant(org_id, f"assistant-{count}", "Front desk")
    add_number(org_id, f"+1202555{count % 9_973:04d}", "Reception")
    create_token(org_id, Endpoint.CONVOSO_CALLS)
    wanted = {"org": str(org_id), "calls": count}
    cursor.execute("drop table if exists persons")
    cursor.execute(PEOPLE, wanted)
    for first in range(1, count + 1, BATCH):
        cursor.execute(CALLS, wanted | {"first": first, "last": min(first + BATCH - 1, count)})
    cursor.execute(WORK, wanted)
    cursor.execute(DAYS, wanted)
    return Clinic(org_id, email, {name: _newest(cursor, org_id, *of) for name, of in NEWEST.items()})


def _newest(cursor: Any, org_id: UUID, table: str, by: str) -> list[UUID]:
    cursor.execute(f"select id from {table} where org_id = %s order by {by} desc limit {SAMPLED}", (str(org_id),))
    return [UUID(str(found)) for (found,) in cursor.fetchall()]


@contextmanager
def _superuser(ground: Ground) -> Iterator[Any]:
    assert ground.servers.postgres is not None
    with closing(psycopg2.connect(ground.servers.postgres.admin_url(DATABASE))) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            yield cursor
