"""Twilio's API as the stand-in plays it: an account, and which numbers are its own."""

from __future__ import annotations

import hashlib
from typing import Any

from flask import Blueprint, jsonify, request

from standin.stage import stage
from standin.twilio import error, is_account

blueprint = Blueprint("twilio_account", __name__)

PATH = "/2010-04-01/Accounts/<account>"
CAPABILITIES = {"voice": True, "sms": True, "mms": True, "fax": False}
DIFFERENT = "twilio_accounts"


@blueprint.get(f"{PATH}.json")
def fetch(account: str) -> Any:
    if not is_account(account):
        return error(401)
    about = {"sid": account, "status": _known(account).get("status", "active"), "type": "Full"}
    return jsonify(about | {"friendly_name": "Stand-in", "uri": f"/2010-04-01/Accounts/{account}.json"})


@blueprint.get(f"{PATH}/IncomingPhoneNumbers.json")
def numbers(account: str) -> Any:
    """Every number is the account's, unless the account was told which ones are."""
    if not is_account(account):
        return error(401)
    wanted, own = request.args.get("PhoneNumber", ""), _known(account).get("numbers")
    listed = [wanted] if own is None else [number for number in own if wanted in number]
    uri = f"/2010-04-01/Accounts/{account}/IncomingPhoneNumbers.json?PageSize=50&Page=0"
    page = {"page": 0, "page_size": 50, "start": 0, "end": max(0, len(listed) - 1), "uri": uri, "next_page_uri": None}
    return jsonify(page | {"incoming_phone_numbers": [_number(account, one) for one in listed if one]})


@blueprint.post("/__standin/twilio-account")
def tell() -> Any:
    """{"account": sid, "numbers": […], "status": "active", "sms": true}: how an account is from now on."""
    given = request.get_json()
    stage().extensions.setdefault(DIFFERENT, {})[given.pop("account")] = given
    return jsonify(ok=True)


def _known(account: str) -> dict[str, Any]:
    found: dict[str, Any] = stage().extensions.get(DIFFERENT, {}).get(account, {})
    return found


def _number(account: str, number: str) -> dict[str, Any]:
    sid = "PN" + hashlib.md5(number.encode(), usedforsecurity=False).hexdigest()
    can_text = bool(_known(account).get("sms", True))
    return {
        "sid": sid,
        "account_sid": account,
        "phone_number": number,
        "friendly_name": number,
        "capabilities": CAPABILITIES | {"sms": can_text, "mms": can_text},
        "sms_url": "",
        "voice_url": "",
        "status": "in-use",
        "uri": f"/2010-04-01/Accounts/{account}/IncomingPhoneNumbers/{sid}.json",
    }
