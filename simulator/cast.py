"""Who calls a simulated clinic and what for. Numbers end in 01xx behind 555: they belong to nobody."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

AREAS = (212, 213, 303, 305, 312, 404, 415, 469, 503, 512, 602, 615, 617, 619, 702, 704, 713, 720, 786, 813, 917, 929)
NUMBERS_AN_AREA = 100

FIRST_NAMES = (
    "Amara", "Beatriz", "Caleb", "Dana", "Elif", "Farid", "Grace", "Hiro", "Ines", "Jonas", "Keiko", "Liam", "Mei",
    "Noor", "Oscar", "Priya", "Quinn", "Rosa", "Samir", "Tove", "Uma", "Víctor", "Wanda", "Ximena", "Yusuf", "Zoë",
)  # fmt: skip
LAST_NAMES = (
    "Abbott", "Baptiste", "Castillo", "Dubois", "Eriksen", "Fonseca", "Garrity", "Hale", "Ibrahim", "Jansen",
    "Kowalski", "Lindqvist", "Moreno", "Nakamura", "O’Rourke", "Petrov", "Quiroga", "Rahman", "Sato", "Thornton",
    "Ueda", "Vance",
)  # fmt: skip
AGENTS = ("Robin Vale", "Kim Okafor", "Alex Ferrante", "Jo Lindgren", "Sasha Boyd")
CAMPAIGNS = ("Spring recall", "New patients", "Implant evening", "Web leads", "Lapsed patients")

SERVICES = {
    "Botox": ("the lines on my forehead", 400),
    "fillers": ("my cheeks", 500),
    "a consultation": ("a few questions that I have", 150),
    "rhinoplasty": ("my nose", 6000),
    "liposuction": ("my waist", 5000),
    "a facelift": ("my jawline", 8000),
    "a cleaning": ("a check-up, it has been a year", 120),
    "teeth whitening": ("a wedding in June", 350),
}
"""What is asked for: why, and its price in dollars."""

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
HOURS = ("nine", "half past ten", "eleven", "one", "a quarter past two", "four")


@dataclass(frozen=True, slots=True)
class Person:
    """A caller; the same number is always the same person, so that people come back."""

    name: str
    first_name: str
    last_name: str
    number: str
    email: str
    lead_id: str


def person(rng: Random) -> Person:
    number = rng.randrange(len(AREAS) * NUMBERS_AN_AREA)
    own = Random(f"person {number}")
    first, last = own.choice(FIRST_NAMES), own.choice(LAST_NAMES)
    area, line = divmod(number, NUMBERS_AN_AREA)
    return Person(
        name=f"{first} {last}",
        first_name=first,
        last_name=last,
        number=f"+1{AREAS[area]}55501{line:02d}",
        email=f"caller{number}@example.com",
        lead_id=str(40_000 + number),
    )
