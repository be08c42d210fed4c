"""What an organization can set for itself."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID, uuid4

import pytest

from models.organizations import UnknownOrganization, change_organization


def test_only_what_is_given_changes(alice_org: UUID) -> None:
    fresh = {
        "body_retention_days": 30,
        "webhook_limit_per_minute": None,
        "convoso_fields": {},
        "openai_enabled": False,
        "openai_budget_per_day": 5,
        "keeps_originals": False,
        "qa_weights": {},
    }
    first = {"webhook_limit_per_minute": 60, "convoso_fields": {"call_id": "ucid"}}
    assert change_organization(alice_org, limit_per_minute=60, convoso_fields={"call_id": "ucid"}) == fresh | first
    second = {"body_retention_days": 7, "convoso_fields": {"call_id": "ucid", "lead_id": "ref"}}
    changed = change_organization(alice_org, retention_days=7, convoso_fields={"lead_id": "ref"})
    assert changed == fresh | first | second


def test_openai_is_switched_on_with_a_budget_and_off_again(alice_org: UUID, bob_org: UUID) -> None:
    changed = change_organization(alice_org, openai=True, openai_budget=Decimal("2.50"))
    assert (changed["openai_enabled"], changed["openai_budget_per_day"]) == (True, Decimal("2.5000"))
    changed = change_organization(alice_org, openai=False)
    assert (changed["openai_enabled"], changed["openai_budget_per_day"]) == (False, Decimal("2.5000"))
    assert change_organization(bob_org)["openai_budget_per_day"] == 5


def test_a_limit_and_a_mapping_can_be_taken_away(alice_org: UUID) -> None:
    change_organization(alice_org, limit_per_minute=60, convoso_fields={"call_id": "ucid"})
    changed = change_organization(alice_org, limit_per_minute=0, convoso_fields={"call_id": ""})
    assert (changed["webhook_limit_per_minute"], changed["convoso_fields"]) == (None, {})


def test_an_unknown_organization_is_told(alice_org: UUID) -> None:
    with pytest.raises(UnknownOrganization, match="orgs list"):
        change_organization(uuid4(), retention_days=1)
