"""Twilio's messages: hands over one text, and looks up what became of one that nobody can speak for.

There is no idempotency key: whatever is not clear is looked up. https://www.twilio.com/docs/messaging/api
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any

from providers.http import Ask, Outage, OutboundError, Reply, Tell, read_json, told
from providers.sending import Accepted, Outcome, Postponed, Rejected, Seen, Unclear, hand_over
from providers.twilio_account import TwilioAccount
from providers.twilio_words import PROBLEMS, STATUSES, Problem, code_of, in_words
from providers.values import in_utc
from settings import settings
from vocabulary import MessageStatus

WHO = "Twilio"
CLOCKS_DIFFER = timedelta(minutes=2)
PAGE_SIZE = 100
SHORTEST_VALID, LONGEST_VALID = 30.0, 36_000.0
"""Seconds: what Twilio takes is 1 to 36,000, and below some none would arrive."""
MOST_PAGES = 50
NEVER_PROCESSED = 20429
REFUSES_US = (401, 403)
ENDED_BADLY = (MessageStatus.FAILED, MessageStatus.UNDELIVERED)
TRIAL = "Sent from your Twilio trial account - "
"""What Twilio puts before every text of a trial account."""


def send(
    account: TwilioAccount, sender: str, recipient: str, body: str, callback: str, valid_seconds: float = LONGEST_VALID
) -> Outcome:
    """Hands one text over. `callback` is where Twilio tells what became of it; both numbers are E.164.

    Twilio gives up what it could not pass on within `valid_seconds`.
    """
    valid = str(int(min(max(valid_seconds, SHORTEST_VALID), LONGEST_VALID)))
    form = {"To": recipient, "From": sender, "Body": body, "StatusCallback": callback, "ValidityPeriod": valid}
    post = Tell(WHO, "POST", f"{account.url}/Messages.json", auth=account.auth, form=form)
    return hand_over(WHO, lambda: told(post), _outcome)


def _outcome(reply: Reply) -> Outcome:
    said: dict[str, Any] = reply.body if isinstance(reply.body, dict) else {}
    if 200 <= reply.status < 300:
        return _accepted(said)
    code = code_of(said.get("code"))
    if reply.status == 429 or code == NEVER_PROCESSED:
        return Postponed(PROBLEMS[NEVER_PROCESSED].words, reply.retry_after, is_outage=False)
    return _rejected(reply.status, code)


def _accepted(said: dict[str, Any]) -> Outcome:
    sid = said.get("sid")
    if not isinstance(sid, str) or not sid:
        return Unclear("Twilio's answer cannot be read")
    status = STATUSES.get(str(said.get("status")), MessageStatus.SENT)
    if status in ENDED_BADLY:
        return _rejected(0, code_of(said.get("error_code")))
    return Accepted(sid, MessageStatus.DELIVERED if status is MessageStatus.DELIVERED else MessageStatus.SENT)


def _rejected(status: int, code: int | None) -> Rejected:
    unnamed = Problem(f"Twilio refused the message ({status})" if status else "Twilio could not send the message")
    problem = unnamed if code is None else PROBLEMS.get(code, Problem(f"Twilio refused the message ({code})"))
    is_ours = problem.is_our_setup or (status in REFUSES_US and code not in PROBLEMS)
    return Rejected(problem.words, str(code or status or ""), opts_out=problem.opts_out, is_our_setup=is_ours)


def find(account: TwilioAccount, sender: str, recipient: str, body: str, since: datetime) -> list[Seen]:
    """The texts with exactly this body that the account sent from one number to the other since then, oldest first.

    Raises Outage for whatever kept it from looking. A text that has not left yet has no time of sending to be found by:
    so all of a number's are looked through by the time they were made, newest first as Twilio lists them.
    """
    earliest, found = since - CLOCKS_DIFFER, []
    for page in _pages(account, recipient):
        made = [(one, at) for one in page if (at := _time(one.get("date_created"))) is not None]
        found += [(at, _seen(one)) for one, at in made if at >= earliest and _is_text(one, sender, recipient, body)]
        if all(at < earliest for _, at in made):
            break
    return [seen for _, seen in sorted(found, key=lambda pair: pair[0])]


def _pages(account: TwilioAccount, recipient: str) -> Iterator[list[dict[str, Any]]]:
    ask = Ask(WHO, f"{account.url}/Messages.json", params=_first(recipient), auth=account.auth)
    for _ in range(MOST_PAGES):
        said = _read(ask)
        listed = said.get("messages")
        yield [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
        more = said.get("next_page_uri")
        if not isinstance(more, str) or not more.startswith("/2010-04-01/"):
            return
        ask = Ask(WHO, settings().twilio_api_url + more, auth=account.auth)


def _first(recipient: str) -> dict[str, str]:
    return {"To": recipient, "PageSize": str(PAGE_SIZE)}


def _read(ask: Ask) -> dict[str, Any]:
    try:
        status, said = read_json(ask)
    except Outage:
        raise
    except OutboundError as error:
        raise Outage(str(error)) from None
    if status != 200 or not isinstance(said, dict):
        raise Outage(f"Twilio answered {status} where its messages should be")
    return said


def _is_text(one: dict[str, Any], sender: str, recipient: str, body: str) -> bool:
    """Whether it is this text, and one that went out. Blanks at its ends are nobody's concern."""
    said = str(one.get("body") or "").removeprefix(TRIAL)
    is_outbound = str(one.get("direction")).startswith("outbound") and bool(one.get("sid"))
    is_between = (one.get("from"), one.get("to")) == (sender, recipient)
    return is_outbound and is_between and said.strip() == body.strip()


def _seen(one: dict[str, Any]) -> Seen:
    status = STATUSES.get(str(one.get("status")), MessageStatus.PLANNED)
    return Seen(str(one["sid"]), status, in_words(code_of(one.get("error_code"))))


def _time(given: Any) -> datetime | None:
    try:
        return in_utc(parsedate_to_datetime(given)) if isinstance(given, str) and len(given) < 64 else None
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
