"""What every page's template may use: the time, who looks, form tokens, and static files that browsers can keep."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import Flask, current_app, g, url_for

from edge import call_facts, present, sessions
from edge.reading import reading
from edge.rooms import AT_HAND, rooms_for, tabs_for
from models.message_queries import COUNTED, count_for_a_person
from settings import settings

KEEP_STATIC = timedelta(days=365)
NEWS = timedelta(days=7)


def install(app: Flask) -> None:
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = KEEP_STATIC
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    present.install(app)
    app.jinja_env.filters.update(change=call_facts.change, label=call_facts.label)
    app.context_processor(_shared)


def _shared() -> dict[str, Any]:
    """`viewer` is the caller on pages that somebody has signed in for, and None on the others."""
    viewer = g.get("caller")
    return {
        "now": datetime.now(UTC),
        "asset": asset,
        "csrf_token": sessions.csrf_token,
        "viewer": viewer,
        "notice": settings().notice,
        "attention": attention,
        "at_hand": AT_HAND,
        "rooms_for": rooms_for,
        "tabs_for": tabs_for,
    }


def attention(org_id: UUID) -> str:
    """How many messages of the last days somebody should look at, for the navigation; nothing where there is none."""
    with reading(org_id) as tx:
        count = count_for_a_person(tx, org_id, datetime.now(UTC) - NEWS)
    return f"{COUNTED - 1}+" if count >= COUNTED else str(count or "")


def asset(name: str) -> str:
    """A static file's address, which changes with its content: so a browser may keep the file for a year."""
    return url_for("static", filename=name, v=_digest(str(current_app.static_folder), name))


@lru_cache(maxsize=64)
def _digest(folder: str, name: str) -> str:
    return hashlib.sha256((Path(folder) / name).read_bytes()).hexdigest()[:12]
