"""Vapi's credentials and phone numbers as the stand-in plays them. Secrets go in and do not come out."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, jsonify, request

from standin.stage import stage
from standin.vapi import error, refusal
from standin.vapi_assistants import Things

blueprint = Blueprint("vapi_numbers", __name__)

LONGEST_NAME = 40
SECRETS = ("authToken", "apiSecret", "twilioAuthToken", "twilioApiSecret")
IMPORTED = ("provider", "number", "twilioAccountSid", "twilioAuthToken")


@blueprint.before_request
def check_key() -> Any:
    return None if request.path.startswith("/__standin/") else refusal()


@blueprint.post("/credential")
def create_credential() -> Any:
    given = request.get_json()
    if wrong := _missing(given, ("provider", "accountSid", "authToken")):
        return wrong
    return jsonify(_shown(_things("credentials").make(given))), 201


@blueprint.get("/credential/<id>")
def fetch_credential(id: str) -> Any:
    found = _things("credentials").get(id)
    return jsonify(_shown(found)) if found else error(404, "Not Found", "Couldn't find this credential")


@blueprint.delete("/credential/<id>")
def remove_credential(id: str) -> Any:
    found = _things("credentials").remove(id)
    return jsonify(_shown(found)) if found else error(404, "Not Found", "Couldn't find this credential")


@blueprint.post("/phone-number")
def create_number() -> Any:
    """Takes over the number's texts as well, unless it is told not to."""
    given = request.get_json()
    if wrong := _missing(given, IMPORTED):
        return wrong
    if any(one["number"] == given["number"] for one in _things("numbers").all()):
        return error(400, "Bad Request", "Existing Phone Number With Identical Number")
    made = _things("numbers").make({"smsEnabled": True, "status": "active"} | given)
    return jsonify(_shown(made)), 201


@blueprint.get("/phone-number")
def list_numbers() -> Any:
    """Newest first, as Vapi lists; `createdAtLt` goes on where a page has ended."""
    before = request.args.get("createdAtLt")
    newest = reversed(_things("numbers").all())
    found = [_shown(one) for one in newest if before is None or one["createdAt"] < before]
    return jsonify(found[: int(request.args.get("limit", "100"))])


@blueprint.get("/phone-number/<id>")
def fetch_number(id: str) -> Any:
    found = _things("numbers").get(id)
    return jsonify(_shown(found)) if found else error(404, "Not Found", "Couldn't find this phone number")


@blueprint.patch("/phone-number/<id>")
def change_number(id: str) -> Any:
    found = _things("numbers").change(id, request.get_json())
    return jsonify(_shown(found)) if found else error(404, "Not Found", "Couldn't find this phone number")


@blueprint.get("/__standin/vapi-connections")
def show() -> Any:
    """What Vapi was given, of secrets the last four characters."""
    return jsonify({
        what: [_hinted(one) for one in _things(what).all()] for what in ("credentials", "numbers")
    })  # fmt: skip


def _things(what: str) -> Things:
    kept: dict[str, Things] = stage().extensions.setdefault("vapi_connections", {})
    return kept.setdefault(what, Things())


def _missing(given: Any, names: tuple[str, ...]) -> Any:
    lacking = [f"{name} should not be empty" for name in names if not given.get(name)]
    if len(str(given.get("name", ""))) > LONGEST_NAME:
        lacking.append(f"name must be shorter than or equal to {LONGEST_NAME} characters")
    return error(400, "Bad Request", lacking) if lacking else None


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name not in SECRETS}


def _hinted(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value[-4:] if name in SECRETS else value for name, value in row.items()}
