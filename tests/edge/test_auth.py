"""Every door: public routes are a known list, everything else refuses strangers, and a token proves only who it is."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

import jwt
import pytest
from flask import Flask
from flask.testing import FlaskClient

from edge.auth import is_public
from models import people
from models.database import organization
from settings import settings
from tests.edge.people import bearer_of, make_person
from vocabulary import NOBODY, Role

PUBLIC = {
    "GET /api/health", "GET /api/openapi.json", "GET /healthz", "GET /readyz", "GET /metrics",
    "GET /sign-in", "POST /sign-in",
    "GET /static/<path:filename>", "GET /recordings/<uuid:org_id>/<uuid:recording_id>",
    "GET /invite/<token>", "POST /invite/<token>",
    "GET /api/vapi/webhook", "POST /api/vapi/webhook", "GET /api/webhooks/vapi", "POST /api/webhooks/vapi",
    "GET /api/webhooks/convoso-calls", "POST /api/webhooks/convoso-calls",
    "GET /api/webhooks/convoso_calls", "POST /api/webhooks/convoso_calls",
    "GET /api/webhooks/convoso", "POST /api/webhooks/convoso",
    "GET /api/webhooks/convoso-leads", "POST /api/webhooks/convoso-leads",
    "GET /api/webhooks/convoso_leads", "POST /api/webhooks/convoso_leads",
    "GET /api/webhooks/resend", "POST /api/webhooks/resend",
    "GET /api/webhooks/twilio", "POST /api/webhooks/twilio",
    "GET /api/webhooks/twilio/status", "POST /api/webhooks/twilio/status",
    "GET /api/webhooks/twilio/recording", "POST /api/webhooks/twilio/recording",
    "GET /api/webhooks/twilio/sms", "POST /api/webhooks/twilio/sms",
}  # fmt: skip


def doors(app: Flask, public: bool) -> list[tuple[str, str, str]]:
    """(method, rule, a concrete path) of the routes that are, or are not, public."""
    found = []
    for rule in app.url_map.iter_rules():
        if is_public(app, rule.endpoint) is public:
            path = rule.rule.replace("<path:filename>", "aftercall.css")
            for name in rule.arguments:
                path = path.replace(f"<uuid:{name}>", str(uuid4()))
            found += [(method, rule.rule, path) for method in rule.methods or () if method not in ("HEAD", "OPTIONS")]
    return found


def test_the_public_routes_are_exactly_these(app: Flask) -> None:
    assert {f"{method} {rule}" for method, rule, _ in doors(app, public=True)} == PUBLIC


def test_every_other_route_refuses_a_stranger(app: Flask) -> None:
    others = doors(app, public=False)
    assert len(others) >= 10
    for method, rule, path in others:
        answer = app.test_client().open(path, method=method)
        if path.startswith("/api/"):
            assert answer.status_code == 401, rule
            assert answer.get_json()["code"] == "unauthenticated"
            assert answer.headers["WWW-Authenticate"] == "Bearer"
        elif method == "GET":
            assert (answer.status_code, answer.location.split("?")[0]) == (303, "/sign-in"), rule
        else:
            assert answer.status_code == 403, rule


def test_no_route_is_in_the_api_without_saying_so(app: Flask) -> None:
    assert all("<" not in rule.split("/")[1] for _, rule, _ in doors(app, public=False))


def claims(user_id: UUID | str, **changes: Any) -> dict[str, Any]:
    made = {"sub": str(user_id), "exp": datetime.now(UTC) + timedelta(hours=1)} | changes
    return {name: value for name, value in made.items() if value is not None}


def get_calls(client: FlaskClient, token: str) -> Any:
    return client.get("/api/calls", headers={"Authorization": f"Bearer {token}"})


def test_a_token_with_subject_and_expiry_is_enough(client: FlaskClient, alice_org: UUID) -> None:
    user_id = make_person((alice_org, Role.VIEWER))
    answer = get_calls(client, jwt.encode(claims(user_id), settings().jwt_secret, "HS256"))
    assert (answer.status_code, answer.json) == (200, {"ok": True, "data": [], "next": None})


def test_the_claims_of_other_issuers_do_not_matter(client: FlaskClient, alice_org: UUID) -> None:
    user_id = make_person((alice_org, Role.VIEWER))
    theirs = claims(user_id, aud="authenticated", iss="https://auth.example", role="authenticated", app_metadata=None)
    assert get_calls(client, jwt.encode(theirs, settings().jwt_secret, "HS256")).status_code == 200


@pytest.mark.parametrize(
    ("changes", "algorithm"),
    [
        ({"exp": None}, "HS256"),
        ({"sub": None}, "HS256"),
        ({"sub": "someone"}, "HS256"),
        ({"exp": datetime(2020, 1, 1, tzinfo=UTC)}, "HS256"),
        ({"nbf": datetime.now(UTC) + timedelta(hours=1)}, "HS256"),
        ({"app_metadata": {"org_id": "everything"}}, "HS256"),
        ({"app_metadata": ["org_id"]}, "HS256"),
        ({}, "HS512"),
        ({}, "none"),
    ],
)
def test_a_token_that_is_not_as_agreed_is_refused(
    client: FlaskClient, alice_org: UUID, changes: Any, algorithm: str
) -> None:
    user_id = make_person((alice_org, Role.VIEWER))
    key: Any = settings().jwt_secret if algorithm != "none" else None
    answer = get_calls(client, jwt.encode(claims(user_id, **changes), key, algorithm))
    assert (answer.status_code, answer.get_json()["code"]) == (401, "unauthenticated")


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Bearer a.b.c", "Basic YTpi", "Bearer é"])
def test_a_header_that_holds_no_token_is_refused(client: FlaskClient, header: str) -> None:
    answer = client.get("/api/calls", headers={"Authorization": header.encode().decode("latin-1")})
    assert answer.status_code == 401


def test_a_token_signed_by_another_is_refused(client: FlaskClient, alice_org: UUID) -> None:
    user_id = make_person((alice_org, Role.VIEWER))
    assert get_calls(client, jwt.encode(claims(user_id), "x" * 32, "HS256")).status_code == 401


def test_a_token_of_nobody_is_refused(client: FlaskClient) -> None:
    assert get_calls(client, jwt.encode(claims(uuid4()), settings().jwt_secret, "HS256")).status_code == 401


def test_signing_out_everywhere_ends_tokens_that_say_when_they_were_made(client: FlaskClient, alice_org: UUID) -> None:
    user_id = make_person((alice_org, Role.VIEWER))
    old = jwt.encode(claims(user_id, iat=int(time.time()) - 60), settings().jwt_secret, "HS256")
    people.sign_out_everywhere(user_id)
    assert get_calls(client, old).status_code == 401


def test_a_role_in_the_token_means_nothing(client: FlaskClient, alice_org: UUID) -> None:
    user_id = make_person((alice_org, Role.VIEWER))
    grand = {"org_id": str(alice_org), "role": "owner", "is_super_admin": True}
    token = jwt.encode(claims(user_id, role="owner", app_metadata=grand), settings().jwt_secret, "HS256")
    answer = client.get(f"/api/agencies/{alice_org}/webhooks", headers={"Authorization": f"Bearer {token}"})
    assert (answer.status_code, answer.get_json()["code"]) == (403, "forbidden")


def test_a_token_for_a_strangers_organization_finds_nothing_there(client: FlaskClient, bob_org: UUID) -> None:
    answer = client.get("/api/calls", headers=bearer_of(selected=bob_org))
    assert (answer.status_code, answer.get_json()["code"]) == (404, "not_found")


def test_a_token_for_one_organization_does_not_open_the_users_other_one(
    client: FlaskClient, alice_org: UUID, bob_org: UUID
) -> None:
    headers = bearer_of((alice_org, Role.OWNER), (bob_org, Role.OWNER), selected=alice_org)
    assert client.get(f"/api/orgs/validate/{alice_org}", headers=headers).status_code == 200
    assert client.get(f"/api/orgs/validate/{bob_org}", headers=headers).status_code == 404
    assert client.get(f"/api/calls?org_id={bob_org}", headers=headers).status_code == 404


def test_an_organization_that_does_not_exist_looks_like_anothers(
    client: FlaskClient, alice_org: UUID, bob_org: UUID
) -> None:
    headers = bearer_of((alice_org, Role.OWNER))
    answers = [client.get(f"/api/orgs/validate/{org}", headers=headers) for org in (bob_org, uuid4(), NOBODY)]
    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert len({(answer.get_json()["error"], answer.get_json()["code"]) for answer in answers}) == 1


def test_a_super_admin_visits_any_organization_and_leaves_a_trace(client: FlaskClient, bob_org: UUID) -> None:
    answer = client.get(f"/api/orgs/validate/{bob_org}", headers=bearer_of(super_admin=True))
    assert answer.get_json()["org"] == {
        "id": str(bob_org), "name": "Bob's clinic", "timezone": "America/Chicago", "role": "owner"
    }  # fmt: skip
    with organization(bob_org) as tx:
        trace = tx.row("SELECT actor, action, subject FROM audit_log")
    assert trace is not None
    assert trace["actor"].startswith("user:")
    assert (trace["action"], trace["subject"]) == ("super_admin.visit", "/api/orgs/validate/<uuid:org_id>")


def test_a_super_admin_has_no_way_into_the_reserved_organization(client: FlaskClient) -> None:
    assert client.get(f"/api/orgs/validate/{NOBODY}", headers=bearer_of(super_admin=True)).status_code == 404
