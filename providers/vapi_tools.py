"""Vapi's tools and assistants: what is there, and the few calls that change them. Each says plainly how it failed."""

from __future__ import annotations

import re
from typing import Any

from providers import vapi_api
from providers.http import BadAnswer, Outage, Reply
from providers.vapi_api import VapiNotConnected

PASSING = (408, 409, 425, 429)
NOT_OURS = (401, 403)
MOST_LISTED = "1000"
ID = re.compile(r"[A-Za-z0-9_-]{1,128}")
"""What may stand in a path: Vapi's ids are UUIDs."""


class NotThere(BadAnswer):
    """Vapi knows no such tool or assistant."""


class Refused(BadAnswer):
    """Vapi will not have it: what was asked is wrong, and to ask again is in vain."""


# https://docs.vapi.ai/api-reference/tools
def create_tool(body: dict[str, Any]) -> str:
    """The new tool's id. Where this raises Unclear it may have been made: it has to be looked for."""
    made = _object(vapi_api.tell("POST", "/tool", body))
    if not isinstance(made.get("id"), str):
        raise Outage("Vapi did not say which tool it made")
    return str(made["id"])


def change_tool(tool_id: str, body: dict[str, Any]) -> None:
    """Replaces all that is sent; a tool cannot change its type, so that the type is not sent."""
    changes = {name: value for name, value in body.items() if name != "type"}
    _object(vapi_api.tell("PATCH", _path("tool", tool_id), changes))


def get_tool(tool_id: str) -> dict[str, Any]:
    return _read(_path("tool", tool_id))


def find_tools(name: str, server_url: str) -> list[dict[str, Any]]:
    """The tools of this name that call this server, oldest first: one whose making was not answered is among them."""
    status, body = vapi_api.ask("/tool", {"limit": MOST_LISTED})
    listed = _judged(status, body)
    if not isinstance(listed, list):
        raise BadAnswer("Vapi's list of tools is no list")
    found = [tool for tool in listed if is_tool(tool, name, server_url)]
    return sorted(found, key=lambda tool: str(tool.get("createdAt", "")))


def is_tool(tool: Any, name: str, server_url: str) -> bool:
    """Whether this is a function of that name which calls that server."""
    if not isinstance(tool, dict):
        return False
    function, server = tool.get("function"), tool.get("server")
    return (
        isinstance(tool.get("id"), str)
        and isinstance(function, dict)
        and isinstance(server, dict)
        and (function.get("name"), server.get("url")) == (name, server_url)
    )


def is_as_defined(tool: dict[str, Any], body: dict[str, Any]) -> bool:
    """Whether a tool at Vapi is what we would send. What Vapi adds does not count, nor headers: it may hide secrets."""
    seen = {**body, "server": {"url": body["server"]["url"]}}
    return all(_holds(tool.get(name), value) for name, value in seen.items())


def _holds(theirs: Any, ours: Any) -> bool:
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return all(_holds(theirs.get(name), value) for name, value in ours.items())
    return bool(theirs == ours) or (ours is False and theirs is None)


# https://docs.vapi.ai/api-reference/assistants
def get_assistant(assistant_id: str) -> dict[str, Any]:
    return _read(_path("assistant", assistant_id))


def change_assistant(assistant_id: str, model: dict[str, Any]) -> None:
    """Replaces the whole model: Vapi forgets what of it is not sent, and keeps every other part of the assistant."""
    _object(vapi_api.tell("PATCH", _path("assistant", assistant_id), {"model": model}))


def _path(kind: str, id: str) -> str:
    if not ID.fullmatch(id):
        raise NotThere("Vapi has no such id")
    return f"/{kind}/{id}"


def _read(path: str) -> dict[str, Any]:
    status, body = vapi_api.ask(path)
    found = _judged(status, body)
    if not isinstance(found, dict):
        raise BadAnswer("Vapi answered something that cannot be read")
    return found


def _object(reply: Reply) -> dict[str, Any]:
    found = _judged(reply.status, reply.body, reply.retry_after)
    return found if isinstance(found, dict) else {}


def _judged(status: int, body: Any, retry_after: float = 0.0) -> Any:
    """The body of a success. Raises VapiNotConnected, NotThere, Outage or Refused for anything else."""
    if status in NOT_OURS:
        raise VapiNotConnected
    if status == 404:
        raise NotThere("Vapi does not know it")
    if status >= 500 or status in PASSING:
        raise Outage(f"Vapi answered {status}", retry_after)
    if not 200 <= status < 300:
        raise Refused(f"Vapi refused it with {status}")
    return body
