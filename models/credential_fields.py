"""What a connection to each provider consists of, and what such values look like: read before anything is sealed."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from dataclasses import dataclass

LONGEST = 512
ACCOUNT_SID = re.compile(r"AC[0-9a-fA-F]{32}")
E164 = re.compile(r"\+[1-9][0-9]{6,14}")
SECRET = re.compile(r"[!-~]+")
"""Printable and without spaces: it travels in headers, where anything else would be a mistake of whoever pasted it."""
SENDER = re.compile(r"(?:[^<>\r\n\0]*<)?[^@\s<>]+@[^@\s<>]+\.[^@\s<>]+>?")
SIGNING_SECRET = re.compile(r"whsec_[A-Za-z0-9+/=_-]+")


@dataclass(frozen=True, slots=True)
class Field:
    """One value of a connection. `words`: what it must be, for people."""

    name: str
    shape: re.Pattern[str]
    words: str
    is_secret: bool = True
    is_optional: bool = False


def _secret(name: str) -> Field:
    return Field(name, SECRET, "must be printable, without spaces")


PROVIDERS: dict[str, tuple[Field, ...]] = {
    "convoso": (_secret("auth_token"),),
    "twilio": (
        Field("account_sid", ACCOUNT_SID, "must be AC and 32 hexadecimal digits", is_secret=False),
        _secret("auth_token"),
        Field("phone_number", E164, "must be written like +15550100123", is_secret=False),
    ),
    "resend": (
        _secret("api_key"),
        Field("from", SENDER, "must be an address, or Name <address>", is_secret=False),
        Field("webhook_secret", SIGNING_SECRET, "must be whsec_ and base64", is_optional=True),
    ),
    "openai": (_secret("api_key"),),
    "elevenlabs": (_secret("api_key"),),
}
NAMES = {
    "convoso": "Convoso",
    "twilio": "Twilio",
    "resend": "Resend",
    "openai": "OpenAI",
    "elevenlabs": "ElevenLabs",
    "google_calendar": "Google Calendar",
}
FIELDS = {provider: tuple(field.name for field in fields) for provider, fields in PROVIDERS.items()}
"""Provider → what a connection to it consists of."""
SECRET_FIELDS = frozenset(field.name for fields in PROVIDERS.values() for field in fields if field.is_secret)
OPTIONAL_FIELDS = frozenset(field.name for fields in PROVIDERS.values() for field in fields if field.is_optional)


def clean(provider: str, given: Mapping[str, object]) -> dict[str, str]:
    """The values of a connection without the space around them.

    Raises ValueError for a provider that is none and for what is missing, surplus or misshapen: it names the field,
    and never repeats a value.
    """
    if provider not in PROVIDERS:
        raise ValueError(f"There is no connection to {provider}; there are {', '.join(PROVIDERS)}")
    fields = PROVIDERS[provider]
    config = {name: value.strip() for name, value in given.items() if isinstance(value, str) and value.strip()}
    needed = [field.name for field in fields if not field.is_optional]
    if set(given) - set(FIELDS[provider]) or not set(needed) <= set(config):
        raise ValueError(f"{NAMES[provider]} needs {_listed(needed)}")
    for field in fields:
        if field.name in config and not _fits(field, config[field.name]):
            raise ValueError(f"{field.name} {field.words}")
    return config


def _fits(field: Field, value: str) -> bool:
    if len(value) > LONGEST or not field.shape.fullmatch(value):
        return False
    if field.shape is not SIGNING_SECRET:
        return True
    try:
        return bool(base64.b64decode(value.removeprefix("whsec_"), validate=True))
    except binascii.Error:
        return False


def _listed(names: list[str]) -> str:
    return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
