"""Static files travel small and are kept; pages, which hold secrets beside what somebody typed, are not compressed."""

from __future__ import annotations

import gzip

from flask.testing import FlaskClient


def test_a_browser_gets_its_files_compressed_and_keeps_them(client: FlaskClient) -> None:
    answer = client.get("/static/aftercall.css", headers={"Accept-Encoding": "gzip, br"})
    plain = client.get("/static/aftercall.css")
    assert (answer.headers["Content-Encoding"], answer.headers["Vary"]) == ("gzip", "Accept-Encoding")
    assert gzip.decompress(answer.data) == plain.data
    assert len(answer.data) < len(plain.data) / 2
    assert "max-age=31536000" in answer.headers["Cache-Control"]
    assert "Content-Encoding" not in plain.headers


def test_who_has_a_file_already_is_sent_none(client: FlaskClient) -> None:
    etag = client.get("/static/aftercall.css").headers["ETag"]
    assert client.get("/static/aftercall.css", headers={"If-None-Match": etag}).status_code == 304


def test_a_page_is_never_compressed(client: FlaskClient) -> None:
    assert "Content-Encoding" not in client.get("/sign-in", headers={"Accept-Encoding": "gzip"}).headers


def test_a_part_of_a_page_that_asks_after_the_session_ended_has_the_page_reloaded(client: FlaskClient) -> None:
    answer = client.get("/", headers={"HX-Request": "true"})
    assert (answer.status_code, answer.headers["HX-Refresh"]) == (401, "true")
