"""Log lines: readable on a terminal, JSON in production; ids and counts only, whoever writes them."""

from __future__ import annotations

import logging
import sys
import traceback
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import structlog

from settings import settings

PLACES = 4
"""Of a traceback, the innermost ones, that are kept."""
LIBRARIES = ("apscheduler", "dramatiq", "gunicorn.access", "httpcore2", "httpx2", "openai", "peewee", "urllib3")

_asked: list[Callable[[], Mapping[str, Any]]] = []


def ask_also(source: Callable[[], Mapping[str, Any]]) -> None:
    """Names who knows ids that belong on a line, and is asked as one is written: what is not logged costs nothing."""
    if source not in _asked:
        _asked.append(source)


def known() -> dict[str, Any]:
    """The process, and the ids of what is being done: of the request at hand, or of the job that this thread does."""
    found = structlog.contextvars.get_contextvars()
    for source in _asked:
        found |= source()
    return found


def with_known(_: Any, __: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    return {**known(), **event}


def places(error: BaseException) -> str:
    """Where an error came from, as folder/file:line, innermost last."""
    frames = traceback.extract_tb(error.__traceback__)
    return " > ".join("/".join(frame.filename.rsplit("/", 2)[-2:]) + f":{frame.lineno}" for frame in frames[-PLACES:])


def without_values(_: Any, __: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    """Replaces a traceback by its error's type and places: messages and local variables may quote a caller."""
    given = event.pop("exc_info", None)
    error = sys.exc_info()[1] if given is True else given[1] if isinstance(given, tuple) else given
    if isinstance(error, BaseException):
        event["error"], event["places"] = type(error).__name__, places(error)
    return event


def set_up_logging(process: str) -> None:
    """Sends structlog and the standard library's loggers to stderr in one shape."""
    shared: list[structlog.typing.Processor] = [
        with_known,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        without_values,
    ]
    if settings().log_format == "json":
        renderer: structlog.typing.Processor = structlog.processors.JSONRenderer()
    else:
        renderer = structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    level = logging.getLevelNamesMapping()[settings().log_level.upper()]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.make_filtering_bound_logger(level),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*shared, structlog.stdlib.ExtraAdder()],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    if (dsn := settings().sentry_dsn) is not None:
        from sentry import ToSentry

        root.addHandler(ToSentry(dsn, settings().environment))
    root.setLevel(level)
    for name in LIBRARIES:
        logging.getLogger(name).setLevel(max(level, logging.WARNING))
    # Not bound to a context: threads and greenlets begin with one of their own.
    ask_also(_named(process))


@lru_cache(maxsize=4)
def _named(process: str) -> Callable[[], Mapping[str, Any]]:
    return lambda: {"process": process}
