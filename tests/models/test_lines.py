"""The one that calls people back: chosen by several at once, there is one."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest

from models import lines
from models.database import Transaction, organization
from models.organizations import AlreadyRegistered, add_assistant, add_number
from tests.edge.said import trail


def test_chosen_at_once_one_assistant_calls_back(alice_org: UUID) -> None:
    ids = [add_assistant(alice_org, f"a-{number}") for number in range(8)]

    def choose(assistant_id: UUID) -> None:
        with organization(alice_org) as tx:
            lines.change_assistant(tx, alice_org, assistant_id, is_outbound=True)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(choose, ids * 3))
    with organization(alice_org) as tx:
        assert sum(row["is_outbound"] for row in lines.assistants(tx, alice_org)) == 1


def test_of_lines_that_are_added_at_once_no_more_stand_than_may(
    alice_org: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lines, "MOST", 3)

    def then(tx: Transaction, number_id: UUID) -> None:
        if lines.is_too_many(tx, alice_org, "phone_numbers"):
            raise OverflowError

    def add(number: int) -> bool:
        try:
            add_number(alice_org, f"+1202555014{number}", then=then)
        except OverflowError:
            return False
        return True

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(add, range(8))) == 3
    with organization(alice_org) as tx:
        assert len(lines.numbers(tx, alice_org)) == 3


def test_what_is_proven_takes_a_number_at_vapi_from_whoever_only_stated_it(alice_org: UUID, bob_org: UUID) -> None:
    add_number(bob_org, "+12025550143", vapi_phone_number_id="v-1", is_outbound=True, is_verified=False)
    with pytest.raises(AlreadyRegistered):
        add_number(alice_org, "+12025550144", vapi_phone_number_id="v-1", is_verified=False)
    add_number(alice_org, "+12025550143", vapi_phone_number_id="v-1")
    with organization(bob_org) as tx:
        (line,) = lines.numbers(tx, bob_org)
    assert (line["vapi_phone_number_id"], line["is_outbound"], line["is_verified"]) == (None, False, False)
    assert [row["actor"] for row in trail(bob_org, "numbers.change")] == ["rule:proven_line"]
    with pytest.raises(AlreadyRegistered):
        add_number(bob_org, "+12025550144", vapi_phone_number_id="v-1")


def test_another_organizations_are_neither_seen_nor_changed(alice_org: UUID, bob_org: UUID) -> None:
    assistant_id = add_assistant(alice_org, "a-1", is_outbound=True)
    number_id = add_number(alice_org, "+12025550143", vapi_phone_number_id="v-1", is_outbound=True)
    with organization(bob_org) as tx:
        assert lines.assistants(tx, bob_org) == lines.numbers(tx, bob_org) == []
        assert lines.change_assistant(tx, alice_org, assistant_id, name="x") is None
        assert lines.remove_assistant(tx, alice_org, assistant_id) is None
        assert lines.change_number(tx, alice_org, number_id, label="x") is None
        assert not lines.remove_number(tx, alice_org, number_id)
        lines.clear_outbound(tx, alice_org, "assistants")
    with organization(alice_org) as tx:
        assert lines.assistants(tx, alice_org)[0]["is_outbound"] is True


@pytest.mark.parametrize("given", ["", " ", "a b", "a/b", "é", None, 7, "x" * 129])
def test_what_cannot_be_an_id_of_vapis_is_refused(given: object) -> None:
    with pytest.raises(ValueError, match="Vapi's id of the thing must be"):
        lines.clean_vapi_id(given, "thing")
