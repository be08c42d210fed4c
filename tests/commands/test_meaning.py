"""What calls meant, from the command line: asked anew, corrected, and read."""

from __future__ import annotations

from uuid import UUID, uuid4

from models.database import organization
from models.organizations import customs_of
from rules.qa_factors import FACTORS
from tests.commands.test_operating import run, told
from tests.tasks.talks import BOOKED, Clinic


def test_a_changed_price_is_shown_before_anything_is_written(alice_org: UUID) -> None:
    clinic = Clinic(alice_org)
    clinic.analyse(clinic.tell("1", talk=BOOKED).call_id)
    run("services", "set", "Botox", "--price", "450", "--org", alice_org)
    asked = ("reanalyse", "--org", alice_org, "--since", "2026-01-01")
    dry = told(*asked, "--dry-run")
    assert [float(value) for value in dry["figures"]["pipeline_value"]] == [400, 450]
    assert clinic.figures()[0]["value"] == 400
    assert "Nothing was written" in run(*asked, "--dry-run").output
    assert "have new versions; the old ones stay" in run(*asked).output
    assert clinic.figures()[0]["value"] == 450
    assert told(*asked)["changes"] == []


def test_a_persons_word_is_stated_and_taken_back(alice_org: UUID) -> None:
    call_id = Clinic(alice_org).tell("1", talk=BOOKED).call_id
    assert told("correct", call_id, "booking", "cancelled")["booking"] == "cancelled"
    assert told("correct", call_id, "booking", "--withdraw")["booking"] == "confirmed"


def test_what_cannot_be_corrected_is_a_sentence(alice_org: UUID) -> None:
    call_id = Clinic(alice_org).tell("1", talk=BOOKED).call_id
    assert "A booking is one of confirmed, requested" in run("correct", call_id, "booking", "perhaps").output
    assert "There is no call" in run("correct", uuid4(), "booking", "confirmed").output
    assert "--withdraw" in run("correct", call_id, "booking").output


def test_the_untouched_words_are_kept_only_where_the_organization_says_so(alice_org: UUID) -> None:
    clinic = Clinic(alice_org)
    call_id = clinic.tell("1", talk=BOOKED).call_id
    assert "[PHONE_1]" in told("transcript", call_id)[1]["words"]
    assert "were not kept" in run("transcript", call_id, "--original").output
    assert [row["action"] for row in clinic.rows("SELECT action FROM audit_log")] == ["transcript.read"]


def test_what_is_kept_encrypted_can_be_read_and_leaves_a_trace(alice_org: UUID) -> None:
    assert told("orgs", "set", alice_org, "--keep-originals", "on")["keeps_originals"] is True
    with organization(alice_org) as tx:
        clinic = Clinic(alice_org, customs_of(tx, alice_org))
    call_id = clinic.tell("1", talk=BOOKED).call_id
    assert "202 555 0178" in told("transcript", call_id, "--original")[1]["words"]
    trail = clinic.rows("SELECT action, details FROM audit_log ORDER BY at")
    assert [(one["action"], one["details"]) for one in trail] == [
        ("settings.change", {"changed": ["keeps_originals"]}), ("transcript.original_read", {})
    ]  # fmt: skip


def test_weights_of_quality_are_checked(alice_org: UUID) -> None:
    assert told("orgs", "set", alice_org, "--qa-weight", "silence=0")["qa_weights"] == {"silence": 0}
    assert "NAME=NUMBER" in run("orgs", "set", alice_org, "--qa-weight", "charm=3").output


def test_the_last_weight_cannot_be_taken_away(alice_org: UUID) -> None:
    *others, last = FACTORS
    for name in others:
        told("orgs", "set", alice_org, "--qa-weight", f"{name}=0")
    refused = run("orgs", "set", alice_org, "--qa-weight", f"{last}=0", "--retention-days", "3")
    assert refused.exit_code == 1
    assert "one of them more than 0" in refused.output
    kept = told("orgs", "set", alice_org)
    assert (kept["qa_weights"], kept["body_retention_days"]) == (dict.fromkeys(others, 0), 30)
