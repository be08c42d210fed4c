"""The stand-in's webhooks: sent later, noted with their answer, and lost on purpose. Another stand-in hears them."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import requests

from standin.app import make_app
from standin.deliveries import Deliveries
from standin.server import running


@pytest.fixture
def listener() -> Iterator[str]:
    with running(make_app()) as url:
        yield url


def heard(url: str) -> Any:
    return requests.get(f"{url}/__standin/requests", timeout=5).json()


def wait_for(condition: Callable[[], Any]) -> Any:
    deadline = time.monotonic() + 10
    while not (found := condition()):
        assert time.monotonic() < deadline, "it did not happen"
        time.sleep(0.01)
    return found


def test_what_is_planned_is_sent_in_the_order_of_its_time(listener: str) -> None:
    deliveries = Deliveries(listener)
    for name, seconds in (("second", 0.2), ("first", 0.05)):
        deliveries.plan(seconds, lambda name=name: deliveries.send(f"{listener}/{name}", b"{}", {"X-Mark": name}))
    wait_for(lambda: len(deliveries.done()) == 2)
    assert [(one["path"], one["headers"]["x-mark"]) for one in heard(listener)] == [
        ("/first", "first"), ("/second", "second"),
    ]  # fmt: skip
    assert [one["status"] for one in deliveries.done()] == [404, 404]


def test_a_webhook_may_be_lost_and_one_without_a_listener_is_noted(listener: str) -> None:
    deliveries = Deliveries(listener)
    deliveries.lost = 1
    deliveries.send(f"{listener}/lost", b"", {})
    deliveries.send("http://127.0.0.1:1/nobody", b"", {})
    assert [one["status"] for one in deliveries.done()] == [-1, 0]
    assert heard(listener) == []


def test_webhooks_are_directed_and_forgotten_over_http() -> None:
    app = make_app()
    with running(app) as url:
        told = {"url": "http://127.0.0.1:9/", "pace": 0, "lose": 3, "keys": {"NAME": "value"}}
        assert requests.post(f"{url}/__standin/webhooks", json=told, timeout=5).ok
        app.deliveries.send("http://127.0.0.1:1/nobody", b"", {})
        assert [one["status"] for one in requests.get(f"{url}/__standin/webhooks", timeout=5).json()] == [-1]
        assert (app.deliveries.pace, app.keys["NAME"]) == (0, "value")
        requests.post(f"{url}/__standin/reset", timeout=5)
        assert requests.get(f"{url}/__standin/webhooks", timeout=5).json() == []


def test_what_was_taken_is_listed() -> None:
    app = make_app()
    app.sent.add("vapi", "call-1", app.now(), to="+12025550100")
    with running(app) as url:
        sent = requests.get(f"{url}/__standin/sent", timeout=5).json()
    assert [(one["provider"], one["id"], one["to"]) for one in sent] == [("vapi", "call-1", "+12025550100")]
