"""Whatever a provider has reported, its call has a page and an answer of the API, with words and without."""

from __future__ import annotations

import json
from pathlib import Path
from uuid import UUID

from flask import Flask
from flask.testing import FlaskClient

from models.database import organization
from models.organizations import add_assistant
from tests.edge.desk import Desk
from tests.edge.people import bearer_of, make_person
from tests.edge.test_dashboard import browser_of
from vocabulary import Role

REPORTS = sorted((Path(__file__).parent.parent / "payloads" / "vapi").glob("end_of_call__*.json"))
MOST_BYTES = 100_000


def test_every_reported_call_can_be_read(app: Flask, client: FlaskClient, desk: Desk, alice_org: UUID) -> None:
    add_assistant(alice_org, "a-1")
    for number, path in enumerate(path for path in REPORTS if not path.name.endswith(".expected.json")):
        body = json.loads(path.read_text())
        message = body["message"]
        message["call"] = {**(message.get("call") or {}), "id": f"call-{number}", "assistantId": "a-1"}
        if "huge_numbers" not in path.name:  # Python writes them as no JSON
            assert desk.vapi(body).status_code == 200, path.name
    desk.work()
    with organization(alice_org) as tx:
        ids = [row["id"] for row in tx.rows("SELECT id FROM calls")]
    assert len(ids) > 5
    for role in (Role.VIEWER, Role.ANALYST):
        browser, headers = browser_of(app, make_person((alice_org, role))), bearer_of((alice_org, role))
        for call_id in ids:
            page = browser.get(f"/o/{alice_org}/calls/{call_id}")
            assert (page.status_code, len(page.data) < MOST_BYTES) == (200, True)
            call = client.get(f"/api/calls/{call_id}", headers=headers).get_json()["data"]
            assert {one["kind"] for one in call["analyses"] if one["is_current"]} >= {"outcome", "summary"}
