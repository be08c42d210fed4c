"""What becomes of work whose worker dies, will not stop, or is killed by the work itself."""

from __future__ import annotations

import signal
import time
from pathlib import Path
from typing import Any
from uuid import UUID

import psutil
import pytest

from models import ledger
from models.database import organization
from models.organizations import create_organization
from run.embedded import Servers
from tests.flows.instance import await_that, running

RESCUE_SECONDS = 15.0
STALL_SECONDS = 5.0
"""For which a machine that is busy with something else may stand still."""


def owe(org_id: UUID, actor: str) -> UUID:
    """A job without a bell: the sweeper finds it."""
    with organization(org_id) as tx:
        job_id = ledger.owe(tx, org_id, actor, "once", {})
    assert job_id is not None
    return job_id


def job(org_id: UUID, job_id: UUID) -> dict[str, Any]:
    with organization(org_id) as tx:
        found = tx.row("SELECT state, attempts, last_error FROM jobs WHERE id = %s", (job_id,))
    assert found is not None
    return found


def test_a_dead_workers_job_goes_on_within_fifteen_seconds(
    own_servers: tuple[Servers, dict[str, str]], tmp_path: Path
) -> None:
    servers, environment = own_servers
    marker = tmp_path / "starts"
    org_id = create_organization("Rescue")
    with running(servers, environment | {"SLOW_MARKER": str(marker)}, actors="tests.flows.actors"):
        slow = owe(org_id, "be_slow_once")
        await_that(marker.exists)
        worker = int(marker.read_text().split()[0])
        psutil.Process(worker).send_signal(signal.SIGKILL)
        killed_at = time.monotonic()
        await_that(lambda: job(org_id, slow)["state"] == "done")
        assert time.monotonic() - killed_at <= RESCUE_SECONDS + STALL_SECONDS
        assert job(org_id, slow)["attempts"] == 2


@pytest.mark.storm
def test_workers_survive_work_that_kills_them_and_work_that_will_not_stop(
    own_servers: tuple[Servers, dict[str, str]], tmp_path: Path
) -> None:
    servers, environment = own_servers
    marker = tmp_path / "starts"
    marker.touch()
    org_id = create_organization("Rescue")
    with running(servers, environment | {"SLOW_MARKER": str(marker)}, actors="tests.flows.actors") as instance:
        poison = owe(org_id, "crash_the_worker")
        await_that(lambda: job(org_id, poison)["state"] == "dead")
        assert "no worker survived" in job(org_id, poison)["last_error"]

        deaf = owe(org_id, "ignore_the_deadline")
        await_that(lambda: job(org_id, deaf)["state"] == "dead")
        assert "no worker survived" in job(org_id, deaf)["last_error"]
        await_that(lambda: instance.said("ignores its deadline"))

        good = owe(org_id, "be_slow_once")
        await_that(lambda: job(org_id, good)["state"] == "done")
