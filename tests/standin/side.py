"""The providers' side of a test: a stand-in of its own, to which the settings lead, and a hand that directs it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest
import requests

from settings import settings
from standin.app import make_app
from standin.server import running

API_URLS = ("VAPI_API_URL", "TWILIO_API_URL", "CONVOSO_API_URL", "RESEND_API_URL")


class Side:
    def __init__(self, url: str) -> None:
        self.url = url

    def tell(self, what: str, content: Any) -> None:
        assert requests.post(f"{self.url}/__standin/{what}", json=content, timeout=5).ok

    def fault(self, match: str, fault: str, **more: Any) -> None:
        self.tell("script", {"match": match, "answers": [{"fault": fault, **more}]})

    def requests(self) -> Any:
        return requests.get(f"{self.url}/__standin/requests", timeout=5).json()


@contextmanager
def playing(keys: Mapping[str, str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Side]:
    """A stand-in that takes these credentials, named by the settings of this test."""
    with running(make_app(keys)) as url:
        for name in API_URLS:
            monkeypatch.setenv(name, url)
        settings.cache_clear()
        yield Side(url)
