"""Signing in and out: cookies, form tokens, pauses and the limit on tries."""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from edge import actions, sessions
from edge.actions import safe_address
from edge.attempts import Attempts, neighbourhood
from edge.sessions import Session
from models import database, people
from tests.edge.people import PASSWORD, form_token, sign_in
from vocabulary import Role

EMAIL = "rosa@example.com"


@pytest.fixture(autouse=True)
def nobody_has_tried_yet() -> None:
    actions.by_address.forget()
    actions.by_email.forget()


@pytest.fixture
def rosa(database: Any, alice_org: UUID) -> UUID:
    user_id = people.create_user(EMAIL, "Rosa", PASSWORD)
    people.add_membership(alice_org, user_id, Role.OWNER)
    return user_id


def cookie_for(client: FlaskClient, app: Flask, user_id: UUID, began: float, seen: float) -> None:
    """Puts a genuine cookie of another time into the browser."""
    with app.test_request_context():
        value = sessions._signer().dumps(asdict(Session("form-token", str(user_id), began, seen)))
        client.set_cookie(sessions.cookie_name(), value)


def test_signing_in_leads_to_the_first_organizations_day(client: FlaskClient, rosa: UUID, alice_org: UUID) -> None:
    answer = sign_in(client, " Rosa@Example.com ")
    assert (answer.status_code, answer.location) == (303, "/")
    home = client.get("/")
    assert (home.status_code, home.location) == (303, f"/o/{alice_org}/today")
    assert client.get(home.location).status_code == 200


def test_a_person_who_followed_a_link_comes_back_to_it(client: FlaskClient, rosa: UUID, alice_org: UUID) -> None:
    asked = client.get(f"/o/{alice_org}/calls?q=ann&booked=true")
    page = client.get(asked.location)
    data = {"csrf": form_token(page.text), "email": EMAIL, "password": PASSWORD}
    assert f'value="/o/{alice_org}/calls?q=ann&amp;booked=true"' in page.text
    answer = client.post("/sign-in", data=data | {"next": f"/o/{alice_org}/calls?q=ann&booked=true"})
    assert answer.location == f"/o/{alice_org}/calls?q=ann&booked=true"


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "\\/evil",
        "javascript:alert(1)",
        "evil",
        "",
        "/a\n/b",
        "//[",
        "http://[",
    ],
)
def test_signing_in_never_leads_elsewhere(elsewhere: str) -> None:
    assert safe_address(elsewhere) == "/"


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(client: FlaskClient, rosa: UUID) -> None:
    wrong, unknown = sign_in(client, EMAIL, "not the password"), sign_in(client, "nobody@example.com")
    assert (wrong.status_code, unknown.status_code) == (401, 401)
    assert wrong.text.replace(EMAIL, "") == unknown.text.replace("nobody@example.com", "")


def test_an_address_that_cannot_be_stored_is_a_wrong_one(client: FlaskClient) -> None:
    assert sign_in(client, "rosa\0@example.com", "x").status_code == 401


def test_an_unknown_address_takes_as_long_as_a_known_one(client: FlaskClient, rosa: UUID) -> None:
    people.authenticate(EMAIL, "warm up")
    took: dict[str, list[float]] = {EMAIL: [], "nobody@example.com": []}
    for email in [*took] * 3:
        began = time.process_time()
        people.authenticate(email, "not the password")
        took[email].append(time.process_time() - began)
    assert min(took["nobody@example.com"]) > min(took[EMAIL]) / 3


def test_the_cookie_is_for_this_site_and_not_for_scripts(client: FlaskClient, rosa: UUID) -> None:
    cookie = sign_in(client, EMAIL).headers["Set-Cookie"]
    assert cookie.startswith("aftercall-8000=")
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie


