"""What is said on a simulated call: ten to forty turns between a clinic's assistant and a caller."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from random import Random

from simulator.cast import DAYS, HOURS, SERVICES, Person

Turn = tuple[str, str]
"""Who speaks, `bot` or `user` as Vapi calls them, and the words."""


class Course(StrEnum):
    """How the call goes."""

    BOOKED = "booked"
    RESCHEDULED = "rescheduled"
    ASKED = "asked"
    DECLINED = "declined"
    UPSET = "upset"
    HANDED_OVER = "handed_over"
    UNHEARD = "unheard"


WEIGHTS = {
    Course.BOOKED: 34,
    Course.ASKED: 20,
    Course.RESCHEDULED: 10,
    Course.DECLINED: 12,
    Course.UPSET: 7,
    Course.HANDED_OVER: 7,
    Course.UNHEARD: 10,
}

SMALL_TALK: tuple[tuple[str, str], ...] = (
    ("Is there parking close by?", "Yes, there is a garage right behind the building, and the first hour is free."),
    (
        "Do you take my insurance?",
        "We take most plans. I will make a note, and the desk will check it before you come.",
    ),
    ("How long will it take?", "Plan for about forty minutes, and an hour if it is your first visit."),
    ("Does it hurt?", "Most people feel very little. The doctor will explain it all before anything is done."),
    ("Who would see me?", "Doctor Marsh would see you. She has been with us for eleven years."),
    ("Are you open on Saturdays?", "On the first Saturday of each month, from nine until one."),
    ("Can I bring my daughter along?", "Of course you can. There is a corner with books for children."),
    ("Do I have to come early?", "Ten minutes are enough, for the paperwork."),
    ("Can I pay in parts?", "You can. The desk has a plan over six or twelve months."),
    ("Will you send me a reminder?", "Yes, a text message on the day before."),
    ("What if I have to cancel?", "Just call us a day ahead, and it costs you nothing."),
    ("Is the waiting room upstairs?", "It is on the ground floor, and there are no steps."),
)


@dataclass(frozen=True, slots=True)
class Talk:
    turns: tuple[Turn, ...]
    summary: str
    sentiment: str
    score: float
    urgency: str
    service: str
    day: str
    hour: str


def talk(course: Course, caller: Person, clinic: str, rng: Random) -> Talk:
    """A conversation that goes as `course` says; one that nobody answers holds only the assistant's own words."""
    service = rng.choice(sorted(SERVICES))
    why, price = SERVICES[service]
    day, hour = rng.choice(DAYS), rng.choice(HOURS)
    words = {"clinic": clinic, "first": caller.first_name, "service": service, "why": why, "price": price}
    words |= {"day": day, "hour": hour, "other": rng.choice([one for one in DAYS if one != day])}
    opening, middle, ending = SCENES[course]
    chat = rng.sample(SMALL_TALK, k=rng.randint(1, len(SMALL_TALK))) if middle else []
    between = [turn for question, answer in chat for turn in (("user", question), ("bot", answer))]
    lines = [*opening, *middle, *between, *ending]
    turns = tuple((who, text.format(**words)) for who, text in lines)
    summary, sentiment, (low, high), urgency = SUMMARIES[course]
    score = round(rng.uniform(low, high), 2)
    return Talk(turns, summary.format(**words), sentiment, score, urgency, service, day, hour)


