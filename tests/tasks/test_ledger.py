"""The ledger's promises: effects once, attempts counted, errors decided by type and kept without their values."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest
from dramatiq.middleware import TimeLimitExceeded

from models import ledger
from models.database import Transaction, organization, system
from tasks.broker import LIVE, broker
from tasks.errors import Busy, Refused
from tasks.ledger import enqueue, perform, registry, work

Do = Callable[[Transaction, UUID], None]


class Stage:
    """An actor whose behaviour a test chooses, and what became of its job."""

    def __init__(self, org_id: UUID) -> None:
        self.org_id = org_id
        self.do: Do = lambda tx, org_id: None
        self.deaths: list[str] = []
        self.runs = 0

    def owe(self, key: str = "k") -> UUID:
        with organization(self.org_id) as tx:
            job_id = ledger.owe(tx, self.org_id, "act", key, {})
        assert job_id is not None
        return job_id

    def run(self, job_id: UUID, times: int = 1) -> None:
        for _ in range(times):
            self.make_due(job_id)
            perform(self.org_id, job_id)

    def make_due(self, job_id: UUID) -> None:
        with system() as tx:
            tx.run("UPDATE jobs SET run_at = now() - interval '1 minute' WHERE id = %s AND state = 'ready'", (job_id,))

    def job(self, job_id: UUID) -> dict[str, Any]:
        with organization(self.org_id) as tx:
            found = tx.row("SELECT * FROM jobs WHERE id = %s", (job_id,))
        assert found is not None
        return found

    def notes(self) -> int:
        with organization(self.org_id) as tx:
            return int(tx.value("SELECT count(*) FROM audit_log WHERE action = 'note'"))


def note(tx: Transaction, org_id: UUID) -> None:
    tx.run("INSERT INTO audit_log (org_id, actor, action) VALUES (%s, 'test', 'note')", (org_id,))


def note_and_raise(error: BaseException) -> Do:
    def do(tx: Transaction, org_id: UUID) -> None:
        note(tx, org_id)
        raise error

    return do


@pytest.fixture
def stage(alice_org: UUID) -> Iterator[Stage]:
    made = Stage(alice_org)

    def act(tx: Transaction, org_id: UUID) -> None:
        made.runs += 1
        made.do(tx, org_id)

    def on_death(tx: Transaction, org_id: UUID, error: str) -> None:
        made.deaths.append(error)

    work(attempts=3, on_death=on_death)(act)
    yield made
    del registry["act"]
    broker.actors.pop("act")


def test_effects_and_the_end_of_the_job_are_one_transaction(stage: Stage) -> None:
    stage.do = note
    job_id = stage.owe()
    stage.run(job_id)
    assert stage.notes() == 1
    assert stage.job(job_id)["state"] == "done"


def test_a_done_job_is_not_run_again(stage: Stage) -> None:
    job_id = stage.owe()
    stage.run(job_id, times=3)
    assert stage.runs == 1


def test_an_error_undoes_the_effects_and_leaves_the_job_for_later(stage: Stage) -> None:
    stage.do = note_and_raise(RuntimeError("boom"))
    job_id = stage.owe()
    stage.run(job_id)
    job = stage.job(job_id)
    assert stage.notes() == 0
    assert (job["state"], job["attempts"], job["lease_until"]) == ("ready", 1, None)
    assert job["run_at"] > job["created_at"]


def test_after_its_last_attempt_a_job_is_dead_and_its_owner_hears_why(stage: Stage) -> None:
    stage.do = note_and_raise(RuntimeError("boom"))
    job_id = stage.owe()
    stage.run(job_id, times=3)
    assert stage.job(job_id)["state"] == "dead"
    assert [death.split(" at ")[0] for death in stage.deaths] == ["RuntimeError"]
    stage.run(job_id)
    assert stage.runs == 3


def test_a_dead_job_is_redriven_with_all_its_attempts(stage: Stage) -> None:
    stage.do = note_and_raise(Refused("no"))
    job_id = stage.owe()
    stage.run(job_id)
    stage.do = note
    with organization(stage.org_id) as tx:
        assert [bell.job_id for bell in ledger.redrive(tx, stage.org_id)] == [job_id]
    stage.run(job_id)
    assert (stage.job(job_id)["state"], stage.job(job_id)["attempts"]) == ("done", 1)


def test_nobody_redrives_another_organizations_job(stage: Stage, bob_org: UUID) -> None:
    stage.do = note_and_raise(Refused("no"))
    job_id = stage.owe()
    stage.run(job_id)
    with organization(bob_org) as tx:
        assert ledger.redrive(tx, bob_org, [job_id]) == []
        assert ledger.redrive(tx, stage.org_id, [job_id]) == []
    assert stage.job(job_id)["state"] == "dead"


def test_a_refusal_is_final(stage: Stage) -> None:
    stage.do = note_and_raise(Refused("the body was forgotten"))
    job_id = stage.owe()
    stage.run(job_id)
    assert (stage.job(job_id)["state"], stage.deaths) == ("dead", ["Refused: the body was forgotten"])


def test_a_busy_world_never_wears_a_job_out(stage: Stage) -> None:
    stage.do = note_and_raise(Busy("later", delay=60))
    job_id = stage.owe()
    stage.run(job_id, times=10)
    assert (stage.job(job_id)["state"], stage.job(job_id)["attempts"]) == ("ready", 0)


def test_a_job_that_exceeds_its_time_counts_as_an_attempt(stage: Stage) -> None:
    stage.do = note_and_raise(TimeLimitExceeded())
    job_id = stage.owe()
    stage.run(job_id)
    assert (stage.job(job_id)["state"], stage.job(job_id)["attempts"]) == ("ready", 1)


def test_a_job_whose_workers_keep_dying_ends_dead_instead_of_looping(stage: Stage) -> None:
    job_id = stage.owe()
    for _ in range(3):
        assert ledger.claim(stage.org_id, job_id) is not None
        with system() as tx:
            tx.run("UPDATE jobs SET lease_until = now() - interval '1 second' WHERE id = %s", (job_id,))
    stage.run(job_id)
    assert stage.runs == 0
    assert stage.job(job_id)["state"] == "dead"
    assert "3 attempts that no worker survived" in stage.deaths[0]


def test_a_claimed_job_is_nobody_elses(stage: Stage) -> None:
    job_id = stage.owe()
    assert ledger.claim(stage.org_id, job_id) is not None
    assert ledger.claim(stage.org_id, job_id) is None


def test_who_lost_the_lease_keeps_nothing(stage: Stage) -> None:
    job_id = stage.owe()

    def lose_the_lease(tx: Transaction, org_id: UUID) -> None:
        note(tx, org_id)
        tx.run("UPDATE jobs SET fence = fence + 1 WHERE id = %s", (job_id,))

    stage.do = lose_the_lease
    stage.run(job_id)
    assert stage.notes() == 0
    assert stage.job(job_id)["state"] == "ready"


def test_a_lease_is_renewed_only_by_its_holder(stage: Stage) -> None:
    job_id = stage.owe()
    held = ledger.claim(stage.org_id, job_id)
    assert held is not None
    assert ledger.renew(held, 60)
    with system() as tx:
        tx.run("UPDATE jobs SET lease_until = now() - interval '1 second' WHERE id = %s", (job_id,))
    assert ledger.claim(stage.org_id, job_id) is not None
    assert not ledger.renew(held, 60)


def test_what_is_kept_of_an_error_holds_none_of_its_values(stage: Stage) -> None:
    stage.do = note_and_raise(ValueError("call +15550101234 of Ann Miller"))
    job_id = stage.owe()
    stage.run(job_id)
    kept = stage.job(job_id)["last_error"]
    assert kept.startswith("ValueError at ")
    assert "Miller" not in kept
    assert "5550101234" not in kept


def test_a_database_error_is_kept_by_its_code_and_constraint(stage: Stage) -> None:
    def insert_twice(tx: Transaction, org_id: UUID) -> None:
        for _ in range(2):
            tx.run("INSERT INTO contacts (org_id, id, phone) VALUES (%s, gen_random_uuid(), '+15550101234')", (org_id,))

    stage.do = insert_twice
    job_id = stage.owe()
    stage.run(job_id)
    assert stage.job(job_id)["last_error"].startswith("UniqueViolation 23505 contacts_by_phone at ")
    assert "5550101234" not in stage.job(job_id)["last_error"]


def test_the_same_fact_is_one_job(stage: Stage) -> None:
    stage.owe("call:1")
    with organization(stage.org_id) as tx:
        ledger.owe(tx, stage.org_id, "act", "call:1", {})
        ledger.owe(tx, stage.org_id, "act", "call:2", {})
        tx.flush()
        assert [row["key"] for row in tx.rows("SELECT key FROM jobs ORDER BY key")] == ["call:1", "call:2"]


def test_a_bell_rings_after_the_commit_and_not_without_it(stage: Stage) -> None:
    actor = registry["act"].function
    with pytest.raises(RuntimeError), organization(stage.org_id) as tx:
        enqueue(tx, actor, stage.org_id, "undone")
        raise RuntimeError
    assert broker.length(LIVE) == 0
    with organization(stage.org_id) as tx:
        enqueue(tx, actor, stage.org_id, "done")
        assert broker.length(LIVE) == 0
    assert broker.length(LIVE) == 1


def test_a_job_that_this_version_does_not_know_ends_dead(alice_org: UUID) -> None:
    with organization(alice_org) as tx:
        job_id = ledger.owe(tx, alice_org, "from_the_future", "k", {})
    assert job_id is not None
    perform(alice_org, job_id)
    with organization(alice_org) as tx:
        assert tx.value("SELECT last_error FROM jobs") == "Refused: this version has no actor from_the_future"
