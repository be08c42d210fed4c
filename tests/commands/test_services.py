"""`services`: what an organization sells, from the command line."""

from __future__ import annotations

from uuid import UUID

from models.database import organization
from tests.commands.test_operating import run, told


def test_a_service_is_added_repriced_and_removed(alice_org: UUID) -> None:
    made = told("services", "add", "Peel", "120", "--keyword", "peel", "--org", alice_org)
    assert (made["price"], made["price_version"], made["keywords"]) == (120, 1, ["peel"])
    changed = run("services", "set", "peel", "--price", "150", "--org", "Alice's clinic")
    assert "`./aftercall reanalyse` values them again" in changed.output
    history = told("services", "history", made["id"], "--org", alice_org)
    assert [(price["price"], price["set_by"]) for price in history] == [(150, "command line"), (120, "command line")]
    assert told("services", "remove", "Peel", "--org", alice_org)["is_removed"] is True
    assert "Peel" not in [row["name"] for row in told("services", "list", "--org", alice_org)]
    with organization(alice_org) as tx:
        assert tx.value("SELECT array_agg(action ORDER BY at) FROM audit_log") == [
            "services.create", "services.change", "services.remove"
        ]  # fmt: skip


def test_what_is_wrong_is_a_sentence(alice_org: UUID, bob_org: UUID) -> None:
    for words, sentence in (
        (("add", "Botox", "1"), "There is a service named 'Botox' already"),
        (("add", "Peel", "free"), "price must be an amount"),
        (("set", "Peel", "--price", "1"), "There is no service 'Peel'"),
    ):
        result = run("services", *words, "--org", bob_org)
        assert (result.exit_code, sentence in result.output) == (1, True), result.output
