"""The pages of the settings about the organization itself: clinic, services, templates, team. They only read."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, request

from edge import settings_clinic, settings_services, settings_team, settings_templates
from edge.auth import caller
from edge.settings_clinic import show_clinic
from edge.settings_forms import Said, said_before
from edge.settings_services import show_service, show_services
from edge.settings_team import show_team
from edge.settings_templates import kind_of, show_new, show_template, show_templates
from vocabulary import Role

blueprint = Blueprint("settings_page", __name__)

PATH = "/o/<uuid:org_id>/settings"


@blueprint.get(PATH)
def settings(org_id: UUID) -> str:
    return show_clinic(caller().within(org_id, Role.ADMIN), said_before(settings_clinic.DONE))


@blueprint.get(f"{PATH}/services")
def services(org_id: UUID) -> str:
    return show_services(caller().within(org_id, Role.ADMIN), said_before(settings_services.DONE))


@blueprint.get(f"{PATH}/services/<uuid:service_id>")
def service(org_id: UUID, service_id: UUID) -> str:
    return show_service(caller().within(org_id, Role.ADMIN), service_id, said_before(settings_services.DONE))


@blueprint.get(f"{PATH}/templates")
def templates(org_id: UUID) -> str:
    return show_templates(caller().within(org_id, Role.ADMIN), said_before(settings_templates.DONE))


@blueprint.get(f"{PATH}/templates/new")
def new_template(org_id: UUID) -> str:
    here = caller().within(org_id, Role.ADMIN)
    return show_new(here, kind_of(request.args), Said())


@blueprint.get(f"{PATH}/templates/<uuid:template_id>")
def template(org_id: UUID, template_id: UUID) -> str:
    here = caller().within(org_id, Role.ADMIN)
    return show_template(here, template_id, said_before(settings_templates.DONE))


@blueprint.get(f"{PATH}/team")
def team(org_id: UUID) -> str:
    here = caller().within(org_id, Role.ADMIN)
    return show_team(here, said_before(settings_team.DONE), request.args.get("member", ""))
