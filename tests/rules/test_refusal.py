"""What a caller refuses is worth nothing, and most negations are no refusals."""

from __future__ import annotations

import pytest

from rules.value import Service, estimate_value
from tests.rules.quotes import agent, assert_quoted, caller, dialogue
from tests.rules.sold import SERVICES
from vocabulary import Turn


def service_of(*turns: Turn, services: tuple[Service, ...] = SERVICES) -> str | None:
    finding = estimate_value(turns, services)
    assert_quoted(finding, turns)
    return finding.value["service"]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ("i don't want botox", None),
        ("I do not want any more Botox.", None),
        ("i dont think i want botox", None),
        ("i don't really need botox", None),
        ("i'm not interested in botox", None),
        ("i'm not looking to get botox", None),
        ("i'm not really interested in getting any botox or fillers", None),
        ("i no longer want botox", None),
        ("botox is not for me", None),
        ("botox no thank you", None),
        ("i'm not a fan of botox", None),
        ("not really into botox", None),
        ("i don't wanna do botox", None),
        ("I would not like to have Botox, thank you.", None),
        ("i don't want like a full on facelift just some injections", "Botox"),
        ("no not the facelift the filler one", "Fillers"),
        ("you don't do rhinoplasty do you", "Rhinoplasty"),
        ("i don't want botox i want a facelift", "Facelift"),
        ("a facelift instead of botox", "Facelift"),
        ("a facelift rather than the botox", "Facelift"),
        ("i don't want botox fillers instead", "Fillers"),
        ("not botox. fillers.", "Fillers"),
        ("no botox please", "Botox"),
        ("No, botox please", "Botox"),
        ("no i want botox", "Botox"),
        ("i've never had botox before", "Botox"),
        ("i haven't had botox in months", "Botox"),
        ("i'm not sure about botox", "Botox"),
        ("i don't know much about botox", "Botox"),
        ("don't you do botox", "Botox"),
        ("why don't i get botox too", "Botox"),
        ("why not botox", "Botox"),
        ("i wouldn't mind botox", "Botox"),
        ("i don't only want botox", "Botox"),
        ("i didn't get botox last time but now i will", "Botox"),
        ("i don't want these wrinkles", "Botox"),
        ("i don't want to wait. botox this week", "Botox"),
        ("i do not want to look frozen after botox", "Botox"),
    ],
)
def test_a_refusal_is_no_interest_and_a_question_is_no_refusal(words: str, expected: str | None) -> None:
    assert service_of(caller(words)) == expected


def test_what_an_agent_does_not_offer_is_not_a_mention() -> None:
    assert service_of(agent("sorry we don't offer liposuction"), agent("we no longer do facelifts")) is None
    assert service_of(agent("we have liposuction")) == "Liposuction"


def test_a_service_given_up_in_the_end_is_out_even_where_the_agent_goes_on_about_it() -> None:
    turns = dialogue(
        """
        caller: i was asking about botox
        agent: botox is four hundred for botox we use small needles
        caller: oh no i don't want botox then
        agent: okay no botox then
        """
    )
    assert service_of(*turns) is None
