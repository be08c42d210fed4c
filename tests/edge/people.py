"""Who and what the edge's tests are about: people with roles, their bearers and forms, and calls."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from flask.testing import FlaskClient

from edge import bearer
from models import api_keys
from models.database import organization, run_time
from models.ids import new_id
from models.people import add_membership
from vocabulary import Role

PASSWORD = "four good words here"


def make_person(*roles: tuple[UUID, Role], super_admin: bool = False) -> UUID:
    """A user without a password, for whom bearers are made: hashing one would only cost time."""
    user_id = new_id()
    with run_time() as tx:
        tx.run(
            "INSERT INTO users (id, email, is_super_admin) VALUES (%s, %s, %s)",
            (user_id, f"{user_id}@example.com", super_admin),
        )
    for org_id, role in roles:
        add_membership(org_id, user_id, role)
    return user_id


def bearer_of(*roles: tuple[UUID, Role], selected: UUID | None = None, super_admin: bool = False) -> dict[str, str]:
    """The headers of a new person with these roles."""
    return {"Authorization": f"Bearer {bearer.make(make_person(*roles, super_admin=super_admin), selected)}"}


def key_of(org_id: UUID, role: Role) -> dict[str, str]:
    """The headers of a program with a key of its own."""
    with organization(org_id) as tx:
        made = api_keys.make(tx, org_id, "A program", role, 1, "user:somebody")
    return {"Authorization": f"Bearer {made['key']}"}


def make_call(org_id: UUID, **columns: Any) -> UUID:
    """A call row with these columns."""
    call_id = new_id()
    columns = {"org_id": org_id, "id": call_id, "provider": "vapi"} | columns
    names, marks = ", ".join(columns), ", ".join(["%s"] * len(columns))
    with organization(org_id) as tx:
        tx.run(f"INSERT INTO calls ({names}) VALUES ({marks})", list(columns.values()))
    return call_id


def keep_recording(org_id: UUID, call_id: UUID) -> None:
    """A recording of the call that has been fetched, as far as its row says."""
    with organization(org_id) as tx:
        tx.run(
            "INSERT INTO recordings (org_id, id, call_id, owed_at, state, storage_key, content_type, sha256)"
            " VALUES (%s, %s, %s, now(), 'completed', 'x/1.wav', 'audio/wav', 'x')",
            (org_id, new_id(), call_id),
        )


def form_token(page: str) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', page)
    assert found is not None
    return found.group(1)


def sign_in(client: FlaskClient, email: str, password: str = PASSWORD, onward: str = "") -> Any:
    token = form_token(client.get("/sign-in").text)
    return client.post("/sign-in", data={"csrf": token, "email": email, "password": password, "next": onward})
