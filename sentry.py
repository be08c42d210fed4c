"""Errors that a person must look at, also told to Sentry where SENTRY_DSN is set: types, places and ids, no words.

Our own log lines hold ids and counts only; of a library's line nothing leaves but its logger, the error's type and
places. What the SDK would add by itself (variables, requests, breadcrumbs, host names) is dropped.
"""

from __future__ import annotations

import logging
from typing import Any

import sentry_sdk

from logs import known, places

OURS = "aftercall."
TAGS = ("error", "process", "route", "status", "endpoint", "request_id", "event_id", "job_id", "call_id", "org_id")
KEPT = ("event_id", "timestamp", "level", "logger", "message", "tags", "fingerprint", "release", "environment")


class ToSentry(logging.Handler):
    """Sends what is logged as an error, in the background."""

    def __init__(self, dsn: str, environment: str) -> None:
        super().__init__(logging.ERROR)
        sentry_sdk.init(
            dsn, environment=environment, before_send=_bare, default_integrations=False,
            auto_enabling_integrations=False, max_breadcrumbs=0, include_local_variables=False,
        )  # fmt: skip

    def emit(self, record: logging.LogRecord) -> None:
        facts: dict[str, Any] = record.msg if isinstance(record.msg, dict) else known()
        is_ours = record.name.startswith(OURS)
        error = record.exc_info[1] if record.exc_info else None
        tags = {name: str(facts[name]) for name in TAGS if is_ours and facts.get(name) is not None}
        if error is not None:
            tags |= {"error": type(error).__name__, "places": places(error)}
        elif is_ours and "places" in facts:
            tags["places"] = str(facts["places"])
        words = str(facts.get("event") or record.msg) if is_ours else record.name
        said = record.getMessage() if is_ours and "event" not in facts else words
        sentry_sdk.capture_event(
            {
                "level": "error",
                "logger": record.name,
                "message": said,
                "tags": tags,
                "fingerprint": [record.name, words],
            }
        )


def _bare(event: Any, _: Any) -> Any:
    return {name: event[name] for name in KEPT if name in event}
