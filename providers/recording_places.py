"""Where each provider keeps a call's recording: what has to be asked for the file itself."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from providers.http import Ask, BadAnswer, read_json
from providers.recordings import NotConnected, NotThereYet
from providers.twilio_account import TwilioAccount
from settings import settings

VAPI, TWILIO, CONVOSO = "Vapi", "Twilio", "Convoso"
CONVOSO_PAGE = 100
WALL_CLOCK = "%Y-%m-%d %H:%M:%S"
MARGIN = timedelta(minutes=15)
"""How far Convoso's times of a recording may lie from ours of the call."""


# https://docs.vapi.ai/assistants/retrieve-call-artifacts
def at_vapi(key: str, call_id: str) -> Ask:
    """The endpoint redirects to an address that is good for minutes, which is used at once and never kept."""
    url = f"{settings().vapi_api_url}/call/{quote(call_id, safe='')}/mono-recording"
    return Ask(VAPI, url, {"Authorization": f"Bearer {key}"})


# https://www.twilio.com/docs/voice/api/recording
def at_twilio(account: TwilioAccount, call_sid: str) -> Ask:
    """The longest completed recording of the call. Raises NotThereYet, NotConnected, BadAnswer, Outage."""
    calls = f"{account.url}/Calls/{quote(call_sid, safe='')}"
    status, answer = read_json(Ask(TWILIO, f"{calls}/Recordings.json", auth=account.auth))
    _refuse(TWILIO, status)
    listed = _rows(answer, "recordings")
    done = [one for one in listed if one.get("status") == "completed" and isinstance(one.get("sid"), str)]
    if not done:
        raise NotThereYet(f"{TWILIO} has no recording of this call yet")
    longest = max(done, key=lambda one: _number(one.get("duration")))
    return Ask(TWILIO, f"{account.url}/Recordings/{quote(longest['sid'], safe='')}.wav", auth=account.auth)


# Convoso's help centre, article 37896898809883: there is no way to ask by call
def at_convoso(token: str, lead_id: str, started_at: datetime, ended_at: datetime, zone: str) -> Ask:
    """Of the lead's recordings the one that overlaps the call most. Raises as at_twilio does."""
    there = ZoneInfo(zone)
    params = {
        "auth_token": token,
        "lead_id": lead_id,
        "start_time": (started_at - MARGIN).astimezone(there).strftime(WALL_CLOCK),
        "end_time": (ended_at + MARGIN).astimezone(there).strftime(WALL_CLOCK),
        "limit": str(CONVOSO_PAGE),
    }
    status, answer = read_json(Ask(CONVOSO, f"{settings().convoso_api_url}/v1/leads/get-recordings", params=params))
    _refuse(CONVOSO, status)
    if not isinstance(answer, dict) or answer.get("success") is not True:
        raise _convoso_says(answer)
    data = answer.get("data")
    best = max(_rows(data, "entries"), key=lambda one: _overlap(one, started_at, ended_at, there), default=None)
    if best is None or _overlap(best, started_at, ended_at, there) <= 0 or not isinstance(best.get("url"), str):
        raise NotThereYet(f"{CONVOSO} has no recording of this lead at the time of the call yet")
    return Ask(CONVOSO, best["url"])


def _convoso_says(answer: Any) -> Exception:
    """Their failures come with 200; one that is about the token waits for a person."""
    code, words = (answer.get("code"), str(answer.get("text", ""))) if isinstance(answer, dict) else (None, "")
    if "auth" in words.lower() or "token" in words.lower():
        return NotConnected(f"{CONVOSO} refuses our credentials (code {str(code)[:12]})")
    return BadAnswer(f"{CONVOSO} answered with code {str(code)[:12]}")


def _refuse(who: str, status: int) -> None:
    if status in (401, 403):
        raise NotConnected(f"{who} refuses our credentials ({status})")
    if status == 404:
        raise NotThereYet(f"{who} does not know this call yet")
    if status != 200:
        raise BadAnswer(f"{who} answered {status}")


def _rows(answer: Any, name: str) -> list[dict[str, Any]]:
    rows = answer.get(name) if isinstance(answer, dict) else None
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _overlap(entry: dict[str, Any], started_at: datetime, ended_at: datetime, zone: ZoneInfo) -> float:
    """Seconds that a recording and the call have in common. A time without its zone is Convoso's own."""
    begin = _moment(entry.get("start_time"), zone)
    if begin is None:
        return 0.0
    end = _moment(entry.get("end_time"), zone) or begin + timedelta(seconds=_number(entry.get("seconds")))
    return (min(end, ended_at) - max(begin, started_at)).total_seconds()


def _moment(text: Any, zone: ZoneInfo) -> datetime | None:
    try:
        return datetime.strptime(str(text), WALL_CLOCK).replace(tzinfo=zone)
    except ValueError:
        return None


def _number(value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        return 0.0
