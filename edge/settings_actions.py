"""The forms of the settings about the organization itself: the same functions as the API's, answered by their page."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import Blueprint, Response, request, url_for

from edge import org_settings, services, settings_clinic, settings_services
from edge.auth import caller
from edge.errors import not_found
from edge.scope import actor
from edge.settings_clinic import show_clinic
from edge.settings_forms import answered
from edge.settings_services import show_service, show_services
from vocabulary import Role

blueprint = Blueprint("settings_actions", __name__)

PATH = "/o/<uuid:org_id>/settings"
SERVICE = f"{PATH}/services/<uuid:service_id>"


@blueprint.post(f"{PATH}/clinic/<part>")
def change_settings(org_id: UUID, part: str) -> Response:
    here = caller().within(org_id, Role.ADMIN)
    if part not in settings_clinic.PARTS:
        raise not_found()

    def act() -> str:
        org_settings.put(here, settings_clinic.given(part, request.form), actor())
        return _at("settings", org_id, part)

    return answered(part, act, lambda said: show_clinic(here, said))


@blueprint.post(f"{PATH}/services")
def add_service(org_id: UUID) -> Response:
    here = caller().within(org_id, Role.ADMIN)

    def act() -> str:
        services.add(org_id, settings_services.given(request.form), actor())
        return _at("services", org_id, settings_services.ADD)

    return answered(settings_services.ADD, act, lambda said: show_services(here, said))


@blueprint.post(SERVICE)
def change_service(org_id: UUID, service_id: UUID) -> Response:
    here = caller().within(org_id, Role.ADMIN)

    def act() -> str:
        services.put(org_id, service_id, settings_services.given(request.form), actor())
        return _at("service", org_id, settings_services.CHANGE, service_id=service_id)

    return answered(settings_services.CHANGE, act, lambda said: show_service(here, service_id, said))


@blueprint.post(f"{SERVICE}/remove")
def remove_service(org_id: UUID, service_id: UUID) -> Response:
    here = caller().within(org_id, Role.OWNER)

    def act() -> str:
        services.drop(org_id, service_id, actor())
        return _at("services", org_id, settings_services.REMOVE)

    return answered(settings_services.REMOVE, act, lambda said: show_service(here, service_id, said))


def _at(page: str, org_id: UUID, done: str, **values: Any) -> str:
    """The address of a page on which is told what was done, in its section."""
    return url_for(f"settings_page.{page}", org_id=org_id, done=done, _anchor=done, **values)
