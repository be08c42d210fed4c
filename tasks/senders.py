"""With what an organization sends: its own account at a provider, else the deployment's; and why it cannot."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from models import credentials
from models.database import Transaction
from models.vault import Unreadable
from providers.twilio_account import TwilioAccount
from settings import settings
from vocabulary import Method, Provider

NO_TWILIO = "Twilio is not connected. Connect it in settings."
NO_RESEND = "Resend is not connected. Connect it in settings."
PROVIDER_OF = {Method.SMS: Provider.TWILIO, Method.EMAIL: Provider.RESEND}


class NotConnected(Exception):
    """There is nothing to send with; the message tells people the cure."""


@dataclass(frozen=True, slots=True)
class TextSender:
    account: TwilioAccount
    address: str
    """The number that texts come from."""
    is_own: bool
    provider: Provider = Provider.TWILIO

    @property
    def account_name(self) -> str:
        return self.account.sid


@dataclass(frozen=True, slots=True)
class MailSender:
    key: str = field(repr=False)
    address: str
    is_own: bool
    provider: Provider = Provider.RESEND

    @property
    def account_name(self) -> str:
        """Which key it is, without the key: what was sent under one is not known under another."""
        return "key:" + hashlib.sha256(self.key.encode()).hexdigest()[:16]


Sender = TextSender | MailSender


def refusal(tx: Transaction, org_id: UUID, method: Method) -> str | None:
    """Why the organization cannot send so, in a sentence with the cure; None where it can."""
    if method is Method.EMAIL:
        return None if settings().resend_api_key or credentials.exists(tx, org_id, "resend") else NO_RESEND
    number = _number(tx, org_id)
    is_connected = _is_ours(number["sms_account"]) or credentials.exists(tx, org_id, "twilio")
    return None if number["sms_number"] and is_connected else NO_TWILIO


def sender_of(tx: Transaction, org_id: UUID, method: Method, by: str) -> Sender:
    """What to send with; using the organization's own credential is noted in its audit trail. Raises NotConnected."""
    try:
        return _mail(tx, org_id, by) if method is Method.EMAIL else _text(tx, org_id, by)
    except credentials.Missing:
        raise NotConnected(NO_RESEND if method is Method.EMAIL else NO_TWILIO) from None
    except Unreadable as error:
        raise NotConnected(str(error)) from None


def _text(tx: Transaction, org_id: UUID, by: str) -> TextSender:
    number = _number(tx, org_id)
    if not number["sms_number"]:
        raise credentials.Missing
    if credentials.exists(tx, org_id, "twilio"):
        config = credentials.get(tx, org_id, "twilio", by=by).config
        if config["account_sid"] == number["sms_account"]:
            account = TwilioAccount(config["account_sid"], config["auth_token"])
            return TextSender(account, number["sms_number"], is_own=True)
    chosen = settings()
    if not _is_ours(number["sms_account"]) or not chosen.twilio_account_sid or not chosen.twilio_auth_token:
        raise credentials.Missing
    account = TwilioAccount(chosen.twilio_account_sid, chosen.twilio_auth_token)
    return TextSender(account, number["sms_number"], is_own=False)


def _mail(tx: Transaction, org_id: UUID, by: str) -> MailSender:
    if credentials.exists(tx, org_id, "resend"):
        config = credentials.get(tx, org_id, "resend", by=by).config
        return MailSender(config["api_key"], config["from"], is_own=True)
    key, address = settings().resend_api_key, settings().resend_from
    if not key or not address:
        raise credentials.Missing
    return MailSender(key, address, is_own=False)


def _number(tx: Transaction, org_id: UUID) -> dict[str, Any]:
    row = tx.row("SELECT sms_number, sms_account FROM organizations WHERE org_id = %s", (org_id,))
    assert row is not None, "whoever acts for an organization has found it"
    return row


def _is_ours(account: str | None) -> bool:
    return account is not None and account == settings().twilio_account_sid
