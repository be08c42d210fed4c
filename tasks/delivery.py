"""A claimed message on its way: with which words and from whom it leaves, and what it means that it arrived."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from models import appointments, invitations, messages
from models.database import Transaction
from models.links import SHARED, invitation_link, recording_link
from models.playable import playable_of_call
from providers import resend, twilio_sms
from providers.resend import Mail
from providers.sending import Outcome
from settings import settings
from tasks.senders import MailSender, NotConnected, Sender, sender_of
from vocabulary import MessageStatus, Method, Purpose

LINK = "{{ link }}"
"""Where the words of a shared recording or an invitation have its address, made as they leave and kept nowhere."""
INVITATION = "invitation:"
"""Before an invitation's id: the intent key of its mail."""
LAST_CALL = timedelta(hours=1)
"""A link that is good for less is dead on arrival."""
ANOTHER_ACCOUNT = "The account that it was sent through is no longer connected"


class DeadLink(Exception):
    """What the message would lead to is gone."""


@dataclass(frozen=True, slots=True)
class Ready:
    """A message with its exact words, and what it is sent with."""

    id: UUID
    org_id: UUID
    recipient: str
    subject: str
    content: str = field(repr=False)
    sender: Sender
    row: dict[str, Any] = field(repr=False)
    claimed_at: datetime
    worth_until: datetime | None = None
    """Until when it may arrive; None where nobody asked."""


def made_ready(tx: Transaction, org_id: UUID, row: dict[str, Any], now: datetime, by: str) -> Ready:
    """Raises NotConnected and DeadLink. `by`: the job that the audit trail names for the use of the credential."""
    sender = sender_of(tx, org_id, Method(row["method"]), by=by)
    content = _content(tx, org_id, row, now)
    return Ready(row["id"], org_id, row["recipient"], row["subject"] or "", content, sender, row, now)


def ready_again(tx: Transaction, org_id: UUID, row: dict[str, Any], now: datetime, by: str) -> Ready:
    """As it left the first time: the same words, through the same account. Raises NotConnected and DeadLink."""
    ready = made_ready(tx, org_id, row, now, by)
    if ready.sender.account_name != row["service_account"]:
        raise NotConnected(ANOTHER_ACCOUNT)
    return ready


def _content(tx: Transaction, org_id: UUID, row: dict[str, Any], now: datetime) -> str:
    content: str = row["content"]
    if row["intent_key"].startswith(INVITATION):
        return _inviting(tx, org_id, content, UUID(row["intent_key"].removeprefix(INVITATION)))
    if row["purpose"] != Purpose.SHARE:
        return content
    recording_id = playable_of_call(tx, org_id, row["call_id"])
    if recording_id is None or now >= row["created_at"] + SHARED - LAST_CALL:
        raise DeadLink
    link = recording_link(org_id, recording_id, f"message:{row['id']}", row["created_at"], SHARED)
    return content.replace(LINK, link.url)


def _inviting(tx: Transaction, org_id: UUID, content: str, invitation_id: UUID) -> str:
    if not invitations.waits(tx, org_id, invitation_id):
        raise DeadLink
    return content.replace(LINK, invitation_link(invitation_id))


def deliver(ready: Ready) -> Outcome:
    """Hands it to its provider, with no transaction open."""
    if isinstance(ready.sender, MailSender):
        tags = {"org": str(ready.org_id), "message": str(ready.id)}
        mail = Mail(ready.row["sender"] or ready.sender.address, ready.recipient, ready.subject, ready.content, tags)
        return resend.send(ready.sender.key, mail, str(ready.id))
    worth = (ready.worth_until - ready.claimed_at).total_seconds() if ready.worth_until else twilio_sms.LONGEST_VALID
    back = callback_url(ready.org_id, ready.id)
    return twilio_sms.send(ready.sender.account, ready.sender.address, ready.recipient, ready.content, back, worth)


def callback_url(org_id: UUID, message_id: UUID) -> str:
    """Where Twilio reports what became of a message."""
    query = urlencode({"org": org_id, "message": message_id})
    return f"{settings().public_url}/api/webhooks/twilio/sms?{query}"


def note_accepted(tx: Transaction, org_id: UUID, row: dict[str, Any], external_id: str | None, now: datetime) -> None:
    """The provider has it: told by its answer, or found there later."""
    messages.move(tx, org_id, row["id"], MessageStatus.SENT, None, external_id, now)
    if row["purpose"] == Purpose.REMINDER and row["appointment_id"] is not None:
        appointments.confirm(tx, org_id, row["appointment_id"], now, row["appointment_version"])
