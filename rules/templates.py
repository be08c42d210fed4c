"""Is this a template? What people write is cleaned and checked before it is kept, and every fault is named."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rules.outcome import SENTENCES
from rules.wording import SUBJECT_LIMIT, TooLong, Words, examples, limit_of, problems, write
from vocabulary import Method, Purpose

LONGEST_NAME = 120
METHODS = {
    Purpose.FOLLOWUP: (Method.SMS,),
    Purpose.REMINDER: (Method.SMS, Method.EMAIL),
    Purpose.HOT_LEAD: (Method.SMS,),
}
"""What each purpose is sent by."""
RESULTS = tuple(word for word in SENTENCES if word not in ("under_way", "unknown", "do_not_call"))
"""Results of a call after which a follow-up may be sent: it has one, and they may be written to."""
FIXED = ("purpose", "method")
FIELDS = ("name", *FIXED, "subject", "body", "after_results")


def clean_template(given: Mapping[str, object], clinic: str, before: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """All columns of a template from what was given of them and what stood before. Raises ValueError, naming the field.

    `clinic` is the organization's name, with which and with examples the words must not be too long.
    """
    if before is not None:
        moved = [name for name in FIXED if name in given and given[name] != before[name]]
        if moved:
            raise ValueError(f"{moved[0]} cannot be changed: make another template")
    whole = {name: given[name] if name in given else (before or {}).get(name) for name in FIELDS}
    purpose, method = clean_kind(whole["purpose"], whole["method"])
    words = clean_words(whole["body"], whole["subject"], purpose, method)
    shown(words, clinic, purpose, method)
    return {
        "name": _name(whole["name"]),
        "purpose": purpose.value,
        "method": method.value,
        "subject": words.subject,
        "body": words.content,
        "after_results": _results(whole["after_results"], purpose),
    }


def clean_kind(purpose: object, method: object) -> tuple[Purpose, Method]:
    """What a template is for and how it is sent. Raises ValueError."""
    if purpose not in [known.value for known in METHODS]:
        raise ValueError(f"purpose must be one of {', '.join(METHODS)}")
    known = Purpose(str(purpose))
    if method not in [possible.value for possible in METHODS[known]]:
        raise ValueError(f"method must be {' or '.join(METHODS[known])} for a {known.replace('_', ' ')}")
    return known, Method(str(method))


def clean_words(body: object, subject: object, purpose: Purpose, method: Method) -> Words:
    """Body and subject as they are kept; raises ValueError where a variable is unknown or something is missing."""
    text = body.replace("\0", "").replace("\r\n", "\n").strip() if isinstance(body, str) else ""
    longest = limit_of(purpose, method) * 2
    if not 1 <= len(text) <= longest:
        raise ValueError(f"body must be a text of 1 to {longest} characters")
    title = " ".join(subject.replace("\0", "").split()) if isinstance(subject, str) else ""
    if method is Method.EMAIL and not 1 <= len(title) <= SUBJECT_LIMIT:
        raise ValueError(f"subject must be a text of 1 to {SUBJECT_LIMIT} characters")
    if method is Method.SMS and (title or not isinstance(subject, str | None)):
        raise ValueError("subject must be left out: a text message has none")
    for name, words in (("body", text), ("subject", title)):
        if found := problems(words, purpose):
            raise ValueError(f"{name} must be put right. {'. '.join(found)}")
    return Words(text, title or None)


def shown(words: Words, clinic: str, purpose: Purpose, method: Method) -> Words:
    """The words as one would read them, with examples for values. Raises ValueError where they are too long."""
    try:
        return write(words, examples(purpose) | {"clinic": clinic}, purpose, method)
    except TooLong as error:
        raise ValueError(f"body must be shorter. {error}") from None


def _name(given: object) -> str:
    name = " ".join(given.replace("\0", "").split()) if isinstance(given, str) else ""
    if not 1 <= len(name) <= LONGEST_NAME:
        raise ValueError(f"name must be a text of 1 to {LONGEST_NAME} characters")
    return name


def _results(given: object, purpose: Purpose) -> list[str]:
    if given is None:
        return []
    if not isinstance(given, list | tuple) or not all(word in RESULTS for word in given):
        raise ValueError(f"after_results must be a list of {', '.join(RESULTS)}")
    if given and purpose is not Purpose.FOLLOWUP:
        raise ValueError("after_results must be empty: only a follow-up is sent after calls")
    return sorted(set(given))
