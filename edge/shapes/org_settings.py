"""An organization's settings, as its admins see and change them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal
from uuid import UUID

from pydantic import BeforeValidator, ConfigDict, Field

from edge.shapes.base import Amount, Answer, Row
from edge.shapes.changes import Change, without_defaults
from rules.org_settings import CLEAN, LONGEST_NAME, MOST_REMINDERS, RECORDING_DAYS, REMINDER_MINUTES, RETENTION_DAYS
from vocabulary import Method


def _checked(name: str) -> BeforeValidator:
    """Refuses what the rule of this setting refuses, in its words, and passes on what was given."""
    clean: Callable[[object], Any] = CLEAN[name]

    def check(given: object) -> object:
        clean(given)
        return given

    return BeforeValidator(check)


Clock = Annotated[
    str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$", description="A time of day like 08:00, by the recipient's clock")
]
Minutes = Annotated[int, Field(ge=REMINDER_MINUTES[0], le=REMINDER_MINUTES[-1])]
RecordingDays = Annotated[int, Field(ge=RECORDING_DAYS[0], le=RECORDING_DAYS[-1])]


class SettingsRow(Row):
    org_id: UUID
    name: str
    timezone: str = Field(description="An IANA zone, in which the organization's days begin and end")
    alert_number: str | None = Field(description="Who is texted about hot leads, in E.164; null for nobody")
    send_from: str = Field(description="From when on people may be written to, by their own clock, like 08:00")
    send_until: str = Field(description="Until when, like 21:00")
    reminder_minutes: list[int] = Field(description="Minutes before an appointment, the longest first")
    reminder_methods: list[Method]
    body_retention_days: int = Field(description="How many days webhooks' bodies are kept")
    recording_retention_days: int | None = Field(description="How many days recordings are kept; null for ever")
    keeps_originals: bool = Field(description="Whether unredacted words of calls are kept too, encrypted")
    sms_number: str | None = Field(description="The number that texts are sent from, in E.164")
    openai_enabled: bool = Field(description="Whether OpenAI may refine what calls meant")
    openai_budget_per_day: Amount = Field(description="What that may cost, in US dollars a day")
    default_region: str = Field(description="The country whose numbers are written without a code, like US")
    qa_weights: dict[str, float] = Field(description="What counts how much towards a call's quality")


class SettingsAnswer(Answer):
    data: SettingsRow


class SettingsChanged(SettingsAnswer):
    note: str = Field("", description="What the change does not change any more, where there is such a thing")


def _closed(schema: dict[str, Any]) -> None:
    without_defaults(schema)
    schema["additionalProperties"] = False


class SettingsChange(Change):
    """What is left out stays as it is; a setting that there is not is refused, by the rule that knows them all."""

    model_config = ConfigDict(extra="allow", json_schema_extra=_closed)

    name: Annotated[str, Field(min_length=1, max_length=LONGEST_NAME), _checked("name")] = ""
    timezone: Annotated[str, Field(description="An IANA zone like America/New_York"), _checked("timezone")] = ""
    alert_number: str | None = Field(None, description="A phone number; null or empty for no alerts")
    send_from: Annotated[Clock, _checked("send_from")] = ""
    send_until: Annotated[Clock, _checked("send_until")] = ""
    reminder_minutes: Annotated[
        list[Minutes],
        Field(description=f"At most {MOST_REMINDERS} different ones; an empty list sends no reminders"),
        _checked("reminder_minutes"),
    ] = []  # noqa: RUF012 - pydantic copies it
    reminder_methods: Annotated[
        list[Literal[Method.SMS, Method.EMAIL]], Field(min_length=1), _checked("reminder_methods")
    ] = []  # noqa: RUF012
    body_retention_days: Annotated[int, Field(ge=0, le=RETENTION_DAYS[-1]), _checked("body_retention_days")] = 30
    recording_retention_days: Annotated[
        RecordingDays | None, Field(description="null to keep all"), _checked("recording_retention_days")
    ] = None
    keeps_originals: Annotated[bool, _checked("keeps_originals")] = False
