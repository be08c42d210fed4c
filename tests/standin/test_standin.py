"""The stand-in over real HTTP: it records, plays faults, and answers as the providers do."""

from __future__ import annotations

import io
import subprocess
import sys
import wave
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from standin.app import make_app
from standin.server import running

CALL = {
    "id": "11111111-2222-3333-4444-555555555555",
    "call_sid": "CA" + "1" * 32,
    "lead_id": "4711",
    "started_at": "2026-05-01T12:00:00+00:00",
    "seconds": 12,
}
BEARER = {"Authorization": "Bearer key-of-vapi"}
ACCOUNT = "AC" + "0" * 32
RECORDINGS = f"/2010-04-01/Accounts/{ACCOUNT}/Calls/{CALL['call_sid']}/Recordings.json"


@pytest.fixture
def url() -> Iterator[str]:
    with running(make_app({"VAPI_PRIVATE_KEY": "key-of-vapi"})) as base:
        _tell(base, "calls", CALL)
        yield base


def _tell(base: str, what: str, content: Any) -> None:
    assert requests.post(f"{base}/__standin/{what}", json=content, timeout=5).ok


def test_vapi_redirects_to_a_recording_as_long_as_the_call(url: str) -> None:
    answer = requests.get(f"{url}/call/{CALL['id']}/mono-recording", headers=BEARER, timeout=5)
    assert answer.history[0].status_code == 302
    assert answer.headers["Content-Type"] == "audio/wav"
    with wave.open(io.BytesIO(answer.content)) as sound:
        assert sound.getnframes() / sound.getframerate() == 12


def test_a_wrong_key_is_refused(url: str) -> None:
    assert requests.get(f"{url}/call/{CALL['id']}", headers={"Authorization": "Bearer x"}, timeout=5).status_code == 401


def test_a_presigned_url_works_for_half_an_hour(url: str) -> None:
    path = f"{url}/call/{CALL['id']}/mono-recording"
    location = requests.get(path, headers=BEARER, allow_redirects=False, timeout=5).headers["Location"]
    assert requests.get(location, timeout=5).status_code == 200
    _tell(url, "clock", {"now": "2036-05-01T12:00:00+00:00"})
    assert requests.get(location, timeout=5).status_code == 403
    assert requests.get(location.replace("signature=", "signature=0"), timeout=5).status_code == 403


def test_a_late_recording_appears_at_its_moment(url: str) -> None:
    _tell(url, "calls", CALL | {"ready_at": "2026-05-01T12:10:00+00:00"})
    _tell(url, "clock", {"now": "2026-05-01T12:09:59+00:00"})
    assert requests.get(f"{url}/call/{CALL['id']}/mono-recording", headers=BEARER, timeout=5).status_code == 404
    assert requests.get(url + RECORDINGS, auth=(ACCOUNT, "x"), timeout=5).json()["recordings"] == []
    _tell(url, "clock", {"now": "2026-05-01T12:10:05+00:00"})
    assert requests.get(f"{url}/call/{CALL['id']}/mono-recording", headers=BEARER, timeout=5).status_code == 200
    assert len(requests.get(url + RECORDINGS, auth=(ACCOUNT, "x"), timeout=5).json()["recordings"]) == 1


def test_twilio_gives_the_media_to_its_account_alone(url: str) -> None:
    listed = requests.get(url + RECORDINGS, auth=(ACCOUNT, "x"), timeout=5).json()["recordings"][0]
    assert listed["duration"] == "12"
    media = url + listed["uri"].removesuffix(".json") + ".wav"
    assert requests.get(media, auth=(ACCOUNT, "x"), timeout=5).content[:4] == b"RIFF"
    assert requests.get(media, timeout=5).json()["code"] == 20003


def test_convoso_finds_by_lead_and_window_in_its_own_zone(url: str) -> None:
    asked = {
        "auth_token": "t",
        "lead_id": "4711",
        "start_time": "2026-05-01 04:59:00",
        "end_time": "2026-05-01 05:30:00",
    }
    data = requests.get(f"{url}/v1/leads/get-recordings", asked, timeout=5).json()["data"]
    assert [entry["start_time"] for entry in data["entries"]] == ["2026-05-01 05:00:00"]
    assert requests.get(data["entries"][0]["url"], timeout=5).headers["Content-Type"] == "audio/mpeg"
    later = asked | {"start_time": "2026-05-01 05:10:00"}
    assert requests.get(f"{url}/v1/leads/get-recordings", later, timeout=5).json()["data"]["total"] == 0


def test_convoso_says_no_with_200(url: str) -> None:
    answer = requests.get(
        f"{url}/v1/leads/get-recordings", {"auth_token": "t", "lead_id": "1", "limit": "0"}, timeout=5
    )
    assert (answer.status_code, answer.json()["success"], answer.json()["code"]) == (200, False, 7258)


def test_requests_are_kept_without_their_secrets(url: str) -> None:
    requests.get(f"{url}/call/{CALL['id']}", headers=BEARER, timeout=5)
    requests.get(f"{url}/v1/leads/get-recordings", {"auth_token": "hush", "lead_id": "1"}, timeout=5)
    kept = requests.get(f"{url}/__standin/requests", timeout=5)
    assert [one["path"] for one in kept.json()] == [f"/call/{CALL['id']}", "/v1/leads/get-recordings"]
    assert kept.json()[0]["headers"]["authorization"] == "Bearer …"
    assert "hush" not in kept.text
    assert "key-of-vapi" not in kept.text


def test_faults_are_played_in_turn_and_then_the_truth(url: str) -> None:
    answers = [{"fault": "status", "status": 429, "headers": {"Retry-After": "7"}, "times": 2}, {"fault": "reset"}]
    _tell(url, "script", {"match": "/call/", "answers": answers})
    path = f"{url}/call/{CALL['id']}"
    assert [requests.get(path, headers=BEARER, timeout=5).headers.get("Retry-After") for _ in range(2)] == ["7", "7"]
    with pytest.raises(requests.ConnectionError):
        requests.get(path, headers=BEARER, timeout=5)
    assert requests.get(path, headers=BEARER, timeout=5).status_code == 200


def test_a_truncated_answer_breaks_off(url: str) -> None:
    _tell(url, "script", {"match": "/storage/", "answers": [{"fault": "truncated"}, {"fault": "empty"}]})
    path = f"{url}/call/{CALL['id']}/mono-recording"
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        requests.get(path, headers=BEARER, timeout=5)
    assert requests.get(path, headers=BEARER, timeout=5).content == b""


def test_a_timeout_says_nothing(url: str) -> None:
    _tell(url, "script", {"match": "/call/", "answers": [{"fault": "timeout_before", "seconds": 1}]})
    with pytest.raises(requests.Timeout):
        requests.get(f"{url}/call/{CALL['id']}", headers=BEARER, timeout=0.2)


def test_an_unknown_fault_is_refused(url: str) -> None:
    script = {"match": "/", "answers": [{"fault": "earthquake"}]}
    assert requests.post(f"{url}/__standin/script", json=script, timeout=5).status_code == 400


def test_as_a_process_it_keeps_its_calls(tmp_path: Path) -> None:
    for attempt in range(2):
        command = [sys.executable, "-m", "standin", "--state", str(tmp_path / "calls.jsonl")]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            base = process.stdout.readline().split()[-1]
            if attempt == 0:
                _tell(base, "calls", CALL)
            answer = requests.get(f"{base}/call/{CALL['id']}", headers=BEARER, timeout=5)
            process.terminate()
        assert answer.json()["endedAt"] == "2026-05-01T12:00:12.000Z"
