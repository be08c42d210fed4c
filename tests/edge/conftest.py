"""The edge's application on a test's own database, and the senders and organizations that it serves."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from models.organizations import add_assistant, add_number
from models.tokens import create_token
from tests.conftest import TestDatabase
from tests.edge.desk import ALICE_ASSISTANT, ALICE_LINE, BOB_ASSISTANT, BOB_LINE, SHARED_LINE, Desk
from vocabulary import Endpoint


@pytest.fixture
def app(database: Any) -> Flask:
    from edge import create_app

    return create_app()


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
