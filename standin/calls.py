"""The calls that the stand-in knows of: whoever plays a call announces it, and its recording can then be fetched."""

from __future__ import annotations

import json
import threading
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Announced:
    """A call as its provider knows it. `ready_at`: when its recording appears, at once where empty."""

    id: str
    started_at: datetime
    seconds: float
    call_sid: str = ""
    lead_id: str = ""
    ready_at: datetime | None = None
    timezone: str = "America/Los_Angeles"
    """The zone of Convoso's wall-clock times."""

    @property
    def ended_at(self) -> datetime:
        return self.started_at + timedelta(seconds=self.seconds)

    def is_ready(self, now: datetime) -> bool:
        return self.ready_at is None or now >= self.ready_at

    @classmethod
    def of(cls, given: dict[str, Any]) -> Announced:
        """Reads what was announced; raises KeyError, TypeError or ValueError."""
        ready = given.get("ready_at")
        ZoneInfo(given.get("timezone", "UTC"))
        return cls(**{
            **given,
            "started_at": _aware(given["started_at"]),
            "seconds": float(given["seconds"]),
            "ready_at": _aware(ready) if ready else None,
        })  # fmt: skip


class Calls:
    """Announced calls by any of their names; kept in a file of JSON lines where one is named."""

    def __init__(self, kept_in: Path | None) -> None:
        self._lock = threading.Lock()
        self._kept_in = kept_in
        self._calls: dict[str, Announced] = {}
        if kept_in is not None and kept_in.exists():
            for line in kept_in.read_text().splitlines():
                self._note(Announced.of(json.loads(line)))

    def add(self, announced: list[Announced]) -> None:
        """A call that is announced again is as it was announced last."""
        with self._lock:
            for call in announced:
                self._note(call)
            if self._kept_in is not None:
                with self._kept_in.open("a") as file:
                    file.writelines(json.dumps(asdict(call), default=str) + "\n" for call in announced)

    def named(self, name: str) -> Announced | None:
        """By Vapi's id, or by Twilio's CallSid."""
        return next((call for call in self.all() if name and name in (call.id, call.call_sid)), None)

    def all(self) -> list[Announced]:
        with self._lock:
            return list(self._calls.values())

    def of_lead(self, lead_id: str) -> list[Announced]:
        found = [call for call in self.all() if call.lead_id == lead_id]
        return sorted(found, key=lambda call: call.started_at)

    def _note(self, call: Announced) -> None:
        self._calls[call.id] = call


def _aware(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    if at.tzinfo is None:
        raise ValueError("times need a zone: 2026-05-01T12:00:00+00:00")
    return at
