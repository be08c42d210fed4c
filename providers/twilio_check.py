"""Whether an organization's Twilio account can be used: its credentials are right, and the number is its own."""

from __future__ import annotations

from typing import Any

from providers.connecting import NotAccepted
from providers.http import Ask, BadAnswer, read_json
from providers.twilio_account import TwilioAccount

WHO = "Twilio"
REFUSED = "Twilio refuses these credentials"
NOT_ITS_NUMBER = "This number does not belong to the Twilio account"
NO_TEXTS = "This number cannot send text messages"


def check_account(account: TwilioAccount) -> None:
    """Raises NotAccepted where the credentials are refused or the account is not active, and Outage."""
    status, told = read_json(Ask(WHO, f"{account.url}.json", auth=account.auth))
    _refuse(status)
    state = told.get("status") if isinstance(told, dict) else None
    if state != "active":
        raise NotAccepted(f"This Twilio account is {state if state in ('suspended', 'closed') else 'not active'}")


def check_number(account: TwilioAccount, number: str) -> None:
    """Raises NotAccepted where the account has no such number or it cannot text, and Outage."""
    url = f"{account.url}/IncomingPhoneNumbers.json"
    status, told = read_json(Ask(WHO, url, params={"PhoneNumber": number}, auth=account.auth))
    _refuse(status)
    listed = told.get("incoming_phone_numbers") if isinstance(told, dict) else None
    if not isinstance(listed, list):
        raise BadAnswer("Twilio's list of numbers cannot be read")
    # The filter also takes parts of numbers.
    own = next((one for one in listed if isinstance(one, dict) and one.get("phone_number") == number), None)
    if own is None:
        raise NotAccepted(NOT_ITS_NUMBER)
    if not _can_text(own.get("capabilities")):
        raise NotAccepted(NO_TEXTS)


def _refuse(status: int) -> None:
    if status in (401, 403, 404):
        raise NotAccepted(REFUSED)
    if status != 200:
        raise BadAnswer(f"Twilio answered {status}")


def _can_text(capabilities: Any) -> bool:
    """Written `sms` by the API, and `SMS` in its older answers."""
    return isinstance(capabilities, dict) and bool(capabilities.get("sms", capabilities.get("SMS")))
