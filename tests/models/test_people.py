"""People: one per address, with passwords worth having and roles that the database alone knows."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from argon2 import PasswordHasher

from models import people
from models.database import run_time, system
from models.passwords import NOBODYS_HASH, WeakPassword, check_strength, hash_password, is_outdated, matches
from models.people import AlreadyExists, UnknownPerson
from tests.conftest import TestDatabase
from vocabulary import NOBODY, Role

PASSWORD = "four good words here"


def test_an_address_is_one_person_however_it_is_written(database: TestDatabase) -> None:
    user_id = people.create_user(" Rosa@Example.COM ", "Rosa", PASSWORD)
    assert people.person_by_email("rosa@example.com").id == user_id
    with pytest.raises(AlreadyExists, match="is a user already"):
        people.create_user("ROSA@example.com", "Another", PASSWORD)


@pytest.mark.parametrize(
    "email", ["", "rosa", "@example.com", "rosa@", "a b@example.com", "a@b@c", "x" * 250 + "@e.co"]
)
def test_what_is_no_address_is_refused(email: str) -> None:
    with pytest.raises(ValueError, match="written like name@"):
        people.clean_email(email)


@pytest.mark.parametrize("password", ["", "short", "aaaaaaaaaaaaaa", "abababababab", "rosa.delgado1", "x" * 257])
def test_a_password_that_is_guessed_first_is_refused(password: str) -> None:
    with pytest.raises(WeakPassword):
        check_strength(password, "rosa.delgado@example.com")


@pytest.mark.parametrize("password", ["four good words here", "Tr0ub4dor&3xyz", "пароль из слов", "x7Gh2kLm9PqR"])
def test_a_password_worth_having_is_taken(password: str) -> None:
    check_strength(password, "rosa@example.com")


def test_a_password_is_the_same_however_the_keyboard_composed_it() -> None:
    hashed = hash_password("caf\u00e9 au lait noir")
    assert hashed.startswith("$argon2id$")
    assert matches("cafe\u0301 au lait noir", hashed)
    assert not matches("cafe au lait noir", hashed)


def test_nobodys_hash_costs_what_a_real_one_costs_and_lets_nobody_in() -> None:
    assert not is_outdated(NOBODYS_HASH)
    assert not matches("", None)
    assert not matches(PASSWORD, "")


def test_only_the_right_password_authenticates(database: TestDatabase) -> None:
    user_id = people.create_user("rosa@example.com", "Rosa", PASSWORD)
    found = people.authenticate("Rosa@example.com", PASSWORD)
    assert found is not None
    assert found[0] == user_id
    assert people.authenticate("rosa@example.com", PASSWORD + "!") is None
    assert people.authenticate("eve@example.com", PASSWORD) is None


def test_a_user_without_a_password_cannot_sign_in(database: TestDatabase) -> None:
    with run_time() as tx:
        tx.run("INSERT INTO users (id, email) VALUES (%s, 'rosa@example.com')", (uuid4(),))
    assert people.authenticate("rosa@example.com", "") is None


def test_a_weakly_hashed_password_is_hashed_anew_when_it_is_next_used(database: TestDatabase) -> None:
    people.create_user("rosa@example.com", "Rosa", PASSWORD)
    weak = PasswordHasher(time_cost=1, memory_cost=1024).hash(PASSWORD)
    with run_time() as tx:
        tx.run("UPDATE users SET password_hash = %s", (weak,))
    assert people.authenticate("rosa@example.com", PASSWORD) is not None
    with run_time() as tx:
        stored = tx.value("SELECT password_hash FROM users")
    assert stored != weak
    assert not is_outdated(stored)


def test_a_new_password_ends_older_sessions(database: TestDatabase) -> None:
    user_id = people.create_user("rosa@example.com", "Rosa", PASSWORD)
    before = people.person_by_email("rosa@example.com").sessions_valid_from
    people.set_password(user_id, "four other words now", "rosa@example.com")
    assert people.person_by_email("rosa@example.com").sessions_valid_from > before
    assert people.authenticate("rosa@example.com", PASSWORD) is None


def test_a_person_comes_with_their_organizations_by_name(
    database: TestDatabase, alice_org: UUID, bob_org: UUID
) -> None:
    user_id = people.create_user("rosa@example.com", "Rosa", PASSWORD)
    people.add_membership(bob_org, user_id, Role.VIEWER)
    people.add_membership(alice_org, user_id, Role.VIEWER)
    people.add_membership(alice_org, user_id, Role.ADMIN)
    person = people.person(user_id)
    assert person is not None
    assert [(one.name, one.role) for one in person.memberships] == [
        ("Alice's clinic", Role.ADMIN),
        ("Bob's clinic", Role.VIEWER),
    ]
    assert person.memberships == people.memberships_of(user_id)
    alice = person.membership(alice_org)
    assert alice is not None
    assert (alice.may(Role.OPERATOR), alice.may(Role.ADMIN), alice.may(Role.OWNER)) == (True, True, False)


def test_nobody_joins_the_reserved_organization(database: TestDatabase) -> None:
    user_id = people.create_user("rosa@example.com", "Rosa", PASSWORD)
    with pytest.raises(ValueError, match="reserved organization"):
        people.add_membership(NOBODY, user_id, Role.OWNER)


def test_an_unknown_person_is_said_to_be_unknown(database: TestDatabase) -> None:
    assert people.person(uuid4()) is None
    assert people.memberships_of(uuid4()) == ()
    with pytest.raises(UnknownPerson, match="users create"):
        people.person_by_email("eve@example.com")


def test_a_membership_shows_in_its_own_organization_only(
    database: TestDatabase, alice_org: UUID, bob_org: UUID
) -> None:
    user_id = people.create_user("rosa@example.com", "Rosa", PASSWORD)
    people.add_membership(alice_org, user_id, Role.OWNER)
    from models.database import organization

    with organization(bob_org) as tx:
        assert tx.rows("SELECT * FROM memberships") == []
    with system() as tx:
        assert tx.value("SELECT count(*) FROM memberships") == 1
