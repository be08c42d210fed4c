"""What the fuzzing of the API has found, each as a test that is quick."""

from __future__ import annotations

from uuid import UUID

import pytest
from flask.testing import FlaskClient

from tests.edge.people import bearer_of
from tests.edge.test_appointments import PHONE, SOON, iso
from vocabulary import Role


@pytest.mark.parametrize("name", ["ends_at", "duration_minutes", "title", "notes", "name", "email", "call_id"])
def test_null_is_as_good_as_nothing(client: FlaskClient, alice_org: UUID, name: str) -> None:
    headers = bearer_of((alice_org, Role.OPERATOR), selected=alice_org)
    body = {"starts_at": iso(SOON), "phone": PHONE, name: None}
    assert client.post("/api/appointments", json=body, headers=headers).status_code == 201


@pytest.mark.parametrize("at", ["2026-03-02T19:17:47-17:05", "0303-11-17T19:17:47-17:05", "0001-01-01", "9999-12-31"])
def test_a_time_of_any_zone_and_age_is_answered(client: FlaskClient, alice_org: UUID, at: str) -> None:
    headers = bearer_of((alice_org, Role.VIEWER))
    for path in ("/api/calls", "/api/appointments"):
        for name in ("from", "to"):
            answer = client.get(path, query_string={name: at}, headers=headers)
            assert answer.status_code in (200, 400), (path, name)
