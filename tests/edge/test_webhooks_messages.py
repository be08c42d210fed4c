"""Texts and their news at Twilio's address: whose they are, by the account that proved itself and by nothing else."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

import pytest
from werkzeug.test import TestResponse

from models import credentials
from models.database import organization
from settings import settings
from tests.edge.desk import ALICE_LINE, FORM_TYPE, SHARED_LINE, SMS, VOICE, Desk, twilio_form, twilio_signature
from vocabulary import NOBODY

ALICES, BOBS = "AC" + "a" * 32, "AC" + "b" * 32
TOKENS = {ALICES: "alices-token-000000000000000000", BOBS: "bobs-token-00000000000000000000"}
ALICE_SENDER, BOB_SENDER, PERSON = "+12125550111", "+13125550112", "+19175550113"
MESSAGE = UUID(int=0xABCDEF)


def connect(org_id: UUID, account: str, sender: str) -> None:
    config = {"account_sid": account, "auth_token": TOKENS[account], "phone_number": sender}
    with organization(org_id) as tx:
        credentials.put(tx, org_id, "twilio", config)
        writes_from(tx, org_id, account, sender)


def writes_from(tx: Any, org_id: UUID, account: str, sender: str) -> None:
    tx.run("UPDATE organizations SET sms_number = %s, sms_account = %s WHERE org_id = %s", (sender, account, org_id))


@pytest.fixture
def accounts(alice_org: UUID, bob_org: UUID) -> None:
    """Each organization has a Twilio account of its own."""
    connect(alice_org, ALICES, ALICE_SENDER)
    connect(bob_org, BOBS, BOB_SENDER)


def inbound(account: str, to: str = ALICE_SENDER, **more: str) -> dict[str, str]:
    return {"AccountSid": account, "MessageSid": "SM1", "From": PERSON, "To": to, "Body": "Hello"} | more


def news(account: str, status: str = "delivered", **more: str) -> dict[str, str]:
    return {"AccountSid": account, "MessageSid": "SM2", "MessageStatus": status, "From": ALICE_SENDER} | more


def about(org_id: Any, message: Any = MESSAGE) -> str:
    return f"{SMS}?org={org_id}&message={message}"


def posted(desk: Desk, form: dict[str, str], path: str = SMS, token: str | None = None) -> TestResponse:
    signature = twilio_signature(path, form, token or TOKENS.get(form["AccountSid"]))
    headers = {"X-Twilio-Signature": signature}
    return desk.client.post(path, data=urlencode(form), headers=headers, content_type=FORM_TYPE)


def owners(desk: Desk) -> list[UUID]:
    return [event["org_id"] for event in desk.events()]


def test_a_text_to_an_organizations_own_account_is_its(desk: Desk, accounts: None, alice_org: UUID) -> None:
    answer = posted(desk, inbound(ALICES))
    assert (answer.status_code, answer.mimetype) == (200, "text/xml")
    assert [(event["org_id"], event["state"]) for event in desk.events()] == [(alice_org, "accepted")]


def test_one_accounts_signature_reaches_no_organization_of_another(
    desk: Desk, accounts: None, lines: None, alice_org: UUID, bob_org: UUID
) -> None:
    as_bobs = inbound(BOBS, to=ALICE_SENDER, From=ALICE_LINE, org=str(alice_org))
    assert posted(desk, as_bobs).status_code == 200
    assert owners(desk) == [bob_org]
    for path in (about(alice_org), f"{SMS}?org={alice_org}", f"{SMS}?org={alice_org}&org={bob_org}", f"{SMS}?org="):
        assert posted(desk, news(BOBS), path).status_code == 401
    assert owners(desk) == [bob_org]


def test_another_accounts_token_proves_nothing(desk: Desk, accounts: None) -> None:
    ours = settings().twilio_auth_token
    for form, token in ((inbound(ALICES), TOKENS[BOBS]), (inbound(ALICES), ours)):
        assert posted(desk, form, token=token).status_code == 401
    as_ours = inbound(settings().twilio_account_sid or "")
    assert posted(desk, as_ours, token=TOKENS[ALICES]).status_code == 401
    assert posted(desk, inbound("AC" + "c" * 32), token=TOKENS[ALICES]).status_code == 401
    assert desk.events() == []


def test_a_connection_that_is_gone_proves_nothing(desk: Desk, accounts: None, alice_org: UUID) -> None:
    with organization(alice_org) as tx:
        credentials.remove(tx, alice_org, "twilio")
    assert posted(desk, inbound(ALICES)).status_code == 401


def test_news_are_of_the_organization_and_message_in_their_address(desk: Desk, accounts: None, alice_org: UUID) -> None:
    assert posted(desk, news(ALICES), about(alice_org)).status_code == 200
    (event,) = desk.events(alice_org)
    assert (event["kind"], event["state"]) == ("delivered", "accepted")
    assert event["headers"]["aftercall-message"] == str(MESSAGE)


def test_a_sender_cannot_name_a_message_in_a_header(desk: Desk, accounts: None, alice_org: UUID) -> None:
    form = news(ALICES)
    headers = {"X-Twilio-Signature": twilio_signature(SMS, form, TOKENS[ALICES]), "Aftercall-Message": str(MESSAGE)}
    assert desk.client.post(SMS, data=urlencode(form), headers=headers, content_type=FORM_TYPE).status_code == 200
    assert "aftercall-message" not in desk.events(alice_org)[0]["headers"]


def test_an_address_that_was_changed_is_not_signed(desk: Desk, accounts: None, alice_org: UUID) -> None:
    form = news(ALICES)
    headers = {"X-Twilio-Signature": twilio_signature(about(alice_org), form, TOKENS[ALICES])}
    path = about(alice_org, uuid4())
    assert desk.client.post(path, data=urlencode(form), headers=headers, content_type=FORM_TYPE).status_code == 401


class TestTheDeploymentsAccount:
    def form(self, **more: str) -> dict[str, str]:
        return {"AccountSid": settings().twilio_account_sid or ""} | more

    def test_reports_to_the_organization_that_our_address_names(self, desk: Desk, bob_org: UUID) -> None:
        assert posted(desk, news("", **self.form()), about(bob_org)).status_code == 200
        (event,) = desk.events(bob_org)
        assert event["headers"]["aftercall-message"] == str(MESSAGE)

    def test_and_to_no_organization_that_is_not_there(self, desk: Desk, bob_org: UUID) -> None:
        for org in (uuid4(), "bob", ""):
            assert posted(desk, news("", **self.form()), about(org)).status_code == 401
        assert desk.events() == []

    def test_gives_a_text_to_who_writes_from_its_number(self, desk: Desk, alice_org: UUID, bob_org: UUID) -> None:
        with organization(bob_org) as tx:
            writes_from(tx, bob_org, settings().twilio_account_sid or "", BOB_SENDER)
        posted(desk, inbound("", to=BOB_SENDER, **self.form()))
        posted(desk, inbound("", to="+12125559999", MessageSid="SM3", **self.form()))
        assert owners(desk) == [bob_org, NOBODY]
        assert desk.states() == ["accepted", "quarantined"]

    def test_of_a_number_that_several_write_from_a_text_is_for_who_wrote_last(
        self, desk: Desk, alice_org: UUID, bob_org: UUID
    ) -> None:
        for org_id in (alice_org, bob_org):
            with organization(org_id) as tx:
                writes_from(tx, org_id, settings().twilio_account_sid or "", SHARED_LINE)
        posted(desk, inbound("", to=SHARED_LINE, **self.form()))
        desk.rows(
            "insert into messages (org_id, id, direction, method, status, recipient, sender, content, intent_key,"
            " requested_by, claimed_at) values (%s, gen_random_uuid(), 'outbound', 'sms', 'sent', %s, %s, 'x', 'x',"
            " 'rule:x', now())",
            (bob_org, PERSON, SHARED_LINE),
        )
        posted(desk, inbound("", to=SHARED_LINE, MessageSid="SM4", **self.form()))
        assert owners(desk) == [NOBODY, bob_org]
        assert desk.states() == ["accepted", "accepted"]


class TestASharedAccount:
    @pytest.fixture(autouse=True)
    def _shared(self, alice_org: UUID, bob_org: UUID) -> None:
        connect(alice_org, ALICES, ALICE_SENDER)
        connect(bob_org, ALICES, BOB_SENDER)

    def test_a_text_is_for_who_writes_from_the_number(self, desk: Desk, alice_org: UUID, bob_org: UUID) -> None:
        for number, (to, expected) in enumerate([(ALICE_SENDER, alice_org), (BOB_SENDER, bob_org), (PERSON, NOBODY)]):
            assert posted(desk, inbound(ALICES, to=to, MessageSid=f"SM{number}")).status_code == 200
            assert owners(desk)[-1] == expected

    def test_news_are_for_who_is_named_if_it_shares_the_account(self, desk: Desk, bob_org: UUID) -> None:
        assert posted(desk, news(ALICES), about(bob_org)).status_code == 200
        assert posted(desk, news(ALICES), about(uuid4())).status_code == 401
        assert owners(desk) == [bob_org]

    def test_a_call_could_be_anybodys_and_is_refused(self, desk: Desk, lines: None) -> None:
        form = twilio_form(AccountSid=ALICES, From=ALICE_LINE, To=SHARED_LINE)
        assert posted(desk, form, VOICE).status_code == 401


def test_a_flood_of_texts_is_never_too_much(desk: Desk, accounts: None, alice_org: UUID) -> None:
    desk.rows("update organizations set webhook_limit_per_minute = 1")
    answers = [posted(desk, inbound(ALICES, MessageSid=f"SM{number}")).status_code for number in range(3)]
    assert answers == [200, 200, 200]


def test_the_edge_asks_for_no_account_where_the_header_or_the_name_is_missing(desk: Desk, accounts: None) -> None:
    form = inbound(ALICES)
    assert desk.client.post(SMS, data=urlencode(form), content_type=FORM_TYPE).status_code == 401
    for account in ("", "AC", ALICES + "x", "AC" + "é" * 32):
        assert posted(desk, form | {"AccountSid": account}, token="x").status_code == 401
