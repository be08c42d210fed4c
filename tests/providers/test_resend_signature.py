"""Known answers and forgeries of the signature that Resend's webhooks carry."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from providers.resend_events import signature_valid
from vocabulary import Headers

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
ID, STAMP = "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330
BODY = b'{"test": 2432232314}'
SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
NOW = datetime.fromtimestamp(STAMP, UTC)


def headers(**changed: str) -> Headers:
    given = {"id": ID, "timestamp": str(STAMP), "signature": SIGNATURE} | changed
    return Headers({f"svix-{name}": (value,) for name, value in given.items()})


def is_valid(given: Headers | None = None, body: bytes = BODY, secret: str = SECRET, now: datetime = NOW) -> bool:
    return signature_valid(secret, given or headers(), body, now)


def test_the_published_vector_holds() -> None:
    assert is_valid()
    assert is_valid(secret=SECRET.removeprefix("whsec_"))


def test_one_of_several_signatures_is_enough_while_a_secret_is_changed() -> None:
    assert is_valid(headers(signature=f"v1,AAAA v1a,xyz {SIGNATURE}"))


@pytest.mark.parametrize("minutes", [-6, 6])
def test_an_old_or_early_one_is_refused(minutes: int) -> None:
    assert is_valid(now=NOW + timedelta(minutes=4))
    assert not is_valid(now=NOW + timedelta(minutes=minutes))


@pytest.mark.parametrize(
    "changed",
    [
        {"id": "msg_other"},
        {"timestamp": str(STAMP + 1)},
        {"timestamp": "soon"},
        {"timestamp": "9" * 400},
        {"timestamp": "\u0661"},
        {"signature": SIGNATURE.replace("v1,", "v2,")},
        {"signature": SIGNATURE[3:]},
        {"signature": "v1,é\ud800"},
        {"signature": ""},
    ],
)
def test_what_was_changed_is_refused(changed: dict[str, str]) -> None:
    assert not is_valid(headers(**changed))


def test_bytes_and_secret_count_to_the_letter() -> None:
    assert not is_valid(body=BODY + b" ")
    assert not is_valid(secret="whsec_" + "A" * 32)
    assert not is_valid(secret="whsec_no base64")
    assert not is_valid(secret="whsec_")


def test_a_header_that_comes_twice_is_refused() -> None:
    doubled = headers().values | {"svix-signature": (SIGNATURE, SIGNATURE)}
    assert not is_valid(Headers(doubled))
