"""Two clinics with something of every kind: Alice's to work with, Bob's to stay unseen and untouched."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg2
from flask.testing import FlaskClient
from psycopg2.extras import RealDictCursor

from models.database import organization, system
from models.isolation import _seed
from models.organizations import add_assistant, add_number
from models.probe_rows import read_catalog
from models.tokens import create_token
from settings import settings
from tests.edge.people import bearer_of, keep_recording, make_call, make_person
from tests.edge.said import TURNS, make_analysis, make_contact, make_day, make_transcript, quote
from tests.edge.test_messages_page import make_message
from vocabulary import Endpoint, Role

SHORTEST_SECRET = 12
"""Shorter words of Bob's may stand in an answer by chance."""
TENANT_TABLES = """
select c.relname as name from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'org_id'
where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace order by 1
"""
Ids = dict[str, str]


@dataclass(frozen=True)
class Clinic:
    org_id: UUID
    ids: Ids
    """What stands in addresses and bodies: its name there, and the row that this clinic has of it."""


def furnish(client: FlaskClient, org_id: UUID, word: str, digits: str) -> Clinic:
    """One row of every kind that the API speaks of; `word` is in its texts, `digits` (four) in its numbers."""
    number, now = f"+1212555{digits}", datetime.now(UTC)
    contact_id = make_contact(org_id, phone=number, name=f"Ann {word}", email=f"{word}@example.com")
    facts = {"caller_name": f"Ann {word}", "campaign": f"Spring {word}", "agent_name": f"Zoe {word}"}
    call_id = make_call(
        org_id, **facts, contact_id=contact_id, phone_number=number, started_at=now, duration_seconds=90,
        status="completed", direction="inbound",
    )  # fmt: skip
    said = [turn | {"text": f"{turn['text']} {word}"} for turn in TURNS]
    make_transcript(org_id, call_id, said)
    make_analysis(org_id, call_id, "summary", {"text": f"Asked of {word}"}, quote("nose job", 1))
    keep_recording(org_id, call_id)
    make_day(org_id, now.date(), calls=1, inbound=1)
    add_number(org_id, f"+1312555{digits}")
    add_assistant(org_id, f"assistant-of-{word}")
    with organization(org_id) as tx:
        sender = (f"+1415555{digits}", settings().twilio_account_sid)
        tx.run("UPDATE organizations SET sms_number = %s, sms_account = %s", sender)
    ids = {"org_id": org_id, "call_id": call_id, "id": call_id, "contact_id": contact_id, "provider": "resend"}
    ids["token_id"] = create_token(org_id, Endpoint.VAPI)["id"]
    ids["message_id"] = make_message(org_id, call_id=call_id, contact_id=contact_id, content=f"See you {word}")
    ids["user_id"] = make_person((org_id, Role.ANALYST))
    ids |= _made_by_hand(client, org_id, word, contact_id, now + timedelta(days=3))
    return Clinic(org_id, {name: str(value) for name, value in ids.items()})


def _made_by_hand(client: FlaskClient, org_id: UUID, word: str, contact_id: UUID, soon: datetime) -> dict[str, Any]:
    """What an owner makes over the API itself."""
    owner = bearer_of((org_id, Role.OWNER), selected=org_id)
    bodies: dict[str, dict[str, Any]] = {
        "service": {"name": f"Peel {word}", "price": 120},
        "template": {"name": f"Thanks {word}", "purpose": "followup", "method": "sms", "body": f"Thank you, {word}"},
        "appointment": {"contact_id": str(contact_id), "starts_at": soon.isoformat(), "title": f"Visit {word}"},
        "key": {"name": f"Reports {word}"},
    }
    made = {}
    for name, body in bodies.items():
        answer = client.post(f"/api/{name}s", json=body, headers=owner)
        assert answer.status_code == 201, answer.text
        made[f"{name}_id"] = answer.get_json()["data"]["id"]
    invited = client.post("/api/team", json={"email": f"new-{word}@example.com", "role": "viewer"}, headers=owner)
    made["invitation_id"] = invited.get_json()["data"]["id"]
    for name in ("number", "assistant"):
        made[f"{name}_id"] = client.get(f"/api/{name}s", headers=owner).get_json()["data"][0]["id"]
    return made


def fill_every_table(org_id: UUID) -> None:
    """A row more in every tenant table there is, made from the catalog: what nobody thought of is looked for too."""
    with system() as tx:
        catalog = read_catalog(tx)
    _, failures = _seed(catalog, catalog.tenant_tables(), org_id)
    assert failures == []


def everything_of(admin_url: str, org_id: UUID) -> dict[str, list[str]]:
    """Every row of an organization, as JSON, by table; read as a superuser."""
    connection = psycopg2.connect(admin_url)
    try:
        with connection, connection.cursor(cursor_factory=RealDictCursor) as cursor:
            cursor.execute(TENANT_TABLES)
            found = {}
            for table in [row["name"] for row in cursor.fetchall()]:
                cursor.execute(
                    f"select to_jsonb(t)::text as row from {table} t where org_id = %s order by 1", (org_id,)
                )
                found[table] = [row["row"] for row in cursor.fetchall()]
            return found
    finally:
        connection.close()


def secrets_of(theirs: dict[str, list[str]], ours: dict[str, list[str]]) -> re.Pattern[str]:
    """Every word of theirs that does not stand in our rows too: none of them may be in an answer to us."""
    words = _words(theirs) - _words(ours)
    assert len(words) > 100
    return re.compile("|".join(sorted(map(re.escape, words), key=len, reverse=True)))


def _words(rows: dict[str, list[str]]) -> set[str]:
    found: set[str] = set()

    def look(value: Any) -> None:
        if isinstance(value, str) and len(value) >= SHORTEST_SECRET and not _is_time(value):
            found.add(value)
        elif isinstance(value, (list, dict)):
            for part in value.values() if isinstance(value, dict) else value:
                look(part)

    for table in rows.values():
        for row in table:
            look(json.loads(row))
    return found


def _is_time(value: str) -> bool:
    return re.match(r"\d{4}-\d\d-\d\dT", value) is not None
