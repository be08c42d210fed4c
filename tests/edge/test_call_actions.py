"""The forms of a call's page: who may send them, what they do once, and what the page says where they did not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient

from models import opt_outs
from models.database import organization
from tests.edge.people import keep_recording, make_call, make_person
from tests.edge.said import TURNS, make_transcript, trail
from tests.edge.test_dashboard import HOSTILE, OUR_SCRIPT, browser_of, page
from tests.standin.side import Side
from tests.tasks import calling, texting
from tests.tasks.calling import PHONE as ANN
from vocabulary import Role

FORMS = {"followup": {"message": "See you"}, "share": {"email": "ann@example.com"}, "call-back": {}, "transcript": {}}
CSRF = "form-token"
"""What browser_of's sessions have."""


@pytest.fixture
def side(monkeypatch: pytest.MonkeyPatch, database: Any) -> Iterator[Side]:
    """A Twilio, a Resend and a Vapi that this deployment is connected to."""
    monkeypatch.setenv("VAPI_PRIVATE_KEY", calling.KEY)
    with texting.providers(monkeypatch) as side:
        yield side


@pytest.fixture
def call_id(side: Side, alice_org: UUID) -> UUID:
    """A call of Ann's about which everything can be done."""
    texting.equip(alice_org)
    calling.equip(alice_org)
    contact_id = calling.a_contact(alice_org, ANN)
    made = make_call(alice_org, phone_number=ANN, caller_name="Ann Lee", contact_id=contact_id)
    make_transcript(alice_org, made)
    keep_recording(alice_org, made)
    return made


@pytest.fixture
def operator(app: Flask, alice_org: UUID) -> FlaskClient:
    return browser_of(app, make_person((alice_org, Role.OPERATOR)))


def post(browser: FlaskClient, org_id: UUID, call_id: UUID, form: str, **fields: str) -> Any:
    return browser.post(f"/o/{org_id}/calls/{call_id}/{form}", data={"csrf": CSRF} | FORMS[form] | fields)


def rows(org_id: UUID, table: str) -> list[dict[str, Any]]:
    with organization(org_id) as tx:
        return tx.rows(f"SELECT * FROM {table} ORDER BY created_at")


def key_in(text: str) -> str:
    found = re.search(r'name="key" value="([^"]+)"', text)
    assert found is not None, text
    return found.group(1)


def complaint(text: str) -> str:
    found = re.search(r'class="complaint"[^>]*>([^<]*)<', text)
    assert found is not None, text
    return found.group(1)


@pytest.mark.parametrize("form", FORMS)
def test_every_form_is_refused_below_its_role(app: Flask, alice_org: UUID, call_id: UUID, form: str) -> None:
    below = Role.VIEWER if form == "transcript" else Role.ANALYST
    browser = browser_of(app, make_person((alice_org, below)))
    assert post(browser, alice_org, call_id, form).status_code == 403
    assert (rows(alice_org, "messages"), rows(alice_org, "placed_calls")) == ([], [])


@pytest.mark.parametrize("form", FORMS)
def test_every_form_needs_the_proof_that_it_is_ours(
    operator: FlaskClient, alice_org: UUID, call_id: UUID, form: str
) -> None:
    for proof in ("", "form-tokem"):
        assert post(operator, alice_org, call_id, form, csrf=proof).status_code == 403
    assert (rows(alice_org, "messages"), rows(alice_org, "placed_calls")) == ([], [])


@pytest.mark.parametrize("form", FORMS)
def test_a_stranger_finds_no_form(app: Flask, alice_org: UUID, bob_org: UUID, call_id: UUID, form: str) -> None:
    charlie = browser_of(app, make_person((bob_org, Role.OWNER)))
    answers = [post(charlie, org_id, call_id, form) for org_id in (alice_org, bob_org)]
    answers.append(post(charlie, bob_org, uuid4(), form))
    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert "Ann" not in "".join(answer.text for answer in answers)
    assert [rows(org_id, "messages") for org_id in (alice_org, bob_org)] == [[], []]
    assert rows(alice_org, "placed_calls") == []


@pytest.mark.parametrize("form", FORMS)
def test_who_has_signed_out_sends_nothing(app: Flask, alice_org: UUID, call_id: UUID, form: str) -> None:
    assert post(app.test_client(), alice_org, call_id, form).status_code in (401, 403)
    assert rows(alice_org, "messages") == []


