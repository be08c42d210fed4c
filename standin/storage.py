"""Where providers keep files: presigned URLs that work for a while, as an object store gives them out."""

from __future__ import annotations

import hashlib
import hmac
import os
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from flask import Blueprint, Response, request

from standin.sound import mp3, wav
from standin.stage import stage

blueprint = Blueprint("storage", __name__)

LIFETIME = timedelta(minutes=30)
KEY = os.urandom(32)


def presigned(key: str, now: datetime) -> str:
    """A URL on this server that gives the file of that key until its time is over."""
    expires = int((now + LIFETIME).timestamp())
    return f"{request.host_url.rstrip('/')}/storage/{quote(key)}?expires={expires}&signature={_sign(key, expires)}"


@blueprint.get("/storage/<key>")
def get(key: str) -> Any:
    expires = request.args.get("expires", "0")
    expires_at = int(expires) if expires.isdigit() else 0
    if not hmac.compare_digest(_sign(key, expires_at), request.args.get("signature", "")):
        return _refused("SignatureDoesNotMatch", "The signature does not match")
    if stage().now().timestamp() >= expires_at:
        return _refused("AccessDenied", "Request has expired")
    name, _, ending = key.rpartition(".")
    call = stage().calls.named(name)
    if call is None:
        return _error(404, "NoSuchKey", "The key does not exist")
    return audio(call.id, call.seconds, ending)


def audio(name: str, seconds: float, ending: str) -> Response:
    if ending == "mp3":
        return Response(mp3(seconds), content_type="audio/mpeg")
    return Response(wav(name, seconds), content_type="audio/wav")


def _sign(key: str, expires: int) -> str:
    return hmac.new(KEY, f"{key}|{expires}".encode(), hashlib.sha256).hexdigest()


def _refused(code: str, message: str) -> Response:
    return _error(403, code, message)


def _error(status: int, code: str, message: str) -> Response:
    body = f'<?xml version="1.0" encoding="UTF-8"?><Error><Code>{code}</Code><Message>{message}</Message></Error>'
    return Response(body, status, content_type="application/xml")
