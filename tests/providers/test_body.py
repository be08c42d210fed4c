"""Untrusted bytes: what is accepted, what is refused, and that neither takes long."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import parse_qsl

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers.body import Malformed, clean, decode_any, decode_form, decode_json, decode_pairs

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
)
TWO_MEBIBYTES = 2 * 1024 * 1024


@given(st.dictionaries(st.text(), JSON))
def test_any_json_object_reads_as_the_standard_library_reads_it(value: dict[str, Any]) -> None:
    small = json.loads(json.dumps(value), parse_int=float)
    assert json.loads(json.dumps(decode_json(json.dumps(value).encode())), parse_int=float) == small


def decoded_or_reason(decode: Callable[[], dict[str, Any]]) -> dict[str, Any] | str:
    """What a decoder gives, or why it refuses; anything else that it raises fails the test."""
    try:
        return decode()
    except Malformed as refusal:
        return refusal.reason


@given(st.binary(max_size=300))
def test_any_bytes_are_an_object_or_malformed(raw: bytes) -> None:
    for decode in (decode_json, decode_form):
        assert isinstance(decoded_or_reason(partial(decode, raw)), dict | str)


def test_lone_surrogates_and_nul_survive_decoding_and_are_replaced_by_cleaning() -> None:
    body = decode_json(b'{"a\\u0000": ["\\ud83d x", "\\ud83e\\uddb7"]}')
    assert body == {"a\0": ["\ud83d x", "🦷"]}
    assert clean(body) == {"a\ufffd": ["\ufffd x", "🦷"]}


def test_cleaning_leaves_no_number_that_json_lacks() -> None:
    assert clean({"a": [float("inf"), float("nan"), 1.5, 2, True, None]}) == {"a": [None, None, 1.5, 2, True, None]}


@pytest.mark.parametrize("number", ["1e999", "-1e999", "9" * 5_000, "9" * 30])
def test_a_number_beyond_a_double_is_accepted(number: str) -> None:
    assert isinstance(decode_json(f'{{"n": {number}, "s": "\\ud800"}}'.encode())["n"], float)
    assert isinstance(decode_json(f'{{"n": {number}}}'.encode())["n"], float)


def test_exact_integers_stay_exact() -> None:
    assert decode_json(b'{"n": 1749546450909123456}')["n"] == 1749546450909123456
    assert decode_json(b'{"n": 1749546450909123456, "s": "\\ud800"}')["n"] == 1749546450909123456


def test_of_repeated_names_the_last_counts() -> None:
    assert decode_json(b'{"a": 1, "a": 2}') == {"a": 2}
    assert decode_form(b"a=1&a=2") == {"a": "2"}


HOSTILE = {
    "opening brackets": b'{"a":' + b"[" * TWO_MEBIBYTES,
    "opening objects": b'{"a":' * (TWO_MEBIBYTES // 5),
    "one long integer": b'{"a":' + b"9" * TWO_MEBIBYTES + b"}",
    "one long fraction": b'{"a":0.' + b"9" * TWO_MEBIBYTES + b"}",
    "one long exponent": b'{"a":1e' + b"9" * TWO_MEBIBYTES + b"}",
    "empty lists": b'{"a":[0' + b",[]" * (TWO_MEBIBYTES // 3) + b"]}",
    "short names": b"{" + b",".join(b'"%x":0' % number for number in range(200_000)) + b"}",
    "lone surrogates": b'{"a":"' + b"\\ud800" * (TWO_MEBIBYTES // 6) + b'"}',
    "an open string": b'{"a":"' + b"x" * TWO_MEBIBYTES,
    "form separators": b"&" * TWO_MEBIBYTES,
    "percent signs": b"a=" + b"%" * TWO_MEBIBYTES,
    "encoded bytes": b"a=" + b"%ff" * (TWO_MEBIBYTES // 3),
}


@pytest.mark.parametrize("raw", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_body_ends_in_an_object_or_in_malformed(raw: bytes) -> None:
    for content_type in ("application/json", "application/x-www-form-urlencoded"):
        outcome = decoded_or_reason(partial(decode_any, raw, content_type))
        assert isinstance(clean(outcome), dict) or len(outcome) < 100


@given(
    st.lists(
        st.sampled_from([b"a", b"=", b"&", b"+", b"%", b"%2", b"%41", b"%c3%a9", b"%FF", b"\n", b";", "é".encode()])
    )
)
def test_any_form_reads_as_the_standard_library_reads_it(parts: list[bytes]) -> None:
    raw = b"".join(parts)
    assert decode_pairs(raw) == parse_qsl(raw.decode(), keep_blank_values=True)


def test_a_form_keeps_blank_and_repeated_fields_in_order() -> None:
    assert decode_pairs(b"b=&a=1&b=2&c=%C3%A9+x") == [("b", ""), ("a", "1"), ("b", "2"), ("c", "é x")]


@pytest.mark.parametrize("raw", [b'{"a":1}', b' \t\r\n{"a":1}', b'\xef\xbb\xbf {"a":1}'])
def test_what_begins_with_a_brace_is_json_whatever_it_is_called(raw: bytes) -> None:
    assert decode_any(raw, "application/x-www-form-urlencoded") == {"a": 1}
    assert decode_any(raw, None) == {"a": 1}


def test_what_is_called_json_must_be_json() -> None:
    with pytest.raises(Malformed):
        decode_any(b"a=1", "application/json")
    assert decode_any(b"a=1", None) == {"a": "1"}
