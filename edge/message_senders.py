"""Who sent a webhook of Twilio's or Resend's: the deployment's account, or one of an organization's own."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from edge.post import Post
from models import credentials, vault
from models.events import Sender
from providers import resend_events, twilio
from providers.base import same_secret
from settings import settings
from vocabulary import Endpoint, Provider

ACCOUNT = re.compile(r"AC[0-9a-fA-F]{32}\Z")
CALLER_MUST_BE_KNOWN = (Endpoint.TWILIO,)


def twilio_sender(post: Post, body: dict[str, Any] | None) -> Sender | None:
    """The account that the body names chooses the token; the signature covers the address and all of the body."""
    claimed = twilio.account_sid(body) if body is not None else None
    account, token = settings().twilio_account_sid, settings().twilio_auth_token
    if account and token and same_secret(claimed, account):
        return _of_deployment(post) if _is_signed(post, token) else None
    return _of_organization(post, claimed) if claimed and ACCOUNT.match(claimed) else None


def _is_signed(post: Post, token: str) -> bool:
    return twilio.signature_valid(token, post.url, post.headers, post.raw)


def _of_deployment(post: Post) -> Sender | None:
    """Our own address of a message names its organization: nobody else makes Twilio sign one for this account."""
    if post.endpoint is Endpoint.TWILIO_SMS and post.names("org"):
        return _fixed(post, post.id_in_address("org"))
    return Sender(trusted=True, must_be_known=post.endpoint in CALLER_MUST_BE_KNOWN)


def _of_organization(post: Post, account: str) -> Sender | None:
    """An organization's own token speaks for it, and of several that share the account for the one that is meant."""
    known = credentials.of_account(Provider.TWILIO.value, account)
    owners = [one.org_id for one in known if _is_signed(post, one.config["auth_token"])]
    if post.names("org"):
        org_id = post.id_in_address("org")
        fixed = _fixed(post, org_id) if org_id in owners else None
        return replace(fixed, proven=tuple(owners)) if fixed else None
    return _unnamed(post, owners)


def _unnamed(post: Post, owners: Sequence[UUID]) -> Sender | None:
    """A text to a number of several is for the organization that the number's account and owner tell (see identify).

    Nothing else that a body says of itself tells which of several a call is of.
    """
    if len(owners) == 1:
        return Sender(org_id=owners[0], proven=tuple(owners))
    return Sender(trusted=True, proven=tuple(owners)) if owners and post.endpoint is Endpoint.TWILIO_SMS else None


def _fixed(post: Post, org_id: UUID | None) -> Sender | None:
    return Sender(org_id=org_id, message_id=post.id_in_address("message")) if org_id else None


def resend_sender(post: Post, body: dict[str, Any] | None) -> Sender | None:
    """An address that names an organization is proven by that one's secret, and every other by the deployment's.

    The signature does not cover the address: what one organization's secret signed says nothing about another.
    """
    if post.names("org"):
        org_id = post.id_in_address("org")
        secret = _secret_of(org_id) if org_id else None
        return Sender(org_id=org_id) if secret and _is_svix(post, secret) else None
    secret = settings().resend_webhook_secret
    if not secret or not _is_svix(post, secret):
        return None
    return Sender(org_id=resend_events.org_of(body) if body is not None else None, trusted=True)


def _secret_of(org_id: UUID) -> str | None:
    try:
        known = credentials.for_proof(org_id, Provider.RESEND.value)
    except vault.Unreadable:
        return None
    return known.config.get("webhook_secret") if known else None


def _is_svix(post: Post, secret: str) -> bool:
    return resend_events.signature_valid(secret, post.headers, post.raw, datetime.now(UTC))
