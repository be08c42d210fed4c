"""Words with variables such as {{ first_name }}: which there are, what is wrong with a template, and the words sent."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from rules.segments import FOLLOWUP_LIMIT
from vocabulary import Method, Purpose

SMS_LIMIT = 1_600
"""Characters that Twilio takes in one message."""
EMAIL_LIMIT = 20_000
SUBJECT_LIMIT = 200
VALUE_LIMIT = 120
"""Characters of one value: a name from outside may have any length."""

VARIABLE = re.compile(r"\{\{\s*([A-Za-z_]\w{0,40})\s*\}\}")
BRACES = re.compile(r"\{\{|\}\}")
SPACES = re.compile(r"[\s\x00-\x1f\x7f]+")


@dataclass(frozen=True, slots=True)
class Variable:
    """What a variable stands for; `instead` stands in for a value that is not known, None where nothing can."""

    meaning: str
    example: str
    instead: str | None = None


@dataclass(frozen=True, slots=True)
class Words:
    """What is sent; only mail has a subject."""

    content: str
    subject: str | None = None


class Missing(ValueError):
    """A value is not known and nothing can stand in for it."""


class TooLong(ValueError):
    """The words with their values are longer than such a message may be."""


PERSON = {
    "first_name": Variable("their first name", "Maria", "there"),
    "name": Variable("their full name", "Maria Lopez", "there"),
    "clinic": Variable("your organization's name", "Bright Clinic"),
}
VARIABLES: dict[Purpose, dict[str, Variable]] = {
    Purpose.REMINDER: PERSON
    | {
        "title": Variable("what the appointment is for", "Botox", "Appointment"),
        "date": Variable("the day of the appointment", "Tuesday, March 3"),
        "time": Variable("when it begins", "2:30 PM"),
    },
    Purpose.FOLLOWUP: PERSON
    | {
        "service": Variable("what the call was about", "Botox", "our services"),
        "phone": Variable("the number that you text from", "+1 212-555-0100"),
    },
    Purpose.HOT_LEAD: {
        "first_name": Variable("the caller's first name", "Maria", "a caller"),
        "name": Variable("the caller's full name", "Maria Lopez", "A caller"),
        "clinic": PERSON["clinic"],
        "phone": Variable("the caller's number", "+1 212-555-0100", "no number"),
        "score": Variable("the lead score, 0 to 100", "85"),
        "service": Variable("what the call was about", "Botox", "not said"),
        "result": Variable("what became of the call", "The caller wants an appointment", "not known"),
        "link": Variable("the call's page", "https://aftercall.example.com/o/…/calls/…"),
    },
}


def variables(text: str) -> tuple[str, ...]:
    """The names of a text's variables, each once, in order."""
    return tuple(dict.fromkeys(VARIABLE.findall(text)))


def examples(purpose: Purpose) -> dict[str, str]:
    return {name: variable.example for name, variable in VARIABLES[purpose].items()}


def render(text: str, values: Mapping[str, object], purpose: Purpose) -> str:
    """The text with its values, or what stands in for them. Raises Missing, also for a variable that there is not."""
    return VARIABLE.sub(lambda found: _value(found.group(1), values, purpose), text)


def write(template: Words, values: Mapping[str, object], purpose: Purpose, method: Method) -> Words:
    """The words as they are sent. Raises Missing, and TooLong; first what is known of the person is left out."""
    content = render(template.content, values, purpose)
    if len(content) > limit_of(purpose, method):
        content = render(template.content, {**values, "first_name": None, "name": None}, purpose)
    if len(content) > limit_of(purpose, method):
        raise TooLong(f"With its values it has {len(content)} characters; at most {limit_of(purpose, method)} are sent")
    subject = render(template.subject, values, purpose)[:SUBJECT_LIMIT] if template.subject else None
    return Words(content, subject if method is Method.EMAIL else None)


def limit_of(purpose: Purpose, method: Method) -> int:
    """How many characters such a message may have."""
    if method is Method.EMAIL:
        return EMAIL_LIMIT
    return FOLLOWUP_LIMIT if purpose is Purpose.FOLLOWUP else SMS_LIMIT


def problems(text: str, purpose: Purpose) -> tuple[str, ...]:
    """What keeps a text from being a template for this purpose, in sentences for people."""
    return tuple(_problems(text, VARIABLES[purpose]))


def _problems(text: str, known: Mapping[str, Variable]) -> Iterator[str]:
    choice = ", ".join(known)
    for name in variables(text):
        if name not in known:
            yield f"There is no variable {name} here; there are {choice}"
    if BRACES.search(VARIABLE.sub("", text)):
        yield f"Write a variable as two braces, a name and two braces, like {{{{ first_name }}}}; there are {choice}"


def _value(name: str, values: Mapping[str, object], purpose: Purpose) -> str:
    known = VARIABLES[purpose].get(name)
    if known is None:
        raise Missing(f"There is no variable {name} here")
    given = values.get(name)
    value = "" if given is None else SPACES.sub(" ", str(given)).strip()[:VALUE_LIMIT].strip()
    if value:
        return value
    if known.instead is None:
        raise Missing(f"{known.meaning} is not known")
    return known.instead


def person_values(first_name: str | None, name: str | None) -> dict[str, str | None]:
    """A person's variables from what is known of their name: the first word of it where nobody gave a first name."""
    full = (name or first_name or "").strip()
    return {"first_name": (first_name or "").strip() or next(iter(full.split()), None), "name": full or None}


def time_values(at: datetime, zone: str) -> dict[str, str]:
    """date and time of an instant as people there say them: Tuesday, March 3 and 2:30 PM."""
    local = at.astimezone(ZoneInfo(zone))
    return {"date": f"{local:%A, %B} {local.day}", "time": f"{local.hour % 12 or 12}:{local:%M} {local:%p}"}
