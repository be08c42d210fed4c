"""Upkeep: bodies expire once they were read, old work goes, and broken promises are found and mended."""

from __future__ import annotations

from uuid import UUID, uuid4

from models import upkeep
from models.database import organization, system

OLD = "now() - interval '40 days'"


def make_event(org_id: UUID, state: str, received: str = OLD) -> UUID:
    event_id = uuid4()
    with system() as tx:
        tx.run(
            "INSERT INTO webhook_events (org_id, id, provider, endpoint, kind, dedupe_key, raw, state, received_at)"
            f" VALUES (%s, %s, 'vapi', 'vapi', 'status-update', %s, 'x', %s, {received})",
            (org_id, event_id, str(event_id), state),
        )
    return event_id


def bodies(org_id: UUID) -> set[UUID]:
    with organization(org_id) as tx:
        return {row["id"] for row in tx.rows("SELECT id FROM webhook_events WHERE raw IS NOT NULL")}


def test_old_bodies_are_forgotten_once_they_were_read_and_nobody_elses(alice_org: UUID, bob_org: UUID) -> None:
    make_event(alice_org, "processed")
    young, owed = make_event(alice_org, "processed", "now()"), make_event(alice_org, "accepted")
    theirs = make_event(bob_org, "processed")
    with organization(alice_org) as tx:
        assert upkeep.expire_bodies(tx, alice_org) == 1
    assert bodies(alice_org) == {young, owed}
    assert bodies(bob_org) == {theirs}


def test_finished_jobs_go_after_a_week_and_dead_ones_stay(alice_org: UUID) -> None:
    with organization(alice_org) as tx:
        for key, state, finished in (("old", "done", OLD), ("new", "done", "now()"), ("dead", "dead", OLD)):
            tx.run(
                f"INSERT INTO jobs (org_id, actor, key, state, finished_at) VALUES (%s, 'x', %s, %s, {finished})",
                (alice_org, key, state),
            )
        assert upkeep.trim_jobs(tx, alice_org) == 1
        assert {row["key"] for row in tx.rows("SELECT key FROM jobs")} == {"new", "dead"}


def test_an_accepted_event_without_work_is_found_and_its_work_owed_again(alice_org: UUID) -> None:
    event_id = make_event(alice_org, "accepted", "now() - interval '1 hour'")
    with organization(alice_org) as tx:
        report = upkeep.check_consistency(tx, alice_org)
        assert report["stranded_events"] == 1
        assert [bell.actor for bell in report["bells"]] == ["process_event"]
        assert tx.rows("SELECT key, state FROM jobs") == [{"key": str(event_id), "state": "ready"}]
        assert tx.value("SELECT action FROM audit_log") == "consistency.checked"


def test_a_consistent_organization_is_reported_as_such(alice_org: UUID) -> None:
    with organization(alice_org) as tx:
        report = upkeep.check_consistency(tx, alice_org)
    assert report.pop("bells") == []
    assert set(report.values()) == {0}
