"""Bodies that no honest sender makes: refused in the contract's words, or kept without harm to the worker."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

import pytest

from tests.edge.desk import CALLS, FORM_TYPE, LEADS, VAPI, Desk, call_body, encoded, message, report
from tests.edge.live import Answer, Edge

MEBIBYTE = 1024 * 1024


def nested(depth: int, inner: str = "1") -> bytes:
    """A call whose notes are so deep, the body itself being the first level."""
    return encoded(call_body()).replace(
        b'"61"', f'"61", "deep": {"[" * (depth - 1)}{inner}{"]" * (depth - 1)}'.encode()
    )


def with_value(value: str) -> bytes:
    """A call that has a field with this JSON text."""
    return encoded(call_body()).replace(b'"61"', f'"61", "odd": {value}'.encode())


REFUSED: dict[str, bytes] = {
    "65 levels": nested(65),
    "100,000 levels": nested(100_000),
    "100,000 levels of objects": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "two mebibytes of brackets": b"[" * 2 * MEBIBYTE,
    "a brace and two mebibytes of brackets": b'{"a":' + b"[" * (2 * MEBIBYTE - 5),
    "more than 200,000 lists": with_value("[" + "[]," * 200_000 + "1]"),
    "NaN": with_value("NaN"),
    "Infinity": with_value("Infinity"),
    "minus Infinity": with_value("-Infinity"),
    "a list": b'[{"call_id": "1"}]',
    "a text": b'"call"',
    "a number": b"17",
    "null": b"null",
    "true": b"true",
    "half an object": encoded(call_body())[:-1],
    "an object and more": encoded(call_body()) + b"x",
    "two objects": encoded(call_body()) * 2,
    "single quotes": b"{'call_id': 1}",
    "a comment": b'{"call_id": 1} // one',
    "a comma too many": b'{"call_id": 1,}',
    "a bare word": b"{call_id: 1}",
    "a number with a leading zero": with_value("007"),
    "a raw line break in a text": with_value('"a\nb"'),
    "a broken escape": with_value('"\\x41"'),
    "UTF-16": '{"call_id": "1"}'.encode("utf-16"),
    "Latin-1": '{"call_id": "é"}'.encode("latin-1"),
    "half a letter": b'{"call_id": "\xe2\x82"}',
    "an overlong letter": b'{"call_id": "\xc0\xaf"}',
    "a surrogate in UTF-8": b'{"call_id": "\xed\xa0\x80"}',
    "NUL outside of a text": b'{"call_id": 1}\0',
    "blanks": b" \n\t ",
}
KEPT: dict[str, bytes] = {
    "64 levels": nested(64),
    "100,000 lists": with_value("[" + "[]," * 100_000 + "1]"),
    "a byte order mark": b"\xef\xbb\xbf" + encoded(call_body()),
    "a number beyond a double": with_value("1e999"),
    "a number of 5,000 digits": with_value("9" * 5_000),
    "a negative number of 5,000 digits": with_value("-" + "9" * 5_000),
    "a fraction of 5,000 digits": with_value("0." + "1" * 5_000),
    "minus zero": with_value("-0"),
    "NUL": encoded(call_body(caller_name="a\0b")),
    "a lone surrogate": encoded(call_body(caller_name="a\ud800b")),
    "surrogates in the wrong order": encoded(call_body(caller_name="a\udc00\ud800b")),
    "every control character": encoded(call_body(caller_name="".join(map(chr, range(32))))),
    "names of every kind": encoded(call_body(**{"": 1, "\0": 2, "\ud800": 3, "__proto__": {}, "$where": 1, "é": 1})),
    "the same name twice": b'{"call_id": "0", "call_id": "twice", "agent": "A", "status": "S", "duration": 1}',
    "an id of a mebibyte": encoded(call_body(call_id="i" * MEBIBYTE)),
    "a telephone number of a mebibyte": encoded(call_body(phone="1" * MEBIBYTE)),
    "a URL of a mebibyte": encoded(call_body(recording_url="https://x/" + "u" * MEBIBYTE)),
    "texts where numbers belong": encoded(
        call_body(duration="a while", started_at="once", lead_id=[1], phone={"a": 1})
    ),
    "times that never were": encoded(call_body(started_at="2026-02-31 25:61:00", ended_at="9999999999999999")),
    "times at the end of time": encoded(call_body(started_at="9999-12-31T23:59:59+14:00", ended_at=-1)),
    "a duration beyond all": encoded(call_body(duration=1e300)),
    "SQL and markup": encoded(call_body(caller_name="'; drop table calls; --", notes="<script>%s %(x)s {}</script>")),
}


def at(edge: Edge, path: str = CALLS) -> str:
    kind = {CALLS: "convoso_calls", LEADS: "convoso_leads", VAPI: "vapi"}[path]
    return f"{path}?token={edge.tokens[kind]}"


@pytest.mark.parametrize("name", REFUSED)
def test_what_can_never_be_understood_is_400_from_a_known_sender_and_401_from_a_stranger(edge: Edge, name: str) -> None:
    known, stranger = (edge.post(address, REFUSED[name]) for address in (at(edge), f"{CALLS}?token=guessed"))
    vapi = edge.post(at(edge, VAPI), REFUSED[name])
    assert (known.status, vapi.status, stranger.status) == (400, 400, 401)
    assert json.loads(known.body)["code"] == json.loads(vapi.body)["code"] == "malformed"
    assert edge.good() == 200


def test_what_is_odd_but_understood_is_kept_and_hurts_no_worker(edge: Edge, desk_of_edge: Desk) -> None:
    ids = {name: json.loads(edge.post(at(edge), body).body)["event_id"] for name, body in KEPT.items()}
    desk_of_edge.work()
    found = "select id::text, state, error from webhook_events where id::text = any(%s)"
    outcomes = {row["id"]: (row["state"], row["error"]) for row in desk_of_edge.rows(found, (list(ids.values()),))}
    assert {name: outcomes[event_id] for name, event_id in ids.items()} == dict.fromkeys(KEPT, ("processed", None))


def test_nul_and_lone_surrogates_become_replacement_characters(edge: Edge, desk_of_edge: Desk) -> None:
    body = call_body(call_id="odd\0id", caller_name="Ann\0 B\ud800", agent_name="\udfffx", notes="fine \U0001f600")
    answer = edge.post(at(edge), body)
    desk_of_edge.work()
    call_id = json.loads(answer.body)["call_id"]
    (call,) = desk_of_edge.rows("select * from calls where id = %s", (UUID(call_id),))
    assert (call["provider_call_id"], call["caller_name"]) == ("odd\ufffdid", "Ann\ufffd B\ufffd")
    assert (call["agent_name"], call["disposition_notes"]) == ("\ufffdx", "fine \U0001f600")


def test_of_a_name_that_comes_twice_the_last_counts_in_answer_and_row(edge: Edge, desk_of_edge: Desk) -> None:
    answer = edge.post(at(edge), KEPT["the same name twice"])
    desk_of_edge.work()
    (call,) = desk_of_edge.rows("select id::text from calls where provider_call_id = 'twice'")
    assert json.loads(answer.body)["call_id"] == call["id"]


class TestVapi:
    def post(self, edge: Edge, body: Any) -> Answer:
        return edge.post(VAPI, body, X_Vapi_Secret=edge.environment["VAPI_WEBHOOK_SECRET"])

    def test_nonsense_in_every_place_is_kept(self, edge: Edge, desk_of_edge: Desk) -> None:
        whole = report("nonsense", "a", assistant_id="x", customer={"number": "1"}, phoneNumber={"id": "n"}, cost=1)
        for value in (None, True, 0, -1, 1e308, "", "\0\ud800", "x" * 100_000, [], [[]], {}, {"id": {"id": []}}):
            for place in whole["message"]:
                answer = self.post(edge, {"message": whole["message"] | {place: value}})
                assert answer.status == 200, (place, value)
        desk_of_edge.work()
        assert desk_of_edge.undone() == []

    def test_thousands_of_tool_calls_get_a_bounded_answer(self, edge: Edge) -> None:
        items = [{"id": f"t{number}", "function": {"name": "f"}} for number in range(20_000)]
        answer = self.post(edge, message("tool-calls", "many", toolCallList=items, toolCalls=items))
        assert answer.status == 200
        assert len(json.loads(answer.body)["results"]) == 100

    def test_tool_calls_of_nonsense_are_answered_where_they_have_an_id(self, edge: Edge) -> None:
        items = [None, 1, "x", [], {}, {"id": None}, {"id": ""}, {"id": 7}, {"id": "a\ud800", "function": "f"}]
        answer = self.post(
            edge, message("tool-calls", "odd tools", toolCallList=items, toolCalls={}, toolWithToolCallList="x")
        )
        assert [result["toolCallId"] for result in json.loads(answer.body)["results"]] == ["7", "a\ufffd"]


class TestForms:
    def post(self, edge: Edge, body: bytes, path: str = CALLS) -> Answer:
        return edge.post(at(edge, path), body, Content_Type=FORM_TYPE)

    def test_a_thousand_fields_are_read_and_one_more_is_not(self, edge: Edge) -> None:
        fields = b"call_id=form-1&agent_name=A&disposition=S&duration=1"
        assert self.post(edge, fields + b"&x=1" * 996).status == 200
        assert self.post(edge, fields + b"&x=1" * 997).status == 400
        assert self.post(edge, fields + b"&" * MEBIBYTE).status == 400
        assert self.post(edge, fields + b"&x=" + b"%41" * 200_000).status == 200
        assert self.post(edge, fields + b"&x=" + b"%41" * 200_001).status == 400

    def test_odd_encodings_are_read_or_refused_and_never_fail(self, edge: Edge, desk_of_edge: Desk) -> None:
        odd = {
            b"%": 200,
            b"%zz%1": 200,
            b"%ff%fe": 200,
            b"%00": 200,
            b"%ed%a0%80": 200,
            b"a%26b%3Dc": 200,
            b"\xff": 400,
        }
        for number, (name, status) in enumerate(odd.items()):
            body = b"call_id=f%d&agent_name=%s&disposition=S&duration=1" % (number, b"A" + name)
            assert self.post(edge, body).status == status, name
        desk_of_edge.work()
        assert desk_of_edge.undone() == []

    def test_a_form_without_sense_misses_its_fields(self, edge: Edge) -> None:
        for body in (b"", b"&&&", b"=", b"====", b"call_id", b"+", b"%00=%00"):
            assert json.loads(self.post(edge, body).body)["code"] == "missing_fields", body
            assert self.post(edge, body, LEADS).status == 400
