"""What authentic senders of an organization know, read from the database and the settings of a running instance."""

from __future__ import annotations

from uuid import UUID

from models.database import Access, organization
from models.organizations import customs_of, list_assistants, list_numbers
from models.tokens import list_tokens
from settings import Settings
from simulator.deliveries import ASSISTANT_LINE, Target
from vocabulary import Endpoint


def target_of(org_id: UUID, settings: Settings, base_url: str | None = None) -> Target:
    """The organization as a target: with every kind of traffic that its tokens, lines and assistants allow."""
    tokens = {row["endpoint_type"]: row["token"] for row in reversed(list_tokens(org_id)) if row["is_active"]}
    assistant = next(iter(list_assistants(org_id)), None)
    lines = list_numbers(org_id)
    line = next(iter(lines), None)
    numbered = next((row for row in lines if row["vapi_phone_number_id"]), None)
    with organization(org_id, access=Access.READ) as tx:
        zone = customs_of(tx, org_id).convoso_timezone
    return Target(
        base_url=base_url or f"http://127.0.0.1:{settings.port}",
        public_url=settings.public_url,
        org_id=org_id,
        vapi_secret=settings.vapi_webhook_secret or tokens.get(Endpoint.VAPI.value),
        vapi_assistant_id=assistant["vapi_assistant_id"] if assistant else None,
        vapi_phone_number_id=numbered["vapi_phone_number_id"] if numbered else None,
        assistant_name=(assistant["name"] or "Assistant") if assistant else "Assistant",
        convoso_calls_token=tokens.get(Endpoint.CONVOSO_CALLS.value),
        convoso_leads_token=tokens.get(Endpoint.CONVOSO_LEADS.value),
        convoso_timezone=zone,
        twilio_account_sid=settings.twilio_account_sid,
        twilio_auth_token=settings.twilio_auth_token,
        resend_webhook_secret=settings.resend_webhook_secret,
        line=line["number"] if line else None,
        assistant_line=(line["assistant_number"] if line else None) or ASSISTANT_LINE,
    )
