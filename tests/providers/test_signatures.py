"""Known answers and forgeries: real bytes with real signatures, and everything that must not pass for one."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers import convoso, twilio, vapi
from providers.base import bearer, presented_token, same_secret
from vocabulary import Headers

VAPI_SECRET = "vapi_test_secret"
VAPI_BODY = b'{"message":{"type":"status-update"}}'
VAPI_STAMP = "1767225600"
VAPI_SIGNATURE = "5801fcd0ddbd5a1b4a50a9d28565a9982d978c4efb527c177506f2f8773034c2"
NOW = datetime(2026, 1, 1, tzinfo=UTC)

TWILIO_TOKEN = "test_auth_token_0123456789abcdef"
TWILIO_URL = "https://hooks.example.com/twilio/voice?tenant=7"
TWILIO_FORM = urlencode(
    {
        "CallSid": "CA00000000000000000000000000000001",
        "CallStatus": "ringing",
        "From": "+15550100001",
        "To": "+15550100002",
    }
).encode()
TWILIO_SIGNATURE = "i6MjbS7QlDoJsxie8F0tVQg8xr8="
JSON_BODY = b'{"MessageSid":"SM0001","MessageStatus":"delivered"}'
JSON_HASH = "f5ecc1d090e8745adf3bef85e8182a66d8993d2156a683c0daf519321c7c2ddc"
JSON_URL = f"https://hooks.example.com/twilio/json?bodySHA256={JSON_HASH}"
JSON_SIGNATURE = "UX1/ldk7PJkuMo5wbqPr0HPH/fM="


def headers(**values: str) -> Headers:
    return Headers({name.replace("_", "-"): (value,) for name, value in values.items()})


def vapi_valid(signature: str = VAPI_SIGNATURE, stamp: str = VAPI_STAMP, now: datetime = NOW) -> bool:
    return vapi.signature_valid(VAPI_SECRET, headers(x_signature=signature, x_timestamp=stamp), VAPI_BODY, now)


def twilio_valid(url: str = TWILIO_URL, raw: bytes = TWILIO_FORM, signature: str = TWILIO_SIGNATURE) -> bool:
    form = "application/x-www-form-urlencoded; charset=UTF-8"
    return twilio.signature_valid(TWILIO_TOKEN, url, headers(x_twilio_signature=signature, content_type=form), raw)


def test_vapis_known_signature_is_valid() -> None:
    assert vapi_valid()
    assert vapi_valid(VAPI_SIGNATURE.upper())


def test_vapis_timestamp_may_count_milliseconds() -> None:
    stamp = "1767225600000"
    signed = hmac.new(VAPI_SECRET.encode(), stamp.encode() + b"." + VAPI_BODY, hashlib.sha256).hexdigest()
    assert vapi_valid(signed, stamp)


@pytest.mark.parametrize("seconds", [-300, 300])
def test_a_timestamp_may_be_five_minutes_off(seconds: int) -> None:
    assert vapi_valid(now=NOW + timedelta(seconds=seconds))
    assert not vapi_valid(now=NOW + timedelta(seconds=seconds * 1.01))


@pytest.mark.parametrize(
    "signature", ["", "00" * 32, VAPI_SIGNATURE[:-1], f"sha256={VAPI_SIGNATURE}", "é" * 64, "\ud800"]
)
def test_another_vapi_signature_is_not_valid(signature: str) -> None:
    assert not vapi_valid(signature)


@pytest.mark.parametrize("stamp", ["", "0", "-1767225600", "1767225600.0", "²²²²", "١٧٦٧٢٢٥٦٠٠", "9" * 400, "now"])
def test_another_vapi_timestamp_is_not_valid(stamp: str) -> None:
    assert not vapi_valid(stamp=stamp)


def test_a_signature_given_twice_is_not_valid() -> None:
    twice = Headers({"x-signature": (VAPI_SIGNATURE, VAPI_SIGNATURE), "x-timestamp": (VAPI_STAMP,)})
    assert not vapi.signature_valid(VAPI_SECRET, twice, VAPI_BODY, NOW)
    beside = Headers({"x-signature": (VAPI_SIGNATURE,), "x-timestamp": (VAPI_STAMP,), "authorization": ("a", "b")})
    assert not vapi.signature_valid(VAPI_SECRET, beside, VAPI_BODY, NOW)


def test_an_unset_secret_signs_nothing() -> None:
    signed = hmac.new(b"", VAPI_STAMP.encode() + b"." + VAPI_BODY, hashlib.sha256).hexdigest()
    assert not vapi.signature_valid("", headers(x_signature=signed, x_timestamp=VAPI_STAMP), VAPI_BODY, NOW)
    assert not twilio.signature_valid("", TWILIO_URL, headers(x_twilio_signature=TWILIO_SIGNATURE), TWILIO_FORM)


def test_twilios_known_form_signature_is_valid() -> None:
    assert twilio_valid()
    assert twilio_valid("https://hooks.example.com:443/twilio/voice?tenant=7")


def test_twilios_known_json_signature_is_valid() -> None:
    given = headers(x_twilio_signature=JSON_SIGNATURE, content_type="application/json")
    assert twilio.signature_valid(TWILIO_TOKEN, JSON_URL, given, JSON_BODY)
    assert not twilio.signature_valid(TWILIO_TOKEN, JSON_URL, given, JSON_BODY + b" ")
    assert not twilio.signature_valid(TWILIO_TOKEN, JSON_URL + "&x=1", given, JSON_BODY)


def test_a_json_body_without_its_hash_in_the_url_is_not_valid() -> None:
    url = "https://hooks.example.com/twilio/json"
    signed = base64.b64encode(hmac.new(TWILIO_TOKEN.encode(), url.encode(), hashlib.sha1).digest()).decode()
    given = headers(x_twilio_signature=signed, content_type="application/json")
    assert not twilio.signature_valid(TWILIO_TOKEN, url, given, JSON_BODY)


def test_a_form_cannot_hide_behind_another_content_type() -> None:
    signed = base64.b64encode(hmac.new(TWILIO_TOKEN.encode(), TWILIO_URL.encode(), hashlib.sha1).digest()).decode()
    given = headers(x_twilio_signature=signed, content_type="text/plain")
    assert not twilio.signature_valid(TWILIO_TOKEN, TWILIO_URL, given, TWILIO_FORM)


def test_repeated_fields_are_signed_once_each_in_order() -> None:
    message = TWILIO_URL + "MediaUrl" + "https://a.example.com/1" + "MediaUrl" + "https://a.example.com/2"
    signed = base64.b64encode(hmac.new(TWILIO_TOKEN.encode(), message.encode(), hashlib.sha1).digest()).decode()
    pairs = [("MediaUrl", f"https://a.example.com/{number}") for number in (2, 1, 2)]
    assert twilio_valid(raw=urlencode(pairs).encode(), signature=signed)


@pytest.mark.parametrize(
    ("url", "raw"),
    [
        (TWILIO_URL.replace("https", "http"), TWILIO_FORM),
        (TWILIO_URL.replace("tenant=7", "tenant=8"), TWILIO_FORM),
        ("https://hooks.example.com/twilio/voice", TWILIO_FORM),
        ("https://hooks.example.com:99999/twilio/voice?tenant=7", TWILIO_FORM),
        ("https://hooks.example.com/\udcff", TWILIO_FORM),
        (TWILIO_URL, TWILIO_FORM + b"&New="),
        (TWILIO_URL, TWILIO_FORM.replace(b"ringing", b"completed")),
        (TWILIO_URL, b"\xff\xfe"),
        (TWILIO_URL, b"a=1&" * 2000),
        (TWILIO_URL, b""),
    ],
)
def test_another_url_or_body_is_not_valid_at_twilio(url: str, raw: bytes) -> None:
    assert not twilio_valid(url, raw)


@pytest.mark.parametrize("signature", ["", "é", "\ud800", TWILIO_SIGNATURE.lower(), TWILIO_SIGNATURE + "="])
def test_another_twilio_signature_is_not_valid(signature: str) -> None:
    assert not twilio_valid(signature=signature)


@given(st.binary(max_size=200), st.text(max_size=60), st.text(max_size=20), st.text(max_size=20))
def test_no_bytes_make_verification_raise(raw: bytes, one: str, other: str, kind: str) -> None:
    given_headers = headers(x_signature=one, x_timestamp=other, x_twilio_signature=one, content_type=kind)
    assert not vapi.signature_valid(VAPI_SECRET, given_headers, raw, NOW)
    assert not twilio.signature_valid(TWILIO_TOKEN, TWILIO_URL + other, given_headers, raw)
    assert not same_secret(one, one + "x")


def test_a_secret_is_read_from_its_own_header_or_a_bearer() -> None:
    assert vapi.presented_secret(headers(x_vapi_secret="s3", authorization="Bearer b")) == "s3"
    assert vapi.presented_secret(headers(authorization="bearer  b ")) == "b"
    assert vapi.presented_secret(headers(authorization="Basic b")) is None
    assert vapi.presented_secret(Headers({"x-vapi-secret": ("a", "a")})) is None
    assert convoso.presented_legacy_secret(headers(x_webhook_secret="old")) == "old"
    assert convoso.presented_legacy_secret(Headers({"x-webhook-secret": ("old", "old")})) is None


def test_a_token_is_read_from_the_url_then_its_header_then_a_bearer() -> None:
    all_three = headers(x_webhook_token="header", authorization="Bearer bearer")
    assert presented_token(["url"], all_three) == "url"
    assert presented_token([], all_three) == "header"
    assert presented_token([""], headers(authorization="Bearer bearer")) == "bearer"
    assert presented_token([], headers()) is None
    assert presented_token(["url", "url"], all_three) is None
    assert presented_token(["url"], Headers({"authorization": ("Bearer a", "Bearer b")})) is None
    assert bearer(headers(authorization="Bearer ")) is None


@pytest.mark.parametrize(
    ("presented", "expected"), [("", ""), (None, None), ("a", None), (None, "a"), ("a", "b"), ("é", "e")]
)
def test_secrets_that_are_not_the_same(presented: str | None, expected: str | None) -> None:
    assert not same_secret(presented, expected)


def test_secrets_that_are_the_same() -> None:
    assert same_secret("schlüssel", "schlüssel")
