"""The words tell whether a call booked an appointment, as people speak on the telephone, and say where they tell it."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.booking import Labelled, others, own, score, tuning, unread
from rules.booking import KIND, VERSION, read_booking
from tests.rules.quotes import agent, assert_quoted, caller, dialogue, linear_time, quotes
from vocabulary import Finding, Speaker, Turn


def reading_of(text: str) -> Finding:
    turns = dialogue(text)
    finding = read_booking(turns)
    assert_quoted(finding, turns)
    assert (finding.kind, finding.version, finding.value["by"]) == (KIND, VERSION, "words")
    assert finding.value["why"]
    return finding


CONFIRMED = [
    """agent: i have got wednesday at three fifteen
       caller: that works for me
       agent: okay you are all set for wednesday at three fifteen""",
    """caller: do you have anything friday for a trim
       agent: friday uh yeah i can do eleven
       caller: perfect
       agent: alright see you friday at eleven""",
    """caller: i would like to book a facial
       agent: Does Tuesday at 2 PM work?
       caller: Yes.
       agent: Your appointment has been booked. Is there anything else?
       caller: No, thank you.""",
    """caller: can i get in today my crown came off
       agent: let me check four o'clock hmm no that's taken how about five thirty
       caller: five thirty is fine
       agent: i put you down for five thirty""",
    """caller: table for four on saturday at eight please
       agent: we can do eight fifteen
       caller: eight fifteen is good
       agent: great i've got you down for eight fifteen saturday under smith""",
]
REQUESTED = [
    """caller: i'd like to make an appointment for a consultation
       agent: sure let me take your number and someone will call you back to schedule it
       caller: okay great thank you""",
    """caller: hi this is joan i'd like to come in for a cleaning next week please call me back""",
]
NOT_BOOKED = [
    """caller: how much is a lip filler
       agent: six fifty per syringe would you like to book
       caller: not yet i'm just shopping around
       agent: no problem have a good day""",
    """caller: do you have anything tomorrow
       agent: sorry we're fully booked until next week
       caller: oh okay never mind then thanks""",
    """caller: what time is my appointment on monday
       agent: you're booked for ten thirty
       caller: okay thanks that's all""",
    """agent: i can offer you thursday at nine
       caller: hmm no that's too early i'll call back
       agent: okay bye""",
    """caller: did my prescription go through
       agent: yes you're all set it's at the pharmacy
       caller: great thanks bye""",
]
RESCHEDULED = [
    """caller: i have an appointment tomorrow at two and i need to move it
       agent: sure how about friday at two
       caller: friday works
       agent: okay i moved you to friday at two""",
]
CANCELLED = [
    """caller: i need to cancel my appointment on thursday
       agent: okay no problem i've taken you off the schedule
       caller: thank you""",
]
EXAMPLES = {
    "confirmed": CONFIRMED,
    "requested": REQUESTED,
    "not_booked": NOT_BOOKED,
    "rescheduled": RESCHEDULED,
    "cancelled": CANCELLED,
}


@pytest.mark.parametrize(("verdict", "text"), [(word, text) for word, texts in EXAMPLES.items() for text in texts])
def test_what_was_said_decides(verdict: str, text: str) -> None:
    assert reading_of(text).value["booking"] == verdict


def test_a_booking_quotes_the_yes_and_the_words_that_made_it() -> None:
    finding = reading_of(CONFIRMED[0])
    assert quotes(finding) == ["that works for me", "you are all set for"]
    assert finding.value["why"] == "The agent said that the appointment is made."


def test_a_question_whether_it_is_booked_books_nothing() -> None:
    text = "caller: i want a facial\nagent: have you booked with us before\ncaller: no\nagent: okay hold on"
    assert reading_of(text).value["booking"] != "confirmed"


def test_a_booking_taken_back_is_none() -> None:
    text = CONFIRMED[0] + "\ncaller: oh wait actually please cancel it\nagent: okay i cancelled it"
    assert reading_of(text).value["booking"] == "cancelled"


