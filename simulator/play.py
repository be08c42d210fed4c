"""Sends deliveries over real HTTP, as patiently as a provider that repeats itself, and keeps the answers."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from queue import Queue
from urllib.parse import urlsplit

from simulator.deliveries import Delivery, Expected
from simulator.signing import vapi_headers

TIMEOUT_SECONDS = 20.0
"""How long a provider waits for an answer."""
PATIENCE_SECONDS = 60.0
FIRST_PAUSE_SECONDS = 0.05
LONGEST_PAUSE_SECONDS = 2.0
TRY_AGAIN = (429, 500, 502, 503, 504)
QUEUED_A_THREAD = 4
REJECTION = b"<Reject"


@dataclass(frozen=True, slots=True)
class Answer:
    """What became of one delivery; `status` is None where nobody answered."""

    delivery: Delivery
    status: int | None
    event_id: str | None
    duplicate: bool
    rejected: bool
    seconds: float
    """From the first byte of the last attempt to the end of its answer."""
    attempts: int
    error: str | None = None

    @property
    def acknowledged(self) -> bool:
        return self.status is not None and 200 <= self.status < 300

    @property
    def as_expected(self) -> bool:
        if self.delivery.expected is Expected.REFUSED:
            return self.status == 401
        return self.acknowledged and self.rejected == (self.delivery.expected is Expected.REJECTED)


@dataclass(slots=True)
class Ledger:
    """Every answer of a run, for a person to look at and for a test to compare with what was processed."""

    answers: list[Answer] = field(default_factory=list)
    seconds: float = 0.0

    def acknowledged(self) -> dict[str, str | None]:
        """Event key → event id of everything that was answered 2xx and is to be kept."""
        kept = (one for one in self.answers if one.acknowledged and one.delivery.expected is Expected.ACCEPTED)
        found: dict[str, str | None] = {}
        for one in kept:
            found[one.delivery.key] = one.event_id or found.get(one.delivery.key)
        return found

    def surprises(self) -> list[Answer]:
        return [one for one in self.answers if not one.as_expected]

    def summary(self) -> dict[tuple[str, str, int | None], int]:
        """How many answers of each status, by endpoint and by what was expected."""
        return dict(
            Counter((one.delivery.endpoint.value, one.delivery.expected.value, one.status) for one in self.answers)
        )

    def percentile(self, share: float) -> float | None:
        """Seconds within which `share` of the answers came."""
        times = sorted(one.seconds for one in self.answers if one.status is not None)
        return times[min(len(times) - 1, int(len(times) * share))] if times else None


def play(
    deliveries: Iterable[Delivery],
    base_url: str,
    *,
    rate: float | None = None,
    threads: int = 8,
    resend: bool = True,
    patience: float = PATIENCE_SECONDS,
    on_answer: Callable[[Answer], None] | None = None,
    stop: threading.Event | None = None,
) -> Ledger:
    """Sends everything and returns when every delivery has its answer.

    `rate` deliveries a second (all at once without one) leave in their order, over one kept-alive connection a thread;
    with one thread the order of arrival is exact. With `resend`, what meets no answer or a temporary refusal is sent
    again until `patience` seconds have passed. `on_answer` is called by one thread at a time.
    """
    ledger, lock = Ledger(), threading.Lock()
    queue: Queue[Delivery | None] = Queue(maxsize=threads * QUEUED_A_THREAD)

    def keep(answer: Answer) -> None:
        with lock:
            ledger.answers.append(answer)
            if on_answer is not None:
                on_answer(answer)

    started = time.monotonic()
    with ThreadPoolExecutor(threads, thread_name_prefix="simulator") as pool:
        work = [pool.submit(_work, queue, Sender(base_url, patience if resend else 0.0), keep) for _ in range(threads)]
        try:
            for number, delivery in enumerate(deliveries):
                if stop is not None and stop.is_set():
                    break
                if rate is not None:
                    time.sleep(max(0.0, started + number / rate - time.monotonic()))
                queue.put(delivery)
        finally:
            for _ in work:
                queue.put(None)
    for one in work:
        one.result()
    ledger.seconds = time.monotonic() - started
    return ledger


def _work(queue: Queue[Delivery | None], sender: Sender, keep: Callable[[Answer], None]) -> None:
    """Sends until told to stop. After an error the rest is only taken off, so that nobody waits for a full queue."""
    broken: BaseException | None = None
    while (delivery := queue.get()) is not None:
        try:
            if broken is None:
                keep(sender.send(delivery))
        except BaseException as error:  # noqa: BLE001
            broken = error
    sender.close()
    if broken is not None:
        raise broken


class Sender:
    """One connection to the edge, opened again when it breaks."""

    def __init__(self, base_url: str, patience: float) -> None:
        parts = urlsplit(base_url)
        self._open = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        self._host, self._port, self._prefix = parts.hostname or "localhost", parts.port, parts.path.rstrip("/")
        self._patience = patience
        self._connection: HTTPConnection | None = None

    def send(self, delivery: Delivery) -> Answer:
        """The last answer, after as many attempts as patience allows."""
        deadline, pause, attempts = time.monotonic() + self._patience, FIRST_PAUSE_SECONDS, 0
        while True:
            attempts += 1
            answer = self._attempt(delivery, attempts)
            is_final = answer.status is not None and answer.status not in TRY_AGAIN
            if is_final or time.monotonic() + pause > deadline:
                return answer
            time.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE_SECONDS)

    def _attempt(self, delivery: Delivery, attempts: int) -> Answer:
        begun = time.monotonic()
        try:
            status, body = self._exchange(delivery)
        except (OSError, HTTPException) as error:
            self.close()
            return Answer(delivery, None, None, False, False, time.monotonic() - begun, attempts, type(error).__name__)
        event_id, duplicate = _event_of(body)
        return Answer(delivery, status, event_id, duplicate, REJECTION in body, time.monotonic() - begun, attempts)

    def _exchange(self, delivery: Delivery) -> tuple[int, bytes]:
        """One request and its answer. A kept connection that the edge has closed meanwhile is opened once more."""
        was_kept = self._connection is not None
        try:
            return self._request(delivery)
        except (OSError, HTTPException):
            self.close()
            if not was_kept:
                raise
        return self._request(delivery)

    def _request(self, delivery: Delivery) -> tuple[int, bytes]:
        if self._connection is None:
            self._connection = self._open(self._host, self._port, timeout=TIMEOUT_SECONDS)
        headers = delivery.headers
        if delivery.hmac_secret is not None:
            headers = headers | vapi_headers(delivery.hmac_secret, delivery.body, datetime.now(UTC))
        self._connection.request("POST", self._prefix + delivery.path, delivery.body, headers)
        response = self._connection.getresponse()
        body = response.read()
        if response.will_close:
            self.close()
        return response.status, body

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _event_of(body: bytes) -> tuple[str | None, bool]:
    if not body.startswith(b"{"):
        return None, False
    try:
        answer = json.loads(body)
    except ValueError:
        return None, False
    event_id = answer.get("event_id")
    return (str(event_id) if event_id else None), bool(answer.get("duplicate"))
