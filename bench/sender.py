"""A sender that does not give up: one report after the other at fixed times, each posted again until it is taken."""

from __future__ import annotations

import asyncio
import threading
import time

from bench.drive import reports
from bench.load import Shape, answer_status

ANSWER_SECONDS = 10.0
AGAIN_SECONDS = 0.1
END_SECONDS = 60.0


class Sender:
    """Posts from a thread of its own. All times are seconds since the epoch."""

    def __init__(self, port: int, secret: str, assistant_id: str, rate: float) -> None:
        plan = reports(port, secret, assistant_id)
        self.prefix = plan.prefix
        self.due: list[float] = []
        """When each call's report was to be posted first."""
        self._shape = Shape(plan.shapes[0], plan.prefix, lag=0)
        self._port, self._rate = port, rate
        self._untaken: dict[int, float] = {}
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()), daemon=True)

    def start(self) -> None:
        self._thread.start()

    def has_delivered(self, until: float) -> bool:
        """Has everything been posted and taken that was due by then?"""
        return time.time() > until and all(due > until for due in list(self._untaken.values()))

    def stop(self) -> bool:
        """Posts nothing new; True once all that was posted is taken, False where that does not happen in time."""
        self._is_over.set()
        self._thread.join(END_SECONDS)
        return not self._thread.is_alive() and not self._untaken

    async def _run(self) -> None:
        begun, deliveries = time.time(), []
        while not self._is_over.is_set():
            number = len(self.due)
            self.due.append(begun + number / self._rate)
            self._untaken[number] = self.due[number]
            await asyncio.sleep(max(0.0, self.due[number] - time.time()))
            deliveries.append(asyncio.create_task(self._deliver(number)))
        await asyncio.gather(*deliveries)

    async def _deliver(self, number: int) -> None:
        request = b"".join(self._shape.filled(number))
        while not await self._is_taken(request):
            await asyncio.sleep(AGAIN_SECONDS)
        del self._untaken[number]

    async def _is_taken(self, request: bytes) -> bool:
        try:
            async with asyncio.timeout(ANSWER_SECONDS):
                status = await self._post(request)
        except (OSError, asyncio.IncompleteReadError):
            return False
        return 200 <= status < 300

    async def _post(self, request: bytes) -> int:
        reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        try:
            writer.write(request)
            received = b""
            while (status := answer_status(received)) is None:
                more = await reader.read(65_536)
                if not more:
                    raise asyncio.IncompleteReadError(received, None)
                received += more
            return status
        finally:
            writer.close()
