"""A text and a mail from our clients through the stand-in to a running edge, which believes its signatures for real."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from models import credentials
from models.database import organization
from models.organizations import create_organization
from providers import resend, twilio_sms
from providers.sending import Accepted, Unclear
from providers.twilio_account import TwilioAccount
from settings import settings
from tests.edge.desk import Desk
from tests.edge.live import Edge
from tests.standin.hearing import wait_for
from tests.standin.side import Side, playing
from vocabulary import MessageStatus

OURS, THEIRS = "+13105550100", "+13105550199"
SECRET = "whsec_" + base64.b64encode(b"live" * 8).decode()
MESSAGE = UUID(int=0xFEED)


def account(org_id: UUID) -> TwilioAccount:
    return TwilioAccount("AC" + org_id.hex, f"token-of-{org_id}")


@pytest.fixture
def org_id(edge: Edge) -> UUID:
    org_id = create_organization("The live clinic")
    twilio = {"account_sid": account(org_id).sid, "auth_token": account(org_id).token, "phone_number": OURS}
    mail = {"api_key": "re_live", "from": "us@example.com", "webhook_secret": SECRET}
    with organization(org_id) as tx:
        credentials.put(tx, org_id, "twilio", twilio)
        credentials.put(tx, org_id, "resend", mail)
    return org_id


@pytest.fixture
def side(edge: Edge, org_id: UUID, monkeypatch: pytest.MonkeyPatch) -> Iterator[Side]:
    with playing({}, monkeypatch) as directed:
        directed.tell("webhooks", {"url": f"http://127.0.0.1:{edge.port}", "pace": 0.02})
        yield directed


def events(desk: Desk, org_id: UUID) -> set[tuple[str, str, Any]]:
    return {(one["kind"], one["state"], one["headers"].get("aftercall-message")) for one in desk.events(org_id)}


def send_text(org_id: UUID) -> Any:
    callback = f"{settings().public_url}/api/webhooks/twilio/sms?org={org_id}&message={MESSAGE}"
    return twilio_sms.send(account(org_id), OURS, THEIRS, "See you on Tuesday", callback)


def test_what_became_of_a_text_comes_back_to_its_message(side: Side, desk_of_edge: Desk, org_id: UUID) -> None:
    assert isinstance(send_text(org_id), Accepted)
    expected = {(kind, "accepted", str(MESSAGE)) for kind in ("sent", "delivered")}
    wait_for(lambda: events(desk_of_edge, org_id) == expected)


def test_a_text_that_nobody_can_speak_for_is_found_by_its_words(side: Side, org_id: UUID) -> None:
    began = datetime.now(UTC)
    side.fault("/2010-04-01/", "reset_after")
    assert isinstance(send_text(org_id), Unclear)
    (seen,) = twilio_sms.find(account(org_id), OURS, THEIRS, "See you on Tuesday", began)
    assert seen.status in (MessageStatus.PLANNED, MessageStatus.SENT, MessageStatus.DELIVERED)
    assert twilio_sms.find(account(org_id), OURS, THEIRS, "See you on Tuesday", began + timedelta(minutes=10)) == []


def test_an_answer_comes_in_under_the_accounts_signature(side: Side, desk_of_edge: Desk, org_id: UUID) -> None:
    public = f"{settings().public_url}/api/webhooks/twilio/sms"
    told = {"from": THEIRS, "to": OURS, "body": "STOP", "account": account(org_id).sid, "url": public}
    side.tell("texts", told | {"token": "a token that is not the account's"})
    assert events(desk_of_edge, org_id) == set()
    side.tell("texts", told | {"token": account(org_id).token})
    assert events(desk_of_edge, org_id) == {("received", "accepted", None)}


def test_what_became_of_a_mail_comes_back_signed_by_the_organizations_secret(
    side: Side, desk_of_edge: Desk, org_id: UUID
) -> None:
    hook = {"url": f"{settings().public_url}/api/webhooks/resend?org={org_id}", "secret": SECRET}
    side.tell("mails", {"hooks": {"re_live": hook}})
    mail = resend.Mail("us@example.com", "ann@example.com", "Tuesday", "See you", {"message": str(MESSAGE)})
    first, again = (resend.send("re_live", mail, "k") for _ in range(2))
    assert isinstance(first, Accepted)
    assert first == again
    expected = {("email.sent", "accepted", None), ("email.delivered", "accepted", None)}
    wait_for(lambda: events(desk_of_edge, org_id) == expected)
