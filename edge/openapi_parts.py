"""What the API's document says of every endpoint alike: who may, the headers, the refusals, the areas."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]

DESCRIPTION = (
    "What Aftercall knows of an organization's calls, and what can be done about them. JSON in and out; ids are UUIDs;"
    " times are ISO 8601 in UTC. Lists are read in pages: `limit` (at most 200) and the `next` of the page before."
    " What does not exist and what belongs to another organization are answered alike, by 404."
)
SCHEMES: Json = {
    "token": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "A person's: HS256, with `sub` and `exp`. `app_metadata.org_id` chooses an organization;"
        " memberships decide what the person may do there, never the token.",
    },
    "key": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "ack_…",
        "description": "A program's: a key that an admin makes for one organization, with a role and an expiry."
        " Keys, members and invitations are people's business: there a key gets 403 `person_required`.",
    },
}
PARAMETERS: Json = {
    "org_id": {
        "name": "org_id",
        "in": "query",
        "description": "One organization. Without it reading covers every organization where the caller has the role,"
        " and changing is refused (400 `org_required`) unless the bearer or the body names one.",
        "schema": {"type": "string", "format": "uuid"},
    },
    "X-Request-Id": {
        "name": "X-Request-Id",
        "in": "header",
        "description": "A name for this request, which its answer and our log repeat; else one is made.",
        "schema": {"type": "string", "pattern": "^[A-Za-z0-9._-]{1,64}$"},
    },
    "Idempotency-Key": {
        "name": "Idempotency-Key",
        "in": "header",
        "description": "A name for what is wanted: sent again with the same name it is done once."
        " The same name for something else is refused (422 `idempotency_key_reused`).",
        "schema": {"type": "string", "pattern": "^[ -~]{1,200}$"},
    },
}
HEADERS: Json = {
    "X-Request-Id": {"description": "The request's name in our log", "schema": {"type": "string"}},
    "Retry-After": {"description": "Seconds to wait", "schema": {"type": "integer", "minimum": 0}},
    "WWW-Authenticate": {"description": "Bearer", "schema": {"type": "string"}},
    "RateLimit-Limit": {"description": "How many requests a window has", "schema": {"type": "integer"}},
    "RateLimit-Remaining": {"description": "How many of them are left", "schema": {"type": "integer"}},
    "RateLimit-Reset": {"description": "Seconds until the window begins anew", "schema": {"type": "integer"}},
}
LIMITS = ("RateLimit-Limit", "RateLimit-Remaining", "RateLimit-Reset")
REFUSALS: dict[int, tuple[str, tuple[str, ...]]] = {
    400: ("Something that was sent is wrong or missing; `error` names it", ()),
    401: ("The bearer is missing, not valid, expired or revoked", ("WWW-Authenticate",)),
    403: ("The caller's role does not allow this", ()),
    404: ("There is nothing here that the caller can see", ()),
    409: ("It cannot be done as things stand; `code` says what stands against it", ()),
    410: ("It is no longer there", ()),
    413: ("The body is larger than 64 KiB", ()),
    422: ("It is understood, and cannot be done; `code` says why", ()),
    429: ("Too many requests, or too many messages to somebody: wait", ("Retry-After", *LIMITS)),
    502: ("The provider that is needed for this did not answer as it should", ()),
    503: ("The service cannot answer right now", ("Retry-After",)),
}
SUCCESSES = {
    200: "As asked",
    201: "It was made",
    202: "It is written down, and is done in a moment",
}
TAGS = {
    "calls": "Calls: lists, search, one with everything about it, its words, its recording, what is sent from it",
    "contacts": "People who called or may be called",
    "appointments": "Appointments and their reminders",
    "messages": "Every text and mail, in and out, and what became of it",
    "dashboard": "Figures over a span of days",
    "services": "What the organization offers, at what price",
    "templates": "The words of messages",
    "numbers": "Phone numbers",
    "assistants": "Voice assistants",
    "credentials": "Accounts at providers; their secrets are never shown again",
    "tokens": "Tokens and addresses for providers' webhooks",
    "settings": "How the organization works",
    "team": "Members, roles, invitations",
    "keys": "Keys of this API",
    "audit": "Who read or changed what",
    "organizations": "Where the caller belongs",
    "admin": "Across organizations",
    "service": "The service itself",
}
AREAS = {
    "agencies": "tokens",
    "audit-logs": "audit",
    "calls-dashboard": "calls",
    "health": "service",
    "openapi.json": "service",
    "orgs": "organizations",
    "ui": "calls",
}
"""Where the second word of an address is not its area's name."""


def tag_of(path: str) -> str:
    area = path.split("/")[2]
    return AREAS.get(area, area)