def test_a_text_leads_back_to_where_it_stands(operator: FlaskClient, alice_org: UUID, call_id: UUID) -> None:
    key = key_in(page(operator, f"/o/{alice_org}/calls/{call_id}"))
    answer = post(operator, alice_org, call_id, "followup", message=" See you\r\non Tuesday ", key=key)
    assert (answer.status_code, answer.location) == (303, f"/o/{alice_org}/calls/{call_id}#messages")
    (message,) = rows(alice_org, "messages")
    assert (message["recipient"], message["content"], message["purpose"]) == (ANN, "See you\non Tuesday", "followup")
    text = page(operator, answer.location)
    assert "See you\non Tuesday" in text
    assert "Text to (202) 555-0123" in text


def test_shared_recordings_are_owed_as_mail(operator: FlaskClient, alice_org: UUID, call_id: UUID) -> None:
    answer = post(operator, alice_org, call_id, "share")
    assert answer.status_code == 303
    (message,) = rows(alice_org, "messages")
    assert (message["recipient"], message["method"], message["purpose"]) == ("ann@example.com", "email", "share")


def test_a_call_back_leads_to_the_call_that_it_will_be(operator: FlaskClient, alice_org: UUID, call_id: UUID) -> None:
    answer = post(operator, alice_org, call_id, "call-back", key="k")
    (placed,) = rows(alice_org, "placed_calls")
    assert (answer.status_code, answer.location) == (303, f"/o/{alice_org}/calls/{placed['call_id']}")
    assert placed["call_id"] != call_id
    text = page(operator, answer.location)
    assert '<b>Call back</b> <span class="state state-busy">Not dialled yet</span>' in text


@pytest.mark.parametrize("form", ["followup", "share", "call-back"])
def test_a_double_click_is_one_intent(operator: FlaskClient, alice_org: UUID, call_id: UUID, form: str) -> None:
    key = key_in(page(operator, f"/o/{alice_org}/calls/{call_id}"))
    answers = [post(operator, alice_org, call_id, form, key=key) for _ in range(3)]
    assert {(answer.status_code, answer.location) for answer in answers} == {(303, answers[0].location)}
    assert len(rows(alice_org, "placed_calls" if form == "call-back" else "messages")) == 1


def test_who_is_being_called_back_is_not_called_by_somebody_else(
    app: Flask, operator: FlaskClient, alice_org: UUID, call_id: UUID
) -> None:
    first = post(operator, alice_org, call_id, "call-back", key="k")
    assert "No call back. They are being called back just now." in page(operator, first.location)
    other = browser_of(app, make_person((alice_org, Role.OPERATOR)))
    assert post(other, alice_org, call_id, "call-back", key="another").location == first.location
    assert len(rows(alice_org, "placed_calls")) == 1


def test_a_double_click_sends_one_text(operator: FlaskClient, side: Side, alice_org: UUID, call_id: UUID) -> None:
    for _ in range(2):
        post(operator, alice_org, call_id, "followup", key="k")
    texting.run(alice_org)
    assert [one["body"] for one in texting.sent(side)] == ["See you"]


def test_a_form_sent_again_with_other_words_is_asked_about(
    operator: FlaskClient, alice_org: UUID, call_id: UUID
) -> None:
    post(operator, alice_org, call_id, "followup", key="k")
    again = post(operator, alice_org, call_id, "followup", key="k", message="Other words")
    assert again.status_code == 422
    assert complaint(again.text).startswith("This form was sent before, with other words.")
    assert ">Other words</textarea>" in again.text
    assert key_in(again.text) != "k"
    assert post(operator, alice_org, call_id, "followup", key=key_in(again.text), message="Other words").location
    assert [row["content"] for row in rows(alice_org, "messages")] == ["See you", "Other words"]


@pytest.mark.parametrize(
    ("form", "fields", "sentence"),
    [
        ("followup", {"message": "x" * 161}, "Message must be a text of 1 to 160 characters."),
        ("followup", {"message": " \n "}, "Message must be a text of 1 to 160 characters."),
        ("share", {"email": "ann@example"}, "Email must be one address like name@example.com."),
        ("share", {"email": "a@example.com, b@example.com"}, "Email must be one address like name@example.com."),
        ("call-back", {"key": "k" * 201}, "Idempotency-Key must be at most 200 printable characters."),
    ],
)
def test_what_is_refused_keeps_what_was_typed(
    operator: FlaskClient, alice_org: UUID, call_id: UUID, form: str, fields: dict[str, str], sentence: str
) -> None:
    answer = post(operator, alice_org, call_id, form, **fields)
    assert (answer.status_code, complaint(answer.text)) == (400, sentence)
    for name in ("message", "email"):
        assert fields.get(name, "") in answer.text
    assert (rows(alice_org, "messages"), rows(alice_org, "placed_calls")) == ([], [])


