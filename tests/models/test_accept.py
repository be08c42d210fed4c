"""The edge's one function: an event once, with its job, for the right organization, however many come at a time."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import psycopg2
import pytest

from models import events
from models.database import Access, organization, run_time, statement
from models.events import Arrival, Sender, accept
from models.ids import new_id
from models.organizations import add_assistant
from models.tokens import create_token, hash_token
from tests.conftest import TestDatabase
from vocabulary import NOBODY, CallRef, Endpoint, Identity, Provider, Receipt, Verdict

DEPLOYMENT = Sender(trusted=True)


def arrival(key: str, *refs: CallRef, named: tuple[str, ...] = (), sender: Sender = DEPLOYMENT) -> Arrival:
    names = (*(f"call:{ref}" for ref in refs), *named)
    identity = Identity(kind="status-update", dedupe_key=key, refs=refs, named=names)
    return Arrival(new_id(), Provider.VAPI, Endpoint.VAPI, identity, sender, {}, b"{}")


def one(event: Arrival) -> Receipt:
    (receipt,) = accept([event])
    return receipt


def vapi(ref: str) -> CallRef:
    return CallRef(Provider.VAPI, ref)


def twilio(ref: str) -> CallRef:
    return CallRef(Provider.TWILIO, ref)


@pytest.fixture
def alice(alice_org: UUID) -> Sender:
    """Whoever shows Alice's token."""
    return Sender(token_hash=hash_token(create_token(alice_org, Endpoint.VAPI)["token"]))


def all_rows(database: TestDatabase, query: str) -> list[tuple[Any, ...]]:
    connection = psycopg2.connect(database.admin_url)
    try:
        with connection.cursor() as cursor:
            cursor.execute(query)
            return cursor.fetchall()
    finally:
        connection.close()


def at_once(*calls: Callable[[], Any]) -> list[Any]:
    """The results, or the errors, of calls that begin together on connections of their own."""
    together = threading.Barrier(len(calls))
    results: list[Any] = [None] * len(calls)

    def run(number: int, call: Callable[[], Any]) -> None:
        together.wait()
        try:
            results[number] = call()
        except psycopg2.Error as error:
            results[number] = error

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


class TestOnce:
    def test_of_deliveries_at_the_same_moment_one_is_accepted(self, database: TestDatabase, alice: Sender) -> None:
        for number in range(10):
            same = [arrival(f"k{number}", vapi(f"c{number}"), sender=alice) for _ in range(6)]
            receipts = at_once(*(lambda event=event: one(event) for event in same))
            assert Counter(receipt.verdict for receipt in receipts) == {Verdict.ACCEPTED: 1, Verdict.DUPLICATE: 5}
            assert len({receipt.event_id for receipt in receipts}) == 1
        assert all_rows(database, "select count(*), count(distinct key) from jobs") == [(10, 10)]

    def test_of_deliveries_in_one_commit_one_is_accepted(self, database: TestDatabase, alice: Sender) -> None:
        same = [arrival("k", vapi("c"), sender=alice) for _ in range(5)]
        receipts = accept(same)
        assert Counter(receipt.verdict for receipt in receipts) == {Verdict.ACCEPTED: 1, Verdict.DUPLICATE: 4}
        assert len({receipt.event_id for receipt in receipts}) == 1
        assert all_rows(database, "select count(*) from jobs") == [(1,)]

    def test_an_attempt_whose_answer_was_lost_is_repeated_as_if_it_were_the_first(
        self, database: TestDatabase, alice: Sender
    ) -> None:
        accepted, quarantined = arrival("k1", vapi("c1"), sender=alice), arrival("k2", vapi("c2"))
        for event, verdict in ((accepted, Verdict.ACCEPTED), (quarantined, Verdict.QUARANTINED)):
            assert [one(event).verdict for _ in range(3)] == [verdict] * 3
        assert all_rows(database, "select count(*) from jobs") == [(1,)]

    def test_receipts_come_in_the_order_of_their_events(self, alice: Sender, alice_org: UUID) -> None:
        mixed = [arrival(f"k{n}", vapi(f"c{9 - n}"), sender=alice if n % 2 else DEPLOYMENT) for n in range(10)]
        receipts = accept(mixed)
        assert [receipt.event_id for receipt in receipts] == [event.event_id for event in mixed]
        assert [receipt.org_id for receipt in receipts] == [alice_org if n % 2 else NOBODY for n in range(10)]


class TestTogether:
    def test_calls_that_share_names_do_not_wait_for_each_other_in_a_circle(
        self, database: TestDatabase, alice: Sender
    ) -> None:
        """Two processes store events of the same new calls, each in an order of its own."""
        chance = random.Random(7)
        for number in range(40):
            names = [(vapi(f"v{number}-{n}"), twilio(f"t{number}-{n}")) for n in range(3)]
            kinds = [refs for pair in names for refs in (pair, pair[:1], pair[1:])]
            batches = [
                [
                    arrival(f"{number}-{batch}-{n}", *refs, sender=alice)
                    for n, refs in enumerate(chance.sample(kinds, 5))
                ]
                for batch in range(4)
            ]
            results = at_once(*(lambda batch=batch: accept(batch) for batch in batches))
            assert [error for error in results if isinstance(error, Exception)] == []

    def test_events_of_many_organizations_stay_apart(
        self, database: TestDatabase, alice: Sender, alice_org: UUID, bob_org: UUID
    ) -> None:
        bob = Sender(token_hash=hash_token(create_token(bob_org, Endpoint.VAPI)["token"]))
        events_of = {alice_org: alice, bob_org: bob}
        batch = [arrival("same key", vapi(f"c{n}"), sender=sender) for n, sender in enumerate(events_of.values())]
        assert [receipt.verdict for receipt in accept(batch)] == [Verdict.ACCEPTED, Verdict.ACCEPTED]
        for org_id in events_of:
            with organization(org_id) as tx:
                assert tx.value("select count(*) from webhook_events") == 1

    def test_a_token_claims_no_call_before_the_deployments_own_sender_names_it(
        self, alice_org: UUID, bob_org: UUID
    ) -> None:
        bob = Sender(token_hash=hash_token(create_token(bob_org, Endpoint.VAPI)["token"]))
        add_assistant(alice_org, "alices")
        assert one(arrival("k1", vapi("c"), sender=bob)).org_id == bob_org
        assert one(arrival("k2", vapi("c"), named=("call:vapi:c", "vapi_assistant:alices"))).org_id == alice_org


