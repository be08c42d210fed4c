"""gunicorn's configuration (`gunicorn -c edge/server.py edge.wsgi:app`): workers that slow clients cannot hold.

Imported nowhere: gunicorn reads it before the project is importable, so its hooks import what they need.
"""

from __future__ import annotations

from gevent import monkey

# Before anything else is imported: what peewee keeps for each thread has to be for each greenlet, and its classes are
# made when it is imported, which on_starting does in the master.
monkey.patch_all()

import gc
import logging
import os
import resource
import sys
from pathlib import Path
from typing import Any

bind = f"0.0.0.0:{os.environ.get('PORT', '8000')}"
workers = int(os.environ.get("WEB_PROCESSES") or "2")
worker_class = "edge.connections.Worker"
worker_connections = 4_000
"""Open connections a worker: idle and slow ones cost memory only, so there may be many."""
backlog = 2_048

keepalive = 10
"""Seconds between requests on a connection, and also what a client has for sending a request's head."""
timeout = 30
graceful_timeout = 8
"""Seconds that open requests have at a stop: less than the supervisor's patience."""
limit_request_line = 4_094
limit_request_fields = 64
limit_request_field_size = 8_190
forwarder_headers = ""
"""No header may set the path: gunicorn would believe SCRIPT_NAME and PATH_INFO from the machine itself."""

accesslog = None
loglevel = "warning"
"""Until on_starting has set up our own logging."""
control_socket_disable = True
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 - gunicorn's heartbeat, off the disk


def on_starting(server: Any) -> None:
    """Refuses to start with unfit settings or an unfit database, in sentences and without a traceback."""
    from logs import set_up_logging
    from models import database
    from models.readiness import Unfit, refuse_unfit
    from settings import SettingsError, settings

    try:
        settings()
        refuse_unfit()
    except (SettingsError, Unfit, *database.Unavailable) as error:
        sys.exit(f"The edge does not start. {str(error).strip()}")
    finally:
        database.reset()
    set_up_logging("web")
    _speak_like_the_rest()
    _allow_many_connections()


def post_fork(server: Any, worker: Any) -> None:
    """Lets a query wait without holding the process: psycopg2 hands its waiting to gevent."""
    import psycopg2.extensions

    psycopg2.extensions.set_wait_callback(_wait)


def post_worker_init(worker: Any) -> None:
    """Keeps the collector from what will never be garbage, and from running again and again within one large body."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


def worker_exit(server: Any, worker: Any) -> None:
    """What this process has counted, and not handed over yet, is not lost with it."""
    from tasks.tally import tally

    tally.hand_over()


def _wait(connection: Any) -> None:
    """Waits for Postgres, but not for ever: libpq keeps its own connect_timeout only where it waits itself."""
    from gevent.socket import wait_read, wait_write
    from psycopg2 import OperationalError
    from psycopg2.extensions import POLL_OK, POLL_READ, POLL_WRITE, STATUS_SETUP

    from models.database import CONNECT_SECONDS, STATEMENT_MILLISECONDS, Silent

    answering = STATEMENT_MILLISECONDS / 1000 + CONNECT_SECONDS
    seconds = CONNECT_SECONDS if connection.status == STATUS_SETUP else answering
    while (state := connection.poll()) != POLL_OK:
        if state == POLL_READ:
            wait_read(connection.fileno(), timeout=seconds, timeout_exc=Silent("no answer"))
        elif state == POLL_WRITE:
            wait_write(connection.fileno(), timeout=seconds, timeout_exc=Silent("no answer"))
        else:
            raise OperationalError(f"psycopg2 answers {state} to poll, which is none of its states")


def _speak_like_the_rest() -> None:
    """gunicorn's own lines go through the root logger, in the shape of all others."""
    log = logging.getLogger("gunicorn.error")
    log.handlers.clear()
    log.propagate = True
    log.setLevel(logging.INFO)


def _allow_many_connections() -> None:
    """Raises this process's limit of open files to what the system allows."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
