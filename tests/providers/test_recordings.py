"""Fetching recordings over real HTTP: what is kept, what is refused, and that credentials stay at home."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import requests

from providers.addresses import is_private
from providers.audio import MP3, WAV
from providers.http import Ask, BadAnswer, Forbidden, Outage, OutboundError, TooLarge
from providers.recording_places import at_convoso, at_twilio, at_vapi
from providers.recordings import Expired, Fetched, NotConnected, NotThereYet, fetch, is_allowed
from providers.twilio_account import TwilioAccount
from settings import settings
from tests.standin.side import Side, playing

KEY = "key-of-vapi"
ACCOUNT = TwilioAccount("AC" + "0" * 32, "token-of-twilio")
CALL = {
    "id": "11111111-2222-3333-4444-555555555555",
    "call_sid": "CA" + "1" * 32,
    "lead_id": "4711",
    "started_at": "2026-05-01T12:00:00+00:00",
    "seconds": 30,
}
STARTED, ENDED = datetime(2026, 5, 1, 12, 0, tzinfo=UTC), datetime(2026, 5, 1, 12, 0, 30, tzinfo=UTC)
ZONE = "America/Los_Angeles"


@pytest.fixture
def side(monkeypatch: pytest.MonkeyPatch) -> Iterator[Side]:
    keys = {"VAPI_PRIVATE_KEY": KEY, "TWILIO_ACCOUNT_SID": ACCOUNT.sid, "TWILIO_AUTH_TOKEN": ACCOUNT.token}
    with playing(keys | {"CONVOSO_AUTH_TOKEN": "token-of-convoso"}, monkeypatch) as directed:
        directed.tell("calls", CALL)
        yield directed


def fetched(tmp_path: Path, key: str = KEY, **more: Any) -> Fetched:
    return fetch(at_vapi(key, CALL["id"]), tmp_path / "part", **more)


def test_a_recording_is_kept_whole_with_its_digest_and_length(side: Side, tmp_path: Path) -> None:
    found = fetched(tmp_path)
    assert (found.kind, found.seconds, found.bytes) == (WAV, 30.0, 240_044)
    assert (tmp_path / "part").stat().st_size == 240_044
    assert len(found.sha256) == 64


def test_credentials_do_not_follow_a_redirect(side: Side, tmp_path: Path) -> None:
    fetched(tmp_path)
    first, second = side.requests()
    assert first["headers"]["authorization"] == "Bearer …"
    assert second["path"].startswith("/storage/")
    assert "authorization" not in second["headers"]


def test_twilio_is_asked_by_call_and_by_its_account(side: Side, tmp_path: Path) -> None:
    found = fetch(at_twilio(ACCOUNT, CALL["call_sid"]), tmp_path / "part")
    assert (found.kind, found.seconds) == (WAV, 30.0)
    with pytest.raises(NotThereYet):
        at_twilio(ACCOUNT, "CA" + "2" * 32)
    with pytest.raises(NotConnected):
        at_twilio(TwilioAccount(ACCOUNT.sid, "another"), CALL["call_sid"])


def test_convoso_is_asked_by_lead_and_the_best_overlap_is_taken(side: Side, tmp_path: Path) -> None:
    earlier = CALL | {"id": "earlier", "started_at": "2026-05-01T11:59:50+00:00", "seconds": 15}
    side.tell("calls", [earlier])
    found = fetch(at_convoso("token-of-convoso", "4711", STARTED, ENDED, ZONE), tmp_path / "part")
    assert found.kind is MP3
    assert found.seconds == pytest.approx(30, abs=0.1)


def test_another_call_of_the_lead_is_not_this_ones(side: Side) -> None:
    side.tell("calls", CALL | {"started_at": "2026-05-01T12:05:00+00:00"})
    with pytest.raises(NotThereYet):
        at_convoso("token-of-convoso", "4711", STARTED, ENDED, ZONE)


def test_convosos_refusal_in_a_200_is_told_apart(side: Side) -> None:
    with pytest.raises(NotConnected):
        at_convoso("another token", "4711", STARTED, ENDED, ZONE)


def test_a_late_recording_is_not_there_yet(side: Side, tmp_path: Path) -> None:
    side.tell("calls", CALL | {"ready_at": "2036-05-01T12:00:00+00:00"})
    with pytest.raises(NotThereYet):
        fetched(tmp_path)


def test_a_wrong_key_is_not_connected(side: Side, tmp_path: Path) -> None:
    with pytest.raises(NotConnected):
        fetched(tmp_path, key="another")


@pytest.mark.parametrize(
    ("fault", "kind", "words"),
    [
        ("expired", Expired, "no longer good"),
        ("empty", BadAnswer, "empty"),
        ("truncated", Outage, "broke off"),
        ("wrong_type", BadAnswer, "text/html"),
        ("reset", Outage, "could not be reached"),
    ],
)
def test_what_is_no_whole_recording_is_refused(
    side: Side, tmp_path: Path, fault: str, kind: type[OutboundError], words: str
) -> None:
    side.fault("/storage/", fault)
    with pytest.raises(kind, match=words):
        fetched(tmp_path)


def test_html_that_calls_itself_audio_is_refused(side: Side, tmp_path: Path) -> None:
    side.fault("/storage/", "status", status=200, headers={"Content-Type": "audio/wav"}, body="<html></html>")
    with pytest.raises(BadAnswer, match="no recording"):
        fetched(tmp_path)


def test_a_wav_that_promises_more_than_came_is_refused(side: Side, tmp_path: Path) -> None:
    whole = requests.get(
        f"{side.url}/call/{CALL['id']}/mono-recording", headers={"Authorization": f"Bearer {KEY}"}, timeout=5
    )
    half = whole.content[:100].decode("latin-1")
    side.fault("/storage/", "status", status=200, headers={"Content-Type": "audio/wav"}, body=half)
    with pytest.raises(BadAnswer):
        fetched(tmp_path)


def test_what_is_too_large_is_given_up(side: Side, tmp_path: Path) -> None:
    side.fault("/storage/", "oversize", bytes=3_000_000)
    with pytest.raises(TooLarge):
        fetched(tmp_path, most_bytes=1_000_000)
    assert (tmp_path / "part").stat().st_size <= 1_000_000


@pytest.mark.parametrize(("header", "seconds"), [("7", 7), ("", 0), ("soon", 0), ("999999999", 21600)])
def test_the_other_sides_wish_for_patience_is_heard(side: Side, tmp_path: Path, header: str, seconds: float) -> None:
    side.fault("/call/", "status", status=429, headers={"Retry-After": header})
    with pytest.raises(Outage) as caught:
        fetched(tmp_path)
    assert caught.value.retry_after == seconds


@pytest.mark.parametrize(
    "location",
    [
        "https://elsewhere.example.com/a.wav",
        "http://storage.vapi.ai/a.wav",
        "http://127.0.0.1:1/a.wav",
        "http://169.254.169.254/latest/meta-data",
        "http://[::1]/a.wav",
        "https://storage.vapi.ai@127.0.0.1/a.wav",
        "file:///etc/passwd",
    ],
)
def test_a_redirect_to_a_host_that_is_not_allowed_is_not_followed(side: Side, tmp_path: Path, location: str) -> None:
    side.fault("/call/", "redirect", location=location)
    with pytest.raises(Forbidden):
        fetched(tmp_path)
    assert len(side.requests()) == 1


@pytest.mark.parametrize(
    "location",
    [
        "https://elsewhere.example\\.convoso.com/a.wav",
        "https://elsewhere.example%5c.convoso.com/a.wav",
        "https://elsewhere.example%23.convoso.com/a.wav",
        "https://elsewhere.example\\@a.convoso.com/a.wav",
        "https://a_b.convoso.com/a.wav",
        "https://a..convoso.com/a.wav",
        f"https://{'a' * 64}.convoso.com/a.wav",
        "https://[fe80::1%25eth0].convoso.com/a.wav",
        "https://*.convoso.com/a.wav",
        "https://.convoso.com/a.wav",
    ],
)
def test_a_host_that_only_looks_like_an_allowed_one_is_not_asked(
    side: Side, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, location: str
) -> None:
    monkeypatch.setenv("RECORDING_HOSTS", ".convoso.com")
    settings.cache_clear()
    assert is_allowed("https://media.convoso.com/a.wav")
    assert not is_allowed(location)
    with pytest.raises(Forbidden):
        fetch(Ask("Convoso", location), tmp_path / "part")


def test_a_redirect_whose_host_ends_before_the_listed_name_is_not_followed(
    side: Side, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RECORDING_HOSTS", ".convoso.com")
    settings.cache_clear()
    side.fault("/call/", "redirect", location="https://elsewhere.example\\.convoso.com/a.wav")
    with pytest.raises(Forbidden):
        fetched(tmp_path)


def test_a_redirect_to_an_allowed_host_is_followed(side: Side, tmp_path: Path) -> None:
    audio = f"{side.url}/call/{CALL['id']}/mono-recording"
    location = requests.get(
        audio, headers={"Authorization": f"Bearer {KEY}"}, allow_redirects=False, timeout=5
    ).headers["Location"]
    side.fault("/call/", "redirect", location=location)
    assert fetched(tmp_path).seconds == 30.0


def test_more_than_three_redirects_are_not_followed(side: Side, tmp_path: Path) -> None:
    side.fault("/call/", "redirect", location="/call/again", times=9)
    with pytest.raises(BadAnswer, match="more than 3"):
        fetched(tmp_path)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "0x7f.1"])
def test_a_listed_name_with_a_private_address_is_refused(
    side: Side, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    monkeypatch.setenv("RECORDING_HOSTS", host)
    settings.cache_clear()
    side.fault("/call/", "redirect", location=f"https://{host}:{side.url.rpartition(':')[2]}/storage/a.wav")
    with pytest.raises(Forbidden, match="private address"):
        fetched(tmp_path)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1",
        "255.255.255.255", "::1", "::", "fe80::1", "fc00::1", "ff02::1", "::ffff:10.0.0.1", "64:ff9b::a00:1",
        "2002:a00:1::", "2001:0:4136:e378:8000:63bf:f5ff:fffe",
    ],
)  # fmt: skip
def test_addresses_that_are_not_public(address: str) -> None:
    assert is_private(address) is True


@pytest.mark.parametrize("address", ["1.1.1.1", "93.184.215.14", "2606:4700::1111", "64:ff9b::101:101"])
def test_addresses_that_are_public(address: str) -> None:
    assert is_private(address) is False


def test_an_address_that_was_good_for_a_while_is_expired(side: Side, tmp_path: Path) -> None:
    with pytest.raises(Expired):
        fetch(Ask("Convoso", f"{side.url}/storage/{CALL['id']}.mp3?expires=1&signature=x"), tmp_path / "part")


def test_the_file_is_for_its_owner_alone(side: Side, tmp_path: Path) -> None:
    fetched(tmp_path)
    assert (tmp_path / "part").stat().st_mode & 0o777 == 0o600


def test_no_secret_is_logged_however_talkative(side: Side, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        at_convoso("token-of-convoso", "4711", STARTED, ENDED, ZONE)
    assert "token-of-convoso" not in caplog.text


def test_secrets_do_not_show(side: Side) -> None:
    shown = repr(at_vapi(KEY, "x")) + repr(ACCOUNT) + repr(at_twilio(ACCOUNT, CALL["call_sid"]))
    assert KEY not in shown
    assert ACCOUNT.token not in shown