HELLO: list[Turn] = [
    ("bot", "Thank you for calling {clinic}. This is Ada, how may I help you?"),
    ("user", "Hello, this is {first}. I am calling about {service}."),
    ("bot", "Hello {first}, it is good to hear from you. What would you like to know about {service}?"),
    ("user", "It is for {why}. What would it cost me?"),
    ("bot", "For {service} it is {price} dollars, and the first talk with the doctor is part of it."),
]
GOODBYE: list[Turn] = [
    ("bot", "Is there anything else that I can do for you?"),
    ("user", "No, that was everything, thank you."),
    ("bot", "Thank you for calling, {first}. Have a good day."),
]
OFFER: list[Turn] = [
    ("user", "Good, then I would like to come in."),
    ("bot", "Gladly. I have {day} at {hour}, would that suit you?"),
    ("user", "Let me see. Yes, {day} at {hour} is fine."),
    ("bot", "I have put you down for {service} on {day} at {hour}. You will get a text message with the details."),
]
SCENES: dict[Course, tuple[list[Turn], list[Turn], list[Turn]]] = {
    Course.BOOKED: (HELLO, OFFER, GOODBYE),
    Course.ASKED: (
        HELLO,
        [("user", "I see. I have some more questions before I decide."), ("bot", "Please go ahead.")],
        [("user", "Thank you, I will think about it and call again."), *GOODBYE[2:]],
    ),
    Course.RESCHEDULED: (
        HELLO[:2],
        [
            ("bot", "Of course. You have an appointment on {other}, is that the one you mean?"),
            ("user", "Yes. I cannot make it on {other}, something came up at work."),
            ("bot", "No trouble at all. Would {day} at {hour} be better?"),
            ("user", "That is much better."),
            ("bot", "Then I have moved it from {other} to {day} at {hour}."),
        ],
        GOODBYE,
    ),
    Course.DECLINED: (
        HELLO,
        [("user", "That is more than I had thought."), ("bot", "I understand. We could also spread it over a year.")],
        [
            ("user", "No, I think I will leave it for now."),
            ("bot", "That is quite all right. May we call you again in spring?"),
            ("user", "Please do not. Goodbye."),
            ("bot", "We will not. Goodbye, {first}."),
        ],
    ),
    Course.UPSET: (
        [*HELLO[:1], ("user", "Finally! I have been trying to reach you since this morning.")],
        [
            ("bot", "I am sorry for that. What can I do for you now?"),
            ("user", "I was charged twice for {service} and nobody calls me back. This is not acceptable."),
            ("bot", "I am sorry, that should not have happened. May I take down the details for our billing desk?"),
            ("user", "I have given them twice already. I want somebody to call me today."),
            ("bot", "I have marked it as urgent. Somebody will call you back today."),
        ],
        [("user", "I will believe that when it happens."), ("bot", "I understand, {first}. You will hear from us.")],
    ),
    Course.HANDED_OVER: (
        HELLO,
        [
            ("user", "I would rather speak with a person about that."),
            ("bot", "Certainly. May I tell them what it is about?"),
            ("user", "It is about {service} and my medication."),
        ],
        [("bot", "Thank you. Please hold the line, I am putting you through."), ("user", "Thank you.")],
    ),
    Course.UNHEARD: ([("bot", "Hello, this is Ada from {clinic}. I am calling about your visit.")], [], []),
}
SUMMARIES: dict[Course, tuple[str, str, tuple[float, float], str]] = {
    Course.BOOKED: ("{first} asked about {service} and booked {day} at {hour}.", "positive", (0.7, 1.0), "low"),
    Course.ASKED: ("{first} asked about {service} and wants to think it over.", "neutral", (0.45, 0.7), "low"),
    Course.RESCHEDULED: (
        "{first} moved an appointment from {other} to {day} at {hour}.",
        "positive",
        (0.6, 0.9),
        "medium",
    ),
    Course.DECLINED: ("{first} found {service} too expensive and does not want it.", "negative", (0.2, 0.45), "low"),
    Course.UPSET: (
        "{first} was charged twice for {service} and wants a call back today.",
        "negative",
        (0.0, 0.2),
        "high",
    ),
    Course.HANDED_OVER: ("{first} asked to speak with a person about {service}.", "neutral", (0.4, 0.6), "medium"),
    Course.UNHEARD: ("", "neutral", (0.5, 0.5), "low"),
}


def course(rng: Random) -> Course:
    return rng.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
