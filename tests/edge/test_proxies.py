"""Whose address a request comes from: the visitor's behind proxies of our own, and never a header's word otherwise."""

from __future__ import annotations

import pytest
from flask import request

from edge import create_app
from edge.auth import public
from models.database import reset


def seen_address(monkeypatch: pytest.MonkeyPatch, hops: str) -> str:
    monkeypatch.setenv("TRUSTED_PROXIES", hops)
    reset()
    app = create_app()
    app.add_url_rule("/whoami", view_func=public(lambda: request.remote_addr or ""), endpoint="whoami")
    return app.test_client().get("/whoami", headers={"X-Forwarded-For": "203.0.113.7, 198.51.100.4"}).text


@pytest.mark.parametrize(("hops", "expected"), [("0", "127.0.0.1"), ("1", "198.51.100.4"), ("2", "203.0.113.7")])
def test_as_many_hops_are_believed_as_are_ours(monkeypatch: pytest.MonkeyPatch, hops: str, expected: str) -> None:
    assert seen_address(monkeypatch, hops) == expected
