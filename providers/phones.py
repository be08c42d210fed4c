"""Telephone numbers as providers write them, and as we keep them: E.164."""

from __future__ import annotations

from functools import lru_cache

import phonenumbers

from vocabulary import NAME_LIMIT

LONGEST_NUMBER = 64
"""Characters; phonenumbers would look at up to 250."""

WITHHELD = frozenset({"+266696687", "+7378742833", "+2562533", "+8566696", "+86282452253"})
"""ANONYMOUS, RESTRICTED, BLOCKED, UNKNOWN and UNAVAILABLE in letters on a telephone's keys, as Twilio sends them."""


@lru_cache(maxsize=4096)
def e164(given: str | None, region: str = "US") -> str | None:
    """The number in E.164, read as of `region` where it has no country code; None for what is not a number."""
    if not given or len(given) > LONGEST_NUMBER:
        return None
    try:
        number = phonenumbers.parse(given, region)
    except phonenumbers.NumberParseException:
        return None
    written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return written if phonenumbers.is_possible_number(number) and written not in WITHHELD else None


def as_dialled(given: str | None, region: str = "US") -> str | None:
    """E.164 where possible, else the words given ("anonymous", "sip:front-desk@…"): what a person should see."""
    return e164(given, region) or (given[:NAME_LIMIT] if given else None)
