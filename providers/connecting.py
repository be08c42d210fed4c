"""What a provider says for good when an organization is connected to it."""

from __future__ import annotations

from providers.http import OutboundError


class NotAccepted(OutboundError):
    """The provider's answer is no, and would be no again: the message tells people what to change, and no secret."""
