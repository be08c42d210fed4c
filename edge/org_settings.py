"""An organization's settings over the API, for its admins."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time
from typing import Any

from flask import Blueprint, Response

from edge.asked import bad
from edge.encoding import json_response
from edge.errors import not_found
from edge.reading import reading
from edge.scope import actor, json_body, writable
from models import org_settings
from models.database import organization
from tasks.org_settings import change_settings
from vocabulary import Role

blueprint = Blueprint("org_settings", __name__)

PATH = "/api/settings"


@blueprint.get(PATH)
def show() -> Response:
    here = writable(Role.ADMIN)
    with reading(here.org_id) as tx:
        row = org_settings.settings_of(tx, here.org_id)
    if row is None:
        raise not_found()
    return json_response({"ok": True, "data": _shown(row)})


@blueprint.patch(PATH)
def change() -> Response:
    """Changes what is given; the answer says what it does not change any more."""
    body = json_body()
    here = writable(Role.ADMIN, body)
    given = {name: value for name, value in body.items() if name != "org_id"}
    if not given:
        raise bad(f"Give at least one of {', '.join(org_settings.CHANGEABLE)}")
    try:
        with organization(here.org_id) as tx:
            changed = change_settings(tx, here.org_id, given, actor())
    except ValueError as error:
        raise bad(str(error)) from None
    answer: dict[str, Any] = {"ok": True, "data": _shown(changed.settings)}
    return json_response(answer | ({"note": ". ".join(changed.notes)} if changed.notes else {}))


def _shown(row: Mapping[str, Any]) -> dict[str, Any]:
    return {name: f"{value:%H:%M}" if isinstance(value, time) else value for name, value in row.items()}
