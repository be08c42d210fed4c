"""Twilio's messages as the stand-in plays them: taken, listed, reported on with real signatures, and answered."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import partial
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, jsonify, request
from twilio.request_validator import RequestValidator

from standin.stage import Stage, here, stage
from standin.texts import Fate, Text, shown
from standin.twilio import SID, TOKEN, error, is_account

blueprint = Blueprint("twilio_messages", __name__)

MESSAGES = "/2010-04-01/Accounts/<account>/Messages.json"
WEBHOOK = "/api/webhooks/twilio/sms"
NUMBER = re.compile(r"\+[1-9]\d{6,14}\Z")
STEP_SECONDS = 0.5
REFUSED = {
    21211: "The 'To' number is not a valid phone number.",
    21212: "The 'From' number is not a valid phone number, shortcode, or alphanumeric sender ID.",
    21408: "Permission to send an SMS has not been enabled for the region indicated by the 'To' number.",
    21602: "Message body is required.",
    21610: "Attempt to send to unsubscribed recipient",
    21612: "Message cannot be sent with the current combination of 'To' and/or 'From' parameters",
    21614: "'To' number is not a valid mobile number",
    21617: "The concatenated message body exceeds the 1600 character limit",
}
TEST_NUMBERS = {
    "+15005550001": 21211,
    "+15005550002": 21612,
    "+15005550003": 21408,
    "+15005550004": 21610,
    "+15005550009": 21614,
}
"""Twilio's own numbers to test refusals with."""


@blueprint.post(MESSAGES)
def send(account: str) -> Any:
    if not is_account(account):
        return error(401)
    form, texts, auth = request.form, stage().texts, request.authorization
    token = (auth.password if auth else None) or ""
    texts.tokens[account] = token
    to, sender, body = form.get("To", ""), form.get("From", ""), form.get("Body", "")
    if code := _refusal(account, to, sender, body):
        return _refused(code)
    now = stage().now()
    text = Text(texts.new_sid(), account, token, sender, to, body, form.get("StatusCallback", ""), now)
    texts.add(text)
    stage().sent.add("twilio", text.sid, now, to=to, body=body, **{"from": sender, "idempotency_key": None})
    answer = jsonify(shown(text, format_datetime))
    _report(here(), text)
    return answer, 201


def _refusal(account: str, to: str, sender: str, body: str) -> int | None:
    if not NUMBER.match(to):
        return 21211
    if not NUMBER.match(sender):
        return 21212
    if stage().texts.is_out(account, sender, to):
        return 21610
    length = 21617 if len(body) > 1600 else None if body else 21602
    return TEST_NUMBERS.get(to, length)


def _refused(code: int) -> Any:
    info = f"https://www.twilio.com/docs/errors/{code}"
    return jsonify(code=code, message=REFUSED[code], more_info=info, status=400), 400


def _report(on: Stage, text: Text) -> None:
    """The statuses that follow, each a little later; how they are told is a matter of luck."""
    fate = on.texts.fate(text.recipient)
    for number, status in enumerate(fate.statuses, start=1):
        code = fate.code if number == len(fate.statuses) else None
        seconds = on.luck.delay(f"{text.sid}|{status}", number * STEP_SECONDS)
        on.deliveries.plan(number * STEP_SECONDS, partial(_move, on, text, status, code))
        for _ in range(on.luck.copies(f"{text.sid}|{status}") if text.callback else 0):
            on.deliveries.plan(seconds, partial(_tell, on, text, status, code))


def _move(on: Stage, text: Text, status: str, code: int | None) -> None:
    text.status, text.error_code, text.sent_at = status, code, text.sent_at or on.now()


def _tell(on: Stage, text: Text, status: str, code: int | None) -> None:
    form = {
        "SmsSid": text.sid,
        "SmsStatus": status,
        "MessageStatus": status,
        "MessageSid": text.sid,
        "To": text.recipient,
        "From": text.sender,
        "AccountSid": text.account,
        "ApiVersion": "2010-04-01",
    } | ({"ErrorCode": str(code)} if code else {})
    _post(on, text.callback, text.token, form, f"{text.sid}|{status}")


