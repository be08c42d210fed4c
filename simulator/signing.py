"""Proof of the sender as each provider gives it, and forgeries of it."""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random
from urllib.parse import parse_qsl

from twilio.request_validator import RequestValidator

from simulator.deliveries import FORM, JSON, PATHS, Delivery, Event, Expected, Target
from vocabulary import Endpoint

STALE_SECONDS = 3_600
VAPI_AGENT = "Vapi/1.0 (simulated)"
TWILIO_AGENT = "TwilioProxy/1.1 (simulated)"


def sign(event: Event, target: Target, rng: Random) -> Delivery:
    """The event as its genuine sender would post it, in one of the ways that it could be configured."""
    path, headers = PATHS[event.endpoint], {"Content-Type": event.content_type}
    delivery = Delivery(event.key, event.kind, event.endpoint, path, headers, event.body, Expected.ACCEPTED)
    if event.endpoint is Endpoint.VAPI:
        return _by_vapi(delivery, target.vapi_secret or "", rng)
    if event.endpoint is Endpoint.CONVOSO_CALLS:
        return _with_token(delivery, target.convoso_calls_token or "", rng)
    if event.endpoint is Endpoint.CONVOSO_LEADS:
        return _with_token(delivery, target.convoso_leads_token or "", rng)
    if event.endpoint is Endpoint.RESEND:
        signed = svix_headers(target.resend_webhook_secret or "", event.key, event.body, event.at)
        return replace(delivery, headers=headers | signed)
    return _by_twilio(delivery, target)


def sign_body(endpoint: Endpoint, body: bytes, target: Target, seed: str) -> Delivery:
    """Any bytes as the genuine sender of `endpoint` would post them."""
    content_type = JSON if body.lstrip()[:1] == b"{" else FORM
    return sign(Event(endpoint, "one body", "given", body, content_type, datetime.now(UTC)), target, Random(seed))


def _by_vapi(delivery: Delivery, secret: str, rng: Random) -> Delivery:
    way = rng.choices(("header", "bearer", "hmac"), (6, 2, 2))[0]
    if way == "hmac":
        return replace(_with(delivery, "User-Agent", VAPI_AGENT), hmac_secret=secret)
    proof = ("X-Vapi-Secret", secret) if way == "header" else ("Authorization", f"Bearer {secret}")
    return _with(_with(delivery, "User-Agent", VAPI_AGENT), *proof)


def _with_token(delivery: Delivery, token: str, rng: Random) -> Delivery:
    way = rng.choices(("query", "header", "bearer"), (7, 2, 1))[0]
    if way == "query":
        return replace(delivery, path=f"{delivery.path}?token={token}")
    return _with(delivery, *(("X-Webhook-Token", token) if way == "header" else ("Authorization", f"Bearer {token}")))


def _by_twilio(delivery: Delivery, target: Target) -> Delivery:
    signature = twilio_signature(target.twilio_auth_token or "", target.public_url + delivery.path, delivery.body)
    token = hashlib.sha256(delivery.key.encode()).hexdigest()[:32]
    marked = _with(_with(delivery, "User-Agent", TWILIO_AGENT), "I-Twilio-Idempotency-Token", token)
    return _with(marked, "X-Twilio-Signature", signature)


def twilio_signature(auth_token: str, url: str, form: bytes) -> str:
    fields = dict(parse_qsl(form.decode("utf-8", "replace"), keep_blank_values=True))
    signature: str = RequestValidator(auth_token).compute_signature(url, fields)
    return signature


def svix_headers(secret: str, id: str, body: bytes, now: datetime) -> dict[str, str]:
    """Resend's signature, for a request that leaves now."""
    signed = f"{id}.{int(now.timestamp())}.".encode() + body
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signature = base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
    return {"svix-id": id, "svix-timestamp": str(int(now.timestamp())), "svix-signature": f"v1,{signature}"}


def vapi_headers(secret: str, body: bytes, now: datetime) -> dict[str, str]:
    """Vapi's HMAC credential in its default format, for a request that leaves now."""
    stamp = str(int(now.timestamp()))
    signature = hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    return {"X-Timestamp": stamp, "X-Signature": signature}


def forge(delivery: Delivery, target: Target, at: datetime, rng: Random) -> Delivery:
    """The same request from somebody who lacks the secret, or who changed or kept what was signed."""
    bare = replace(
        delivery,
        key=f"forged|{delivery.key}",
        path=PATHS[delivery.endpoint],
        headers={"Content-Type": delivery.headers["Content-Type"]},
        expected=Expected.REFUSED,
        hmac_secret=None,
    )
    forgeries = {"no proof": bare} | _forgeries(delivery, bare, target, at, f"{rng.getrandbits(256):064x}")
    way = rng.choice(sorted(forgeries))
    return replace(forgeries[way], oddity=f"forged: {way}")


def _forgeries(delivery: Delivery, bare: Delivery, target: Target, at: datetime, guess: str) -> dict[str, Delivery]:
    if delivery.endpoint is Endpoint.VAPI:
        signed = vapi_headers(target.vapi_secret or "", delivery.body, at - timedelta(seconds=STALE_SECONDS))
        return {
            "wrong secret": _with(bare, "X-Vapi-Secret", guess),
            "stale signature": replace(bare, headers=bare.headers | signed),
            "signature that is no hex": _with(
                _with(bare, "X-Timestamp", signed["X-Timestamp"]), "X-Signature", "é" * 64
            ),
        }
    signature = delivery.headers.get("X-Twilio-Signature")
    if signature is None:
        return {"wrong token": replace(bare, path=f"{bare.path}?token={guess}")}
    return {
        "wrong signature": _with(bare, "X-Twilio-Signature", signature[::-1]),
        "changed body": replace(_with(bare, "X-Twilio-Signature", signature), body=delivery.body + b"&Extra=1"),
    }


def _with(delivery: Delivery, name: str, value: str) -> Delivery:
    return replace(delivery, headers={**delivery.headers, name: value})
