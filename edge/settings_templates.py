"""The settings' pages of templates: what is sent in each case, and one of them with its preview and its test."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from flask import render_template, request

from edge import drafting
from edge.errors import Problem, not_found
from edge.present import words
from edge.reading import reading
from edge.settings_clinic import Form
from edge.settings_forms import Said, in_words
from models import templates
from models.people import Membership
from rules.outcome import SENTENCES
from rules.templates import LONGEST_NAME, METHODS, RESULTS
from rules.wording import SUBJECT_LIMIT, VARIABLES, limit_of
from rules.wording_defaults import DEFAULTS, FOLLOWUPS
from tasks.senders import refusal
from vocabulary import Method, Purpose

WRITE, TEST, REMOVE = "write", "test", "remove"
DONE = {
    WRITE: "Saved. It is sent so from now on.",
    TEST: "The test is on its way: see under Messages what becomes of it.",
    REMOVE: "Removed. What was sent with it stays as it was sent.",
}
TITLES = {Purpose.FOLLOWUP: "Follow-ups", Purpose.REMINDER: "Appointment reminders", Purpose.HOT_LEAD: "Hot lead alert"}
HINTS = {
    Purpose.FOLLOWUP: "Texted to the caller by itself after calls that ended as you choose. Without one, none is sent.",
    Purpose.REMINDER: "Sent before an appointment; when, stands under Clinic.",
    Purpose.HOT_LEAD: "Texted to your alert number after a call with a hot lead.",
}
NAMES = {
    (Purpose.FOLLOWUP, Method.SMS): "New follow-up",
    (Purpose.REMINDER, Method.SMS): "Reminder by text",
    (Purpose.REMINDER, Method.EMAIL): "Reminder by mail",
    (Purpose.HOT_LEAD, Method.SMS): "Hot lead alert",
}
LABELS = {"body": "the message", "after_results": "the calls", "to must": "the address of a test must"} | {
    result: result.replace("_", " ") for result in RESULTS if "_" in result
}
"""The API's words: how a complaint on the page says them."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What a template is for, and how it is sent."""

    purpose: Purpose
    method: Method


def show_templates(here: Membership, said: Said) -> str:
    with reading(here.org_id) as tx:
        own = templates.list_templates(tx, here.org_id)
    written = {(row["purpose"], row["method"]) for row in own}
    covered = {result for row in own for result in row["after_results"]}
    return render_template(
        "settings_templates.html",
        here=here,
        said=said,
        own=own,
        titles=TITLES,
        hints=HINTS,
        usual=[(Kind(*kind), NAMES[kind], text) for kind, text in DEFAULTS.items() if kind not in written],
        proposed=[result for result in FOLLOWUPS if result not in covered],
    )


def show_new(here: Membership, kind: Kind, said: Said) -> str:
    result = request.args.get("result", "")
    return _show(here, kind, _first(kind, result), None, said)


def show_template(here: Membership, template_id: UUID, said: Said) -> str:
    """Raises Problem 404."""
    with reading(here.org_id) as tx:
        row = drafting.standing(tx, here.org_id, template_id)
    return _show(here, Kind(Purpose(row["purpose"]), Method(row["method"])), row, template_id, said)


def show_preview(here: Membership, kind: Kind, form: Form) -> str:
    """The preview alone, as it goes along while one writes; what is wrong stands in its place."""
    try:
        return render_template("settings_preview.html", preview=previewed(here, kind, form), kind=kind)
    except Problem as problem:
        return render_template("settings_preview.html", complaint=in_words(problem.error, LABELS), kind=kind)


def previewed(here: Membership, kind: Kind, form: Form) -> dict[str, Any]:
    """Raises Problem 400."""
    return drafting.previewed(here, given(kind, form) | {"purpose": kind.purpose, "method": kind.method})


def kind_of(given: Mapping[str, str]) -> Kind:
    """The kind that an address or a form names; a follow-up where it names none. Raises Problem 404."""
    purpose, method = given.get("purpose", Purpose.FOLLOWUP), given.get("method", Method.SMS)
    for known, methods in METHODS.items():
        if purpose == known and method in methods:
            return Kind(known, Method(method))
    raise not_found()


def given(kind: Kind, form: Form) -> dict[str, object]:
    """What may be written of a template, as its form gives it."""
    fields: dict[str, object] = {"name": form.get("name", ""), "body": form.get("body", "")}
    if kind.method is Method.EMAIL:
        fields["subject"] = form.get("subject", "")
    if kind.purpose is Purpose.FOLLOWUP:
        fields["after_results"] = form.getlist("after_results")
    return fields


def _first(kind: Kind, result: str) -> dict[str, Any]:
    """What a new one begins with."""
    if kind.purpose is Purpose.FOLLOWUP:
        is_known = result in FOLLOWUPS
        name = f"After {words(result).lower()}" if is_known else ""
        return {"name": name, "body": FOLLOWUPS.get(result, ""), "after_results": [result] if is_known else []}
    text = DEFAULTS[kind.purpose, kind.method]
    return {"name": NAMES[kind.purpose, kind.method], "body": text.content, "subject": text.subject}


def _show(
    here: Membership,
    kind: Kind,
    row: Mapping[str, Any],
    template_id: UUID | None,
    said: Said,
) -> str:
    with reading(here.org_id) as tx:
        others = [one for one in templates.list_templates(tx, here.org_id) if one["id"] != template_id]
        unable = refusal(tx, here.org_id, kind.method)
    text = given(kind, said.typed) if said.part == WRITE and said.typed else row
    return render_template(
        "settings_template.html",
        here=here,
        said=said,
        complaint=in_words(said.complaint, LABELS),
        kind=kind,
        template_id=template_id,
        title=row["name"] if template_id else NAMES[kind.purpose, kind.method],
        text=text,
        to=said.typed.get("to", "") if said.part == TEST else "",
        preview=_preview(here, kind, text),
        variables=VARIABLES[kind.purpose],
        results=[(result, SENTENCES[result]) for result in RESULTS],
        covered={result: one["name"] for one in others for result in one["after_results"]},
        limit=limit_of(kind.purpose, kind.method),
        subject_limit=SUBJECT_LIMIT,
        longest_name=LONGEST_NAME,
        unable=unable,
        key=uuid4(),
    )


def _preview(here: Membership, kind: Kind, text: Mapping[str, Any]) -> dict[str, Any] | None:
    """None for what cannot be sent so: the complaint beside it tells why."""
    try:
        return drafting.previewed(here, dict(text) | {"purpose": kind.purpose, "method": kind.method})
    except Problem:
        return None
