"""Real servers for every test: one embedded cluster a session, one fresh migrated database a test that asks."""

from __future__ import annotations

import base64
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import hypothesis
import psycopg2
import pytest
from redis import Redis

from models import database as pools
from models.migrate import migrate
from run.embedded import Servers
from settings import VARIABLES, settings
from tasks.tally import tally
from tests.databases import TEMPLATE, Databases, TestDatabase

# The same examples in every run; `--hypothesis-profile default` looks for new ones.
hypothesis.settings.register_profile("steady", derandomize=True, deadline=None)
hypothesis.settings.load_profile("steady")

NO_API = "https://[::1]:1"
"""Where nobody answers: no test asks a real provider."""

TEST_SETTINGS = {
    "PUBLIC_URL": "http://localhost:8000",
    "ENCRYPTION_KEYS": "1:" + base64.b64encode(os.urandom(32)).decode(),
    "JWT_SECRET": os.urandom(32).hex(),
    "SESSION_SECRET": os.urandom(32).hex(),
    "VAPI_WEBHOOK_SECRET": "vapi-of-the-tests-" + os.urandom(16).hex(),
    "TWILIO_ACCOUNT_SID": "AC" + "0123456789abcdef" * 2,
    "TWILIO_AUTH_TOKEN": os.urandom(16).hex(),
    "VAPI_API_URL": NO_API,
    "TWILIO_API_URL": NO_API,
    "CONVOSO_API_URL": NO_API,
    "RESEND_API_URL": NO_API,
    "API_LIMIT_PER_MINUTE": "100000",
    "WEB_PROCESSES": "1",
    "WORKER_PROCESSES": "1",
}
NOWHERE = {
    "DATABASE_URL": "postgresql://aftercall_app:none@127.0.0.1:1/none",
    "DATABASE_OWNER_URL": "postgresql://aftercall_owner:none@127.0.0.1:1/none",
    "DATABASE_READ_URL": "postgresql://aftercall_read:none@127.0.0.1:1/none",
    "DATABASE_SYSTEM_URL": "postgresql://aftercall_system:none@127.0.0.1:1/none",
    "REDIS_URL": "redis://127.0.0.1:1/0",
}
"""For tests that ask for no database: whoever connects by mistake is told so at once."""


@pytest.fixture(scope="session")
def recordings_folder(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Where the recordings of all tests lie, each organization's in a folder of its own."""
    return str(tmp_path_factory.mktemp("recordings"))


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch, recordings_folder: str) -> Iterator[dict[str, str]]:
    """Every test starts from the same settings, whatever the caller's shell has set."""
    for variable in VARIABLES:
        monkeypatch.delenv(variable.name, raising=False)
        monkeypatch.delenv(variable.name + "_FILE", raising=False)
    monkeypatch.delenv("AFTERCALL_HOME", raising=False)
    chosen = TEST_SETTINGS | NOWHERE | {"RECORDINGS_DIR": recordings_folder}
    _set(monkeypatch, chosen)
    yield chosen
    pools.reset()


@pytest.fixture(scope="session")
def servers() -> Iterator[Servers]:
    """The session's servers. They are fast and not crash-safe: a test that kills one wants `own_servers`."""
    with tempfile.TemporaryDirectory(prefix="aftercall-tests-", dir=_quick_folder()) as folder:
        started = Servers(Path(folder) / "home", durable=False)
        started.start()
        yield started
        started.stop()


@pytest.fixture(scope="session")
def template(servers: Servers) -> str:
    """The name of a migrated, empty database that tests clone."""
    assert servers.postgres is not None
    servers.postgres.create_database(TEMPLATE)
    migrate(servers.postgres.urls(TEMPLATE)["DATABASE_OWNER_URL"], log=lambda _: None)
    return TEMPLATE


@pytest.fixture(scope="session")
def administrator(servers: Servers) -> Iterator[Any]:
    """The superuser at work: a connection for each database made and dropped would double what those take."""
    assert servers.postgres is not None
    with closing(psycopg2.connect(servers.postgres.admin_url())) as connection:
        connection.autocommit = True
        yield connection.cursor()


@pytest.fixture(scope="session")
def valkey(servers: Servers) -> Iterator[Redis]:
    assert servers.valkey is not None
    with Redis.from_url(servers.valkey.url()) as redis:
        yield redis


@pytest.fixture(scope="session")
def databases(servers: Servers, template: str, administrator: Any) -> Iterator[Databases]:
    assert servers.postgres is not None
    found = Databases(servers.postgres, administrator)
    yield found
    found.drop()


@pytest.fixture
def database(
    servers: Servers, databases: Databases, valkey: Redis, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[TestDatabase]:
    """A fresh migrated database and an empty Valkey, which settings() names for this test."""
    assert servers.valkey is not None
    lent = databases.lend(environment | {"REDIS_URL": servers.valkey.url()})
    _set(monkeypatch, lent.urls)
    settings.cache_clear()
    # What earlier tests have counted in this process would otherwise arrive two seconds from now.
    tally.hand_over(valkey)
    valkey.flushall()
    yield lent
    databases.take_back(lent)


@pytest.fixture
def empty_database(servers: Servers) -> Iterator[TestDatabase]:
    """A database without a single migration, for the tests of migrations themselves; settings() does not name it."""
    assert servers.postgres is not None
    name = f"empty_{uuid4().hex}"
    servers.postgres.create_database(name)
    yield TestDatabase(name, servers.postgres.urls(name), servers.postgres.admin_url(name))
    servers.postgres.drop_database(name)


@pytest.fixture
def own_servers(
    tmp_path: Path, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Servers, dict[str, str]]]:
    """Durable servers of this test's own, migrated, to be killed and restarted, and the environment naming them."""
    started = Servers(tmp_path / "home")
    urls = environment | started.start().environment
    try:
        migrate(urls["DATABASE_OWNER_URL"], log=lambda _: None)
        _set(monkeypatch, urls)
        pools.reset()
        yield started, urls
    finally:
        pools.reset()
        started.stop()


@pytest.fixture
def alice_org(database: TestDatabase) -> UUID:
    """The organization that owns what a test makes."""
    from models.organizations import create_organization

    return create_organization("Alice's clinic", timezone="America/New_York")


@pytest.fixture
def bob_org(database: TestDatabase) -> UUID:
    """Another organization, which must see nothing of Alice's."""
    from models.organizations import create_organization

    return create_organization("Bob's clinic", timezone="America/Chicago")


def _quick_folder() -> str | None:
    """Memory, where there is enough: a clone is 300 small files, ten times quicker there than on many disks."""
    memory = Path("/dev/shm")
    return str(memory) if memory.is_dir() and shutil.disk_usage(memory).free > 2 * 1024**3 else None


def _set(monkeypatch: pytest.MonkeyPatch, variables: dict[str, str]) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
