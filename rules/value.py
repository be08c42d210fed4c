"""What a call is worth: the price of the service that it was about, by the words that were said."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from uuid import UUID

from rules.phrases import Hit, Lexicon, Said, said, singular, word_set
from rules.refusal import refused
from vocabulary import Evidence, Finding, Speaker, Turn

VERSION = "1"
KIND = "value"
EVIDENCE_LIMIT = 5
"""Mentions that are cited; the caller's come first."""

WEIGHT = (Speaker.CALLER, Speaker.UNKNOWN, Speaker.AGENT)
"""Whose words count before whose: an agent may read out the whole menu."""
APPOINTMENT_WORDS = word_set("consultation consult appointment visit free initial first")
"""What only names a kind of appointment: "a consultation for a nose job" is about the nose job."""
JOINING = word_set("or nor and any a an the")


@dataclass(frozen=True, slots=True)
class Service:
    """What an organization sells, at its price of today; found by its keywords, or by its name where it has none."""

    id: UUID
    name: str
    price: Decimal
    price_version: int
    keywords: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if not self.price.is_finite() or self.price < 0:
            raise ValueError(f"the price of a service must be an amount of money, not {self.price}")


@dataclass(frozen=True, slots=True)
class Default:
    name: str
    price: Decimal
    keywords: tuple[str, ...]


SEVEN_DEFAULTS = (
    Default("Botox", Decimal(400), ("botox", "wrinkle", "injection")),
    Default("Facelift", Decimal(8000), ("facelift", "face lift")),
    Default("Rhinoplasty", Decimal(6000), ("rhinoplasty", "nose job")),
    Default(
        "Breast Augmentation",
        Decimal(7500),
        ("breast augmentation", "breast implant", "breast enlargement", "breast enhancement", "boob job"),
    ),
    Default("Liposuction", Decimal(5000), ("liposuction", "lipo", "fat removal")),
    Default(
        "Fillers", Decimal(500), ("filler", "dermal filler", "lip filler", "lip injection", "juvederm", "restylane")
    ),
    Default("Consultation", Decimal(150), ("consultation", "consult")),
)
"""What a new organization starts with."""


@dataclass(slots=True)
class _Mentions:
    """Where one service was spoken of, by speaker, in order."""

    times: dict[Speaker, int] = field(default_factory=lambda: dict.fromkeys(WEIGHT, 0))
    wanted: dict[Speaker, list[Evidence]] = field(default_factory=lambda: {speaker: [] for speaker in WEIGHT})
    """The first of them, as many as may be cited."""
    refusals: int = 0
    """How often the caller said no to it."""
    last_was_refusal: bool = False
    by_name: bool = False
    """Whether somebody other than the agent asked for the service itself and not for a kind of appointment."""

    def add(self, turn: Said, hit: Hit[int], unwanted: bool) -> None:
        speaker = turn.turn.speaker
        if speaker is Speaker.CALLER:
            self.refusals += unwanted
            self.last_was_refusal = unwanted
        if not unwanted:
            self.times[speaker] += 1
            self.by_name = self.by_name or (speaker is not Speaker.AGENT and not _names_an_appointment(turn, hit))
            if self.times[speaker] <= EVIDENCE_LIMIT:
                self.wanted[speaker].append(turn.cite(hit.first, hit.last))

    def counts(self) -> bool:
        given_up = self.last_was_refusal and self.refusals >= self.times[Speaker.CALLER]
        return any(self.times.values()) and not given_up

    def cited(self) -> tuple[Evidence, ...]:
        return tuple(mention for speaker in WEIGHT for mention in self.wanted[speaker])[:EVIDENCE_LIMIT]


def estimate_value(turns: Sequence[Turn], services: Sequence[Service]) -> Finding:
    """The service that the call was about and its price; all None where no service was asked for.

    What the caller asked for by name comes first, then what the caller said most often, then what came up earlier;
    the same for words of an unknown speaker and of the agent; then the higher price, then the name.
    """
    mentioned = {place: found for place, found in _mentions(turns, services).items() if found.counts()}
    if not mentioned:
        return Finding(KIND, VERSION, {"service_id": None, "service": None, "amount": None, "price_version": None})
    best = min(mentioned, key=lambda place: _rank(mentioned[place], services[place]))
    service = services[best]
    value = {
        "service_id": str(service.id),
        "service": service.name,
        "amount": service.price,
        "price_version": service.price_version,
    }
    return Finding(KIND, VERSION, value, mentioned[best].cited())


def _mentions(turns: Sequence[Turn], services: Sequence[Service]) -> dict[int, _Mentions]:
    keywords = Lexicon(_keywords(services), any_form=True)
    found: dict[int, _Mentions] = {}
    for turn in said(turns):
        behind, unwanted = -1, False
        for hit in keywords.find(turn.words):
            unwanted = refused(turn, hit.first, hit.last) or (unwanted and _joined(turn, behind, hit))
            for place in hit.labels:
                found.setdefault(place, _Mentions()).add(turn, hit, unwanted)
            behind = hit.last
    return found


def _keywords(services: Sequence[Service]) -> Iterable[tuple[str, int]]:
    return ((word, place) for place, service in enumerate(services) for word in service.keywords or (service.name,))


def _joined(turn: Said, behind: int, hit: Hit[int]) -> bool:
    """Whether a mention goes on a list begun by the one before it: "no botox or fillers"."""
    if not 1 < hit.first - behind <= 4 or turn.words[hit.last + 1 : hit.last + 2] == ["instead"]:
        return False
    return all(word in JOINING for word in turn.words[behind + 1 : hit.first])


def _names_an_appointment(turn: Said, hit: Hit[int]) -> bool:
    return all(singular(word) in APPOINTMENT_WORDS for word in turn.words[hit.first : hit.last + 1])


def _rank(found: _Mentions, service: Service) -> tuple[object, ...]:
    """The smallest is best."""
    spoken: list[object] = []
    for speaker in WEIGHT:
        first = found.wanted[speaker][:1]
        spoken += [-found.times[speaker], [(mention.turn, mention.start) for mention in first]]
    return (not found.by_name, *spoken, -service.price, service.name)
