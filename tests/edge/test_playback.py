"""Playing recordings: signed addresses, ranges, the audit trail, and nobody else's sound."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient

from models import storage
from models.database import organization
from models.ids import new_id
from models.links import recording_link
from settings import settings
from tests.conftest import TestDatabase
from tests.edge.people import bearer_of, make_call
from vocabulary import Role

SOUND = bytes(range(256)) * 4
SHA = "5" * 64


@pytest.fixture
def folder(database: TestDatabase) -> Path:
    return settings().recordings_dir


def recorded(org_id: UUID, state: str = "completed") -> tuple[UUID, UUID]:
    """A call and its recording of 1,024 bytes."""
    call_id, recording_id = make_call(org_id, recording_status=state), new_id()
    key = storage.key_of(org_id, recording_id, datetime(2026, 5, 1, tzinfo=UTC), "wav")
    path = storage.path_of(org_id, key)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(SOUND)
    with organization(org_id) as tx:
        tx.run(
            "INSERT INTO recordings (org_id, id, call_id, state, storage_key, content_type, sha256, bytes)"
            " VALUES (%s, %s, %s, %s, %s, 'audio/wav', %s, 1024)",
            (org_id, recording_id, call_id, state, key, SHA),
        )
    return call_id, recording_id


def local(url: str) -> str:
    """An address of ours as the test client asks for it."""
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}"


def signed(org_id: UUID, recording_id: UUID, age: timedelta = timedelta(0)) -> str:
    return local(recording_link(org_id, recording_id, "user:ann", datetime.now(UTC) - age).url)


def trail(org_id: UUID) -> list[tuple[str, str, str]]:
    with organization(org_id) as tx:
        rows = tx.rows("SELECT actor, action, subject FROM audit_log WHERE action LIKE 'recording.%%' ORDER BY at", ())
    return [(row["actor"], row["action"], row["subject"]) for row in rows]


def test_an_analyst_gets_an_address_and_hears_the_recording(client: FlaskClient, alice_org: UUID) -> None:
    call_id, recording_id = recorded(alice_org)
    answer: Any = client.get(f"/api/calls/{call_id}/recording", headers=bearer_of((alice_org, Role.ANALYST)))
    assert answer.json["ok"] is True
    assert answer.json["url"].startswith(f"http://localhost:8000/recordings/{alice_org}/{recording_id}?exp=")
    left = datetime.fromisoformat(answer.json["expires_at"]) - datetime.now(UTC)
    assert timedelta(minutes=14) < left <= timedelta(minutes=15)
    heard = client.get(local(answer.json["url"]))
    assert (heard.status_code, heard.data, heard.headers["Content-Type"]) == (200, SOUND, "audio/wav")


def test_nobody_hears_without_being_on_the_audit_trail(client: FlaskClient, alice_org: UUID) -> None:
    call_id, recording_id = recorded(alice_org)
    answer: Any = client.get(f"/api/calls/{call_id}/recording", headers=bearer_of((alice_org, Role.ANALYST)))
    client.get(local(answer.json["url"]))
    (by, first, one), (also_by, second, two) = trail(alice_org)
    assert (first, second, one, two) == ("recording.link", "recording.played", str(recording_id), str(recording_id))
    assert by == also_by
    assert by.startswith("user:")


def test_the_headers_keep_the_sound_where_it_is(client: FlaskClient, alice_org: UUID) -> None:
    headers = client.get(signed(alice_org, recorded(alice_org)[1])).headers
    assert headers["Content-Disposition"] == "inline"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "private, no-store"
    assert (headers["Accept-Ranges"], headers["ETag"]) == ("bytes", f'"{SHA}"')


@pytest.mark.parametrize(
    ("asked", "status", "content", "told"),
    [
        ("bytes=0-99", 206, SOUND[:100], "bytes 0-99/1024"),
        ("bytes=1000-", 206, SOUND[1000:], "bytes 1000-1023/1024"),
        ("bytes=-24", 206, SOUND[-24:], "bytes 1000-1023/1024"),
        ("bytes=1000-5000", 206, SOUND[1000:], "bytes 1000-1023/1024"),
    ],
)
def test_a_range_is_a_part(
    client: FlaskClient, alice_org: UUID, asked: str, status: int, content: bytes, told: str
) -> None:
    answer = client.get(signed(alice_org, recorded(alice_org)[1]), headers={"Range": asked})
    assert (answer.status_code, answer.data, answer.headers["Content-Range"]) == (status, content, told)
    assert answer.headers["Content-Length"] == str(len(content))


def test_a_range_beyond_the_end_is_refused(client: FlaskClient, alice_org: UUID) -> None:
    answer = client.get(signed(alice_org, recorded(alice_org)[1]), headers={"Range": "bytes=2000-"})
    assert answer.status_code == 416


def test_a_range_of_what_has_changed_is_answered_with_the_whole(client: FlaskClient, alice_org: UUID) -> None:
    url = signed(alice_org, recorded(alice_org)[1])
    same = client.get(url, headers={"Range": "bytes=0-9", "If-Range": f'"{SHA}"'})
    other = client.get(url, headers={"Range": "bytes=0-9", "If-Range": '"another"'})
    assert (same.status_code, other.status_code, len(other.data)) == (206, 200, 1024)


def test_a_head_tells_the_length_and_plays_nothing(client: FlaskClient, alice_org: UUID) -> None:
    answer = client.head(signed(alice_org, recorded(alice_org)[1]))
    assert (answer.status_code, answer.headers["Content-Length"], answer.data) == (200, "1024", b"")
    assert trail(alice_org) == []


def test_stretches_of_one_playing_are_noted_once(client: FlaskClient, alice_org: UUID) -> None:
    recording_id = recorded(alice_org)[1]
    url = signed(alice_org, recording_id)
    for asked in ("bytes=0-", "bytes=500-", "bytes=900-"):
        client.get(url, headers={"Range": asked})
    assert trail(alice_org) == [("user:ann", "recording.played", str(recording_id))]


@pytest.mark.parametrize("asked", ["bytes=1-", "bytes=-24", "bytes=5-9,20-30", "bytes=5000-"])
def test_no_stretch_is_heard_without_a_trace(client: FlaskClient, alice_org: UUID, asked: str) -> None:
    recording_id = recorded(alice_org)[1]
    url = signed(alice_org, recording_id)
    for _ in range(2):
        client.get(url, headers={"Range": asked})
    assert trail(alice_org) == [("user:ann", "recording.played", str(recording_id))]
    client.get(signed(alice_org, recording_id, timedelta(minutes=1)), headers={"Range": asked})
    assert len(trail(alice_org)) == 2


@pytest.mark.parametrize("changed", ["exp", "by", "sig", "org", "recording", "nothing given"])
def test_an_address_that_was_tampered_with_is_refused(client: FlaskClient, alice_org: UUID, changed: str) -> None:
    recording_id = recorded(alice_org)[1]
    parts = urlsplit(signed(alice_org, recording_id))
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    query |= {"exp": str(int(query["exp"]) + 60)} if changed == "exp" else {}
    query |= {changed: query[changed][::-1]} if changed in ("by", "sig") else {}
    org_id = uuid4() if changed == "org" else alice_org
    path = f"/recordings/{org_id}/{uuid4() if changed == 'recording' else recording_id}"
    answer = client.get(f"{path}?{urlencode({} if changed == 'nothing given' else query)}")
    assert answer.status_code == 403
    assert trail(alice_org) == []


def test_an_address_is_good_for_a_quarter_of_an_hour(client: FlaskClient, alice_org: UUID) -> None:
    recording_id = recorded(alice_org)[1]
    assert client.get(signed(alice_org, recording_id, timedelta(minutes=14))).status_code == 200
    assert client.get(signed(alice_org, recording_id, timedelta(minutes=15))).status_code == 403


def test_a_viewer_gets_no_address(client: FlaskClient, alice_org: UUID) -> None:
    call_id, _ = recorded(alice_org)
    headers = bearer_of((alice_org, Role.VIEWER))
    assert client.get(f"/api/calls/{call_id}/recording", headers=headers).status_code == 403


def test_another_organizations_recording_is_not_there(client: FlaskClient, alice_org: UUID, bob_org: UUID) -> None:
    call_id, recording_id = recorded(alice_org)
    answer = client.get(f"/api/calls/{call_id}/recording", headers=bearer_of((bob_org, Role.OWNER)))
    assert answer.status_code == 404
    assert client.get(signed(bob_org, recording_id)).status_code == 404


@pytest.mark.parametrize("state", ["pending", "failed", "expired"])
def test_what_is_not_there_to_be_heard_is_not_found(client: FlaskClient, alice_org: UUID, state: str) -> None:
    call_id, recording_id = recorded(alice_org, state)
    assert client.get(signed(alice_org, recording_id)).status_code == 404
    headers = bearer_of((alice_org, Role.ANALYST))
    assert client.get(f"/api/calls/{call_id}/recording", headers=headers).status_code == 404


def test_a_file_that_is_gone_is_not_found(client: FlaskClient, alice_org: UUID, folder: Path) -> None:
    recording_id = recorded(alice_org)[1]
    next((folder / str(alice_org)).rglob("*.wav")).unlink()
    assert client.get(signed(alice_org, recording_id)).status_code == 404


@pytest.mark.parametrize("key", ["../other/a.wav", "/etc/passwd", "{org}/../../etc/passwd"])
def test_a_key_cannot_lead_out_of_the_organizations_folder(key: str) -> None:
    org_id = uuid4()
    with pytest.raises(ValueError, match="its organization's folder"):
        storage.path_of(org_id, key.replace("{org}", str(org_id)))
