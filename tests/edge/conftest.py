"""What the edge's tests share: the app on a fresh database, people with roles, and calls."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from models.database import organization, run_time
from models.ids import new_id
from models.people import add_membership
from vocabulary import Role

PASSWORD = "four good words here"


@pytest.fixture
def app(database: Any) -> Iterator[Flask]:
    from edge import actions, create_app

    actions.by_address.forget()
    actions.by_email.forget()
    yield create_app()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


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


@pytest.fixture
def bearer_of(app: Flask) -> Callable[..., dict[str, str]]:
    """Headers of a new person with these roles: bearer_of((org, Role.VIEWER), selected=org)."""
    from edge import bearer

    def make(*roles: tuple[UUID, Role], selected: UUID | None = None, super_admin: bool = False) -> dict[str, str]:
        return {"Authorization": f"Bearer {bearer.make(make_person(*roles, super_admin=super_admin), selected)}"}

    return make


def make_call(org_id: UUID, **columns: Any) -> UUID:
    """A call row with these columns."""
    columns = {"org_id": org_id, "id": new_id(), "provider": "vapi"} | columns
    names, marks = ", ".join(columns), ", ".join(["%s"] * len(columns))
    with organization(org_id) as tx:
        tx.run(f"INSERT INTO calls ({names}) VALUES ({marks})", list(columns.values()))
    return columns["id"]


def form_token(page: str) -> str:
    found = re.search(r'name="csrf" value="([^"]+)"', page)
    assert found is not None
    return found.group(1)


def sign_in(client: FlaskClient, email: str, password: str = PASSWORD, onward: str = "") -> Any:
    token = form_token(client.get("/sign-in").text)
    return client.post("/sign-in", data={"csrf": token, "email": email, "password": password, "next": onward})
