"""The page of an invitation: once, within a week, for its address, and a secret wherever else it might be read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient
from structlog.testing import capture_logs

from edge import actions, bearer, invitations
from models import people
from models.database import organization, run_time
from models.tokens import hash_token
from tests.edge.people import PASSWORD, bearer_of, form_token, make_person
from tests.tasks import texting
from vocabulary import Role

EMAIL = "nina@example.com"
CHOSEN = "four fresh words here"


@pytest.fixture(autouse=True)
def nobody_has_tried_yet() -> Iterator[None]:
    for tries in (invitations.by_address, actions.by_address, actions.by_email):
        tries.forget()
    yield
    invitations.by_address.forget()


@pytest.fixture
def ada(alice_org: UUID) -> UUID:
    return make_person((alice_org, Role.ADMIN))


@pytest.fixture
def link(client: FlaskClient, alice_org: UUID, ada: UUID) -> str:
    """The path of an invitation for Nina, as an analyst."""
    return str(invite(client, alice_org, ada)["link"]).removeprefix("http://localhost:8000")


def invite(client: FlaskClient, org_id: UUID, by: UUID, role: str = "analyst", email: str = EMAIL) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {bearer.make(by, org_id)}"}
    answer = client.post("/api/team", json={"email": email, "role": role}, headers=headers)
    assert answer.status_code == 201, answer.text
    made: dict[str, Any] = answer.get_json()["data"]
    return made


def post(client: FlaskClient, link: str, **fields: str) -> Any:
    return client.post(link, data={"csrf": form_token(client.get(link).text)} | fields)


def sign_up(client: FlaskClient, link: str) -> Any:
    return post(client, link, name="Nina", password=CHOSEN)


def sign_in_there(client: FlaskClient, link: str, email: str = EMAIL, password: str = PASSWORD) -> Any:
    page = client.get(link).text
    data = {"csrf": form_token(page), "email": email, "password": password, "next": link}
    return client.post("/sign-in", data=data)


def roles_of(email: str) -> dict[UUID, str]:
    return {one.org_id: one.role.value for one in people.person_by_email(email).memberships}


def change(org_id: UUID, what: str) -> None:
    with organization(org_id) as tx:
        tx.run(f"UPDATE invitations SET {what} WHERE org_id = %s", (org_id,))


def test_a_new_person_chooses_a_password_and_is_in(client: FlaskClient, link: str, alice_org: UUID) -> None:
    page = client.get(link)
    assert "Join Alice&#39;s clinic" in page.text
    answer = sign_up(client, link)
    assert (answer.status_code, answer.location) == (303, f"/o/{alice_org}")
    assert client.get(answer.location, follow_redirects=True).request.path == f"/o/{alice_org}/today"
    assert roles_of(EMAIL) == {alice_org: "analyst"}
    assert people.authenticate(EMAIL, CHOSEN) is not None


def test_it_works_once(client: FlaskClient, app: Flask, link: str) -> None:
    sign_up(client, link)
    again = app.test_client()
    assert again.get(link).status_code == 404
    assert again.post(link, data={"csrf": form_token(again.get("/sign-in").text)}).status_code == 404


def test_of_many_who_accept_at_once_one_is_the_first(app: Flask, link: str) -> None:
    clients = [app.test_client() for _ in range(4)]
    tokens = [form_token(one.get(link).text) for one in clients]

    def accept(number: int) -> int:
        data = {"csrf": tokens[number], "name": "Nina", "password": CHOSEN}
        return clients[number].post(link, data=data).status_code

    with ThreadPoolExecutor(4) as threads:
        statuses = list(threads.map(accept, range(4)))
    assert statuses.count(303) == 1
    with run_time() as tx:
        assert tx.value("SELECT count(*) FROM users WHERE email = %s", (EMAIL,)) == 1


@pytest.mark.parametrize("password", ["short", "nina nina nina", ""])
def test_a_weak_password_is_told_and_uses_nothing_up(client: FlaskClient, link: str, password: str) -> None:
    answer = post(client, link, name="Nina", password=password)
    assert answer.status_code == 400
    assert "A password" in answer.text
    assert 'value="Nina"' in answer.text
    assert sign_up(client, link).status_code == 303


def test_a_known_person_signs_in_first_and_then_accepts(
    client: FlaskClient, app: Flask, link: str, alice_org: UUID
) -> None:
    people.create_user(EMAIL, "Nina", PASSWORD)
    assert "You have an account already" in client.get(link).text
    forced = post(client, link, name="Mallory", password=CHOSEN)
    assert forced.status_code == 401
    assert roles_of(EMAIL) == {}
    assert sign_in_there(client, link).location == link
    assert roles_of(EMAIL) == {}
    assert post(client, link).location == f"/o/{alice_org}"
    assert roles_of(EMAIL) == {alice_org: "analyst"}
    assert people.authenticate(EMAIL, PASSWORD) is not None


def test_somebody_else_who_is_signed_in_is_told(client: FlaskClient, link: str) -> None:
    people.create_user("mia@example.com", "Mia", PASSWORD)
    sign_in_there(client, "/sign-in", "mia@example.com")
    page = client.get(link)
    assert "You are signed in as mia@example.com" in page.text
    assert post(client, link).status_code == 403
    assert roles_of("mia@example.com") == {}


def test_whatever_opens_nothing_looks_the_same(client: FlaskClient, link: str, alice_org: UUID) -> None:
    unknown, answers = client.get("/invite/" + "x" * 43), []
    for what in ("expires_at = now()", "expires_at = now() + interval '1 day', revoked_at = now()"):
        change(alice_org, what)
        answers.append(client.get(link))
    assert [answer.status_code for answer in (unknown, *answers)] == [404] * 3
    bodies = {re.sub(r"<code>\w+</code>", "", answer.text) for answer in (unknown, *answers)}
    assert len(bodies) == 1


def test_it_is_good_for_seven_days(link: str, alice_org: UUID) -> None:
    with organization(alice_org) as tx:
        row = tx.row("SELECT expires_at - created_at AS life FROM invitations")
    assert row is not None
    assert abs(row["life"].total_seconds() - 7 * 86400) < 5


@pytest.mark.parametrize("role", [Role.OPERATOR, None])
def test_it_ends_when_its_sender_could_not_send_it_any_more(
    client: FlaskClient, link: str, alice_org: UUID, ada: UUID, role: Role | None
) -> None:
    with organization(alice_org) as tx:
        if role is None:
            tx.run("DELETE FROM memberships WHERE user_id = %s", (ada,))
        else:
            tx.run("UPDATE memberships SET role = %s WHERE user_id = %s", (role, ada))
    assert client.get(link).status_code == 404
    owner = bearer_of((alice_org, Role.OWNER))
    assert client.get("/api/team", headers=owner).get_json()["data"]["invitations"] == []


def test_guessing_has_to_wait(client: FlaskClient, link: str) -> None:
    statuses = [client.get(f"/invite/guess-{number}").status_code for number in range(6)]
    assert statuses == [404] * 5 + [429]
    answer = client.get(link)
    assert (answer.status_code, 0 < int(answer.headers["Retry-After"]) <= 60) == (429, True)
    assert (answer.headers["RateLimit-Limit"], answer.headers["RateLimit-Remaining"]) == ("5", "0")


def test_looking_at_a_good_one_is_not_guessing(client: FlaskClient, link: str) -> None:
    assert [client.get(link).status_code for _ in range(8)] == [200] * 8


def test_a_form_without_its_token_is_refused(client: FlaskClient, link: str) -> None:
    client.get(link)
    assert client.post(link, data={"name": "Nina", "password": CHOSEN}).status_code == 403


def test_its_token_is_told_to_nobody(client: FlaskClient, link: str, alice_org: UUID) -> None:
    token = link.rpartition("/")[2]
    with capture_logs() as lines:
        answers = [client.get(link), post(client, link, name="Nina", password="short"), client.get(f"{link}x")]
        answers.append(sign_up(client, link))
    assert {answer.headers["Referrer-Policy"] for answer in answers} == {"no-referrer"}
    assert {answer.headers["Cache-Control"] for answer in answers} == {"no-store"}
    assert token not in str(lines)
    assert "/invite/<token>" in str(lines)
    with organization(alice_org) as tx:
        kept = tx.rows("SELECT to_jsonb(i) AS row FROM invitations i UNION ALL SELECT to_jsonb(a) FROM audit_log a")
    assert token not in str(kept)
    assert hash_token(token) in str(kept)


def test_joining_is_noted_by_who_joined(client: FlaskClient, link: str, alice_org: UUID) -> None:
    sign_up(client, link)
    with organization(alice_org) as tx:
        trail = tx.rows("SELECT actor, action FROM audit_log ORDER BY at")
    nina = people.person_by_email(EMAIL).id
    assert (trail[-1]["actor"], trail[-1]["action"]) == (f"user:{nina}", "team.join")


def test_the_mail_has_the_link_and_the_message_that_is_kept_has_not(
    client: FlaskClient, alice_org: UUID, ada: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    with texting.providers(monkeypatch) as side:
        made = invite(client, alice_org, ada)
        texting.run(alice_org)
        mails = texting.sent(side)
    assert made["mailed"] is True
    assert [(EMAIL in str(mail), made["link"] in str(mail)) for mail in mails] == [(True, True)]
    kept = client.get("/api/messages", headers={"Authorization": f"Bearer {bearer.make(ada, alice_org)}"})
    assert [row["status"] for row in kept.get_json()["data"]] == ["sent"]
    assert made["link"].rpartition("/")[2] not in kept.text


def test_mail_for_an_invitation_that_is_over_does_not_leave(
    client: FlaskClient, alice_org: UUID, ada: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    with texting.providers(monkeypatch) as side:
        invite(client, alice_org, ada)
        change(alice_org, "revoked_at = now()")
        texting.run(alice_org)
        assert texting.sent(side) == []


def test_without_mail_the_answer_alone_has_the_link(client: FlaskClient, alice_org: UUID, ada: UUID) -> None:
    made = invite(client, alice_org, ada)
    assert made["mailed"] is False
    assert client.get(made["link"].removeprefix("http://localhost:8000")).status_code == 200
