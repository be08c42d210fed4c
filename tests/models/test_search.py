"""Search finds what was said, who called and any part of their number: quickly, and never another organization's."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import psycopg2
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from psycopg2.extras import Json

from models import search
from models.database import Access, Transaction, organization, pool
from models.isolation import prove_isolation
from models.queries import Place
from models.search_words import folded, parse, tsquery
from tests.conftest import TestDatabase
from tests.edge.people import make_call
from tests.edge.said import make_contact, make_transcript
from vocabulary import NOBODY

MARCH_2 = datetime(2026, 3, 2, 15, tzinfo=UTC)
OLDER = "SELECT id FROM search_older(%s, %s::tsquery, ''::tsquery, 'infinity', %s, 10)"


def say(*lines: str) -> list[dict[str, Any]]:
    return [{"speaker": "caller", "text": line, "start": None, "end": None} for line in lines]


def make(org_id: UUID, *lines: str, **columns: Any) -> UUID:
    call_id = make_call(org_id, **({"started_at": MARCH_2} | columns))
    if lines:
        make_transcript(org_id, call_id, say(*lines))
    return call_id


def found(org_id: UUID, typed: str, names_only: bool = False) -> set[UUID]:
    """What both ways of looking find: they must agree."""
    sought = parse(typed)
    with organization(org_id, Access.READ) as tx:
        near = search.newest(tx, org_id, sought, names_only, 50, None).places
        far = search.older(tx, org_id, sought, names_only, 50, search.BEGINNING)
    assert near == far
    return {place.id for place in near}


@pytest.mark.parametrize(
    "typed",
    [
        "botox", "BOTOX", "bot", "fillers", "filler ", "botox filler", "rhinoplasty consultation", '"nose job"',
        "nose-job", "refund?", "-laser botox", "Lopez", "lópez", "Maria Lopez", "maria botox", "0123", "2555",
        "555-0123", "(312) 555-0123", "+1 312 555 0123", "312 555 0123 botox", "Gutiérrez", "summary",
        "cita", "$400", "o'brien", 'botox "nose job', "citas ", "4E2B", "code 4e2b",
    ],
)  # fmt: skip
def test_a_call_is_found_by(alice_org: UUID, typed: str) -> None:
    contact_id = make_contact(alice_org, name="Ana Gutierrez")
    facts = {"caller_name": "María López", "phone_number": "+13125550123", "outcome_summary": "A short summary."}
    said = (
        "Hola, una cita: botox and a filler for $400",
        "or a nose job. Rhinoplasty consultation/refund, O'Brien. Code 4e2b",
    )
    call_id = make(alice_org, *said, contact_id=contact_id, **facts)
    make(alice_org, "Nothing of interest", caller_name="Bob", phone_number="+14155550199")
    assert found(alice_org, typed) == {call_id}


@pytest.mark.parametrize(
    "typed", ["otox", '"job nose"', "botox laser", "-botox nose", "bo", "9999", '"bot"', "-lopez nose"]
)
def test_a_call_is_not_found_by(alice_org: UUID, typed: str) -> None:
    make(alice_org, "botox", "and a nose job", caller_name="María López", phone_number="+13125550123")
    assert found(alice_org, typed) == set()


def test_names_and_numbers_alone_are_found_without_a_look_at_what_was_said(alice_org: UUID) -> None:
    call_id = make(alice_org, "botox for Frank", caller_name="María López", phone_number="+13125550123")
    told = [found(alice_org, typed, names_only=True) for typed in ("maria", "lop", "0123", "maria 555")]
    kept = [found(alice_org, typed, names_only=True) for typed in ("botox", "frank", "maria botox")]
    assert (told, kept) == ([{call_id}] * 4, [set()] * 3)


def test_another_organizations_words_are_never_found(database: TestDatabase, alice_org: UUID, bob_org: UUID) -> None:
    facts = {"caller_name": "María López", "phone_number": "+13125550123"}
    hers, his = (make(org_id, "the same nose job", **facts) for org_id in (alice_org, bob_org))
    for typed in ("nose", '"nose job"', "maria", "0123", "nos", "the"):
        assert found(alice_org, typed) == {hers}
        assert found(bob_org, typed) == {his}
    with psycopg2.connect(database.admin_url) as connection:
        everything = Transaction(connection, pool(Access.READ))
        everything.run("SELECT set_config('app.org_id', %s, true)", (str(bob_org),))
        assert everything.rows(OLDER, (alice_org, "'nose'", NOBODY)) == []


@pytest.mark.parametrize("access", [Access.RUN_TIME, Access.READ])
def test_nobody_asks_for_another_organization(alice_org: UUID, bob_org: UUID, access: Access) -> None:
    make(alice_org, "nose job")
    with organization(bob_org, access) as tx:
        assert search.newest(tx, alice_org, parse("nose"), False, 5, None).places == []
        assert search.older(tx, alice_org, parse("nose"), False, 5, search.BEGINNING) == []


def test_the_newest_come_first_and_a_page_goes_on_where_the_last_ended(alice_org: UUID) -> None:
    ids = [make(alice_org, "botox", started_at=MARCH_2 + timedelta(days=day)) for day in range(5)]
    with organization(alice_org, Access.READ) as tx:
        first = search.newest(tx, alice_org, parse("botox"), False, 2, None).places
        second = search.newest(tx, alice_org, parse("botox"), False, 2, first[-1]).places
        last = search.older(tx, alice_org, parse("botox"), False, 2, second[-1])
    assert [place.id for place in (*first, *second, *last)] == ids[::-1]


def test_where_the_newest_calls_do_not_have_it_it_says_how_far_it_looked(
    alice_org: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "DEPTH", 2)
    old = make(alice_org, "botox", started_at=MARCH_2)
    later = [make(alice_org, "other", started_at=MARCH_2 + timedelta(days=day)) for day in (1, 2, 3)]
    with organization(alice_org, Access.READ) as tx:
        near = search.newest(tx, alice_org, parse("botox"), False, 1, None)
        assert near == search.Found([], Place(MARCH_2 + timedelta(days=2), later[1]))
        assert search.older(tx, alice_org, parse("botox"), False, 1, near.looked_to) == [Place(MARCH_2, old)]


def test_what_changes_is_found_as_it_is_now(alice_org: UUID) -> None:
    contact_id = make_contact(alice_org, name="Old Name", phone="+13125550123")
    call_id = make(alice_org, "botox", contact_id=contact_id, caller_name="Jon")
    with organization(alice_org) as tx:
        tx.run("UPDATE calls SET caller_name = 'Zoe', outcome_summary = 'Wants laser'")
        tx.run("UPDATE contacts SET name = 'New Person'")
        tx.run("UPDATE transcripts SET turns = %s", (Json(say("filler")),))
    assert [found(alice_org, typed) for typed in ("zoe", "laser", "person", "filler", "0123")] == [{call_id}] * 5
    assert [found(alice_org, typed) for typed in ("jon ", "botox", '"old name"')] == [set()] * 3


def test_a_call_that_turns_out_to_have_begun_earlier_moves_in_the_order(alice_org: UUID) -> None:
    call_id = make(alice_org, "botox", started_at=None)
    with organization(alice_org) as tx:
        tx.run("UPDATE calls SET started_at = %s WHERE id = %s", (MARCH_2, call_id))
        assert search.older(tx, alice_org, parse("botox"), False, 5, search.BEGINNING) == [Place(MARCH_2, call_id)]
        assert tx.value("SELECT count(DISTINCT happened_at) FROM call_search") == 1


def test_a_transcript_that_moves_or_goes_takes_its_words_along(alice_org: UUID) -> None:
    one, other = make(alice_org, "botox"), make(alice_org)
    with organization(alice_org) as tx:
        tx.run("UPDATE transcripts SET call_id = %s WHERE call_id = %s", (other, one))
    assert found(alice_org, "botox") == {other}
    with organization(alice_org) as tx:
        tx.run("DELETE FROM calls WHERE id = %s", (other,))
    assert found(alice_org, "botox") == set()


def test_calls_from_before_are_made_findable_in_stretches(
    database: TestDatabase, alice_org: UUID, bob_org: UUID
) -> None:
    ids = {make(alice_org, "botox", caller_name="Maria") for _ in range(5)}
    make(bob_org, "botox")
    with psycopg2.connect(database.admin_url) as connection:
        connection.cursor().execute("delete from call_search")
    last: UUID | None = NOBODY
    with organization(alice_org) as tx:
        stretches = 0
        while last is not None and (last := search.index_older_calls(tx, alice_org, last, 2)) is not None:
            stretches += 1
    assert (stretches, found(alice_org, "botox maria"), found(bob_org, "botox")) == (3, ids, set())


def test_what_no_document_can_hold_does_no_harm(alice_org: UUID) -> None:
    long = make(alice_org, "x" * 5000 + " botox " + "wörd " * 200_000, caller_name="'\\ " * 500, phone_number="7" * 300)
    assert found(alice_org, "botox") == {long}


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.text(max_size=200)
    | st.text("ab1'\"-\\:*&|!<>() @#%\u0301é", max_size=40)
    | st.lists(st.sampled_from(['"', "-", "botox", "0123", "<->", ":*", "!", " ", "'", "\\", "%s"])).map("".join)
)
def test_whatever_is_typed_is_no_error(alice_org: UUID, typed: str) -> None:
    sought = parse(typed)
    with organization(alice_org, Access.READ) as tx:
        for names_only in (False, True):
            for terms in (sought.wanted, sought.unwanted):
                tx.value("SELECT %s::tsquery", (tsquery(terms, names_only),))
            search.newest(tx, alice_org, sought, names_only, 5, None)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text("aeiouéñüzAÑ019_-./@&+<>:' ", min_size=1, max_size=40))
def test_what_was_said_is_found_by_its_own_words(alice_org: UUID, said: str) -> None:
    terms = parse(f'"{said}"').wanted
    with organization(alice_org, Access.READ) as tx:
        assert not terms or tx.value("SELECT search_words(%s) @@ %s::tsquery", (said, tsquery(terms, False))), said


@given(st.text(max_size=60))
def test_every_folded_letter_knows_where_it_came_from(text: str) -> None:
    letters, places = folded(text)
    assert len(letters) == len(places)
    assert list(places) == sorted(places)


def test_the_proof_of_tenancy_covers_the_index(database: TestDatabase) -> None:
    attempts = prove_isolation()
    assert [attempt for attempt in attempts if not attempt.held] == []
    assert "call_search" in {attempt.table for attempt in attempts}