def test_a_fourth_text_within_the_hour_has_to_wait(operator: FlaskClient, alice_org: UUID, call_id: UUID) -> None:
    for number in range(3):
        assert post(operator, alice_org, call_id, "followup", message=f"Text {number}").status_code == 303
    answer = post(operator, alice_org, call_id, "followup", message="Text 3")
    assert answer.status_code == 429
    assert int(answer.headers["Retry-After"]) in range(3500, 3601)
    assert complaint(answer.text) == "They got 3 texts within the last hour; wait before the next."
    assert ">Text 3</textarea>" in answer.text


def test_hostile_words_are_never_markup(operator: FlaskClient, alice_org: UUID, call_id: UUID) -> None:
    hostile = HOSTILE[:160]
    refused = post(operator, alice_org, call_id, "share", email=HOSTILE, message=HOSTILE)
    assert refused.status_code == 400
    assert post(operator, alice_org, call_id, "followup", message=hostile).status_code == 303
    shown = [page(operator, f"/o/{alice_org}/{place}") for place in (f"calls/{call_id}", "messages")]
    for text in [refused.text, *shown]:
        assert "<script" not in OUR_SCRIPT.sub("", text)
        assert 'onmouseover="' not in text.replace("&#34;", "")
        assert not re.search(r"\sstyle=|<style", text)


def test_viewers_see_neither_forms_nor_words(app: Flask, operator: FlaskClient, alice_org: UUID, call_id: UUID) -> None:
    post(operator, alice_org, call_id, "followup", message="Only for Ann")
    text = page(browser_of(app, make_person((alice_org, Role.VIEWER))), f"/o/{alice_org}/calls/{call_id}")
    assert "<b>Follow-up</b>" in text
    assert "Only for Ann" not in text
    assert "Text to" not in text
    assert 'class="act"' not in text


def test_analysts_read_and_download_but_send_nothing(app: Flask, alice_org: UUID, call_id: UUID) -> None:
    analyst = browser_of(app, make_person((alice_org, Role.ANALYST)))
    text = page(analyst, f"/o/{alice_org}/calls/{call_id}")
    assert re.findall(r'class="act".*?action="[^"]*/([^/"]+)"', text) == ["transcript"]
    answer = post(analyst, alice_org, call_id, "transcript")
    assert answer.headers["Content-Disposition"] == f'attachment; filename="call-{call_id}.txt"'
    assert TURNS[1]["text"] in answer.text
    assert [row["subject"] for row in trail(alice_org, "transcript.export")] == [str(call_id)]


def test_what_cannot_be_done_is_told_with_its_cure(app: Flask, operator: FlaskClient, alice_org: UUID) -> None:
    """Nothing is connected here."""
    contact_id = calling.a_contact(alice_org, ANN)
    call_id = make_call(alice_org, phone_number=ANN, contact_id=contact_id)
    keep_recording(alice_org, call_id)
    text = page(operator, f"/o/{alice_org}/calls/{call_id}")
    assert re.findall(r'<p class="hint">(No .*?)</p>', text)[-3:] == [
        "No texts. Twilio is not connected. Connect it in settings.",
        "No call back. Vapi is not connected. The operator of this service has to set VAPI_PRIVATE_KEY.",
        "No sharing. Resend is not connected. Connect it in settings.",
    ]  # fmt: skip
    refused = [post(operator, alice_org, call_id, form) for form in ("followup", "share", "call-back")]
    assert [answer.status_code for answer in refused] == [400, 400, 400]
    assert complaint(refused[2].text).startswith("Vapi is not connected.")


