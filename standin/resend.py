"""Resend's API as the stand-in plays it: one mail for a key, however often it comes, and signed news of what became."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import time
from datetime import UTC, datetime
from email.utils import parseaddr
from functools import partial
from typing import Any

from flask import Blueprint, Response, jsonify, request

from standin.mails import Busy, Changed, Hook, Mail
from standin.stage import Stage, here, stage

blueprint = Blueprint("resend", __name__)

KEY, SECRET = "RESEND_API_KEY", "RESEND_WEBHOOK_SECRET"
WEBHOOK = "/api/webhooks/resend"
STEP_SECONDS = 0.5
TAG = re.compile(r"[A-Za-z0-9_-]{1,256}\Z")
FATES = {
    "bounced": (
        ("sent", {}),
        ("bounced", {"bounce": {"type": "Permanent", "subType": "General", "message": "550 no such user"}}),
    ),
    "complained": (("sent", {}), ("delivered", {}), ("complained", {})),
    "suppressed": (("suppressed", {"suppressed": {"type": "OnAccountSuppressionList", "message": "suppressed"}}),),
    "delayed": (("sent", {}), ("delivery_delayed", {}), ("delivered", {})),
}
"""By the name before the @ at resend.dev, as with Resend's own test addresses; everything else is delivered."""
DELIVERED: tuple[tuple[str, dict[str, Any]], ...] = (("sent", {}), ("delivered", {}))


@blueprint.post("/emails")
def send() -> Any:
    key = _key()
    if isinstance(key, Response):
        return key
    content: Any = request.get_json(silent=True)
    if complaint := _complaint(content):
        return complaint
    mails, name, now = stage().mails, request.headers.get("Idempotency-Key"), stage().now()
    if name is not None:
        if not 1 <= len(name) <= 256:
            return _error(400, "invalid_idempotency_key", "The key must be between 1-256 characters.")
        try:
            known = mails.begin(key, name, request.get_data(), now)
        except Busy:
            return _error(409, "concurrent_idempotent_requests", "Same idempotency key used while in progress.")
        except Changed:
            return _error(409, "invalid_idempotent_request", "Same idempotency key used with a different payload.")
        if known is not None:
            return jsonify(id=known.id)
    time.sleep(mails.seconds)
    return jsonify(id=_take(here(), key, name, content, now).id)


def _take(on: Stage, key: str, name: str | None, content: dict[str, Any], now: datetime) -> Mail:
    mail = on.mails.take(key, name, content, now)
    to = ", ".join(_recipients(content))
    kept = {"from": content["from"], "subject": content["subject"], "body": content.get("text", content.get("html"))}
    on.sent.add("resend", mail.id, now, to=to, idempotency_key=name, **kept)
    for number, (word, more) in enumerate(_fate(content), start=1):
        event = f"{mail.id}|{word}"
        on.deliveries.plan(number * STEP_SECONDS, partial(_move, mail, word))
        for _ in range(on.luck.copies(event)):
            seconds = on.luck.delay(event, number * STEP_SECONDS)
            on.deliveries.plan(seconds, partial(_tell, on, mail, word, more, f"msg_{_digest(event)}"))
    return mail


def _recipients(content: dict[str, Any]) -> list[str]:
    to = content["to"]
    return to if isinstance(to, list) else [to]


def _fate(content: dict[str, Any]) -> tuple[tuple[str, dict[str, Any]], ...]:
    name, _, domain = parseaddr(_recipients(content)[0])[1].partition("@")
    return FATES.get(name.partition("+")[0], DELIVERED) if domain == "resend.dev" else DELIVERED


def _move(mail: Mail, word: str) -> None:
    mail.last_event = word


def _tell(on: Stage, mail: Mail, word: str, more: dict[str, Any], id: str) -> None:
    hook = on.mails.hooks.get(mail.key) or Hook(f"{on.deliveries.url}{WEBHOOK}", on.keys.get(SECRET, ""))
    if on.deliveries.url is None or not hook.secret:
        return
    tags = {tag["name"]: tag["value"] for tag in mail.content.get("tags", [])}
    about = {name: mail.content[name] for name in ("from", "subject")} | {"to": _recipients(mail.content)}
    data = {"email_id": mail.id, "created_at": _stamp(mail.created_at), "tags": tags} | about | more
    body = json.dumps({"type": f"email.{word}", "created_at": _stamp(on.now()), "data": data}).encode()
    on.deliveries.send(on.deliveries.reached_at(hook.url), body, svix_headers(hook.secret, id, body))


def svix_headers(secret: str, id: str, body: bytes) -> dict[str, str]:
    """Signed as Svix signs, at the machine's time: receivers compare it with theirs."""
    now = str(int(datetime.now(UTC).timestamp()))
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signature = base64.b64encode(hmac.digest(key, f"{id}.{now}.".encode() + body, "sha256")).decode()
    signed = {"svix-id": id, "svix-timestamp": now, "svix-signature": f"v1,{signature}"}
    return {"Content-Type": "application/json", "User-Agent": "Svix-Webhooks/1.24"} | signed


@blueprint.get("/emails/<id>")
def get(id: str) -> Any:
    key = _key()
    if isinstance(key, Response):
        return key
    mail = stage().mails.named(key, id)
    if mail is None:
        return _error(404, "not_found", "Email not found")
    told = {"object": "email", "id": mail.id, "last_event": mail.last_event, "created_at": _stamp(mail.created_at)}
    return jsonify(told | {name: mail.content.get(name) for name in ("from", "to", "subject", "text", "html")})


@blueprint.post("/__standin/mails")
def direct() -> Any:
    """{"seconds": how long a mail is worked on, "hooks": {API key: {"url": …, "secret": …}}}."""
    given, mails = request.get_json(), stage().mails
    mails.seconds = float(given.get("seconds", mails.seconds))
    mails.hooks.update({key: Hook(**hook) for key, hook in given.get("hooks", {}).items()})
    return jsonify(ok=True)


def _key() -> str | Response:
    """The API key of a request, or the answer for who may not ask."""
    if not request.headers.get("User-Agent"):
        return Response("error code: 1010", 403, content_type="text/plain")
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    if scheme != "Bearer" or not key:
        return _error(401, "missing_api_key", "Missing API Key")
    is_hooked = key in stage().mails.hooks
    return key if is_hooked or stage().accepts(KEY, key) else _error(403, "invalid_api_key", "API key is invalid")


def _complaint(content: Any) -> Response | None:
    if not isinstance(content, dict):
        return _error(422, "validation_error", "The body must be an object.")
    missing = [name for name in ("from", "to", "subject") if not content.get(name)]
    if missing or not (content.get("text") or content.get("html")):
        return _error(422, "missing_required_field", f"Missing `{(missing or ['html` or `text'])[0]}` field.")
    if not all("@" in one for one in _recipients(content)):
        return _error(422, "validation_error", "Invalid `to` field.")
    tags = content.get("tags", [])
    if not all(TAG.match(str(tag.get(name, ""))) for tag in tags for name in ("name", "value")):
        return _error(422, "validation_error", "Tags may hold ASCII letters, numbers, underscores and dashes.")
    return None


def _error(status: int, name: str, message: str) -> Response:
    answer: Response = jsonify(statusCode=status, name=name, message=message)
    answer.status_code = status
    return answer


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def _stamp(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
