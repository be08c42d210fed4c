"""The stand-in as a server: in a thread of a test, or as the process that `python -m standin` is."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from werkzeug.serving import BaseWSGIServer, make_server

from standin.stage import Stage

HOST = "127.0.0.1"


def server(app: Stage, port: int, host: str = HOST) -> BaseWSGIServer:
    """Bound to its port (0: a free one, see `server_port`) and not yet serving; a thread for each connection."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    return make_server(host, port, app, threaded=True)


@contextmanager
def running(app: Stage, port: int = 0) -> Iterator[str]:
    """Serves in a thread, and gives the base URL."""
    serving = server(app, port)
    thread = threading.Thread(target=serving.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    try:
        yield f"http://{HOST}:{serving.server_port}"
    finally:
        serving.shutdown()
        thread.join()
        serving.server_close()
