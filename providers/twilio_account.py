"""A Twilio account as its REST API is asked: whose it is, and with what it proves itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from urllib.parse import quote

from settings import settings


@dataclass(frozen=True, slots=True)
class TwilioAccount:
    sid: str
    token: str = field(repr=False)

    @property
    def url(self) -> str:
        """Where all that belongs to the account is found."""
        return f"{settings().twilio_api_url}/2010-04-01/Accounts/{quote(self.sid, safe='')}"

    @property
    def auth(self) -> tuple[str, str]:
        return self.sid, self.token