def test_who_asked_for_silence_is_neither_written_to_nor_called(
    operator: FlaskClient, alice_org: UUID, call_id: UUID
) -> None:
    with organization(alice_org) as tx:
        opt_outs.record(tx, alice_org, ANN, True, "word")
    text = page(operator, f"/o/{alice_org}/calls/{call_id}")
    assert "No texts and no call back: they asked not to be contacted." in text
    assert 'id="message"' not in text
    refused = [post(operator, alice_org, call_id, form) for form in ("followup", "call-back")]
    assert [answer.status_code for answer in refused] == [409, 409]


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (calling.LINE, "No texts and no call back: (212) 555-0101 is your own line."),
        (None, "No texts and no call back: nobody’s number came with this call."),
    ],
)
def test_a_call_without_a_persons_number_offers_nothing(
    operator: FlaskClient, side: Side, alice_org: UUID, number: str | None, sentence: str
) -> None:
    calling.equip(alice_org)
    call_id = make_call(alice_org, phone_number=number)
    text = page(operator, f"/o/{alice_org}/calls/{call_id}")
    assert sentence in text
    assert "Text or call back" not in text
    answer = post(operator, alice_org, call_id, "call-back")
    assert (answer.status_code, complaint(answer.text)) == (400, "Nobody is on file for this call yet.")


def test_outside_of_the_hours_the_page_says_when(operator: FlaskClient, alice_org: UUID, call_id: UUID) -> None:
    calling.open_hours(alice_org, "00:00", "00:00:00.000001")
    text = page(operator, f"/o/{alice_org}/calls/{call_id}")
    assert re.search(r"No call back\. It is outside of the hours .*; calls go out again on \w+, \d+ \w+ at 00:00", text)
    assert post(operator, alice_org, call_id, "call-back").status_code == 409


def test_what_goes_on_is_asked_for_until_it_is_over(
    operator: FlaskClient, side: Side, alice_org: UUID, call_id: UUID
) -> None:
    address = f"/o/{alice_org}/calls/{call_id}"
    assert "data-news" not in page(operator, address)
    post(operator, alice_org, call_id, "followup")
    assert f'data-news="{address}/news"' in page(operator, address)
    news = page(operator, f"{address}/news")
    assert "data-waiting" in news
    assert '<span class="state state-busy">Planned</span>' in news
    texting.run(alice_org)
    assert '<span class="state state-good">Sent</span>' in page(operator, f"{address}/news")
    with organization(alice_org) as tx:
        tx.run("UPDATE messages SET status = 'delivered'")
    news = page(operator, f"{address}/news")
    assert "data-waiting" not in news
    assert '<span class="state state-good">Delivered</span>' in news


def test_what_goes_on_is_for_those_who_may_see_the_call(
    app: Flask, operator: FlaskClient, alice_org: UUID, bob_org: UUID, call_id: UUID
) -> None:
    post(operator, alice_org, call_id, "followup", message="Only for Ann")
    address = f"/o/{alice_org}/calls/{call_id}/news"
    viewers = page(browser_of(app, make_person((alice_org, Role.VIEWER))), address)
    assert "Follow-up" in viewers
    assert "Only for Ann" not in viewers
    charlie = browser_of(app, make_person((bob_org, Role.OWNER)))
    assert charlie.get(address).status_code == 404
    assert charlie.get(f"/o/{bob_org}/calls/{call_id}/news").status_code == 404
    assert app.test_client().get(address).status_code == 303


def test_a_call_that_was_placed_is_followed_to_its_end(
    operator: FlaskClient, side: Side, alice_org: UUID, call_id: UUID
) -> None:
    address = post(operator, alice_org, call_id, "call-back").location
    assert f'data-news="{address}/news"' in page(operator, address)
    calling.do(alice_org, "place_call")
    news = page(operator, f"{address}/news")
    assert '<span class="state state-good">Dialled</span>' in news
    assert "data-waiting" in news
    with organization(alice_org) as tx:
        tx.run("UPDATE calls SET status = 'completed' WHERE id = %s", (address.rpartition("/")[2],))
    news = page(operator, f"{address}/news")
    assert "data-waiting" not in news
    assert f'<a class="button" href="{address}">Show what came of it</a>' in news
    assert "Show what came of it" not in page(operator, address)


def test_a_call_that_could_not_be_placed_says_why(
    operator: FlaskClient, side: Side, alice_org: UUID, call_id: UUID
) -> None:
    side.fault("/call", "status", status=402, body={"message": "card 4242 was declined"})
    address = post(operator, alice_org, call_id, "call-back").location
    calling.do(alice_org, "place_call")
    text = page(operator, address)
    assert '<span class="state state-bad">Not dialled</span>' in text
    assert "Vapi asks for payment: look after the account’s balance".replace("’", "&#39;") in text
    assert "4242" not in text
