"""What a call sets off: one alert for each hot lead and day, one follow-up for each call, and nothing twice."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from models.database import organization
from models.organizations import add_number
from models.templates import Draft, create_template
from settings import settings
from tasks.alerts import set_off
from tasks.follow_ups import plan_follow_up
from tasks.ledger import perform
from tests.tasks.talks import ASKED, BOOKED, CALLER, LINE, NOON, Clinic

ALERTED = "+12025550188"
SOON = NOON + timedelta(minutes=10)
MESSAGES = "SELECT * FROM messages ORDER BY created_at"


@pytest.fixture
def clinic(alice_org: UUID) -> Clinic:
    with organization(alice_org) as tx:
        tx.run(
            "UPDATE organizations SET alert_number = %s, sms_number = '+12025550199', sms_account = 'AC1'", (ALERTED,)
        )
    return Clinic(alice_org)


def understood(clinic: Clinic, call_id: UUID, now: datetime = SOON) -> None:
    """What a worker does after a call, at this time."""
    found = clinic.analyse(call_id)
    assert found is not None
    with organization(clinic.org_id) as tx:
        set_off(tx, clinic.org_id, found, now)


def followed(clinic: Clinic, call_id: UUID, now: datetime = SOON) -> None:
    with organization(clinic.org_id) as tx:
        plan_follow_up(tx, clinic.org_id, call_id, now)


def write_template(clinic: Clinic, body: str, results: list[str], purpose: str = "followup") -> None:
    with organization(clinic.org_id) as tx:
        create_template(tx, clinic.org_id, Draft(f"{purpose} {results}", purpose, "sms", None, body, results))


def owed(clinic: Clinic, actor: str) -> list[dict[str, Any]]:
    return clinic.rows("SELECT * FROM jobs WHERE actor = %s", actor)


def test_a_hot_lead_is_told_to_the_organization_in_its_own_words(clinic: Clinic) -> None:
    call_id = clinic.tell("1", talk=BOOKED).call_id
    understood(clinic, call_id)
    alert = clinic.rows(MESSAGES)[0]
    score = clinic.call(call_id)["lead_score"]
    assert alert["content"] == (
        f"Hot lead at Alice's clinic, score {score}: A caller, {CALLER}. Asked about: Botox. "
        f"{settings().public_url}/o/{clinic.org_id}/calls/{call_id}"
    )
    assert (alert["recipient"], alert["purpose"], alert["requested_by"]) == (ALERTED, "hot_lead", "rule:hot_lead")
    assert (alert["call_id"], alert["contact_id"]) == (call_id, None)
    assert len(owed(clinic, "send_message")) == 1


def test_asked_again_nobody_is_texted_twice(clinic: Clinic) -> None:
    write_template(clinic, "Hi", ["booked"])
    call_id = clinic.tell("1", talk=BOOKED).call_id
    for hours in (0, 1, 10):
        understood(clinic, call_id, SOON + timedelta(hours=hours))
        followed(clinic, call_id)
    assert [row["purpose"] for row in clinic.rows(MESSAGES)] == ["hot_lead", "followup"]
    assert len(owed(clinic, "send_message")) == 2
    assert len(owed(clinic, "follow_up_call")) == 1


def test_another_hot_call_of_the_same_lead_is_told_of_on_another_day_only(clinic: Clinic) -> None:
    for name, hours in (("1", 0), ("2", 3), ("3", 24)):
        at = NOON + timedelta(hours=hours)
        understood(clinic, clinic.tell(name, at, talk=BOOKED).call_id, at)
    assert [row["intent_key"].rpartition(":")[2] for row in clinic.rows(MESSAGES)] == ["2026-03-01", "2026-03-02"]


def test_two_leads_are_two_alerts(clinic: Clinic) -> None:
    for name, phone in (("1", CALLER), ("2", "+12025550179")):
        understood(clinic, clinic.tell(name, talk=BOOKED, phone_number=phone).call_id)
    assert len(clinic.rows(MESSAGES)) == 2


def test_a_call_whose_time_moves_to_another_day_is_told_of_once(clinic: Clinic) -> None:
    call_id = clinic.tell("1", talk=BOOKED).call_id
    understood(clinic, call_id)
    with organization(clinic.org_id) as tx:
        tx.run("UPDATE calls SET started_at = started_at + interval '1 day'")
    understood(clinic, call_id, SOON + timedelta(days=1))
    assert len(clinic.rows(MESSAGES)) == 1


def test_a_lead_that_is_not_hot_is_no_alert(clinic: Clinic) -> None:
    call_id = clinic.tell("1", talk=ASKED).call_id
    understood(clinic, call_id)
    assert clinic.call(call_id)["lead_score"] < 70
    assert clinic.rows(MESSAGES) == []


@pytest.mark.parametrize("number", [None, CALLER])
def test_with_nobody_to_tell_or_only_the_caller_nothing_is_sent(clinic: Clinic, number: str | None) -> None:
    with organization(clinic.org_id) as tx:
        tx.run("UPDATE organizations SET alert_number = %s", (number,))
    understood(clinic, clinic.tell("1", talk=BOOKED).call_id)
    assert clinic.rows(MESSAGES) == []


def test_an_older_call_sets_nothing_off_however_it_is_understood(clinic: Clinic) -> None:
    write_template(clinic, "Hi", ["booked"])
    call_id = clinic.tell("1", talk=BOOKED).call_id
    understood(clinic, call_id, NOON + timedelta(hours=24, seconds=1))
    followed(clinic, call_id, NOON + timedelta(hours=24, seconds=1))
    assert (clinic.rows(MESSAGES), owed(clinic, "follow_up_call")) == ([], [])


def test_an_organization_writes_its_alerts_itself(clinic: Clinic) -> None:
    write_template(clinic, "{{ score }}: {{ name }} wants {{ service }}. {{ result }}!", [], "hot_lead")
    understood(clinic, clinic.tell("1", talk=BOOKED).call_id)
    assert clinic.rows(MESSAGES)[0]["content"].endswith(": A caller wants Botox. An appointment was booked!")


def test_no_follow_up_is_sent_until_an_organization_asks_for_it(clinic: Clinic) -> None:
    write_template(clinic, "Hi", ["voicemail"])
    write_template(clinic, "Hi", [])
    call_id = clinic.tell("1", talk=BOOKED).call_id
    understood(clinic, call_id)
    followed(clinic, call_id)
    assert owed(clinic, "follow_up_call") == []
    assert [row["purpose"] for row in clinic.rows(MESSAGES)] == ["hot_lead"]


def test_a_follow_up_waits_a_moment_and_goes_to_the_caller(clinic: Clinic) -> None:
    write_template(clinic, "Hi {{ first_name }}, thanks for asking about {{ service }}. {{ clinic }}", ["booked"])
    call_id = clinic.tell("1", talk=BOOKED).call_id
    understood(clinic, call_id)
    assert [job["run_at"] for job in owed(clinic, "follow_up_call")] == [SOON + timedelta(minutes=2)]
    followed(clinic, call_id)
    sent = clinic.rows("SELECT * FROM messages WHERE purpose = 'followup'")[0]
    assert sent["content"] == "Hi there, thanks for asking about Botox. Alice's clinic"
    assert (sent["recipient"], sent["intent_key"]) == (CALLER, f"followup:{call_id}:auto")
    assert (sent["call_id"], sent["requested_by"]) == (call_id, "rule:follow_up")
    assert sent["contact_id"] == clinic.call(call_id)["contact_id"]


def test_what_became_of_a_call_in_the_end_decides_on_its_words(clinic: Clinic) -> None:
    write_template(clinic, "We talked", ["answered"])
    write_template(clinic, "See you", ["booked"])
    call_id = clinic.tell("1").call_id
    understood(clinic, call_id)
    assert [job["key"] for job in owed(clinic, "follow_up_call")] == [f"{call_id}:answered"]
    clinic.tell("1", NOON + timedelta(seconds=30), talk=BOOKED)
    understood(clinic, call_id)
    for _ in owed(clinic, "follow_up_call"):
        followed(clinic, call_id)
    assert [row["content"] for row in clinic.rows("SELECT content FROM messages WHERE purpose = 'followup'")] == [
        "See you"
    ]


def test_whom_a_person_has_written_to_about_the_call_gets_no_other_text(clinic: Clinic) -> None:
    write_template(clinic, "Hi", ["booked"])
    call_id = clinic.tell("1", talk=BOOKED).call_id
    clinic.analyse(call_id)
    with organization(clinic.org_id) as tx:
        tx.run(
            "INSERT INTO messages (org_id, id, direction, method, purpose, status, recipient, content, call_id,"
            " intent_key, requested_by) VALUES (%s, gen_random_uuid(), 'outbound', 'sms', 'followup', 'sent', %s, 'x',"
            " %s, 'a click', 'user:1')",
            (clinic.org_id, CALLER, call_id),
        )
    followed(clinic, call_id)
    assert len(clinic.rows(MESSAGES)) == 1


@pytest.mark.parametrize(
    "phone", [LINE, "+12025550200", ALERTED, "+12025550199", "anonymous", None], ids=lambda phone: str(phone)
)
def test_a_number_of_the_organizations_own_or_none_at_all_gets_no_follow_up(clinic: Clinic, phone: str | None) -> None:
    write_template(clinic, "Hi", ["booked"])
    add_number(clinic.org_id, LINE, assistant_number="+12025550200")
    call_id = clinic.tell("1", talk=BOOKED, phone_number=phone).call_id
    clinic.analyse(call_id)
    followed(clinic, call_id)
    assert clinic.call(call_id)["result"] == "booked"
    assert clinic.rows(MESSAGES) == []


def test_a_number_that_is_only_stated_to_be_the_organizations_gets_its_follow_up(clinic: Clinic) -> None:
    write_template(clinic, "Hi", ["booked"])
    add_number(clinic.org_id, LINE, is_verified=False)
    call_id = clinic.tell("1", talk=BOOKED, phone_number=LINE).call_id
    clinic.analyse(call_id)
    followed(clinic, call_id)
    assert [row["recipient"] for row in clinic.rows(MESSAGES)] == [LINE]


def test_a_follow_up_that_cannot_be_written_is_shown_to_people_and_never_sent(clinic: Clinic) -> None:
    write_template(clinic, "{{ clinic }} " + "x" * 150, ["booked"])
    call_id = clinic.tell("1", talk=BOOKED).call_id
    clinic.analyse(call_id)
    followed(clinic, call_id)
    skipped = clinic.rows(MESSAGES)[0]
    assert skipped["status"] == "skipped"
    assert skipped["reason"].startswith("With its values it has 165 characters; at most 160")
    assert owed(clinic, "send_message") == []


def test_the_worker_does_all_of_it_after_a_call(clinic: Clinic) -> None:
    write_template(clinic, "Hi", ["booked"])
    call_id = clinic.tell("1", datetime.now(UTC) - timedelta(minutes=5), talk=BOOKED).call_id
    for job in owed(clinic, "analyse"):
        perform(clinic.org_id, job["id"])
    with organization(clinic.org_id) as tx:
        tx.run("UPDATE jobs SET run_at = now() WHERE actor = 'follow_up_call'")
    for job in owed(clinic, "follow_up_call") * 2:
        perform(clinic.org_id, job["id"])
    assert [(row["purpose"], row["call_id"]) for row in clinic.rows(MESSAGES)] == [
        ("hot_lead", call_id), ("followup", call_id),
    ]  # fmt: skip


def test_another_organizations_call_sets_nothing_off_here(clinic: Clinic, bob_org: UUID) -> None:
    write_template(clinic, "Hi", ["booked"])
    bobs = Clinic(bob_org)
    call_id = bobs.tell("1", talk=BOOKED).call_id
    understood(bobs, call_id)
    followed(clinic, call_id)
    assert (clinic.rows(MESSAGES), bobs.rows(MESSAGES)) == ([], [])
