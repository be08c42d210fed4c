"""Pages that follow what happens: a page asks itself again each second, and is sent its moving part where that changed.

A page that lives has its moving part in a template of its own, and shows it by a macro:

    {% from "live.html" import live %}
    {% block scripts %}<script src="{{ asset('live.js') }}" defer></script>{% endblock %}
    … {{ live("calls-live", living) }} …                            where the part stands in the page

    @blueprint.get("/o/<uuid:org_id>/calls")
    def calls(org_id: UUID) -> Any:
        here = caller().within(org_id, Role.VIEWER)
        with reading(org_id) as tx:
            beat = live.beat(tx, org_id)                            # before anything that is shown is read
            if live.is_still(beat):
                return live.STILL
            …
        return live.shown("calls.html", "calls_list.html", beat, "Newest call: Ann Lee", here=here, …)

The same address serves both: its filters come along by themselves. In the part, what can be focused has an id (focus
is kept by it), what comes and goes has `data-live="<id>"` (what is new is marked for a moment), and no text depends on
the second it is made in. While a menu (`details.menu`, a popover) of the part is open, or a field of it has the focus,
nothing is exchanged; other `details` stay open by their id.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Any
from uuid import UUID

from flask import Response, make_response, render_template, request
from markupsafe import Markup

from edge.auth import caller
from models.changes import newest_changes
from models.database import Transaction

STILL = ("", 204)
"""The answer where nothing has changed: htmx leaves the page as it is."""
ASKED = "live"
"""The parameter that says what the page has: a beat, and the digest of its part."""


def beat(tx: Transaction, org_id: UUID, *also: Any) -> str:
    """A name for how the organization's calls stand, and for whatever else the page shows that can be asked cheaply."""
    return _digest(repr((newest_changes(tx, org_id), also)))


def is_still(beat: str) -> bool:
    """Whether the page that asks has seen this very beat."""
    return is_asked() and _seen()[0] == beat


def is_asked() -> bool:
    """Whether a page asks for its moving part, and nobody for the page."""
    return "HX-Request" in request.headers and ASKED in request.args


def shown(page: str, part: str, beat: str, news: str = "", /, **context: Any) -> Response:
    """The page; or only its part where the page asks for it; or, where that is as it was, only the new beat.

    `news` is said politely to those who do not see the part change: a sentence on its newest.
    """
    moving = render_template(part, **context)
    mark = _digest(moving)
    part_of_page = Markup(moving)  # noqa: S704 - a template has escaped what is in it
    living = {
        "state": f"{beat}.{mark}",
        "part": part_of_page,
        "news": news,
        "address": _address(),
        "follows": _follows(),
    }
    if not is_asked():
        return make_response(render_template(page, living=living, **context))
    is_other = _seen()[1] != mark
    answer = make_response(render_template("live_answer.html", living=living, is_other=is_other))
    if not is_other:
        answer.headers["HX-Reswap"] = "none"
    return answer


def _seen() -> tuple[str, str]:
    beat, _, mark = request.args.get(ASKED, "").partition(".")
    return beat, mark


def _follows() -> bool:
    """A super admin's look into an organization is noted each time: a page that asks by itself would fill its trail."""
    org_id = (request.view_args or {}).get("org_id")
    return org_id is None or caller().person.membership(org_id) is not None


def _address() -> str:
    return request.full_path.rstrip("?")


def _digest(text: str) -> str:
    return sha256(text.encode()).hexdigest()[:16]
