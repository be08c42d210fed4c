"""The forms of the settings about the organization itself: the same functions as the API's, answered by their page."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, make_response, request, url_for

from edge import (
    drafting,
    members,
    org_settings,
    services,
    settings_clinic,
    settings_services,
    settings_team,
    settings_templates,
)
from edge.auth import caller
from edge.errors import Problem, not_found
from edge.members import acting
from edge.scope import actor
from edge.sending import intent_key
from edge.settings_clinic import show_clinic
from edge.settings_forms import Said, answered, refused
from edge.settings_services import show_service, show_services
from edge.settings_team import show_team
from edge.settings_templates import kind_of, previewed, show_new, show_preview, show_template
from models.people import Membership
from vocabulary import Purpose, Role

blueprint = Blueprint("settings_actions", __name__)

PATH = "/o/<uuid:org_id>/settings"
SERVICE = f"{PATH}/services/<uuid:service_id>"
TEMPLATE = f"{PATH}/templates/<uuid:template_id>"


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


@blueprint.post(f"{PATH}/templates")
def add_template(org_id: UUID) -> Response:
    here = caller().within(org_id, Role.ADMIN)
    kind = kind_of(request.form)

    def act() -> str:
        given = settings_templates.given(kind, request.form) | {"purpose": kind.purpose, "method": kind.method}
        made = drafting.add(here, given, actor())
        return _at("template", org_id, settings_templates.WRITE, template_id=made["id"])

    return answered(settings_templates.WRITE, act, lambda said: show_new(here, kind, said))


@blueprint.post(TEMPLATE)
def change_template(org_id: UUID, template_id: UUID) -> Response:
    here = caller().within(org_id, Role.ADMIN)
    kind = kind_of(request.form)

    def act() -> str:
        drafting.put(here, template_id, settings_templates.given(kind, request.form), actor())
        return _at("template", org_id, settings_templates.WRITE, template_id=template_id)

    return answered(settings_templates.WRITE, act, lambda said: show_template(here, template_id, said))


@blueprint.post(f"{TEMPLATE}/remove")
def remove_template(org_id: UUID, template_id: UUID) -> Response:
    here = caller().within(org_id, Role.ADMIN)

    def act() -> str:
        drafting.drop(org_id, template_id, actor())
        return _at("templates", org_id, settings_templates.REMOVE)

    return answered(settings_templates.REMOVE, act, lambda said: show_template(here, template_id, said))


@blueprint.post(f"{TEMPLATE}/test")
def test_template(org_id: UUID, template_id: UUID) -> Response:
    here = caller().within(org_id, Role.ADMIN)

    def act() -> str:
        key = intent_key(actor(), Purpose.SYSTEM, request.form.get("key", ""))
        drafting.send_test(here, template_id, request.form.get("to"), actor(), key)
        return _at("template", org_id, settings_templates.TEST, template_id=template_id)

    return answered(settings_templates.TEST, act, lambda said: show_template(here, template_id, said))


@blueprint.post(f"{PATH}/templates/preview")
def preview_new_template(org_id: UUID) -> Response:
    here = caller().within(org_id, Role.ADMIN)
    return _preview(here, lambda said: show_new(here, kind_of(request.form), said))


@blueprint.post(f"{TEMPLATE}/preview")
def preview_template(org_id: UUID, template_id: UUID) -> Response:
    here = caller().within(org_id, Role.ADMIN)
    return _preview(here, lambda said: show_template(here, template_id, said))


@blueprint.post(f"{PATH}/team")
def invite(org_id: UUID) -> Response:
    """The page at once, and not by way of its address: the invitation's link is shown this one time."""
    here = caller().within(org_id, Role.ADMIN)
    try:
        made = members.invite(here, acting(), *settings_team.invited(request.form))
    except Problem as problem:
        return refused(settings_team.INVITE, problem, lambda said: show_team(here, said))
    return make_response(show_team(here, Said(), made=made), 201)


@blueprint.post(f"{PATH}/team/<uuid:user_id>")
def change_member(org_id: UUID, user_id: UUID) -> Response:
    here = caller().within(org_id, Role.ADMIN)

    def act() -> str:
        members.change_role(org_id, acting(), user_id, settings_team.role_of(request.form))
        return _at("team", org_id, settings_team.MEMBER)

    return answered(settings_team.MEMBER, act, lambda said: show_team(here, said, str(user_id)))


@blueprint.post(f"{PATH}/team/<uuid:user_id>/remove")
def remove_member(org_id: UUID, user_id: UUID) -> Response:
    """Who has removed themselves goes on to where they still belong."""
    here = caller().within(org_id, Role.ADMIN)

    def act() -> str:
        members.remove(org_id, acting(), user_id)
        is_self = user_id == acting().user_id
        return url_for("dashboard.home") if is_self else _at("team", org_id, settings_team.REMOVE)

    return answered(settings_team.MEMBER, act, lambda said: show_team(here, said, str(user_id)))


@blueprint.post(f"{PATH}/team/invitations/<uuid:invitation_id>/revoke")
def uninvite(org_id: UUID, invitation_id: UUID) -> Response:
    here = caller().within(org_id, Role.ADMIN)

    def act() -> str:
        members.uninvite(org_id, acting(), invitation_id)
        return _at("team", org_id, settings_team.UNINVITE)

    return answered(settings_team.UNINVITE, act, lambda said: show_team(here, said))


def _preview(here: Membership, show: Callable[[Said], str]) -> Response:
    """The preview alone where the page asks by itself, else the page with it. Nothing is kept."""
    kind = kind_of(request.form)
    if "HX-Request" in request.headers:
        return make_response(show_preview(here, kind, request.form))
    try:
        previewed(here, kind, request.form)
    except Problem as problem:
        return refused(settings_templates.WRITE, problem, show)
    return make_response(show(Said(settings_templates.WRITE, typed=request.form)))


def _at(page: str, org_id: UUID, done: str, **values: Any) -> str:
    """The address of a page on which is told what was done, in its section."""
    return url_for(f"settings_page.{page}", org_id=org_id, done=done, _anchor=done, **values)