class TestWhose:
    def test_a_call_known_to_two_organizations_by_two_names_is_quarantined(self, alice: Sender, bob_org: UUID) -> None:
        bob = Sender(token_hash=hash_token(create_token(bob_org, Endpoint.VAPI)["token"]))
        one(arrival("k1", vapi("v"), sender=alice))
        one(arrival("k2", twilio("t"), sender=bob))
        assert one(arrival("k3", vapi("v"), twilio("t"))).verdict is Verdict.QUARANTINED

    def test_an_assistant_added_between_look_up_and_insert_releases_the_event_at_the_next_pass(
        self, database: TestDatabase, alice_org: UUID
    ) -> None:
        event = arrival("k", vapi("c"), named=("vapi_assistant:late",))
        with held_back(database, event) as finish:
            storing = threading.Thread(target=one, args=(event,))
            storing.start()
            wait_for_a_blocked(database, "accept_webhook")
            add_assistant(alice_org, "late")
            finish()
            storing.join()
        assert all_rows(database, "select org_id, state from webhook_events") == [(NOBODY, "quarantined")]
        with run_time() as tx:
            bells = events.release_quarantined(tx)
        assert [bell.org_id for bell in bells] == [alice_org]
        assert all_rows(database, "select org_id, state from webhook_events") == [(alice_org, "accepted")]

    def test_two_releases_at_once_move_each_event_once(self, database: TestDatabase, alice_org: UUID) -> None:
        accept([arrival(f"k{n}", vapi(f"c{n}"), named=("vapi_assistant:late",)) for n in range(50)])
        plant = "insert into routes (kind, value, org_id) values ('vapi_assistant', 'late', %s)"
        with organization(alice_org) as tx:
            tx.run(plant, (alice_org,))

        def release() -> int:
            with run_time() as tx:
                return len(events.release_quarantined(tx))

        assert sum(at_once(release, release, release)) == 50
        assert all_rows(database, "select count(*) from jobs") == [(50,)]

    def test_the_reserved_organization_is_no_claim(self, alice: Sender) -> None:
        event = arrival("k", vapi("c"), named=(f"claims:{NOBODY}",), sender=alice)
        assert one(event).verdict is Verdict.ACCEPTED

    def test_names_without_sense_lead_nowhere(self, database: TestDatabase) -> None:
        words = ["claims:", "claims:x", "meta:", "meta:||", "meta:x|y|z", "call:", ":", "", "claims"]
        receipts = accept([arrival(f"k {word}", named=(word,)) for word in words])
        assert {(receipt.verdict, receipt.org_id) for receipt in receipts} == {(Verdict.QUARANTINED, NOBODY)}


class TestWhoMayCall:
    CLOSED = (
        "resolve_organization('{}')",
        f"names_another('{NOBODY}', '{{}}')",
        f"claims_another('{NOBODY}', '{{}}')",
        f"calls_of_another('{NOBODY}', '{{}}')",
        "prove_metadata('x')",
        f"owe_processing('{NOBODY}', '{NOBODY}', 'accepted')",
    )

    def test_what_crosses_organizations_is_closed_to_everybody_else(self, database: TestDatabase) -> None:
        for call in self.CLOSED:
            for access in (Access.RUN_TIME, Access.READ):
                with pytest.raises(psycopg2.errors.InsufficientPrivilege), statement(access) as tx:
                    tx.run(f"select {call}")

    def test_the_reader_may_not_store(self, database: TestDatabase) -> None:
        with pytest.raises(psycopg2.errors.InsufficientPrivilege), statement(Access.READ) as tx:
            tx.run("select release_quarantined()")


@contextmanager
def held_back(database: TestDatabase, event: Arrival) -> Iterator[Callable[[], None]]:
    """Somebody is about to store the same event of nobody's, so that its insertion has to wait; `finish` lets it go."""
    holder = psycopg2.connect(database.admin_url)
    try:
        holder.cursor().execute(
            "insert into webhook_events (org_id, id, provider, endpoint, kind, dedupe_key, state)"
            " values (%s, %s, 'vapi', 'vapi', 'k', %s, 'quarantined')",
            (str(NOBODY), str(new_id()), event.identity.dedupe_key),
        )
        yield holder.rollback
    finally:
        holder.close()


def wait_for_a_blocked(database: TestDatabase, words: str) -> None:
    deadline = time.monotonic() + 10
    blocked = f"select 1 from pg_stat_activity where wait_event_type = 'Lock' and query like '%{words}%'"
    while not all_rows(database, blocked):
        assert time.monotonic() < deadline
        time.sleep(0.01)
