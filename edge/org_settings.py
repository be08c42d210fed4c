"""An organization's settings over the API, for its admins."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import time
from typing import Any

from flask import Blueprint, Response

from edge.asked import bad
from edge.declared import declared, sent
from edge.encoding import json_response
from edge.errors import not_found
from edge.reading import reading
from edge.scope import actor, json_body, writable
from edge.shapes.org_settings import SettingsAnswer, SettingsChange, SettingsChanged
from models import org_settings
from models.database import organization
from models.people import Membership
from rules.qa import weights_of
from tasks.org_settings import Changed, change_settings
from vocabulary import Role

blueprint = Blueprint("org_settings", __name__)

PATH = "/api/settings"


@blueprint.get(PATH)
@declared(SettingsAnswer, Role.ADMIN)
def show() -> Response:
    """How one organization is set up."""
    return json_response({"ok": True, "data": shown(standing(writable(Role.ADMIN)))})


@blueprint.patch(PATH)
@declared(SettingsChanged, Role.ADMIN, body=SettingsChange)
def change() -> Response:
    """Changes what is given, all of it or nothing.

    The answer says what the change does not change any more.
    """
    here = writable(Role.ADMIN, json_body())
    given = sent(SettingsChange).given()
    if not given:
        raise bad(f"Give at least one of {', '.join(org_settings.CHANGEABLE)}")
    changed = put(here, given, actor())
    answer: dict[str, Any] = {"ok": True, "data": shown(changed.settings)}
    return json_response(answer | ({"note": ". ".join(changed.notes)} if changed.notes else {}))


def put(here: Membership, given: Mapping[str, object], by: str) -> Changed:
    """Changes what is given. Raises Problem 400, naming the setting."""
    try:
        with organization(here.org_id) as tx:
            return change_settings(tx, here.org_id, given, by)
    except ValueError as error:
        raise bad(str(error)) from None


def standing(here: Membership) -> dict[str, Any]:
    """All settings as they are. Raises Problem 404."""
    with reading(here.org_id) as tx:
        row = org_settings.settings_of(tx, here.org_id)
    if row is None:
        raise not_found()
    return row


def shown(row: Mapping[str, Any]) -> dict[str, Any]:
    """The settings as they are written: times of day like 08:00, and the weight of every factor of quality."""
    times = {name: f"{value:%H:%M}" for name, value in row.items() if isinstance(value, time)}
    return {**row, **times, "qa_weights": asdict(weights_of(row["qa_weights"]))}
