"""The first step of every webhook: untrusted bytes become a plain value, or Malformed, in linear time."""

from __future__ import annotations

import json
import re
from itertools import chain
from math import isfinite
from typing import Any

import orjson

MAX_DEPTH = 64
MAX_FORM_FIELDS = 1_000
MAX_PIECES = 200_000
"""Objects and lists, or escapes, in one body. Each costs time before the sender is known, in which nobody else is
served; the richest honest body has a tenth of this."""
LONGEST_EXACT_INTEGER = 19
"""Digits; longer integers become floats, as orjson reads them: nothing we keep is that large."""

ESCAPED = re.compile(rb"%([0-9A-Fa-f]{2})")

BYTE_ORDER_MARK = b"\xef\xbb\xbf"
BLANKS = b" \t\r\n"
JSON_TYPE = "json"
REPLACEMENT = "\ufffd"
UNSTORABLE = {0: REPLACEMENT} | dict.fromkeys(range(0xD800, 0xE000), REPLACEMENT)
"""What Postgres cannot hold: NUL and halves of surrogate pairs."""


class Malformed(ValueError):
    """The bytes can never be understood; `reason` is a phrase for the sender and holds nothing of the body."""

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


def decode_json(raw: bytes) -> dict[str, Any]:
    """The JSON object in `raw`; of repeated names the last counts. NUL and lone surrogates stay in the strings."""
    raw = raw.removeprefix(BYTE_ORDER_MARK)
    if raw.count(b"{") + raw.count(b"[") > MAX_PIECES:
        raise Malformed(f"The body has more than {MAX_PIECES} objects and lists")
    try:
        value = orjson.loads(raw)
    except orjson.JSONDecodeError:
        value = _decode_leniently(raw)
    if not isinstance(value, dict):
        raise Malformed("The body is not a JSON object")
    if _is_deeper_than(value, MAX_DEPTH):
        raise Malformed(f"The body is nested deeper than {MAX_DEPTH} levels")
    return value


def _decode_leniently(raw: bytes) -> Any:
    """What orjson refuses and a sender may mean: lone surrogates and numbers beyond a double."""
    try:
        return json.loads(raw.decode("utf-8"), parse_int=_whole, parse_constant=_refuse_constant)
    except UnicodeDecodeError:
        raise Malformed("The body is not UTF-8") from None
    except RecursionError:
        raise Malformed(f"The body is nested deeper than {MAX_DEPTH} levels") from None
    except json.JSONDecodeError:
        raise Malformed("The body is not JSON") from None


def _whole(digits: str) -> int | float:
    return int(digits) if len(digits) <= LONGEST_EXACT_INTEGER else float(digits)


def _refuse_constant(_: str) -> Any:
    raise Malformed("The body holds NaN or Infinity, which are not JSON")


def _is_deeper_than(value: Any, limit: int) -> bool:
    """Whether containers are nested in more than `limit` levels; looks at each value once, level by level."""
    level = [value]
    for _ in range(limit):
        inside = chain.from_iterable(box.values() if type(box) is dict else box for box in level)
        level = [child for child in inside if type(child) is dict or type(child) is list]
        if not level:
            return False
    return True


def decode_pairs(raw: bytes) -> list[tuple[str, str]]:
    """Every field of an urlencoded body in its order, blank and repeated ones included.

    As urllib's parse_qsl reads it, which needs two seconds for 2 MiB of percent signs: too much before a signature
    is known to be good.
    """
    if raw.count(b"&") >= MAX_FORM_FIELDS:
        raise Malformed(f"The form has more than {MAX_FORM_FIELDS} fields")
    if raw.count(b"%") > MAX_PIECES:
        raise Malformed(f"The form has more than {MAX_PIECES} escapes")
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        raise Malformed("The body is not UTF-8") from None
    halves = (part.partition(b"=") for part in raw.split(b"&") if part)
    return [(_unescaped(name), _unescaped(value)) for name, _, value in halves]


def _unescaped(part: bytes) -> str:
    spaced = part.replace(b"+", b" ")
    return ESCAPED.sub(lambda match: bytes.fromhex(match[1].decode()), spaced).decode("utf-8", "replace")


def decode_form(raw: bytes) -> dict[str, Any]:
    """An urlencoded body by field name; of repeated names the last counts."""
    return dict(decode_pairs(raw))


def decode_any(raw: bytes, content_type: str | None) -> dict[str, Any]:
    """JSON or form: a body that begins with `{` is JSON whatever its Content-Type says."""
    begins = raw.removeprefix(BYTE_ORDER_MARK).lstrip(BLANKS)[:1]
    if begins == b"{" or JSON_TYPE in (content_type or "").lower():
        return decode_json(raw)
    return decode_form(raw)


def clean(value: Any) -> Any:
    """`value` as Postgres can store it; at most MAX_DEPTH levels, which decoding guarantees."""
    if isinstance(value, str):
        return value.translate(UNSTORABLE) if _is_unstorable(value) else value
    if isinstance(value, float):
        return value if isfinite(value) else None
    if isinstance(value, dict):
        return {clean(key): clean(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [clean(inner) for inner in value]
    return value


def _is_unstorable(value: str) -> bool:
    if "\0" in value:
        return True
    try:
        value.encode("utf-8")
    except UnicodeEncodeError:
        return True
    return False
