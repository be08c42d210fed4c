"""The stand-in as Vapi, with one assistant, and what a person might do on Vapi's pages."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import requests

from tests.standin.side import Side, playing

ASSISTANT = "7d0f3c52-0000-4000-8000-000000000001"
KEY = "key-of-vapi"


class Vapi(Side):
    """The stand-in as Vapi, with what it has."""

    def tools(self) -> Any:
        return requests.get(f"{self.url}/__standin/tools", timeout=5).json()

    def assistant(self, id: str = ASSISTANT) -> Any:
        return requests.get(f"{self.url}/__standin/assistants/{id}", timeout=5).json()

    def change(self, **fields: Any) -> None:
        """What a person does on Vapi's pages."""
        assert requests.put(f"{self.url}/__standin/assistants/{ASSISTANT}", json=fields, timeout=5).ok

    def make_tool(self, **body: Any) -> str:
        made = requests.post(f"{self.url}/tool", json=body, headers={"Authorization": f"Bearer {KEY}"}, timeout=5)
        return str(made.json()["id"])

    def said(self, method: str) -> list[str]:
        """The paths of such requests, but for those that make tools for a test."""
        return [one["path"] for one in self.requests() if one["method"] == method]


@contextmanager
def playing_vapi(monkeypatch: pytest.MonkeyPatch) -> Iterator[Vapi]:
    monkeypatch.setenv("VAPI_PRIVATE_KEY", KEY)
    with playing({"VAPI_PRIVATE_KEY": KEY}, monkeypatch) as side:
        side.tell("assistants", {"id": ASSISTANT})
        yield Vapi(side.url)
