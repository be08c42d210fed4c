"""Where the browser tests play: `./aftercall up` with its sample clinic, people of every role, and a stranger."""

from __future__ import annotations

import itertools
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import psycopg2
import pytest
import requests
from psycopg2.extras import RealDictCursor

from edge import create_app
from models import database
from models.organizations import create_organization
from models.people import add_membership, create_user
from models.templates import Draft, create_template
from models.tokens import list_tokens
from run.home import Home
from run.sample import EMAIL, LINE
from tests.edge.people import PASSWORD
from tests.flows.instance import await_that
from tests.run.test_up import SIGN_IN, STARTED, Instance
from vocabulary import Endpoint, Role

OWNER = EMAIL
PEOPLE = {role: f"{role.value}@example.com" for role in (Role.VIEWER, Role.OPERATOR, Role.ADMIN)}
STRANGER = "stranger@example.com"
"""Owns another clinic, which has nothing yet."""
WORDS = Draft("After a booking", "followup", "sms", None, "Thank you, {{ first_name }}. See you soon!", [])
PLAYED = "played sample calls"
OWED = "select 1 from jobs where state = 'ready' and run_at <= now() and actor <> 'poll_recording'"


@dataclass
class Stage:
    """A running instance; `passwords` by e-mail address."""

    base: str
    home: Home
    org_id: UUID
    empty_id: UUID
    """The stranger's clinic."""
    passwords: dict[str, str]

    def __post_init__(self) -> None:
        self._addresses = create_app().url_map.bind("")
        self._numbers = itertools.count(1)

    def address(self, endpoint: str, org_id: UUID | None = None, **ids: Any) -> str:
        """The page behind an endpoint, of the sample clinic unless another is named."""
        return self.base + self._addresses.build(endpoint, {"org_id": org_id or self.org_id, **ids})

    def rows(self, query: str, *params: Any) -> list[dict[str, Any]]:
        """What the database holds of the clinic, as somebody whom no row is hidden from."""
        with closing(psycopg2.connect(self.home.running_environment()["DATABASE_SYSTEM_URL"])) as connection:
            connection.autocommit = True
            with connection.cursor(cursor_factory=RealDictCursor) as cursor:
                cursor.execute(query, params or None)
                return [dict(row) for row in cursor.fetchall()]

    def any_of(self, table: str) -> UUID:
        """The id of some row of the clinic's."""
        return UUID(str(self.rows(f"select id from {table} where org_id = %s limit 1", str(self.org_id))[0]["id"]))

    def ring(self, **fields: Any) -> tuple[str, float]:
        """A call comes in by its webhook: the name of its caller, and when (time.monotonic) it was acknowledged."""
        number = next(self._numbers)
        name = f"Nadia Newcomer {number}"
        body = {
            "call_id": f"browser-{number}", "agent_name": "Kim", "phone_number": f"+1202555{100 + number:04d}",
            "first_name": "Nadia", "last_name": f"Newcomer {number}", "disposition": "Interested", "duration": "61",
            "started_at": datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S"),
        }  # fmt: skip
        query = urlencode({"token": self.token(Endpoint.CONVOSO_CALLS)})
        answer = requests.post(f"{self.base}/api/webhooks/convoso-calls?{query}", json=body | fields, timeout=15)
        assert answer.status_code == 200, answer.text
        return name, time.monotonic()

    def token(self, endpoint: Endpoint) -> str:
        return next(str(row["token"]) for row in list_tokens(self.org_id) if row["endpoint_type"] == endpoint)

    def spoken_call(self) -> UUID:
        """A call whose words were written down, and whose recording is here to be heard."""
        query = (
            "select c.id from calls c join transcripts t on (t.org_id, t.call_id) = (c.org_id, c.id)"
            " join recordings r on (r.org_id, r.call_id) = (c.org_id, c.id) and r.state = 'completed'"
            " where c.org_id = %s and c.phone_number <> %s and jsonb_array_length(t.turns) > 8 order by c.happened_at"
        )
        found = await_that(lambda: self.rows(query, str(self.org_id), LINE))
        return UUID(str(found[0]["id"]))


@contextmanager
def staged(folder: Path) -> Iterator[Stage]:
    """The instance, once its sample calls are played and their work is done."""
    instance = Instance(folder)
    patch = pytest.MonkeyPatch()
    try:
        password = SIGN_IN.findall(instance.await_words(STARTED))[0]
        instance.await_words(PLAYED)
        home = Home(instance.home)
        for name, value in home.running_environment().items():
            patch.setenv(name, value)
        database.reset()
        stage = _peopled(f"http://localhost:{instance.port}", home, password)
        await_that(lambda: not stage.rows(OWED))
        yield stage
    except BaseException:
        print(instance.log.read_text()[-4_000:])
        raise
    finally:
        database.reset()
        patch.undo()
        instance.stop()


def _peopled(base: str, home: Home, password: str) -> Stage:
    org_id, empty_id = UUID(home.recall("sample")), create_organization("Quiet Clinic")
    for role, email in PEOPLE.items():
        add_membership(org_id, create_user(email, role.value.title(), PASSWORD), role)
    add_membership(empty_id, create_user(STRANGER, "Charlie", PASSWORD), Role.OWNER)
    with database.organization(org_id) as tx:
        create_template(tx, org_id, WORDS)
    passwords = {OWNER: password} | dict.fromkeys([*PEOPLE.values(), STRANGER], PASSWORD)
    return Stage(base, home, org_id, empty_id, passwords)
