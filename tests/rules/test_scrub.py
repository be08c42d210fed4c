"""What an operator sees of a payload: its shape, and never a secret, a person or a spoken word."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.scrub import scrub


@pytest.mark.parametrize(
    ("given_", "shown"),
    [
        ({"serverUrlSecret": "hush"}, {"serverUrlSecret": "[hidden]"}),
        ({"twilioAuthToken": "0123456789abcdef0123456789abcdef"}, {"twilioAuthToken": "[hidden]"}),
        ({"authorization": "Bearer x"}, {"authorization": "[hidden]"}),
        ({"api_key": 12345}, {"api_key": "[hidden]"}),
        ({"customer": {"name": "Ann Lee"}}, {"customer": {"name": "[hidden]"}}),
        ({"customer": {"number": "+13125550123"}}, {"customer": {"number": "•••••••••23"}}),
        ({"assistant": {"name": "Front desk"}}, {"assistant": {"name": "Front desk"}}),
        ({"first_name": "Ann", "email": "ann.lee@example.com"}, {"first_name": "[hidden]", "email": "[e-mail]"}),
        ({"phone": 3125550123}, {"phone": "••••••••23"}),
        ({"From": "(312) 555-0123"}, {"From": "••••••••23"}),
        ({"transcript": "AI: Hi\nUser: Hello"}, {"transcript": "[18 characters]"}),
        ({"messages": [{"message": "Hi"}]}, {"messages": [{"message": "[2 characters]"}]}),
        ({"arguments": {"who": "Ann", "age": 7}}, {"arguments": {"who": "[3 characters]", "age": "[1 characters]"}}),
        ({"recordingUrl": "https://rec.example/a?sig=1"}, {"recordingUrl": "https://rec.example/[hidden]"}),
        ({"log": "failed for +1 312 555 0123 again"}, {"log": "failed for •••••••••23 again"}),
        ({"id": "2f1e2d3c-0000-4000-8000-1234567890ab"}, {"id": "2f1e2d3c-0000-4000-8000-1234567890ab"}),
        ({"CallSid": "CA0123456789abcdef0123456789abcdef"}, {"CallSid": "CA0123456789abcdef0123456789abcdef"}),
        ({"startedAt": "2026-03-02T12:00:00.000Z"}, {"startedAt": "2026-03-02T12:00:00.000Z"}),
        ({"status": "ended", "cost": 0.25}, {"status": "ended", "cost": 0.25}),
        ({"ok": True, "none": None}, {"ok": True, "none": None}),
    ],
)  # fmt: skip
def test_what_is_shown_of(given_: dict[str, Any], shown: dict[str, Any]) -> None:
    assert scrub(given_) == shown


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=20,
)


@given(JSON)
def test_anything_can_be_scrubbed_and_keeps_its_shape(value: Any) -> None:
    def shape(one: Any) -> Any:
        if isinstance(one, dict):
            return {key: shape(inner) for key, inner in one.items()}
        return [shape(inner) for inner in one] if isinstance(one, list) else None

    assert shape(scrub(value)) == shape(value)


@given(st.sampled_from(["secret", "x", "phone", "note"]), st.text(alphabet="0123456789", min_size=10, max_size=15))
def test_no_number_of_ten_digits_is_ever_shown_in_full(name: str, digits: str) -> None:
    assert digits not in str(scrub({name: f"call +{digits} now"}))
