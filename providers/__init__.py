"""What the outside world means: a module per provider, found here by the endpoint that its webhooks come to."""

from __future__ import annotations

from providers import convoso, resend_events, twilio, vapi
from providers.base import ProviderModule
from vocabulary import Endpoint

PROVIDERS: tuple[ProviderModule, ...] = (vapi, convoso, twilio, resend_events)
_BY_ENDPOINT = {endpoint: module for module in PROVIDERS for endpoint in module.ENDPOINTS}


def provider_of(endpoint: Endpoint) -> ProviderModule:
    """The module that verifies, identifies and parses what is posted to `endpoint`."""
    return _BY_ENDPOINT[endpoint]
