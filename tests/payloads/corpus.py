"""The payload corpus: named bodies with what is odd about them, and beside each what it must become, written by hand.

`./aftercall simulate --payload FILE --endpoint …` posts any of the bodies at a running edge.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any
from uuid import UUID

from vocabulary import CallFacts, Customs, Endpoint, Fact, Headers, Identity, LeadFacts

HERE = Path(__file__).parent
EVENT_ID = UUID("0195a2f0-0000-7000-8000-00000000e7e7")
"""The event id that the expectations are written for."""

HASH = "hash"
"""In an expectation: the dedupe key is a digest of the body, whose value a person cannot write down."""


@dataclass(frozen=True)
class Payload:
    """One body and what is expected of it; `expected` holds either identity and facts, or the reason of Malformed."""

    provider: str
    name: str
    raw: bytes
    expected: dict[str, Any]

    @property
    def endpoint(self) -> Endpoint:
        return Endpoint(self.expected["endpoint"])

    @property
    def content_type(self) -> str | None:
        given: str | None = self.expected.get("content_type", "application/json")
        return given

    @property
    def headers(self) -> Headers:
        given = {"content-type": self.content_type, **self.expected.get("headers", {})}
        return Headers({name: (value,) for name, value in given.items() if value is not None})

    @property
    def customs(self) -> Customs:
        return Customs(**self.expected.get("customs", {}))

    def __str__(self) -> str:
        return f"{self.provider}/{self.name}"


@lru_cache(maxsize=1)
def payloads() -> tuple[Payload, ...]:
    """Every payload of every provider, in the order of their names."""
    found = []
    for beside in sorted(HERE.glob("*/*.expected.json")):
        name = beside.name.removesuffix(".expected.json")
        (body,) = (path for path in beside.parent.glob(f"{name}.*") if path != beside)
        found.append(Payload(beside.parent.name, name, body.read_bytes(), json.loads(beside.read_text())))
    return tuple(found)


def payload(path: str) -> Payload:
    """The payload of a `provider/name`."""
    return next(one for one in payloads() if str(one) == path)


def identity_as_expected(identity: Identity) -> dict[str, Any]:
    """An identity in the words of the expectations."""
    digest = identity.dedupe_key.startswith("sha256:") and "|" not in identity.dedupe_key
    return {
        "kind": identity.kind,
        "dedupe_key": HASH if digest else identity.dedupe_key,
        "handling": identity.handling.value,
        "refs": [str(ref) for ref in identity.refs],
        "named": list(identity.named),
        "metadata_org": identity.metadata_org,
        "complaint": identity.complaint,
        "reply": identity.reply,
    }


def fact_as_expected(fact: Fact) -> dict[str, Any]:
    """A fact in the words of the expectations."""
    if isinstance(fact, CallFacts):
        return {
            "call": {
                "refs": [str(ref) for ref in fact.refs],
                "at": _plain(fact.at),
                "authority": fact.authority.value,
                "facts": _plain(fact.facts),
                "identity": _plain(fact.identity),
                "email": fact.email,
            }
        }
    if not isinstance(fact, LeadFacts):
        stated = {name: _plain(value) for name, value in asdict(fact).items() if name != "among"}
        return {type(fact).__name__.lower(): stated}
    return {"lead": {"at": _plain(fact.at), "lead_id": fact.lead_id, "phone": fact.phone, "facts": _plain(fact.facts)}}


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items()}
    if isinstance(value, datetime):
        return value.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return str(value) if isinstance(value, Decimal | UUID | StrEnum) else value


def orphans() -> list[str]:
    """Bodies without an expectation beside them."""
    bodies = [path for path in HERE.glob("*/*.*") if not path.name.endswith((".expected.json", ".py", ".pyc"))]
    return [str(path) for path in bodies if not (path.parent / f"{path.stem}.expected.json").exists()]