def _post(on: Stage, url: str, token: str, form: dict[str, str], name: str) -> int:
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "User-Agent": "TwilioProxy/1.1",
        "I-Twilio-Idempotency-Token": hashlib.sha256(name.encode()).hexdigest()[:32],
        "X-Twilio-Signature": RequestValidator(token).compute_signature(url, form),
    }
    return on.deliveries.send(on.deliveries.reached_at(url), urlencode(form).encode(), headers)


@blueprint.get("/2010-04-01/Accounts/<account>/Messages/<sid>.json")
def get(account: str, sid: str) -> Any:
    if not is_account(account):
        return error(401)
    text = stage().texts.named(account, sid)
    return jsonify(shown(text, format_datetime)) if text else error(404)


@blueprint.get(MESSAGES)
def listed(account: str) -> Any:
    if not is_account(account):
        return error(401)
    args = request.args
    found = [text for text in stage().texts.listed(account, args.get("To")) if _is_asked(text)]
    page, size = int(args.get("Page", 0)), min(int(args.get("PageSize", 50)), 1000)
    shown_now = found[page * size : (page + 1) * size]
    uris = [f"/2010-04-01/Accounts/{account}/Messages.json?{_query(at, size)}" for at in (0, page, page + 1)]
    return jsonify(
        messages=[shown(text, format_datetime) for text in shown_now],
        page=page,
        page_size=size,
        start=page * size,
        end=page * size + max(0, len(shown_now) - 1),
        first_page_uri=uris[0],
        uri=uris[1],
        next_page_uri=uris[2] if (page + 1) * size < len(found) else None,
        previous_page_uri=None,
    )


def _query(page: int, size: int) -> str:
    return urlencode(request.args.to_dict() | {"Page": page, "PageSize": size})


def _is_asked(text: Text) -> bool:
    """By sender and time of sending; what has not left yet has none and is not found by it."""
    since, until = request.args.get("DateSent>"), request.args.get("DateSent<")
    if request.args.get("From", text.sender) != text.sender:
        return False
    if text.sent_at is None:
        return since is None and until is None
    return (since is None or text.sent_at >= _read(since)) and (until is None or text.sent_at <= _read(until))


def _read(given: str) -> datetime:
    at = datetime.fromisoformat(given)
    return at if at.tzinfo else at.replace(tzinfo=UTC)


@blueprint.post("/__standin/texts")
def come_in() -> Any:
    """{"from", "to", "body"}: somebody writes to a number. Twilio obeys STOP by itself and tells the product.

    "account" and "token" where it is not the only one; "url" where the webhook is known by another name; "plain": the
    account has no Advanced Opt-Out, and does not say how it read the words.
    """
    given, texts, on = request.get_json(), stage().texts, here()
    account = given.get("account") or on.keys.get(SID) or next(iter(texts.tokens), "")
    token = given.get("token") or texts.tokens.get(account) or on.keys.get(TOKEN, "")
    word = texts.obey(account, given["to"], given["from"], given["body"])
    sid = given.get("sid") or texts.new_sid()
    form = {
        "ToCountry": "US",
        "SmsMessageSid": sid,
        "NumMedia": "0",
        "SmsSid": sid,
        "SmsStatus": "received",
        "Body": given["body"],
        "To": given["to"],
        "NumSegments": "1",
        "MessageSid": sid,
        "AccountSid": account,
        "From": given["from"],
        "ApiVersion": "2010-04-01",
    } | ({"OptOutType": word} if word and not given.get("plain") else {})
    url = given.get("url") or f"{on.deliveries.url}{WEBHOOK}"
    return jsonify(sid=sid, status=_post(on, url, token, form, f"{sid}|received"))


@blueprint.post("/__standin/fates")
def decide() -> Any:
    """{"to": number, "statuses": ["sent", "undelivered"], "code": 30005}: how texts to it fare; [] for no news."""
    given = request.get_json()
    stage().texts.decide(given["to"], Fate(tuple(given["statuses"]), given.get("code")))
    return jsonify(ok=True)
