"""The trail of all that was sent, over the API: newest first, in pages, filtered, and nobody else's."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient

from tests.edge.people import bearer_of, make_call
from tests.edge.said import make_contact
from tests.edge.test_messages_page import make_message
from tests.edge.test_sending_api import Headers, of, refused
from tests.tasks.texting import ANN
from vocabulary import Role

MESSAGES = "/api/messages"


def listed(client: FlaskClient, headers: Headers, query: str = "") -> Any:
    answer = client.get(MESSAGES + query, headers=headers)
    assert answer.status_code == 200, answer.text
    return answer.get_json()


def contents(client: FlaskClient, headers: Headers, query: str = "") -> list[str]:
    return [row["content"] for row in listed(client, headers, query)["data"]]


def test_messages_are_listed_newest_first_in_pages(client: FlaskClient, alice_org: UUID) -> None:
    for age in range(5):
        make_message(alice_org, age, content=f"Text {age}")
    headers, found, query = of(alice_org, Role.ANALYST), [], "?limit=2"
    sizes = []
    while query:
        page = listed(client, headers, query)
        sizes.append(len(page["data"]))
        found += [row["content"] for row in page["data"]]
        query = page["next"] and f"?limit=2&next={page['next']}"
    assert (sizes, found) == ([2, 2, 1], [f"Text {age}" for age in range(5)])


def test_messages_of_one_moment_are_each_on_one_page(client: FlaskClient, alice_org: UUID) -> None:
    made = {str(make_message(alice_org)) for _ in range(5)}
    headers, found, query = of(alice_org), [], "?limit=2"
    while query:
        page = listed(client, headers, query)
        found += [row["id"] for row in page["data"]]
        query = page["next"] and f"?limit=2&next={page['next']}"
    assert (len(found), set(found)) == (5, made)


def test_whoever_belongs_to_several_reads_them_in_one_order(
    client: FlaskClient, alice_org: UUID, bob_org: UUID
) -> None:
    for age, org_id in enumerate((alice_org, bob_org, alice_org, bob_org)):
        make_message(org_id, age, content=f"Text {age}")
    headers = bearer_of((alice_org, Role.ANALYST), (bob_org, Role.VIEWER))
    page = listed(client, headers, "?limit=3")
    assert [row["content"] for row in page["data"]] == ["Text 0", None, "Text 2"]
    assert [row["org_id"] for row in listed(client, headers, f"?next={page['next']}")["data"]] == [str(bob_org)]
    assert contents(client, headers, f"?org_id={alice_org}") == ["Text 0", "Text 2"]


def test_messages_are_filtered_by_each_of_their_sides(client: FlaskClient, alice_org: UUID) -> None:
    call_id, contact_id, headers = make_call(alice_org), make_contact(alice_org, phone=ANN), of(alice_org)
    make_message(alice_org, 0, content="call", call_id=call_id)
    make_message(alice_org, 1, content="contact", contact_id=contact_id, status="unknown")
    make_message(alice_org, 2, content="mail", method="email", status="undelivered")
    make_message(alice_org, 3, content="reminder", purpose="reminder", status="failed")
    make_message(alice_org, 4, content="answer", direction="inbound", purpose=None, status="received")
    expected = {
        f"call_id={call_id}": ["call"],
        f"contact_id={contact_id}": ["contact"],
        f"appointment_id={uuid4()}": [],
        "method=email": ["mail"],
        "purpose=reminder": ["reminder"],
        "direction=inbound": ["answer"],
        "status=delivered": ["call"],
        "status=attention": ["contact", "mail", "reminder"],
        "status=attention&method=sms": ["contact", "reminder"],
        "status=": ["call", "contact", "mail", "reminder", "answer"],
    }
    assert {query: contents(client, headers, f"?{query}") for query in expected} == expected


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("method=pigeon", "method must be one of sms, email"),
        ("direction=up", "direction must be one of inbound, outbound"),
        ("purpose=spam", "purpose must be one of followup, reminder, hot_lead, share, system"),
        ("call_id=1", "call_id must be an id"),
        ("limit=0", "limit must be a whole number from 1 to 200"),
        ("next=x", "next must be the value that the page before gave"),
    ],
)
def test_a_filter_that_is_none_is_refused(client: FlaskClient, alice_org: UUID, query: str, sentence: str) -> None:
    answer = client.get(f"{MESSAGES}?{query}", headers=of(alice_org))
    assert refused(answer) == (400, "bad_request", sentence)


def test_an_unknown_status_is_refused_with_the_known_ones(client: FlaskClient, alice_org: UUID) -> None:
    status, code, sentence = refused(client.get(f"{MESSAGES}?status=gone", headers=of(alice_org)))
    assert (status, code) == (400, "bad_request")
    assert sentence.startswith("status must be one of planned, sending, sent,")
    assert sentence.endswith("attention")


def test_a_viewer_sees_neither_words_nor_recipients(client: FlaskClient, alice_org: UUID) -> None:
    columns = {"content": "Only for Ann", "subject": "A subject", "sender": "+12025550199"}
    message_id = make_message(alice_org, 0, **columns)
    viewer = of(alice_org, Role.VIEWER)
    for path in (MESSAGES, f"{MESSAGES}/{message_id}"):
        answer = client.get(path, headers=viewer)
        assert [word for word in (*columns.values(), ANN) if word in answer.text] == []
        assert '"status":"delivered"' in answer.text
    full = client.get(f"{MESSAGES}/{message_id}", headers=of(alice_org, Role.ANALYST)).get_json()["data"]
    assert {name: full[name] for name in columns} == columns
    assert "intent_key" not in full


def test_a_stranger_reads_no_message(client: FlaskClient, alice_org: UUID, bob_org: UUID) -> None:
    message_id, charlie = make_message(alice_org), of(bob_org, Role.OWNER)
    paths = [f"{MESSAGES}/{message_id}", f"{MESSAGES}/{uuid4()}", f"{MESSAGES}?org_id={alice_org}"]
    assert [client.get(path, headers=charlie).status_code for path in paths] == [404, 404, 404]
    assert listed(client, charlie)["data"] == []
    assert [client.get(path).status_code for path in (MESSAGES, paths[0])] == [401, 401]
