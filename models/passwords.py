"""Passwords: hashed with argon2id beside, never on, the loop that serves other requests."""

from __future__ import annotations

import sys
import unicodedata
from collections.abc import Callable
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

MINIMUM_LENGTH = 12
MAXIMUM_LENGTH = 256
FEWEST_DIFFERENT_CHARACTERS = 5

NOBODYS_HASH = "$argon2id$v=19$m=65536,t=3,p=4$snVCrPMwHWOdkD+D9FYhbw$SQErQEX4kegBXQWQl/a/CK/UK4a5S3EUllTpiPaeG1M"
"""Of a random password that was thrown away: an unknown address costs as much time as a known one."""

_hasher = PasswordHasher()


class WeakPassword(ValueError):
    """The password is not fit for use; the message says what would be."""


def check_strength(password: str, email: str) -> None:
    """Raises WeakPassword for what is guessed first: short, monotonous, or the address itself."""
    if not MINIMUM_LENGTH <= len(password) <= MAXIMUM_LENGTH:
        raise WeakPassword(f"A password has {MINIMUM_LENGTH} to {MAXIMUM_LENGTH} characters; four words are a good one")
    if len(set(password)) < FEWEST_DIFFERENT_CHARACTERS:
        raise WeakPassword(f"A password has at least {FEWEST_DIFFERENT_CHARACTERS} different characters")
    if email.split("@")[0].casefold() in password.casefold() and len(password) < 2 * MINIMUM_LENGTH:
        raise WeakPassword("A password does not hold the name in the e-mail address")


def hash_password(password: str) -> str:
    return str(_aside(_hasher.hash, _canonical(password)))


def matches(password: str, password_hash: str | None) -> bool:
    """Is this the password? Takes the same time (about an eighth of a second) where there is no hash at all."""
    known = bool(password_hash)
    return bool(_aside(_verify, password_hash or NOBODYS_HASH, _canonical(password))) and known


def is_outdated(password_hash: str) -> bool:
    """Was it hashed with weaker parameters than today's?"""
    return _hasher.check_needs_rehash(password_hash)


def _verify(password_hash: str, password: str) -> bool:
    try:
        return _hasher.verify(password_hash, password)
    except (VerificationError, InvalidHashError):
        return False


def _canonical(password: str) -> str:
    """The same characters however a keyboard composed them; no more of them than are hashed."""
    return unicodedata.normalize("NFKC", password[: MAXIMUM_LENGTH + 1])


def _aside(work: Callable[..., Any], *args: Any) -> Any:
    """Runs it in gevent's pool of real threads where gevent serves this process, else right here."""
    monkey = sys.modules.get("gevent.monkey")
    if monkey is None or not monkey.is_module_patched("socket"):
        return work(*args)
    from gevent import get_hub

    return get_hub().threadpool.apply(work, args)