@pytest.mark.parametrize("address", ["https://calls.example.com", "http://10.0.0.5:8000"])
def test_outside_of_this_machine_the_cookie_is_secure(
    app: Flask, rosa: UUID, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setenv("PUBLIC_URL", address)
    database.reset()
    cookie = app.test_client().get("/sign-in").headers["Set-Cookie"]
    assert cookie.startswith("__Host-aftercall=")
    assert "Secure" in cookie


def test_a_form_without_its_token_is_refused(client: FlaskClient, rosa: UUID) -> None:
    client.get("/sign-in")
    answer = client.post("/sign-in", data={"email": EMAIL, "password": PASSWORD})
    assert answer.status_code == 403
    assert "form has expired" in answer.text


def test_a_form_with_another_browsers_token_is_refused(app: Flask, rosa: UUID) -> None:
    theirs = form_token(app.test_client().get("/sign-in").text)
    mine = app.test_client()
    mine.get("/sign-in")
    answer = mine.post("/sign-in", data={"csrf": theirs, "email": EMAIL, "password": PASSWORD})
    assert answer.status_code == 403


def test_signing_in_changes_the_form_token(client: FlaskClient, rosa: UUID, alice_org: UUID) -> None:
    before = form_token(client.get("/sign-in").text)
    sign_in(client, EMAIL)
    assert form_token(client.get(f"/o/{alice_org}/calls").text) != before


def test_signing_out_ends_this_browsers_session_only(app: Flask, rosa: UUID, alice_org: UUID) -> None:
    one, other = app.test_client(), app.test_client()
    sign_in(one, EMAIL)
    sign_in(other, EMAIL)
    token = form_token(one.get(f"/o/{alice_org}/calls").text)
    assert one.post("/sign-out", data={"csrf": token}).location == "/sign-in"
    assert one.get(f"/o/{alice_org}/calls").status_code == 303
    assert other.get(f"/o/{alice_org}/calls").status_code == 200


def test_signing_out_ends_every_copy_of_the_cookie(app: Flask, rosa: UUID, alice_org: UUID) -> None:
    one, thief = app.test_client(), app.test_client()
    sign_in(one, EMAIL)
    cookie = one.get_cookie("aftercall-8000")
    assert cookie is not None
    thief.set_cookie("aftercall-8000", cookie.value)
    assert thief.get(f"/o/{alice_org}/calls").status_code == 200
    one.post("/sign-out", data={"csrf": form_token(one.get(f"/o/{alice_org}/calls").text)})
    thief.set_cookie("aftercall-8000", cookie.value)
    assert thief.get(f"/o/{alice_org}/calls").status_code == 303


def test_ended_sessions_are_kept_as_long_as_their_cookies_last(rosa: UUID) -> None:
    now = datetime.now(UTC)
    people.end_session("a cookie that has run out", now - timedelta(seconds=1))
    people.end_session("a cookie that counts", now + timedelta(hours=1))
    assert people.signed_in(rosa, "a cookie that counts") is None
    with database.run_time() as tx:
        assert tx.value("SELECT count(*) FROM ended_sessions") == 1


def test_signing_out_everywhere_ends_every_session(app: Flask, rosa: UUID, alice_org: UUID) -> None:
    one, other = app.test_client(), app.test_client()
    sign_in(one, EMAIL)
    sign_in(other, EMAIL)
    token = form_token(one.get(f"/o/{alice_org}/calls").text)
    one.post("/sign-out", data={"csrf": token, "everywhere": "1"})
    assert other.get(f"/o/{alice_org}/calls").status_code == 303


def test_a_new_password_signs_out(client: FlaskClient, rosa: UUID, alice_org: UUID) -> None:
    sign_in(client, EMAIL)
    people.set_password(rosa, "four other words now", EMAIL)
    assert client.get(f"/o/{alice_org}/calls").status_code == 303
    assert sign_in(client, EMAIL, "four other words now").status_code == 303


@pytest.mark.parametrize(
    ("began_hours", "seen_hours", "status"), [(7, 7.9, 200), (7, 8.1, 303), (23.9, 0, 200), (24.1, 0, 303)]
)
def test_a_long_pause_or_a_day_signs_out(
    client: FlaskClient, app: Flask, rosa: UUID, alice_org: UUID, began_hours: float, seen_hours: float, status: int
) -> None:
    with database.run_time() as tx:
        tx.run("UPDATE users SET sessions_valid_from = now() - interval '2 days'")
    now = time.time()
    cookie_for(client, app, rosa, now - began_hours * 3600, now - seen_hours * 3600)
    assert client.get(f"/o/{alice_org}/calls").status_code == status


@pytest.mark.parametrize("hours", [9, 48])
def test_who_was_signed_out_by_a_pause_can_sign_in_again(
    client: FlaskClient, app: Flask, rosa: UUID, hours: float
) -> None:
    then = time.time() - hours * 3600
    cookie_for(client, app, rosa, then, then)
    assert sign_in(client, EMAIL).status_code == 303


def test_a_cookie_that_means_nothing_keeps_nobody_out(client: FlaskClient, rosa: UUID) -> None:
    client.set_cookie(sessions.cookie_name(), "garbage")
    assert sign_in(client, EMAIL).status_code == 303


def test_using_it_keeps_a_session_alive(client: FlaskClient, app: Flask, rosa: UUID, alice_org: UUID) -> None:
    now = time.time()
    cookie_for(client, app, rosa, now + 1, now - 3600)
    assert "Set-Cookie" in client.get(f"/o/{alice_org}/calls").headers
    assert "Set-Cookie" not in client.get(f"/o/{alice_org}/calls").headers


def test_a_page_that_asks_by_itself_keeps_nobody_signed_in(
    client: FlaskClient, app: Flask, rosa: UUID, alice_org: UUID
) -> None:
    now, page = time.time(), f"/o/{alice_org}/today"
    cookie_for(client, app, rosa, now + 1, now - 7 * 3600)
    asked = client.get(f"{page}?live=a.b", headers={"HX-Request": "true"})
    assert (asked.status_code, "Set-Cookie" in asked.headers) == (200, False)
    assert "Set-Cookie" in client.get(page).headers


def test_a_cookie_that_we_did_not_sign_is_none(client: FlaskClient, rosa: UUID, alice_org: UUID) -> None:
    sign_in(client, EMAIL)
    name = "aftercall-8000"
    cookie = client.get_cookie(name)
    assert cookie is not None
    client.set_cookie(name, cookie.value[:-2] + ("aa" if cookie.value[-2:] != "aa" else "bb"))
    assert client.get(f"/o/{alice_org}/calls").status_code == 303


def test_the_api_does_not_take_the_cookie(client: FlaskClient, rosa: UUID) -> None:
    sign_in(client, EMAIL)
    assert client.get("/api/calls").status_code == 401


def test_after_five_wrong_tries_even_the_right_password_has_to_wait(client: FlaskClient, rosa: UUID) -> None:
    for _ in range(5):
        assert sign_in(client, EMAIL, "not the password").status_code == 401
    answer = sign_in(client, EMAIL)
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 60
    assert "Too many tries" in answer.text


def test_one_address_cannot_try_many_people(client: FlaskClient) -> None:
    statuses = [sign_in(client, f"person{number}@example.com").status_code for number in range(6)]
    assert statuses == [401] * 5 + [429]


def test_the_right_password_does_not_count_as_a_try(client: FlaskClient, rosa: UUID) -> None:
    statuses = []
    for _ in range(6):
        statuses.append(sign_in(client, EMAIL).status_code)
        client.delete_cookie("aftercall-8000")
    assert statuses == [303] * 6


def test_a_window_of_tries_moves_on() -> None:
    now = [0.0]
    tries = Attempts(2, 60, clock=lambda: now[0])
    assert (tries.take("a"), tries.take("a"), tries.take("a"), tries.take("b")) == (0, 0, 60, 0)
    now[0] = 59
    assert tries.take("a") == 1
    now[0] = 61
    assert tries.take("a") == 0


def test_the_tries_of_a_customers_whole_network_count_together() -> None:
    assert neighbourhood("2001:db8:1:2:3::4") == neighbourhood("2001:db8:1:2:ffff::1")
    assert neighbourhood("2001:db8:1:3::1") != neighbourhood("2001:db8:1:2::1")
    assert neighbourhood("192.0.2.7") == "192.0.2.7"


UNDER_GEVENT = """
from gevent import monkey; monkey.patch_all()
import gevent
from models.passwords import hash_password
ticks = []
def tick():
    while True:
        ticks.append(1); gevent.sleep(0.005)
ticker = gevent.spawn(tick)
gevent.sleep(0)
hash_password("four good words here")
print(len(ticks))
"""


def test_hashing_does_not_stop_the_other_requests_of_a_gevent_worker() -> None:
    ran = subprocess.run([sys.executable, "-c", UNDER_GEVENT], capture_output=True, text=True, check=True, timeout=30)
    assert int(ran.stdout) >= 3
