"""The page of calls: found by what was said, followed as they come, and taken along as a file."""

from __future__ import annotations

import csv
import io
import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from edge import call_list, dashboard, exports
from tests.edge.people import make_call, make_person
from tests.edge.said import make_transcript, trail
from tests.edge.test_dashboard import HOSTILE, OUR_SCRIPT, browser_of, callers, page
from vocabulary import Role

MARCH_2 = datetime(2026, 3, 2, 15, tzinfo=UTC)
CSRF = "form-token"
"""What browser_of's sessions have."""


@pytest.fixture
def call_id(alice_org: UUID) -> UUID:
    facts = {"caller_name": "María López", "phone_number": "+13125550123", "outcome_summary": "Asked about a nose job"}
    made = make_call(alice_org, started_at=MARCH_2, direction="inbound", **facts)
    make_transcript(alice_org, made)
    return made


def found(app: Flask, org_id: UUID, q: str, role: Role = Role.ANALYST, **filters: str) -> str:
    browser = browser_of(app, make_person((org_id, role)))
    answer = browser.get(f"/o/{org_id}/calls", query_string={"q": q} | filters)
    assert answer.status_code == 200, answer.text
    return str(answer.text)


def names(text: str) -> list[str]:
    rows = re.findall(r'class="row-link.*?>(.*?)</a>', text, re.DOTALL)
    return [re.sub(r"<[^>]+>", "", row).strip() for row in rows]


def passages(text: str) -> list[str]:
    """Marked words in brackets."""
    shown = re.findall(r'<p class="passage">(.*?)</p>', text, re.DOTALL)
    marked = [re.sub("</?mark>", lambda tag: "]" if "/" in tag.group() else "[", one) for one in shown]
    return [" ".join(re.sub(r"<[^>]+>", " ", one).split()) for one in marked]


def test_words_are_found_and_marked_and_lead_to_their_line(app: Flask, alice_org: UUID, call_id: UUID) -> None:
    make_call(alice_org, caller_name="Bea")
    text = found(app, alice_org, "nose lopez 0123")
    assert names(text) == ["María López"]
    assert "María <mark>López</mark>" in text
    assert passages(text) == [
        "Number +1312555[0123]",
        "Summary Asked about a [nose] job",
        "Caller, 0:02 Hi, I would like to ask about a [nose] job.",
    ]
    assert f'href="calls/{call_id}#t1"' in text
    assert [row["details"] for row in trail(alice_org, "transcript.search")] == [{"calls": [str(call_id)]}]


def test_a_viewer_finds_names_and_numbers_and_no_words(app: Flask, alice_org: UUID, call_id: UUID) -> None:
    assert "No call matches." in found(app, alice_org, "nose", Role.VIEWER)
    text = found(app, alice_org, "lopez", Role.VIEWER)
    assert (names(text), "nose job" in text) == (["María López"], False)
    assert trail(alice_org, "transcript.search") == []


def test_what_was_said_and_typed_is_never_markup(app: Flask, alice_org: UUID) -> None:
    call_id = make_call(alice_org, caller_name=f"laser {HOSTILE}", outcome_summary=f"laser {HOSTILE}")
    make_transcript(alice_org, call_id, [{"speaker": "caller", "text": f"laser {HOSTILE}", "start": 1, "end": 2}])
    text = found(app, alice_org, f"laser {HOSTILE}")
    assert len(names(text)) == 1
    assert "<script" not in OUR_SCRIPT.sub("", text)
    assert 'onmouseover="' not in text.replace("&#34;", "")


def test_a_stranger_finds_nothing_and_no_page(app: Flask, alice_org: UUID, bob_org: UUID, call_id: UUID) -> None:
    charlie = browser_of(app, make_person((bob_org, Role.OWNER)))
    assert charlie.get(f"/o/{alice_org}/calls?q=nose").status_code == 404
    make_call(bob_org)
    assert "No call matches." in page(charlie, f"/o/{bob_org}/calls?q=nose")


