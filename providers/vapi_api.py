"""The door to Vapi's API, for every module that calls it: the deployment's one account, proven by its private key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from providers.http import Ask, OutboundError, Reply, Tell, read_json, told
from settings import settings

WHO = "Vapi"
NOT_CONNECTED = "Vapi is not connected: set VAPI_PRIVATE_KEY"


class VapiNotConnected(OutboundError):
    """There is no key, or Vapi refuses it: nothing will work before a person has set VAPI_PRIVATE_KEY."""

    def __init__(self) -> None:
        super().__init__(NOT_CONNECTED)


def is_connected() -> bool:
    return bool(settings().vapi_private_key)


def tell(method: str, path: str, json: Any = None) -> Reply:
    """Asks Vapi to change something, once; the answer whatever its status.

    Raises VapiNotConnected, and what http.told raises: Unreached where nothing left, Unclear where nobody knows.
    """
    return told(Tell(WHO, method, settings().vapi_api_url + path, _proof(), json=json))


def ask(path: str, params: Mapping[str, str] | None = None) -> tuple[int, Any]:
    """Status and JSON of a GET. Raises VapiNotConnected, and Outage where Vapi cannot answer now."""
    return read_json(Ask(WHO, settings().vapi_api_url + path, _proof(), params or {}))


# https://docs.vapi.ai/api-reference
def _proof() -> dict[str, str]:
    key = settings().vapi_private_key
    if not key:
        raise VapiNotConnected
    return {"Authorization": f"Bearer {key}"}
