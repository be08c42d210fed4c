"""Resend's webhooks: whose they are by whose secret signed them, and never by what the address or the body says."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from werkzeug.test import TestResponse

from models import credentials
from models.database import organization
from settings import settings
from simulator.signing import svix_headers
from tests.edge.desk import JSON_TYPE, Desk
from vocabulary import NOBODY

PATH = "/api/webhooks/resend"
OURS, ALICES, BOBS = ("whsec_" + base64.b64encode(word * 8).decode() for word in (b"ours", b"alic", b"bobs"))


@pytest.fixture(autouse=True)
def _secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RESEND_WEBHOOK_SECRET", OURS)
    settings.cache_clear()


@pytest.fixture
def connected(alice_org: UUID, bob_org: UUID) -> None:
    for org_id, secret in ((alice_org, ALICES), (bob_org, BOBS)):
        with organization(org_id) as tx:
            config = {"api_key": "re_x", "from": "us@example.com", "webhook_secret": secret}
            credentials.put(tx, org_id, "resend", config)


def event(org_id: Any = None, kind: str = "email.delivered") -> bytes:
    data = {"email_id": "mail-1", "tags": {"org": str(org_id), "message": str(UUID(int=5))}}
    return json.dumps({"type": kind, "created_at": "2026-11-20T10:00:05Z", "data": data}).encode()


def posted(desk: Desk, body: bytes, secret: str = OURS, path: str = PATH, id: str = "msg_1") -> TestResponse:
    headers = svix_headers(secret, id, body, datetime.now(UTC))
    return desk.client.post(path, data=body, headers=headers, content_type=JSON_TYPE)


def test_what_our_secret_signed_is_of_the_organization_in_its_tag(desk: Desk, bob_org: UUID) -> None:
    answers = [posted(desk, event(bob_org)) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert answers[1].json["duplicate"] is True
    (stored,) = desk.events(bob_org)
    assert (stored["kind"], stored["state"], stored["dedupe_key"]) == ("email.delivered", "accepted", "svix|msg_1")


def test_a_mail_of_nobody_waits_and_is_not_sent_again(desk: Desk) -> None:
    for number, org in enumerate((UUID(int=0x5000), "no id", None)):
        assert posted(desk, event(org), id=f"msg_{number}").status_code == 200
    assert [(one["org_id"], one["state"]) for one in desk.events()] == [(NOBODY, "quarantined")] * 3


def test_an_organizations_own_secret_speaks_for_it_alone(
    desk: Desk, connected: None, alice_org: UUID, bob_org: UUID
) -> None:
    assert posted(desk, event(bob_org), ALICES, f"{PATH}?org={alice_org}").status_code == 200
    for path in (f"{PATH}?org={bob_org}", PATH, f"{PATH}?org={bob_org}&org={alice_org}", f"{PATH}?org=x"):
        assert posted(desk, event(bob_org), ALICES, path).status_code == 401
    assert [one["org_id"] for one in desk.events()] == [alice_org]


def test_our_secret_does_not_speak_for_an_organization_with_its_own(
    desk: Desk, connected: None, alice_org: UUID
) -> None:
    assert posted(desk, event(alice_org), OURS, f"{PATH}?org={alice_org}").status_code == 401


def test_without_any_secret_nobody_is_believed(desk: Desk, alice_org: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RESEND_WEBHOOK_SECRET")
    settings.cache_clear()
    for path in (PATH, f"{PATH}?org={alice_org}"):
        assert posted(desk, event(alice_org), path=path).status_code == 401
    assert desk.client.post(PATH, data=event(alice_org), content_type=JSON_TYPE).status_code == 401


def test_a_body_that_is_no_json_is_refused_once_its_sender_is_known(desk: Desk) -> None:
    assert posted(desk, b"[1]").status_code == 400
    assert posted(desk, b"[1]", ALICES).status_code == 401


def test_what_says_nothing_of_a_delivery_is_kept_and_left(desk: Desk, bob_org: UUID) -> None:
    assert posted(desk, event(bob_org, "email.opened")).status_code == 200
    assert desk.states() == ["ignored"]