def test_a_search_goes_together_with_every_filter(app: Flask, alice_org: UUID, call_id: UUID) -> None:
    for filters in ({"direction": "inbound"}, {"date": "2026-03-02"}, {"from": "2026-03-02", "to": "2026-03-02"}):
        assert names(found(app, alice_org, "nose", **filters)) == ["María López"], filters
    for filters in ({"direction": "outbound"}, {"to": "2026-03-01"}, {"from": "2026-03-03"}, {"booked": "true"}):
        assert "No call matches." in found(app, alice_org, "nose", **filters), filters


def test_a_search_goes_on_where_its_page_ends(app: Flask, alice_org: UUID, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of two in three hits the filter wants none: pages of hits are looked through until a page is full."""
    monkeypatch.setattr(dashboard, "FOUND_LENGTH", 3)
    for n in range(15):
        direction = "outbound" if n % 3 else "inbound"
        make_call(alice_org, caller_name=f"Zoe {n:02}", started_at=MARCH_2 + timedelta(days=n), direction=direction)
    browser = browser_of(app, make_person((alice_org, Role.VIEWER)))
    address, seen, pages = f"/o/{alice_org}/calls?q=zoe&direction=inbound", [], 0
    while address:
        text = page(browser, address)
        seen, pages = seen + names(text), pages + 1
        onward = re.search(r'rel="next" href="([^"]+)"', text)
        address = onward.group(1).replace("&amp;", "&") if onward else ""
    assert (seen, pages) == (["Zoe 12", "Zoe 09", "Zoe 06", "Zoe 03", "Zoe 00"], 2)


def test_a_page_of_a_search_that_is_full_looks_no_further(
    app: Flask, alice_org: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked, look = [], call_list.page_of_hits
    monkeypatch.setattr(call_list, "page_of_hits", lambda *given: looked.append(given) or look(*given))
    monkeypatch.setattr(dashboard, "FOUND_LENGTH", 2)
    for n in range(5):
        make_call(alice_org, caller_name=f"Zoe {n}", started_at=MARCH_2 + timedelta(days=n))
    text = found(app, alice_org, "zoe")
    assert (names(text), len(looked)) == (["Zoe 4", "Zoe 3"], 1)
    assert 'rel="next"' in text


def test_a_search_that_has_not_looked_everywhere_says_so(
    app: Flask, alice_org: UUID, call_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(call_list, "page_of_hits", lambda *_: call_list.Page([], call_list.Place(MARCH_2, call_id)))
    text = found(app, alice_org, "nose")
    assert "Nothing found so far." in text
    assert re.search(r'rel="next" href="[^"]+q=nose&amp;next=[^"]+">Look further back<', text)


def test_filters_offer_what_the_calls_have_by_name(app: Flask, alice_org: UUID, bob_org: UUID) -> None:
    for campaign, agent in (("Spring", "Zoe"), ("Autumn", ""), (None, "Zoe")):
        make_call(alice_org, campaign=campaign, agent_name=agent, started_at=MARCH_2)
    make_call(bob_org, campaign="Bob's own", started_at=MARCH_2)
    text = page(browser_of(app, make_person((alice_org, Role.VIEWER))), f"/o/{alice_org}/calls")
    offered = {
        name: re.findall(r'<option value="([^"]+)"', part)
        for name, part in re.findall(r'<select name="(campaign|agent|outcome)">(.*?)</select>', text, re.DOTALL)
    }
    assert offered == {"outcome": [], "campaign": ["Autumn", "Spring"], "agent": ["Zoe"]}


def test_new_calls_come_without_a_reload(app: Flask, alice_org: UUID, call_id: UUID) -> None:
    browser = browser_of(app, make_person((alice_org, Role.VIEWER)))
    address = f"/o/{alice_org}/calls?direction=inbound"
    first = page(browser, address)
    state = re.search(r'id="live-state" name="live" value="([^"]+)"', first)
    assert state is not None
    beat = {"query_string": {"direction": "inbound", "live": state.group(1)}, "headers": {"HX-Request": "true"}}
    assert browser.get(f"/o/{alice_org}/calls", **beat).status_code == 204
    make_call(alice_org, caller_name="Bea", direction="inbound")
    answer = browser.get(f"/o/{alice_org}/calls", **beat)
    assert (callers(answer.text), "<html" in answer.text) == (["Bea", "María López"], False)
    assert "Newest call: Bea" in answer.text
    assert "live-state" not in page(browser, f"{address}&q=bea")


def posted(app: Flask, org_id: UUID, role: Role = Role.ANALYST, **form: str) -> Any:
    browser = browser_of(app, make_person((org_id, role)))
    return browser.post(f"/o/{org_id}/calls/export", data={"csrf": CSRF} | form)


def rows(answer: Any) -> list[dict[str, str]]:
    assert answer.status_code == 200, answer.text
    assert answer.data.startswith("\ufeff".encode())
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"), newline="")))


def test_the_calls_that_are_shown_can_be_taken_along(app: Flask, alice_org: UUID, call_id: UUID) -> None:
    make_call(alice_org, caller_name="Bea", direction="outbound", financial_value="99.5")
    bea, _ = rows(posted(app, alice_org))
    assert (bea["Caller"], bea["Direction"], bea["Value"]) == ("Bea", "outbound", "99.50")
    answer = posted(app, alice_org, direction="inbound")
    (row,) = rows(answer)
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert re.fullmatch(r'attachment; filename="calls-\d{4}-\d\d-\d\d\.csv"', answer.headers["Content-Disposition"])
    assert (row["Day"], row["Time"], row["Caller"]) == ("2026-03-02", "10:00:00", "María López")
    assert (row["Number"], row["Summary"]) == ("(312) 555-0123", "Asked about a nose job")
    assert row["Page"] == f"http://localhost:8000/o/{alice_org}/calls/{call_id}"
    assert [row["Caller"] for row in rows(posted(app, alice_org, q="nose"))] == ["María López"]


def test_a_file_of_many_calls_is_read_page_by_page_up_to_its_limit(
    app: Flask, alice_org: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "AT_A_TIME", 2)
    for n in range(5):
        make_call(alice_org, caller_name=f"Zoe {n}", started_at=MARCH_2 + timedelta(days=n))
    newest_first = ["Zoe 4", "Zoe 3", "Zoe 2", "Zoe 1", "Zoe 0"]
    assert [row["Caller"] for row in rows(posted(app, alice_org))] == newest_first
    assert [row["Caller"] for row in rows(posted(app, alice_org, q="zoe"))] == newest_first
    monkeypatch.setattr(exports, "MOST_ROWS", 3)
    *given_, last = rows(posted(app, alice_org))
    assert [row["Caller"] for row in given_] == newest_first[:3]
    assert last["Day"] == "Only the newest 3 calls are given: choose a shorter span of days for the rest"


def test_a_file_that_leaves_is_on_the_trail_without_what_was_typed(app: Flask, alice_org: UUID, call_id: UUID) -> None:
    posted(app, alice_org, q="nose", campaign="Spring")
    (row,) = trail(alice_org, "calls.export")
    assert (row["subject"], row["details"]) == ("calls", {"filters": ["campaign", "search"]})


def test_a_file_is_for_analysts_of_the_organization_alone(app: Flask, alice_org: UUID, bob_org: UUID) -> None:
    assert posted(app, alice_org, Role.VIEWER).status_code == 403
    assert posted(app, alice_org, csrf="form-tokem").status_code == 403
    assert posted(app, alice_org, **{"from": "yesterday"}).status_code == 400
    charlie = browser_of(app, make_person((bob_org, Role.OWNER)))
    assert charlie.post(f"/o/{alice_org}/calls/export", data={"csrf": CSRF}).status_code == 404
    assert trail(alice_org, "calls.export") == []
    make_call(alice_org)
    assert "Download as CSV" not in page(
        browser_of(app, make_person((alice_org, Role.VIEWER))), f"/o/{alice_org}/calls"
    )


FORMULA = tuple("=+-@\uff1d\uff0b\uff0d\uff20")


@given(cells=st.lists(st.text("=+-@ \uff1d\u00a0\t\r\n\",;'\u00e9a1") | st.text(), min_size=1, max_size=5))
def test_no_cell_is_a_formula_and_every_cell_can_be_read_again(cells: list[str]) -> None:
    (read,) = csv.reader(io.StringIO(exports.line(cells), newline=""))
    assert not any(cell.lstrip().startswith(FORMULA) for cell in read)
    assert [cell.removeprefix("'") for cell in read] == [cell.removeprefix("'") for cell in cells]
