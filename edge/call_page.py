"""A call's page: what happened, what was said, what it meant, and what was and can be sent about it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from flask import render_template

from edge import call_facts, call_results, talk
from edge.call_corrections import offers
from edge.call_news import news
from edge.errors import not_found
from edge.playback import hand_out
from edge.quotes import has_quotes
from edge.reading import reading
from edge.scope import actor
from edge.timeline import timeline
from edge.transcripts import note_reading
from models import call_words, opt_outs, queries
from models.database import Transaction
from models.organizations import line_of
from models.people import Membership
from models.playable import playable_of_call
from providers.phones import e164
from rules.segments import FOLLOWUP_LIMIT
from settings import settings
from tasks.callbacks import Outlook, outlook
from tasks.senders import refusal
from vocabulary import Method, Role

NOBODY = "Nobody is on file for this call yet"


def show_call(
    here: Membership, call_id: UUID, complaint: str = "", draft: Mapping[str, str] | None = None, about: str = ""
) -> str:
    """The page; with what was wrong with a form of it, and what was typed there, where one was refused: `about` names
    the result that it was to correct.

    What was said is for analysts: others get the figures without any of the words that they come from.
    """
    org_id, may_hear, now = here.org_id, here.may(Role.ANALYST), datetime.now(UTC)
    with reading(org_id) as tx:
        row = queries.call_of(tx, org_id, call_id)
        if row is None:
            raise not_found()
        names = queries.names_of_call(tx, org_id, call_id)
        recordings = queries.recordings_of_call(tx, org_id, call_id)
        steps = timeline(tx, org_id, names)
        said = call_words.transcript_of(tx, org_id, call_id) if may_hear else None
        found = call_words.results_of(tx, org_id, call_id)
        people = call_words.names_of_people(tx, call_results.people_of(found.every))
        recording_id = playable_of_call(tx, org_id, call_id) if may_hear else None
        going_on = news(tx, here, row, now)
        may_do = _possible(tx, org_id, row, now) if here.may(Role.OPERATOR) else {}
    if may_hear and (said is not None or has_quotes(found.every)):
        note_reading(org_id, call_id)
    offered = offers(found) if here.may(Role.OPERATOR) else {}
    turns = (said["turns"] if said else []) if may_hear else None
    return render_template(
        "call.html",
        here=here,
        groups=call_facts.groups(row, here, found.standing),
        names=names,
        recordings=recordings,
        steps=steps,
        said=said,
        lines=talk.lines(said["turns"], found.standing.values()) if said else [],
        results=call_results.results(found, turns, people),
        may_hear=may_hear,
        may_act=here.may(Role.OPERATOR),
        offers=offered,
        sound=_sound(org_id, recording_id) if recording_id else None,
        text_limit=FOLLOWUP_LIMIT,
        complaint=complaint,
        draft=draft or {},
        about=about if about in offered else "",
        key=uuid4(),
        **going_on,
        **may_do,
    )


def show_news(here: Membership, call_id: UUID) -> str:
    """The parts of the page that change by themselves."""
    with reading(here.org_id) as tx:
        row = queries.call_of(tx, here.org_id, call_id)
        if row is None:
            raise not_found()
        going_on = news(tx, here, row, datetime.now(UTC))
    return render_template("call_news.html", here=here, **going_on)


def _possible(tx: Transaction, org_id: UUID, call: Mapping[str, Any], now: datetime) -> dict[str, Any]:
    """What the forms can do about this call, or the cure where they cannot."""
    phone = e164(call["phone_number"])
    is_own = phone is not None and line_of(tx, org_id, phone) is not None
    contact_id = call["contact_id"]
    return {
        "phone": phone,
        "is_own": is_own,
        "back": outlook(tx, org_id, contact_id, now) if contact_id else Outlook(None, NOBODY),
        "unable": {method.value: refusal(tx, org_id, method) for method in Method},
        "is_opted_out": phone is not None and opt_outs.is_out(tx, org_id, phone),
    }


def _sound(org_id: UUID, recording_id: UUID) -> str:
    """A signed address of the recording on this very site, whatever the name that the browser knows it by."""
    return hand_out(org_id, recording_id, actor(), datetime.now(UTC)).url.removeprefix(settings().public_url)
