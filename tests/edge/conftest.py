"""The edge's application on a test's own database, and the senders and organizations that it serves."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from models import database as pools
from models.organizations import add_assistant, add_number, create_organization
from models.tokens import ENDPOINTS_WITH_TOKENS, create_token
from run.embedded import Servers
from tests.conftest import TEST_SETTINGS, TestDatabase
from tests.edge.desk import ALICE_ASSISTANT, ALICE_LINE, BOB_ASSISTANT, BOB_LINE, SHARED_LINE, Desk
from tests.edge.live import Edge
from tests.edge.promises import HoldingToPromises, holding
from vocabulary import Endpoint


@cache
def _app() -> Flask:
    from edge import create_app

    made = create_app()
    made.test_client_class = HoldingToPromises
    return made


@pytest.fixture
def app(database: Any) -> Flask:
    """Made once, as in a process that serves: its routes take 40 ms. Who changes it or its settings makes another."""
    return _app()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def desk(client: FlaskClient, database: TestDatabase) -> Desk:
    """Providers' side of the edge in this process."""
    return Desk(client, database.admin_url)


@pytest.fixture
def calls_token(alice_org: UUID) -> str:
    """Alice's token at the endpoint of Convoso calls."""
    return str(create_token(alice_org, Endpoint.CONVOSO_CALLS)["token"])


@pytest.fixture
def leads_token(alice_org: UUID) -> str:
    return str(create_token(alice_org, Endpoint.CONVOSO_LEADS)["token"])


@pytest.fixture
def vapi_token(alice_org: UUID) -> str:
    return str(create_token(alice_org, Endpoint.VAPI)["token"])


@pytest.fixture
def assistants(alice_org: UUID, bob_org: UUID) -> None:
    add_assistant(alice_org, ALICE_ASSISTANT)
    add_assistant(bob_org, BOB_ASSISTANT)


@pytest.fixture
def lines(alice_org: UUID, bob_org: UUID) -> None:
    """Both organizations forward their line to one shared assistant number."""
    add_number(alice_org, ALICE_LINE, assistant_number=SHARED_LINE)
    add_number(bob_org, BOB_LINE, assistant_number=SHARED_LINE)


@pytest.fixture(scope="session")
def running_edge(servers: Servers, template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Edge]:
    """One edge for every test that speaks to it over sockets, with databases of its own in Postgres and Valkey."""
    assert servers.postgres is not None
    assert servers.valkey is not None
    servers.postgres.create_database("live_edge", template)
    urls = servers.postgres.urls("live_edge") | {"REDIS_URL": servers.valkey.url().removesuffix("0") + "1"}
    edge = Edge(TEST_SETTINGS | urls | {"BODY_SECONDS": "3", "LOG_LEVEL": "debug"}, tmp_path_factory.mktemp("edge"))
    edge.admin_url = servers.postgres.admin_url("live_edge")
    edge.start()
    with pytest.MonkeyPatch.context() as patch:
        _settle(edge, patch)
    pools.reset()
    yield edge
    edge.stop()
    servers.postgres.drop_database("live_edge")


def _settle(edge: Edge, patch: pytest.MonkeyPatch) -> None:
    """Alice with her line, her assistant and her tokens."""
    _use(edge, patch)
    org_id = create_organization("Alice's clinic")
    add_assistant(org_id, ALICE_ASSISTANT)
    add_number(org_id, ALICE_LINE, assistant_number=SHARED_LINE)
    edge.tokens = {endpoint.value: create_token(org_id, endpoint)["token"] for endpoint in ENDPOINTS_WITH_TOKENS}


def _use(edge: Edge, patch: pytest.MonkeyPatch) -> None:
    for name, value in edge.environment.items():
        patch.setenv(name, value)
    pools.reset()


@pytest.fixture
def edge(running_edge: Edge, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Edge:
    """The running edge; settings() names its database in this process too."""
    _use(running_edge, monkeypatch)
    return running_edge


@pytest.fixture
def desk_of_edge(edge: Edge, app_of_edge: FlaskClient) -> Desk:
    """Looks at the running edge's rows and does its work in this process."""
    return Desk(app_of_edge, edge.admin_url)


@pytest.fixture
def app_of_edge(edge: Edge) -> FlaskClient:
    from edge import create_app

    return holding(create_app())
