"""The words that a result was read from: kept from those who may not read transcripts, linked for those who may."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from models.analyses import Analysis
from models.call_words import Results
from models.people import Membership
from vocabulary import Role


def is_quote(evidence: Any) -> bool:
    """Words of the transcript; other evidence is a fact of the call's."""
    return isinstance(evidence, dict) and "quote" in evidence and evidence.get("turn") is not None


def without_quotes(value: Any) -> Any:
    """A result without any words of the transcript, however deep they stand in it."""
    if isinstance(value, dict):
        return {name: without_quotes(part) for name, part in value.items() if not is_quote(part)}
    if isinstance(value, list):
        return [without_quotes(part) for part in value if not is_quote(part)]
    return value


def has_quotes(every: Iterable[Analysis]) -> bool:
    """Whether any words would be shown, however deep they stand in a result."""
    return any(without_quotes(shown) != shown for one in every for shown in (one.evidence, one.value))


def fields_of(results: Results, here: Membership) -> list[dict[str, Any]]:
    """Every result as the API gives it; `is_current` marks those that stand."""
    every = [asdict(one) | {"is_current": results.standing.get(one.kind) == one} for one in results.every]
    return every if here.may(Role.ANALYST) else [without_quotes(fields) for fields in every]
