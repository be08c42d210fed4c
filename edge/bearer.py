"""Bearer tokens of the API: who somebody is, signed by us. What they may do is asked of the database each time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import jwt

from edge.errors import Problem
from models import api_keys
from models.api_keys import Key
from settings import settings

ALGORITHM = "HS256"
CLOCK_SKEW_SECONDS = 5
LIFE = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class Claims:
    user_id: UUID
    org_id: UUID | None
    """The one organization that the token is for; None where it is for all of the user's."""
    issued_at: int | None

    def issued_before(self, moment: datetime) -> bool:
        """Tokens tell time in whole seconds: one of the same second counts as issued after it."""
        return self.issued_at is not None and self.issued_at < int(moment.timestamp())


def make(user_id: UUID, org_id: UUID | None = None, life: timedelta = LIFE) -> str:
    """A token for a user, as `users token` prints it."""
    now = datetime.now(UTC)
    claims: dict[str, Any] = {"sub": str(user_id), "iat": now, "exp": now + life}
    if org_id is not None:
        claims["app_metadata"] = {"org_id": str(org_id)}
    return jwt.encode(claims, settings().jwt_secret, ALGORITHM)


def verify(authorization: str) -> Claims:
    """What an Authorization header proves; raises Problem 401. Roles in a token are not even read."""
    scheme, _, token = authorization.partition(" ")
    if scheme.lower() != "bearer" or not token:
        raise unauthenticated("Send Authorization: Bearer with a token, as `./aftercall users token` prints it")
    try:
        claims = jwt.decode(
            token.strip(),
            settings().jwt_secret,
            algorithms=[ALGORITHM],
            leeway=CLOCK_SKEW_SECONDS,
            options={"require": ["exp", "sub"], "verify_aud": False},
        )
    except jwt.ExpiredSignatureError:
        raise unauthenticated("The token has expired") from None
    except jwt.PyJWTError:
        raise unauthenticated("The token is not valid") from None
    return _read(claims)


def api_key(authorization: str) -> Key | None:
    """The key of the API that a header brings; None where it brings none. Raises Problem 401 for one without worth."""
    scheme, _, given = authorization.partition(" ")
    if scheme.lower() != "bearer" or not given.strip().startswith(api_keys.PREFIX):
        return None
    key = api_keys.find(given.strip())
    if key is None:
        raise unauthenticated("The API key is not known")
    if key.is_revoked:
        raise unauthenticated("The API key was revoked")
    if key.is_expired:
        raise unauthenticated("The API key has expired")
    return key


def unauthenticated(error: str) -> Problem:
    return Problem(401, error=error, headers={"WWW-Authenticate": "Bearer"})


def _read(claims: dict[str, Any]) -> Claims:
    metadata = claims.get("app_metadata") or {}
    issued_at = claims.get("iat")
    try:
        chosen = metadata.get("org_id")
        return Claims(
            UUID(str(claims["sub"])),
            UUID(str(chosen)) if chosen else None,
            int(issued_at) if issued_at is not None else None,
        )
    except (ValueError, AttributeError):
        raise unauthenticated("The token names no user or organization of ours") from None
