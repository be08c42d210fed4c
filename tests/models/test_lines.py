"""The one that calls people back: chosen by several at once, there is one."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest

from models import lines
from models.database import organization
from models.organizations import add_assistant, add_number


def test_chosen_at_once_one_assistant_calls_back(alice_org: UUID) -> None:
    ids = [add_assistant(alice_org, f"a-{number}") for number in range(8)]

    def choose(assistant_id: UUID) -> None:
        with organization(alice_org) as tx:
            lines.change_assistant(tx, alice_org, assistant_id, is_outbound=True)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(choose, ids * 3))
    with organization(alice_org) as tx:
        assert sum(row["is_outbound"] for row in lines.assistants(tx, alice_org)) == 1


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
