"""Services over the API: seven to begin with, prices with a history, and nobody else's."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient

from models.database import organization
from models.services import clean_price
from tests.edge.people import bearer_of
from vocabulary import Role

PATH = "/api/services"


def admin_of(org_id: UUID) -> dict[str, str]:
    return bearer_of((org_id, Role.ADMIN), selected=org_id)


def made(client: FlaskClient, org_id: UUID, **fields: Any) -> Any:
    body = {"name": "Peel", "price": 120, "keywords": ["peel"]} | fields
    return client.post(PATH, json=body, headers=admin_of(org_id))


def trail(org_id: UUID) -> list[str]:
    with organization(org_id) as tx:
        return [row["action"] for row in tx.rows("SELECT action FROM audit_log ORDER BY at")]


def test_a_new_organization_sells_the_seven_defaults(client: FlaskClient, alice_org: UUID) -> None:
    answer = client.get(PATH, headers=bearer_of((alice_org, Role.VIEWER)))
    assert {row["name"]: row["price"] for row in answer.get_json()["data"]} == {
        "Botox": 400, "Facelift": 8000, "Rhinoplasty": 6000, "Breast Augmentation": 7500, "Liposuction": 5000,
        "Fillers": 500, "Consultation": 150,
    }  # fmt: skip


def test_a_service_is_made_and_comes_with_its_price(client: FlaskClient, alice_org: UUID) -> None:
    answer = made(client, alice_org, price="99.50", keywords=[" Peel ", "peel", "Skin  Peel", ""])
    service = answer.get_json()["data"]
    assert answer.status_code == 201
    assert (service["price"], service["price_version"], service["keywords"]) == (99.5, 1, ["peel", "skin peel"])
    one = client.get(f"{PATH}/{service['id']}", headers=bearer_of((alice_org, Role.VIEWER))).get_json()["data"]
    assert [(price["version"], price["price"]) for price in one["prices"]] == [(1, 99.5)]
    assert trail(alice_org) == ["services.create"]


def test_a_new_price_is_a_version_that_keeps_the_old_one(client: FlaskClient, alice_org: UUID) -> None:
    service = made(client, alice_org).get_json()["data"]
    headers = admin_of(alice_org)
    answer = client.patch(f"{PATH}/{service['id']}", json={"price": 150}, headers=headers).get_json()
    assert (answer["data"]["price"], answer["data"]["price_version"], answer["data"]["name"]) == (150, 2, "Peel")
    assert answer["note"] == "Calls keep the price they were valued with; run reanalyse to revalue"
    prices = client.get(f"{PATH}/{service['id']}", headers=headers).get_json()["data"]["prices"]
    assert [(price["version"], price["price"]) for price in prices] == [(2, 150), (1, 120)]
    assert all(price["set_by"].startswith("user:") for price in prices)
    assert trail(alice_org) == ["services.create", "services.change"]


def test_the_same_price_again_is_no_new_version(client: FlaskClient, alice_org: UUID) -> None:
    service = made(client, alice_org).get_json()["data"]
    change = {"price": "120.0000", "name": "Skin peel", "keywords": []}
    answer = client.patch(f"{PATH}/{service['id']}", json=change, headers=admin_of(alice_org)).get_json()["data"]
    assert (answer["price_version"], answer["name"], answer["keywords"]) == (1, "Skin peel", [])


def test_an_owner_removes_a_service_and_its_name_is_free_again(client: FlaskClient, alice_org: UUID) -> None:
    service = made(client, alice_org).get_json()["data"]
    address, owner = f"{PATH}/{service['id']}", bearer_of((alice_org, Role.OWNER), selected=alice_org)
    assert client.delete(address, headers=admin_of(alice_org)).status_code == 403
    assert client.delete(address, headers=owner).status_code == 200
    gone = [client.get(address, headers=owner), client.delete(address, headers=owner)]
    assert [answer.status_code for answer in gone] == [404, 404]
    assert made(client, alice_org).status_code == 201


def test_a_name_is_there_once(client: FlaskClient, alice_org: UUID) -> None:
    service = made(client, alice_org).get_json()["data"]
    again = made(client, alice_org, name="bOtOx")
    renamed = client.patch(f"{PATH}/{service['id']}", json={"name": "BOTOX"}, headers=admin_of(alice_org))
    assert [(one.status_code, one.get_json()["code"]) for one in (again, renamed)] == [(409, "duplicate_name")] * 2


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""), ("name", "x" * 121), ("name", None), ("name", 7), ("price", -1), ("price", "1.23456"),
        ("price", "NaN"), ("price", True), ("price", "free"), ("price", None), ("price", 10**9), ("price", "1e999"),
        ("keywords", "peel"), ("keywords", [1]), ("keywords", ["x" * 81]), ("keywords", [str(n) for n in range(51)]),
    ],
)  # fmt: skip
def test_a_field_that_makes_no_sense_is_named(client: FlaskClient, alice_org: UUID, field: str, value: Any) -> None:
    answer = made(client, alice_org, **{field: value})
    assert (answer.status_code, answer.get_json()["code"]) == (400, "bad_request")
    assert answer.get_json()["error"].startswith(f"{field} must be")


def test_a_price_may_be_a_number_or_a_text() -> None:
    assert [clean_price(given) for given in (0, 0.1, " 99.5 ", "1e3")] == [
        Decimal(0), Decimal("0.1"), Decimal("99.5"), Decimal(1000),
    ]  # fmt: skip


def test_what_is_missing_or_empty_is_told(client: FlaskClient, alice_org: UUID) -> None:
    headers = admin_of(alice_org)
    assert client.post(PATH, json={"name": "Peel"}, headers=headers).get_json()["error"] == "price is missing"
    assert client.post(PATH, data="[", headers=headers).status_code == 400
    service = made(client, alice_org).get_json()["data"]
    assert client.patch(f"{PATH}/{service['id']}", json={}, headers=headers).status_code == 400


@pytest.mark.parametrize("role", [Role.VIEWER, Role.ANALYST, Role.OPERATOR])
def test_lower_roles_read_and_do_not_write(client: FlaskClient, alice_org: UUID, role: Role) -> None:
    service = made(client, alice_org).get_json()["data"]
    address, headers = f"{PATH}/{service['id']}", bearer_of((alice_org, role), selected=alice_org)
    assert client.get(address, headers=headers).status_code == 200
    body = {"name": "x", "price": 1}
    writes = (client.post(PATH, json=body, headers=headers), client.patch(address, json=body, headers=headers))
    assert [answer.status_code for answer in writes] == [403, 403]


def test_a_write_names_its_organization(client: FlaskClient, alice_org: UUID, bob_org: UUID) -> None:
    headers, body = bearer_of((alice_org, Role.ADMIN), (bob_org, Role.ADMIN)), {"name": "Peel", "price": 1}
    answer = client.post(PATH, json=body, headers=headers)
    assert (answer.status_code, answer.get_json()["code"]) == (400, "org_required")
    assert client.post(f"{PATH}?org_id={bob_org}", json=body, headers=headers).status_code == 201
    listed = client.get(PATH, headers=headers).get_json()["data"]
    assert [row["org_id"] for row in listed if row["name"] == "Peel"] == [str(bob_org)]


def test_a_stranger_finds_and_changes_nothing(client: FlaskClient, alice_org: UUID, bob_org: UUID) -> None:
    service = made(client, alice_org).get_json()["data"]
    address, charlie = f"{PATH}/{service['id']}", bearer_of((bob_org, Role.OWNER), selected=bob_org)
    answers = [
        client.get(address, headers=charlie),
        client.patch(address, json={"price": 1}, headers=charlie),
        client.delete(address, headers=charlie),
        client.patch(f"{address}?org_id={alice_org}", json={"price": 1}, headers=charlie),
        client.get(f"{PATH}?org_id={alice_org}", headers=charlie),
        client.get(f"{PATH}/{uuid4()}", headers=charlie),
    ]
    assert [answer.status_code for answer in answers] == [404] * 6
    assert len(client.get(PATH, headers=charlie).get_json()["data"]) == 7