@pytest.mark.parametrize(
    "text",
    [
        """caller: hola quiero una cita para el martes por favor
           agent: perfecto la tengo confirmada para el martes a las tres de la tarde
           caller: muchas gracias hasta luego""",
        """caller: guten tag ich hätte gern einen termin am dienstag
           agent: ja gerne um drei uhr ist frei passt ihnen das
           caller: ja super
           agent: alles klar ist gebucht bis dienstag""",
    ],
)
def test_another_language_is_named_and_books_nothing(text: str) -> None:
    finding = reading_of(text)
    assert finding.value["booking"] == "not_booked"
    assert finding.value["why"] == "The call does not seem to be in English, so its words prove no booking."


@pytest.mark.parametrize("turns", [[], [caller("")], [agent("..."), caller("[PHONE_1]")]])
def test_a_call_without_words_books_nothing(turns: list[Turn]) -> None:
    finding = read_booking(turns)
    assert (finding.value["booking"], finding.evidence) == ("not_booked", ())


def test_a_voice_message_books_nothing() -> None:
    text = "agent: you have reached bright smiles we are closed please leave a message after the tone"
    assert reading_of(text).value["booking"] == "not_booked"


def parts() -> dict[str, tuple[list[Labelled], float]]:
    """The labelled halves with the F1 that they must reach."""
    return {
        "tuning": (tuning(), 0.96),
        "unread once": (unread(), 0.96),
        "own, tuned": ([line for line in own() if not line.held_out], 0.97),
        "own, held out": ([line for line in own() if line.held_out], 0.92),
        "others, tuned": ([line for line in others() if not line.held_out], 0.98),
        "others, held out": ([line for line in others() if line.held_out], 0.95),
    }


@pytest.mark.parametrize(
    "part", ["tuning", "unread once", "own, tuned", "own, held out", "others, tuned", "others, held out"]
)
def test_labelled_dialogues_are_read_right(part: str) -> None:
    dialogues, bound = parts()[part]
    if not dialogues:
        pytest.skip("these dialogues are not at hand")
    measured = score(dialogues)
    assert measured.f1 >= bound
    assert measured.words is None or measured.words >= 0.8


PIECES = """yes no okay book me in you're all set for thursday at two fifteen i've got booked cancel my appointment
    move it not available someone will call you back how about i can does that work perfect see you then let me check"""
WORDS = st.sampled_from(PIECES.split())
TEXT = st.one_of(st.text(), st.lists(WORDS, max_size=25).map(" ".join))
TURNS = st.lists(st.builds(Turn, st.sampled_from(list(Speaker)), TEXT), max_size=12)


@settings(deadline=None)
@given(TURNS)
def test_any_talk_gets_one_of_five_verdicts_with_its_words(turns: list[Turn]) -> None:
    finding = read_booking(turns)
    assert_quoted(finding, turns)
    assert finding.value["booking"] in EXAMPLES
    assert finding == read_booking(turns)


@pytest.mark.storm
@pytest.mark.parametrize(
    "piece", ["i've got thursday at two fifteen ", "book me in ", "not ", "é ", "two ", "you're all "]
)
@pytest.mark.parametrize("speaker", list(Speaker))
def test_a_megabyte_of_anything_takes_linear_time(piece: str, speaker: Speaker) -> None:
    with linear_time():
        finding = read_booking([Turn(speaker, piece * (1_000_000 // len(piece)))])
    assert len(finding.evidence) <= 5


def test_many_turns_take_linear_time() -> None:
    with linear_time():
        read_booking([agent("i've got thursday at two"), caller("yes thursday works")] * 20_000)


@pytest.mark.parametrize(
    "question",
    ["What if I have to cancel?", "what happens if i need to cancel", "is there a fee if we can't make it",
     "and in case something comes up and i have to reschedule"],
)  # fmt: skip
def test_asking_what_would_be_is_no_cancellation(question: str) -> None:
    turns = dialogue(f"""
        agent: I have Thursday at ten, would that suit you?
        caller: yes thursday at ten is fine
        agent: I have put you down for Thursday at ten.
        caller: {question}
        agent: Just call us a day ahead, it costs you nothing.
        caller: okay thank you
    """)
    assert read_booking(turns).value["booking"] == "confirmed"
