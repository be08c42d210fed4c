"""What the tests of the benchmarks share."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from tests.bench.listener import Listener


@pytest.fixture
def listener() -> Iterator[Listener]:
    with Listener() as started:
        thread = threading.Thread(target=started.serve_forever, args=(0.02,))
        thread.start()
        yield started
        started.shutdown()
        thread.join()
