"""An organization's Twilio account and number at Vapi: the credential, the number, and which assistant answers it."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from providers.connecting import NotAccepted
from providers.http import BadAnswer, Outage, Reply
from providers.twilio_account import TwilioAccount
from providers.vapi_api import VapiNotConnected, ask, tell

NAME_LENGTH = 40
PAGE = 1000
MOST_PAGES = 50


def keep_credential(account: TwilioAccount, name: str) -> str:
    """Gives Vapi the account to place calls with; Vapi's id of the credential.

    It is not repeated by itself: where its outcome stayed unknown, to repeat it may leave the credential at Vapi twice,
    which harms nothing. Raises NotAccepted, VapiNotConnected, Outage and Unclear.
    """
    content = {"provider": "twilio", "accountSid": account.sid, "authToken": account.token, "name": name[:NAME_LENGTH]}
    return _id(_done(tell("POST", "/credential", content), "Vapi will not take these credentials"))


def has_credential(id: str) -> bool:
    """Whether Vapi still has a credential that it was given. Raises VapiNotConnected and Outage."""
    status, _ = ask(f"/credential/{quote(id, safe='')}")
    if status in (401, 403):
        raise VapiNotConnected
    return status != 404


def find_number(number: str) -> str | None:
    """Vapi's id of a number, None where it does not have it. Raises VapiNotConnected, BadAnswer and Outage."""
    before: dict[str, str] = {}
    for _ in range(MOST_PAGES):
        status, listed = ask("/phone-number", {"limit": str(PAGE)} | before)
        if status in (401, 403):
            raise VapiNotConnected
        if status != 200 or not isinstance(listed, list):
            raise BadAnswer(f"Vapi's list of numbers cannot be read ({status})")
        own = next((one for one in listed if isinstance(one, dict) and one.get("number") == number), None)
        if own is not None:
            return str(own["id"])
        if len(listed) < PAGE:
            return None
        before = {"createdAtLt": str(listed[-1].get("createdAt"))}
    raise BadAnswer("Vapi's list of numbers does not end")


def import_number(account: TwilioAccount, number: str, name: str) -> str:
    """Makes the number known to Vapi, which then takes its calls; Vapi's id of it.

    Texts stay ours: without smsEnabled false Vapi would take over the number's messaging webhook. Whoever does not know
    the outcome looks with `find_number` before asking again. Raises as `keep_credential` does.
    """
    content = _access(account) | {"provider": "twilio", "number": number, "name": name[:NAME_LENGTH]}
    return _id(_done(tell("POST", "/phone-number", content), "Vapi will not import this number"))


def renew_number(id: str, account: TwilioAccount) -> None:
    """Gives a number that Vapi has the account as it is now; to repeat it changes nothing."""
    _done(tell("PATCH", _path(id), _access(account)), "Vapi will not take these credentials for the number")


def link_number(id: str, assistant_id: str) -> None:
    """Lets an assistant answer the number; to repeat it changes nothing."""
    _done(tell("PATCH", _path(id), {"assistantId": assistant_id}), "Vapi will not link the number to the assistant")


def _access(account: TwilioAccount) -> dict[str, Any]:
    return {"twilioAccountSid": account.sid, "twilioAuthToken": account.token, "smsEnabled": False}


def _path(id: str) -> str:
    return f"/phone-number/{quote(id, safe='')}"


def _done(reply: Reply, refusal: str) -> Any:
    if reply.status in (401, 403):
        raise VapiNotConnected
    if reply.status == 429 or reply.status >= 500:
        raise Outage(f"Vapi answered {reply.status}", reply.retry_after)
    if reply.status not in (200, 201):
        raise NotAccepted(f"{refusal} ({reply.status})")
    return reply.body


def _id(told: Any) -> str:
    if not isinstance(told, dict) or not isinstance(told.get("id"), str):
        raise BadAnswer("Vapi's answer has no id")
    return str(told["id"])
