"""No body that a decoder lets through makes identify or parse raise, or give what cannot be stored."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from providers import PROVIDERS
from providers.body import Malformed
from tests.payloads.corpus import EVENT_ID, fact_as_expected, payloads
from vocabulary import Headers

NO_HEADERS = Headers({})


def names(value: Any) -> set[str]:
    """Every name in a decoded body, however deep."""
    if isinstance(value, dict):
        return set(value) | {name for inner in value.values() for name in names(inner)}
    return {name for inner in value for name in names(inner)} if isinstance(value, list) else set()


def leaves(value: Any) -> list[Any]:
    if isinstance(value, dict | list):
        inside = value.values() if isinstance(value, dict) else value
        return [leaf for inner in inside for leaf in leaves(inner)]
    return [value]


KNOWN = [
    module.decode(one.raw, one.content_type)
    for one in payloads()
    for module in PROVIDERS
    if one.provider == module.PROVIDER and "malformed" not in one.expected
]
NAMES = sorted({name for body in KNOWN for name in names(body)})
WORDS = sorted({leaf for body in KNOWN for leaf in leaves(body) if isinstance(leaf, str) and len(leaf) < 80})
ODD = [
    "\0",
    "\ud800",
    "1e999999",
    "9" * 50,
    "-0",
    "9999-12-31T23:59:59-23:59",
    "https://[",
    "11/01/2026 01:30 AM",
    "1:1e30",
]

LEAF = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.sampled_from([*WORDS, *ODD])
VALUE = st.recursive(
    LEAF,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES) | st.text(max_size=3), inner, max_size=5)
    ),
    max_leaves=20,
)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.sampled_from(KNOWN), st.lists(st.tuples(st.lists(st.sampled_from(NAMES), max_size=4), VALUE), max_size=4))
def test_a_known_body_with_anything_put_anywhere(body: dict[str, Any], changes: list[tuple[list[str], Any]]) -> None:
    changed = json.loads(json.dumps(body))
    for path, value in changes:
        put(changed, path or ["message"], value)
    assert_understood_by_all(changed)


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(st.sampled_from(NAMES), VALUE, max_size=8),
    st.dictionaries(st.sampled_from(NAMES), VALUE, max_size=8),
)
def test_any_body_of_known_names(body: dict[str, Any], message: dict[str, Any]) -> None:
    assert_understood_by_all({**body, "message": message})


@settings(max_examples=60, deadline=None)
@given(VALUE.map(lambda value: json.dumps(value).encode()) | st.binary(max_size=100))
def test_any_bytes_are_understood_or_malformed(raw: bytes) -> None:
    for module in PROVIDERS:
        try:
            body = module.decode(raw, None)
        except Malformed:
            continue
        for endpoint in module.ENDPOINTS:
            module.identify(endpoint, body, raw, NO_HEADERS)
            module.parse(endpoint, body, EVENT_ID)


def put(body: dict[str, Any], path: list[str], value: Any) -> None:
    for name in path[:-1]:
        inner = body.get(name)
        body = inner if isinstance(inner, dict) else body.setdefault(name + "_", {})
    body[path[-1]] = value


def assert_understood_by_all(body: dict[str, Any]) -> None:
    for module in PROVIDERS:
        for endpoint in module.ENDPOINTS:
            identity = module.identify(endpoint, body, b"{}", NO_HEADERS)
            facts = module.parse(endpoint, body, UUID(int=7))
            stored = [identity.kind, identity.dedupe_key, *identity.named, identity.reply]
            stored += [fact_as_expected(fact) for fact in facts]
            assert "\\u0000" not in json.dumps(stored, allow_nan=False)
            json.dumps(stored, ensure_ascii=False).encode()
