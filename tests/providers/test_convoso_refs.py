"""The name of a Convoso call is known before the work: the edge answers with the id that follows from it."""

from __future__ import annotations

from uuid import UUID

from providers.convoso import call_ref
from tests.payloads.corpus import EVENT_ID
from vocabulary import CallRef, Customs, Provider

ORG = UUID("0195a2f0-0000-7000-8000-00000000aaaa")


def test_a_call_id_names_the_call() -> None:
    assert call_ref({"uniqueid": 17, "lead_id": "4"}, EVENT_ID) == "17"


def test_a_lead_and_its_start_name_the_call_in_every_spelling() -> None:
    spellings = ["2026-03-02 07:04:05", "03/02/2026 07:04:05", "2026-03-02T15:04:05Z", 1772463845]
    refs = {call_ref({"lead_id": "4", "started_at": one}, EVENT_ID) for one in spellings}
    assert refs == {"lead:4:2026-03-02T15:04:05+00:00"}


def test_a_lead_without_a_start_is_named_by_its_event() -> None:
    assert call_ref({"lead_id": "4"}, EVENT_ID) == "lead:4:0195a2f0-0000-7000-8000-00000000e7e7"
    assert call_ref({"lead_id": "4"}, None) is None


def test_zero_names_nothing() -> None:
    assert call_ref({"lead_id": "0", "call_id": 0}, EVENT_ID) is None


def test_an_organizations_own_name_is_asked_first() -> None:
    assert call_ref({"call_id": "1", "ticket": "2"}, None, Customs(convoso_fields={"call_id": "ticket"})) == "2"


def test_the_calls_id_follows_from_organization_and_name() -> None:
    ref = CallRef(Provider.CONVOSO, "17")
    assert ref.call_id(ORG) == UUID("be7ed6d3-f13d-5643-95d6-d226e0d2b8ec")
