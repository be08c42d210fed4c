"""One webhook request as the edge looks at it, with nothing of Flask in it."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

from vocabulary import Endpoint, Headers


@dataclass(frozen=True, slots=True)
class Post:
    endpoint: Endpoint
    headers: Headers
    query_tokens: tuple[str, ...]
    url: str
    """The public URL as the sender was given it, query included."""
    raw: bytes

    def names(self, parameter: str) -> bool:
        """Whether the address has this parameter at all, readable or not."""
        return bool(self._given(parameter))

    def id_in_address(self, parameter: str) -> UUID | None:
        """The id that the address gives once under this name; None for what is none, or is given twice."""
        given = self._given(parameter)
        try:
            return UUID(given[0]) if len(given) == 1 else None
        except ValueError:
            return None

    def _given(self, parameter: str) -> list[str]:
        return parse_qs(urlsplit(self.url).query, keep_blank_values=True).get(parameter, [])
