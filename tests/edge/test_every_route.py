"""Whatever the address: who may not is refused, another organization's people find nothing, and what is told is so."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask import Flask
from flask.testing import FlaskClient

from edge.openapi import Operation, document, operations
from edge.shapes.base import Sent
from tests.edge.clinics import furnish
from tests.edge.people import bearer_of, make_person
from tests.edge.test_dashboard import browser_of
from vocabulary import Role

BELOW = {
    Role.ANALYST: Role.VIEWER,
    Role.OPERATOR: Role.ANALYST,
    Role.ADMIN: Role.OPERATOR,
    Role.OWNER: Role.ADMIN,
}
FOR_SUPER_ADMINS = "/api/admin/clear-all-calls"
WORDS = {"q": "Bobword"}
"""What a search wants besides an organization."""

Ids = dict[str, str]


@pytest.fixture
def ids(client: FlaskClient, bob_org: UUID) -> Ids:
    """Bob's organization and what it has, by their names in addresses."""
    return furnish(client, bob_org, "Bobword", "0187").ids


def guarded(app: Flask) -> Iterator[Operation]:
    for one in operations(app):
        if not one.is_public and one.path != FOR_SUPER_ADMINS:
            yield one


def address(rule: str, ids: Ids) -> str:
    for name in set(ids):
        for written in (f"{{{name}}}", f"<uuid:{name}>", f"<{name}>"):
            rule = rule.replace(written, ids[name])
    return rule


def test_the_role_below_the_one_that_is_told_may_not(app: Flask, client: FlaskClient, ids: Ids) -> None:
    bob_org = UUID(ids["org_id"])
    headers = {role: bearer_of((bob_org, role), selected=bob_org) for role in BELOW.values()}
    able, asked = [], 0
    for one in guarded(app):
        if one.says.role in BELOW:
            path = f"{address(one.path, ids)}?id={ids['call_id']}"
            answer = client.open(path, method=one.method, headers=headers[BELOW[one.says.role]])
            asked += 1
            able += [f"{one.method} {one.path}"] if answer.status_code != 403 else []
    assert (able, asked > 40) == ([], True)


def test_who_names_anothers_organization_finds_nothing(
    app: Flask, client: FlaskClient, ids: Ids, alice_org: UUID
) -> None:
    alice, found = bearer_of((alice_org, Role.OWNER)), []
    for one in guarded(app):
        path, by_name = address(one.path, ids), {"org_id": ids["org_id"]}
        asked: list[dict[str, Any]] = [{"query_string": by_name | {"id": ids["call_id"]}}]
        if one.says.body is not None and issubclass(one.says.body, Sent):
            asked.append({"json": by_name | WORDS})
        for how in asked:
            answer = client.open(path, method=one.method, headers=alice, **how)
            found += [f"{one.method} {one.path}, {how}"] if answer.status_code != 404 else []
    assert found == []


def test_what_changes_something_says_that_its_body_may_name_the_organization(app: Flask) -> None:
    told = document(app)["paths"]
    untold = [
        one.path
        for one in guarded(app)
        if one.method != "GET"
        and "org_id" not in one.parameters
        and "requestBody" not in told[one.path][one.method.lower()]
    ]
    assert untold == []


def test_a_page_and_its_forms_are_not_there_for_strangers_and_forms_not_for_viewers(
    app: Flask, ids: Ids, alice_org: UUID
) -> None:
    stranger, viewer = (
        browser_of(app, make_person((org_id, role)))
        for org_id, role in ((alice_org, Role.OWNER), (UUID(ids["org_id"]), Role.VIEWER))
    )
    answers = {}
    for rule in app.url_map.iter_rules():
        if not rule.rule.startswith("/o/"):
            continue
        path = address(rule.rule, dict.fromkeys(rule.arguments, str(uuid4())) | ids)
        if "GET" in (rule.methods or ()):
            answers[f"GET {rule}"] = (stranger.get(path).status_code,) == (404,)
        else:
            form = {"data": {"csrf": "form-token"}}
            met = [stranger.post(path, **form), viewer.post(path, **form), stranger.post(path)]
            answers[f"POST {rule}"] = [answer.status_code for answer in met] == [404, 403, 403]
    assert ([name for name, is_right in answers.items() if not is_right], len(answers) > 60) == ([], True)


def test_what_serves_a_page_takes_no_form(app: Flask) -> None:
    methods: dict[str, set[str]] = {}
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith("/o/"):
            blueprint = rule.endpoint.partition(".")[0]
            methods.setdefault(blueprint, set()).update((rule.methods or set()) - {"HEAD", "OPTIONS"})
    assert [blueprint for blueprint, found in methods.items() if len(found) != 1] == []
    assert methods["dashboard"] == methods["today_page"] == {"GET"}
