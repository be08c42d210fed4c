"""Where a person stands follows their calls, also when the calls change hands; a colleague's word stays."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from models.database import organization
from tasks.contacts import record_lead
from tasks.ledger import perform
from tasks.persons import place_person
from tests.tasks.talks import ASKED, BOOKED, CALLER, NOON, Clinic
from vocabulary import LeadFacts

CORRECTED = "+12025550199"
NOBODY = {"lead_status": "new", "temperature": None, "services_interested": None, "last_contacted_at": None}
BOTOX = {"lead_status": "booked", "temperature": "hot", "services_interested": "Botox"}


@pytest.fixture
def clinic(alice_org: UUID) -> Clinic:
    return Clinic(alice_org)


def lead(clinic: Clinic, lead_id: str, phone: str | None = None) -> None:
    with organization(clinic.org_id) as tx:
        record_lead(tx, clinic.org_id, LeadFacts(NOON, lead_id, phone, {}), NOON)


def place_everybody(clinic: Clinic) -> None:
    for job in clinic.rows("SELECT id FROM jobs WHERE actor = 'place_person' AND state = 'ready'"):
        perform(clinic.org_id, job["id"])


def person(clinic: Clinic, **known: Any) -> dict[str, Any]:
    """What of these is known of the one contact that there is, or of the one with this phone."""
    phone = known.pop("phone", None)
    row = clinic.rows("SELECT * FROM contacts WHERE phone = coalesce(%s, phone)", phone)[0]
    return {name: row[name] for name in known}


def test_a_lead_that_takes_over_a_phone_stands_where_its_calls_lead(clinic: Clinic) -> None:
    call_id = clinic.tell("1", talk=BOOKED, ended_at=NOON).call_id
    clinic.analyse(call_id)
    lead(clinic, "4711")
    lead(clinic, "4711", CALLER)
    place_everybody(clinic)
    expected = BOTOX | {"last_contacted_at": NOON, "lead_score": clinic.call(call_id)["lead_score"]}
    assert person(clinic, **expected) == expected


@pytest.mark.parametrize(("set_on_lead", "stands"), [(False, "cold"), (True, "warm")])
def test_what_a_colleague_set_on_a_phone_moves_to_its_lead(clinic: Clinic, set_on_lead: bool, stands: str) -> None:
    clinic.analyse(clinic.tell("1", talk=BOOKED).call_id)
    clinic.rows("UPDATE contacts SET temperature = 'cold', temperature_held = true RETURNING 1")
    lead(clinic, "4711")
    if set_on_lead:
        clinic.rows(
            "UPDATE contacts SET temperature = 'warm', temperature_held = true WHERE lead_id = '4711' RETURNING 1"
        )
    lead(clinic, "4711", CALLER)
    place_everybody(clinic)
    expected = {"temperature": stands, "temperature_held": True, "lead_status": "booked", "lead_status_held": False}
    assert person(clinic, **expected) == expected


def test_a_call_whose_number_is_corrected_leaves_nothing_with_the_wrong_person(clinic: Clinic) -> None:
    clinic.analyse(clinic.tell("1", talk=BOOKED, ended_at=NOON).call_id)
    call_id = clinic.tell("1", at=NOON + timedelta(minutes=5), phone_number=CORRECTED, ended_at=NOON).call_id
    clinic.analyse(call_id)
    place_everybody(clinic)
    assert person(clinic, phone=CALLER, **NOBODY) == NOBODY
    assert person(clinic, phone=CORRECTED, **BOTOX) == BOTOX


def test_two_calls_that_become_one_leave_nothing_with_whom_the_younger_was_with(clinic: Clinic) -> None:
    clinic.tell("1", talk=ASKED)
    younger = clinic.tell("2", talk=BOOKED, at=NOON + timedelta(minutes=1), phone_number=CORRECTED, ended_at=NOON)
    clinic.analyse(younger.call_id)
    clinic.join("1", "2", at=NOON + timedelta(minutes=2), phone_number=CALLER)
    place_everybody(clinic)
    assert person(clinic, phone=CORRECTED, **NOBODY) == NOBODY


def test_working_it_out_again_changes_nothing_and_another_organization_sees_nobody(
    clinic: Clinic, bob_org: UUID
) -> None:
    clinic.analyse(clinic.tell("1", talk=ASKED).call_id)
    before = clinic.rows("SELECT * FROM contacts")
    for org_id in (clinic.org_id, bob_org):
        with organization(org_id) as tx:
            place_person(tx, org_id, str(before[0]["id"]))
    assert clinic.rows("SELECT * FROM contacts") == before
