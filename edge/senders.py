"""Who sent a webhook, as far as the edge can tell before it asks the database: the first half of every verdict."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import Request

from edge.message_senders import resend_sender, twilio_sender
from edge.post import Post
from models.events import Sender
from models.tokens import hash_token, signing_secrets
from providers import vapi
from providers.base import is_ambiguous, presented_token, same_secret
from settings import settings
from vocabulary import Headers, Identity, Provider

LEGACY_HEADER = "x-webhook-secret"
PROOFS = {
    Provider.VAPI: ("x-vapi-secret", "authorization", "x-webhook-token", "x-signature"),
    Provider.CONVOSO: ("authorization", "x-webhook-token", LEGACY_HEADER),
    Provider.TWILIO: ("x-twilio-signature",),
    Provider.RESEND: ("svix-signature",),
}
"""In which headers each shows who it is, if not by a token in the address."""


def presented_token_hash(request: Request) -> str | None:
    """The hash of the token on a status check, if it shows exactly one."""
    headers = Headers({name.lower(): tuple(request.headers.getlist(name)) for name in set(request.headers.keys())})
    token = presented_token(request.args.getlist("token"), headers) or vapi.presented_secret(headers)
    return hash_token(token) if token else None


def shows_something(provider: Provider, post: Post) -> bool:
    """Is there anything at all by which the sender could be known? Without it a body is not worth a look."""
    return any(post.query_tokens) or any(post.headers.one(name) for name in PROOFS[provider])


def sender_of(provider: Provider, post: Post, body: dict[str, Any] | None, identity: Identity) -> Sender | None:
    """What is proven, or claimed by a token that the database will check; None where nothing vouches for the body."""
    if is_ambiguous(post.headers) or len(post.query_tokens) > 1:
        return None
    if provider is Provider.TWILIO:
        return twilio_sender(post, body)
    if provider is Provider.RESEND:
        return resend_sender(post, body)
    token = presented_token(post.query_tokens, post.headers)
    if provider is Provider.VAPI:
        return _vapi(post, token, identity)
    return _by_token(token) or _legacy(post)


def _by_token(token: str | None) -> Sender | None:
    return Sender(token_hash=hash_token(token)) if token else None


def _legacy(post: Post) -> Sender | None:
    """The shared secret of older installations, for the one organization that the deployment names for it."""
    presented = post.headers.one(LEGACY_HEADER)
    if not same_secret(presented, settings().legacy_webhook_secret):
        return None
    return Sender(org_id=settings().legacy_webhook_org_id)


def _vapi(post: Post, token: str | None, identity: Identity) -> Sender | None:
    """Vapi proves itself by the deployment's secret, or by an organization's: as a token, a plain secret or a key.

    A token beside the deployment's secret fixes the organization, as it does alone.
    """
    ours = settings().vapi_webhook_secret
    secret = vapi.presented_secret(post.headers)
    presented = (post.query_tokens[0] if post.query_tokens else None) or secret or token
    if ours and same_secret(secret, ours):
        return Sender(trusted=True, token_hash=hash_token(token) if token and not same_secret(token, ours) else None)
    if ours and vapi.signature_valid(ours, post.headers, post.raw, datetime.now(UTC)):
        return Sender(trusted=True, token_hash=hash_token(presented) if presented else None)
    if presented:
        return _by_token(presented)
    if post.headers.one("x-signature") and identity.named:
        for key in signing_secrets(identity.named, post.endpoint):
            if vapi.signature_valid(key, post.headers, post.raw, datetime.now(UTC)):
                return _by_token(key)
    return None
