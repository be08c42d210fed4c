"""A call is worth the price of what the caller asked for, and nothing where nothing was asked for."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.value import Service, estimate_value
from tests.rules.quotes import agent, assert_quoted, caller, dialogue, linear_time, quotes, unknown
from tests.rules.sold import SERVICES
from vocabulary import Speaker, Turn


def service_of(*turns: Turn, services: tuple[Service, ...] = SERVICES) -> str | None:
    finding = estimate_value(turns, services)
    assert_quoted(finding, turns)
    return finding.value["service"]


def test_a_service_asked_for_is_cited_with_price_version_and_words() -> None:
    turns = dialogue(
        """
        agent: thank you for calling glow how can i help
        caller: hi um i was wondering about a nose job
        agent: sure we do rhinoplasty with doctor lee
        """
    )
    finding = estimate_value(turns, SERVICES)
    assert finding.kind == "value"
    assert finding.version == "1"
    assert finding.value == {
        "service_id": "00000000-0000-0000-0000-0000000003ea",
        "service": "Rhinoplasty",
        "amount": Decimal(6000),
        "price_version": 3,
    }
    assert quotes(finding) == ["nose job", "rhinoplasty"]
    assert [evidence.turn for evidence in finding.evidence] == [1, 2]


def test_nothing_asked_for_is_worth_nothing() -> None:
    finding = estimate_value([caller("what are your opening hours")], SERVICES)
    assert finding.value == {"service_id": None, "service": None, "amount": None, "price_version": None}
    assert finding.evidence == ()


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("I'd like to do something about my wrinkles", "Botox"),
        ("how much are the injections", "Botox"),
        ("BOTOX please", "Botox"),
        ("what's the botox's price", "Botox"),
        ("i was thinking of a face-lift", "Facelift"),
        ("i was thinking of a face um lift", "Facelift"),
        ("do you do face lifting there", "Facelift"),
        ("two facelifts for me and my sister", "Facelift"),
        ("nose jobs how much", "Rhinoplasty"),
        ("i want breast implants", "Breast Augmentation"),
        ("lipo on my stomach", "Liposuction"),
        ("lip filler injections", "Fillers"),
        ("lip injections", "Fillers"),
        ("just a consult", "Consultation"),
        ("can i get a consultation for a nose job", "Rhinoplasty"),
        ("i'd like to book a consultation i'm thinking about liposuction", "Liposuction"),
        ("my nose is running and i lost my job", None),
        ("i need a lift home my face hurts", None),
        ("the botoxic waste dump", None),
        ("he is a wrinkly old man", None),
        ("", None),
        ("...", None),
    ],
)
def test_keywords_are_whole_words_in_any_form(words: str, expected: str | None) -> None:
    assert service_of(caller(words)) == expected


def test_the_callers_words_come_before_the_agents() -> None:
    menu = agent("we do botox and botox parties and facelifts and liposuction")
    assert service_of(menu, caller("okay i'd like fillers")) == "Fillers"
    assert service_of(menu, caller("i'd like fillers")) == "Fillers"
    assert service_of(menu, unknown("i'd like fillers")) == "Fillers"
    assert service_of(unknown("maybe a facelift"), caller("fillers")) == "Fillers"
    assert service_of(menu) == "Botox"


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ("yes", "Botox"),
        ("okay thank you", "Botox"),
        ("okay no", None),
        ("i'm calling to pay my bill", None),
        ("", None),
    ],
)
def test_an_agents_words_count_where_the_caller_takes_them_up(answer: str, expected: str | None) -> None:
    assert service_of(caller("hello there"), agent("is this for the botox special"), caller(answer)) == expected


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("i had a facelift ten years ago and now i'm thinking about fillers", "Fillers"),
        ("i had botox done with you", "Botox"),
        ("i'm allergic to botox so maybe filler", "Fillers"),
    ],
)
def test_what_somebody_had_once_counts_less_than_what_is_asked_for(words: str, expected: str) -> None:
    assert service_of(caller(words)) == expected


def test_the_more_often_asked_for_wins_and_then_the_earlier() -> None:
    assert service_of(caller("botox or a facelift"), caller("yes the facelift")) == "Facelift"
    assert service_of(caller("botox and how much is a facelift")) == "Botox"
    assert service_of(caller("a facelift and how much is botox")) == "Facelift"


def test_a_tie_goes_to_the_higher_price_and_then_to_the_name() -> None:
    cheap = Service(UUID(int=1), "B", Decimal(10), 1, ("peel",))
    dear = Service(UUID(int=2), "C", Decimal(20), 1, ("peel",))
    other = Service(UUID(int=3), "A", Decimal(20), 1, ("peels",))
    assert service_of(caller("a peel"), services=(cheap, dear)) == "C"
    assert service_of(caller("a peel"), services=(cheap, dear, other)) == "A"
    assert service_of(caller("a peel"), services=(other, dear, cheap)) == "A"


def test_the_longest_keyword_counts_where_one_is_inside_of_another() -> None:
    lip = Service(UUID(int=1), "Lip filler", Decimal(300), 1, ("lip filler",))
    any_filler = Service(UUID(int=2), "Fillers", Decimal(500), 1, ("filler",))
    assert service_of(caller("lip fillers please"), services=(any_filler, lip)) == "Lip filler"
    assert service_of(caller("cheek filler please"), services=(any_filler, lip)) == "Fillers"


def test_a_keyword_finds_its_own_forms_and_not_its_root() -> None:
    filling = Service(UUID(int=1), "Filling", Decimal(200), 1, ("fillings",))
    assert service_of(caller("i need a filling"), services=(filling,)) == "Filling"
    assert service_of(caller("can you fill out the form"), services=(filling,)) is None


def test_a_service_without_keywords_is_found_by_its_name() -> None:
    laser = Service(UUID(int=1), "Laser Hair Removal", Decimal(250), 4)
    assert service_of(caller("how long does laser hair removal take"), services=(laser,)) == "Laser Hair Removal"


def test_keywords_of_other_languages_and_of_none_do_no_harm() -> None:
    odd = Service(UUID(int=1), "Relleno", Decimal(1), 1, ("relleno", "", "  ", "!!!", "a b c d e f g h i j k"))
    assert service_of(caller("quiero un relleno de labios"), services=(odd,)) == "Relleno"
    assert service_of(caller("a b c d e f g h i j k"), services=(odd,)) is None


def test_placeholders_of_the_redaction_are_not_words() -> None:
    phones = Service(UUID(int=1), "Phone", Decimal(1), 1, ("phone",))
    assert service_of(caller("my number is [PHONE_1]"), services=(phones,)) is None


def test_a_price_that_is_no_amount_is_refused() -> None:
    for price in (Decimal("NaN"), Decimal("Infinity"), Decimal(-1)):
        with pytest.raises(ValueError, match="must be an amount of money"):
            Service(UUID(int=1), "X", price, 1, ("x",))


SPOKEN = "botox wrinkles face lift filler consultation not don't no want i, or . instead of never mind um we offer"
WORDS = st.sampled_from(SPOKEN.split())
TURNS = st.lists(
    st.builds(Turn, st.sampled_from(list(Speaker)), st.one_of(st.text(), st.lists(WORDS, max_size=12).map(" ".join)))
)


@settings(deadline=None)
@given(TURNS)
def test_any_text_gives_a_priced_service_with_words_or_nothing(turns: list[Turn]) -> None:
    finding = estimate_value(turns, SERVICES)
    assert_quoted(finding, turns)
    assert (finding.value["amount"] is None) == (finding.evidence == ())
    assert finding == estimate_value(turns, SERVICES)


@settings(deadline=None)
@given(TURNS, st.permutations(SERVICES))
def test_the_order_of_services_changes_nothing(turns: list[Turn], services: list[Service]) -> None:
    assert estimate_value(turns, services) == estimate_value(turns, SERVICES)


@pytest.mark.storm
@pytest.mark.parametrize(
    "piece", ["botox ", "i don't want botox or ", "a'", "[PHONE_", "face ", "not ", "\u0130", "é "]
)
def test_a_megabyte_of_anything_takes_linear_time(piece: str) -> None:
    turns = [caller(piece * (1_000_000 // len(piece)))]
    with linear_time():
        finding = estimate_value(turns, SERVICES)
    assert len(finding.evidence) <= 5
