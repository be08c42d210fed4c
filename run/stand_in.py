"""The providers' stand-in beside an instance that nobody has connected to real ones: simulated calls can be heard."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import dataclass, field

from run.children import Program
from run.environment import is_set
from run.home import Home
from run.launch import free_port


@dataclass(frozen=True, slots=True)
class StandIn:
    """Where it listens, what runs it, and what an organization connects Convoso with."""

    url: str
    program: Program
    convoso_token: str = field(repr=False)

    def probe(self) -> str:
        return f"{self.url}/__standin/requests"


def stand_in_for(home: Home, given: Mapping[str, str], web_port: int) -> StandIn | None:
    """It sends its webhooks to `web_port`. None where the caller has said which Vapi is meant, and in production."""
    if given.get("AFTERCALL_ENV", "").strip() == "production":
        return None
    if is_set(given, "VAPI_PRIVATE_KEY") or is_set(given, "VAPI_API_URL"):
        return None
    port, token = free_port(), home.secret("convoso_auth_token")
    kept_in = str(home.folder / "standin.jsonl")
    command = (sys.executable, "-m", "standin", "--port", str(port), "--state", kept_in)
    environment = {"CONVOSO_AUTH_TOKEN": token, "STANDIN_WEBHOOKS": f"http://127.0.0.1:{web_port}"}
    return StandIn(f"http://127.0.0.1:{port}", Program("standin", command, environment), token)
