"""Webhook tokens at work: counted at their own endpoint, refused at once when revoked, and cheap to have been used."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from edge.webhooks import PATHS
from models.tokens import create_token, deactivate_token, list_tokens
from tests.edge.desk import CALLS, LEADS, VAPI, Desk, call_body, report
from tests.edge.live import Edge, request
from vocabulary import Endpoint


def only_token(org_id: UUID) -> dict[str, Any]:
    (token,) = list_tokens(org_id)
    return token


class TestRevocation:
    def test_is_felt_at_once_in_another_process(self, edge: Edge, desk_of_edge: Desk) -> None:
        (org,) = desk_of_edge.rows("select org_id from organizations where name = 'Alice''s clinic'")
        token = create_token(org["org_id"], Endpoint.CONVOSO_CALLS)
        address = f"{CALLS}?token={token['token']}"
        with edge.connected() as connection:
            connection.send(request(address, b"{}"))
            assert connection.answer().status == 400
            assert deactivate_token(org["org_id"], token["id"])
            connection.send(request(address, b"{}"))
            assert connection.answer().status == 401

    def test_is_felt_at_every_way_to_show_the_token(self, desk: Desk, alice_org: UUID, vapi_token: str) -> None:
        deactivate_token(alice_org, only_token(alice_org)["id"])
        assert desk.client.post(f"{VAPI}?token={vapi_token}", json=report()).status_code == 401
        for headers in ({"X-Vapi-Secret": vapi_token}, {"Authorization": f"Bearer {vapi_token}"}):
            assert desk.vapi(report(), headers=headers).status_code == 401
        assert desk.client.get(f"{VAPI}?token={vapi_token}").json["authenticated"] is False
        assert desk.events() == []

    def test_of_one_token_leaves_the_others(self, desk: Desk, alice_org: UUID, calls_token: str) -> None:
        second = create_token(alice_org, Endpoint.CONVOSO_CALLS)
        deactivate_token(alice_org, second["id"])
        assert desk.convoso(call_body(), second["token"]).status_code == 401
        assert desk.convoso(call_body(), calls_token).status_code == 200


class TestLastUse:
    def test_is_noted_at_most_once_a_minute(self, desk: Desk, alice_org: UUID, calls_token: str) -> None:
        used = []
        for number in range(3):
            desk.convoso(call_body(call_id=f"c-{number}"), calls_token)
            used.append(only_token(alice_org)["last_used_at"])
        assert used[0] is not None
        assert used == [used[0]] * 3
        desk.rows("update webhook_tokens set last_used_at = last_used_at - interval '61 seconds'")
        desk.convoso(call_body(call_id="c-9"), calls_token)
        assert only_token(alice_org)["last_used_at"] - used[0] < timedelta(minutes=1)
        assert only_token(alice_org)["last_used_at"] >= used[0]

    def test_is_noted_where_the_body_is_refused_and_not_where_the_token_is(
        self, desk: Desk, alice_org: UUID, calls_token: str
    ) -> None:
        desk.convoso({"lead_id": "1"}, calls_token, LEADS)
        assert only_token(alice_org)["last_used_at"] is None
        desk.convoso({}, calls_token)
        assert only_token(alice_org)["last_used_at"] is not None

    def test_of_a_locked_token_makes_nobody_wait(self, desk: Desk, alice_org: UUID, calls_token: str) -> None:
        """Two events of the same minute would else queue for the one row."""
        import psycopg2

        holder = psycopg2.connect(desk.admin_url)
        try:
            holder.cursor().execute("select from webhook_tokens for update")
            assert desk.convoso(call_body(), calls_token).status_code == 200
        finally:
            holder.close()


class TestStatus:
    def test_of_every_path_is_told_to_everybody(self, desk: Desk) -> None:
        for endpoint, paths in PATHS.items():
            for path in paths:
                answer = desk.client.get(path)
                assert answer.status_code == 200
                assert set(answer.json) == {"ok", "endpoint", "type", "recent_calls", "authenticated"}
                assert (answer.json["ok"], answer.json["endpoint"]) == (True, endpoint.value)
                assert (answer.json["recent_calls"], answer.json["authenticated"]) == (0, False)

    def test_counts_the_calls_of_the_last_day_of_the_tokens_organization_only(
        self, desk: Desk, alice_org: UUID, bob_org: UUID, calls_token: str
    ) -> None:
        bobs = str(create_token(bob_org, Endpoint.CONVOSO_CALLS)["token"])
        for number, token in enumerate((calls_token, calls_token, bobs)):
            desk.convoso(call_body(call_id=f"c-{number}"), token)
        desk.work()
        desk.rows("update calls set started_at = now() - interval '25 hours' where provider_call_id = 'c-0'")
        counts = {token: desk.client.get(f"{CALLS}?token={token}").json for token in (calls_token, bobs, "guessed")}
        assert [(told["recent_calls"], told["authenticated"]) for told in counts.values()] == [
            (1, True), (1, True), (0, False),
        ]  # fmt: skip

    def test_takes_the_token_from_a_header_too(self, desk: Desk, calls_token: str) -> None:
        for headers in ({"X-Webhook-Token": calls_token}, {"Authorization": f"Bearer {calls_token}"}):
            assert desk.client.get(CALLS, headers=headers).json["authenticated"] is True

    def test_of_another_endpoint_does_not_know_the_token(self, desk: Desk, calls_token: str) -> None:
        for path in (LEADS, VAPI):
            assert desk.client.get(f"{path}?token={calls_token}").json["authenticated"] is False
        assert desk.client.get(f"{CALLS}?token={calls_token}&token=x").json["authenticated"] is False
