"""What our tools are, in one place: what is registered at Vapi follows from this, and the edge answers each of them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from settings import settings


def _nothing() -> Mapping[str, Any]:
    return {"type": "object", "properties": {}}


@dataclass(frozen=True, slots=True)
class ToolDefinition:
    """A tool as the model sees it, and where Vapi calls it. Its name is for ever: the edge answers by it."""

    name: str
    description: str
    parameters: Mapping[str, Any] = field(default_factory=_nothing)
    is_async: bool = False
    server_path: str = "/api/vapi/webhook"

    def server_url(self) -> str:
        return settings().public_url + self.server_path

    def body(self) -> dict[str, Any]:
        """What Vapi is sent. The tool calls a server of its own, with the secret by which the edge knows Vapi."""
        server: dict[str, Any] = {"url": self.server_url()}
        if secret := settings().vapi_webhook_secret:
            server["headers"] = {"X-Vapi-Secret": secret}
        function = {"name": self.name, "description": self.description, "parameters": dict(self.parameters)}
        return {"type": "function", "async": self.is_async, "function": function, "server": server}

    def definition_hash(self) -> str:
        """SHA-256 of the canonical JSON of what is sent: another one has to be sent."""
        canonical = json.dumps(self.body(), sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(canonical.encode()).hexdigest()


TOOLS = (
    ToolDefinition(
        "ping",
        "Checks that the line to the office's system works. It changes nothing. Use it only when asked to test the"
        " connection; it answers pong.",
    ),
)
