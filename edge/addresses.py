"""The public addresses of webhooks, as they are given to providers."""

from __future__ import annotations

from urllib.parse import quote

from edge.webhooks import PATHS
from settings import settings
from vocabulary import Endpoint


def webhook_url(endpoint: Endpoint, token: str | None = None) -> str:
    """Where a provider posts; with its token in the address for those that cannot send a header."""
    address = settings().public_url + PATHS[endpoint][0]
    return f"{address}?token={quote(token, safe='')}" if token else address
