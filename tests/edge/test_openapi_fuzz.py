"""The API as its document tells of it, asked thousands of times: it breaks nothing and tells Alice nothing of Bob's."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import schemathesis
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from edge import bearer
from tests.conftest import TestDatabase
from tests.edge.clinics import Clinic, everything_of, fill_every_table, furnish, secrets_of
from tests.edge.people import make_person
from vocabulary import Role

EXAMPLES = 30
"""For each operation and role."""
CHECKS: list[Any] = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
    response_headers_conformance,
]
SENSIBLE = {
    "name": "Peel",
    "email": "someone@example.com",
    "number": "+13125550155",
    "phone": "+13125550156",
    "to": "+13125550157",
    "price": 99.5,
    "starts_at": (datetime.now(UTC) + timedelta(days=2)).isoformat(timespec="hours"),
    "message": "See you soon",
    "body": "See you soon",
    "q": "Ann",
    "api_key": "re_0123456789abcdef",
    "from": "Clinic <desk@example.com>",
}
"""What a schema alone does not lead to."""
QUIETLY = settings(
    max_examples=EXAMPLES,
    derandomize=True,
    deadline=None,
    database=None,
    phases=(Phase.generate,),
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def clinics(client: FlaskClient, alice_org: UUID, bob_org: UUID) -> tuple[Clinic, Clinic]:
    fill_every_table(bob_org)
    return furnish(client, alice_org, "Alicewort", "0141"), furnish(client, bob_org, "Bobcanarywort", "0187")


@pytest.mark.storm
@pytest.mark.parametrize(("role", "succeeds"), [(Role.OWNER, 45), (Role.VIEWER, 12)])
def test_every_operation_keeps_its_word_whatever_is_asked(
    app: Flask, clinics: tuple[Clinic, Clinic], database: TestDatabase, role: Role, succeeds: int
) -> None:
    alice, bob = clinics
    before = everything_of(database.admin_url, bob.org_id)
    secrets = secrets_of(before, everything_of(database.admin_url, alice.org_id))
    user_id = make_person((alice.org_id, role))
    bearers = tuple({"Authorization": f"Bearer {bearer.make(user_id, org_id)}"} for org_id in (alice.org_id, None))
    schema = schemathesis.openapi.from_wsgi("/api/openapi.json", app)
    answered: set[str] = set()

    @schemathesis.check
    def nothing_of_bobs(ctx: Any, response: Any, case: Any) -> None:
        found = secrets.search(response.text)
        assert found is None, f"an answer to Alice holds {found and found[0]!r}, which is Bob's"
        if response.status_code < 300:
            answered.add(case.operation.label)

    for operation in sorted((found.ok() for found in schema.get_all_operations()), key=_order):
        _ask(operation, bearers, (alice, bob), [*CHECKS, nothing_of_bobs])
    assert everything_of(database.admin_url, bob.org_id) == before
    assert len(answered) >= succeeds, sorted(answered)


def _order(operation: Any) -> tuple[bool, str]:
    """What takes things away comes last."""
    return operation.method == "delete", operation.label


def _ask(operation: Any, bearers: Any, clinics: tuple[Clinic, Clinic], checks: list[Any]) -> None:
    """Asks for Alice's rows most of the time, for Bob's at times, and else for whatever comes up."""

    @QUIETLY
    @given(
        case=operation.as_strategy(generation_mode=GenerationMode.POSITIVE),
        ids=st.sampled_from((*[clinics[0].ids] * 4, clinics[1].ids, {})),
        headers=st.sampled_from(bearers),
        is_sensible=st.booleans(),
    )
    def ask(case: Any, ids: dict[str, str], headers: dict[str, str], is_sensible: bool) -> None:
        known = ids | SENSIBLE if is_sensible else ids
        for given_, by in ((case.path_parameters, ids), (case.query, ids), (case.body, known)):
            if isinstance(given_, dict):
                given_.update({name: by[name] for name in given_ if name in by})
        case.call_and_validate(headers=headers, checks=checks)

    ask()
