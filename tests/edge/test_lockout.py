"""Too many wrong passwords close an address for a while: in every process, and whether anybody has it or not."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from edge import actions
from models import people, sign_in_tries
from models.database import run_time
from tests.edge.people import PASSWORD, sign_in

EMAIL = "rosa@example.com"


@pytest.fixture
def rosa(database: Any) -> UUID:
    return people.create_user(EMAIL, "Rosa", PASSWORD)


@pytest.fixture(autouse=True)
def nobody_has_tried_yet() -> Iterator[None]:
    forget_in_memory()
    yield
    forget_in_memory()


def forget_in_memory() -> None:
    """As another process, or this one after a restart."""
    actions.by_address.forget()
    actions.by_email.forget()


def fail(email: str, times: int) -> None:
    for _ in range(times):
        assert sign_in_tries.take(email) == 0


def later(seconds: int) -> None:
    with run_time() as tx:
        tx.run("UPDATE sign_in_tries SET until = until - make_interval(secs => %s)", (seconds,))


def test_after_ten_wrong_passwords_the_right_one_has_to_wait(client: FlaskClient, rosa: UUID) -> None:
    for _ in range(10):
        assert sign_in(client, EMAIL, "not the password").status_code == 401
        forget_in_memory()
    answer = sign_in(client, EMAIL)
    assert answer.status_code == 429
    assert 890 <= int(answer.headers["Retry-After"]) <= 900
    assert "Wait 15 minutes" in answer.text


def test_it_opens_again_after_a_quarter_of_an_hour(client: FlaskClient, rosa: UUID) -> None:
    fail(EMAIL, 10)
    later(880)
    assert sign_in(client, EMAIL).status_code == 429
    later(21)
    assert sign_in(client, EMAIL).status_code == 303


def test_an_unknown_address_is_closed_alike(client: FlaskClient, rosa: UUID) -> None:
    fail(EMAIL, 10)
    fail("nobody@example.com", 10)
    known, unknown = sign_in(client, EMAIL), sign_in(client, "nobody@example.com")
    assert (known.status_code, unknown.status_code) == (429, 429)
    assert known.text.replace(EMAIL, "") == unknown.text.replace("nobody@example.com", "")


def test_the_right_password_starts_anew(client: FlaskClient, rosa: UUID) -> None:
    fail(EMAIL, 9)
    assert sign_in(client, EMAIL).status_code == 303
    fail(EMAIL, 10)
    assert sign_in_tries.take(EMAIL) > 0


def test_old_tries_do_not_count(database: Any) -> None:
    fail(EMAIL, 9)
    later(901)
    fail(EMAIL, 10)


def test_waiting_is_not_prolonged_by_trying(database: Any) -> None:
    fail(EMAIL, 10)
    later(600)
    assert 295 <= sign_in_tries.take(EMAIL) <= 300
    assert sign_in_tries.take(EMAIL) <= 300


def test_tries_at_the_same_moment_all_count(database: Any) -> None:
    with ThreadPoolExecutor(8) as threads:
        waits = list(threads.map(sign_in_tries.take, [EMAIL] * 24))
    assert sum(wait == 0 for wait in waits) == 10


def test_a_new_password_opens_the_address(client: FlaskClient, rosa: UUID) -> None:
    fail(EMAIL, 10)
    people.set_password(rosa, "four other words now", EMAIL)
    assert sign_in(client, EMAIL, "four other words now").status_code == 303


def test_what_is_over_is_removed_on_the_way(database: Any) -> None:
    for number in range(5):
        sign_in_tries.take(f"person{number}@example.com")
    later(901)
    sign_in_tries.take(EMAIL)
    with run_time() as tx:
        assert tx.value("SELECT count(*) FROM sign_in_tries") == 1
        assert EMAIL not in str(tx.rows("SELECT * FROM sign_in_tries"))
