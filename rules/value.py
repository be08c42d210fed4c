"""What a call is worth: the price of the service that it was about, by the words that were said."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import IntEnum
from uuid import UUID

from rules.phrases import NEGATORS, Hit, Lexicon, Said, said, singular, word_set
from rules.refusal import past, refused
from vocabulary import Evidence, Finding, Speaker, Turn

VERSION = "1"
KIND = "value"
EVIDENCE_LIMIT = 5
"""Mentions that are cited; the caller's come first."""


class Voice(IntEnum):
    """How much a mention says, the most first."""

    CALLER = 0
    UNKNOWN = 1
    """Somebody of whom nobody knows whether it is the caller."""
    CALLERS_PAST = 2
    AGENT = 3
    """An agent may read out the whole menu: this counts where the caller agreed, or was not recorded."""


APPOINTMENT_WORDS = word_set("consultation consult appointment visit free initial first")
"""What only names a kind of appointment: "a consultation for a nose job" is about the nose job."""
JOINING = word_set("or nor and")
ARTICLES = word_set("any a an the")
AGREEING = word_set(
    "yes yeah yep yup ya sure okay ok alright correct right exactly please perfect great good sounds thats thanks "
    "thank absolutely definitely wonderful lovely"
)
ANSWER = 4
"""Words at the beginning of a turn that tell whether it agrees."""


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


@dataclass(slots=True)
class _Mentions:
    """Where one service was spoken of."""

    times: dict[Voice, int] = field(default_factory=lambda: dict.fromkeys(Voice, 0))
    cited: dict[Voice, list[Evidence]] = field(default_factory=lambda: {voice: [] for voice in Voice})
    """The first of them, as many as may be shown."""
    refusals: int = 0
    """How often the caller said no to it."""
    last_was_refusal: bool = False
    agreed: bool = False
    """Whether what the agent said of it was taken up by the caller."""
    by_name: bool = False
    """Whether it was asked for by name, and not as a kind of appointment."""

    def want(self, voice: Voice, turn: Said, hit: Hit[int]) -> None:
        self.times[voice] += 1
        self.last_was_refusal = self.last_was_refusal and voice in (Voice.AGENT, Voice.UNKNOWN)
        asked = voice in (Voice.CALLER, Voice.UNKNOWN)
        self.by_name = self.by_name or (asked and not _names_an_appointment(turn, hit))
        if self.times[voice] <= EVIDENCE_LIMIT:
            self.cited[voice].append(turn.cite(hit.first, hit.last))

    def refuse(self, voice: Voice) -> None:
        if voice is Voice.CALLER:
            self.refusals += 1
            self.last_was_refusal = True

    def count(self) -> bool:
        given_up = self.last_was_refusal and self.refusals >= self.times[Voice.CALLER]
        asked = any(times for voice, times in self.times.items() if voice is not Voice.AGENT)
        return (asked or self.agreed) and not given_up

    def evidence(self) -> tuple[Evidence, ...]:
        return tuple(mention for mentions in self.cited.values() for mention in mentions)[:EVIDENCE_LIMIT]


def estimate_value(turns: Sequence[Turn], services: Sequence[Service]) -> Finding:
    """The service that the call was about and its price; all None where no service was asked for.

    What the caller asked for by name comes first, then what the caller said most often, then what came up earlier;
    the same for words of weaker voices; then the higher price, then the name.
    """
    mentioned = {place: found for place, found in _mentions(turns, services).items() if found.count()}
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
    return Finding(KIND, VERSION, value, mentioned[best].evidence())


def _mentions(turns: Sequence[Turn], services: Sequence[Service]) -> dict[int, _Mentions]:
    keywords = Lexicon(_keywords(services), any_form=True)
    found: dict[int, _Mentions] = {}
    heard = said(turns)
    alone = all(turn.turn.speaker is Speaker.AGENT for turn in heard)
    for place, turn in enumerate(heard):
        _listen(turn, keywords, found, alone or _agrees(heard[place + 1 : place + 2]))
    return found


def _listen(turn: Said, keywords: Lexicon[int], found: dict[int, _Mentions], agreed: bool) -> None:
    """Adds the mentions of one turn; `agreed`: what an agent says in it was taken up."""
    behind, unwanted = -1, False
    for hit in keywords.find(turn.words):
        unwanted = refused(turn, hit.first, hit.last) or (unwanted and _joined(turn, behind, hit))
        voice = _voice(turn, hit)
        for place in hit.labels:
            mentions = found.get(place) or found.setdefault(place, _Mentions())
            if unwanted:
                mentions.refuse(voice)
            else:
                mentions.want(voice, turn, hit)
                mentions.agreed = mentions.agreed or (agreed and voice is Voice.AGENT)
        behind = hit.last


def _voice(turn: Said, hit: Hit[int]) -> Voice:
    if turn.turn.speaker is Speaker.CALLER:
        return Voice.CALLERS_PAST if past(turn, hit.first) else Voice.CALLER
    return Voice.AGENT if turn.turn.speaker is Speaker.AGENT else Voice.UNKNOWN


def _agrees(answer: list[Said]) -> bool:
    """Whether the turn that follows takes up the one before: "yes", "okay thank you", and not "okay but no"."""
    if not answer or answer[0].turn.speaker is Speaker.AGENT:
        return False
    words = answer[0].words[:ANSWER]
    return words[0] in AGREEING and NEGATORS.isdisjoint(words)


def _keywords(services: Sequence[Service]) -> Iterable[tuple[str, int]]:
    return ((word, place) for place, service in enumerate(services) for word in service.keywords or (service.name,))


def _joined(turn: Said, behind: int, hit: Hit[int]) -> bool:
    """Whether a mention goes on a list begun by the one before it: "no botox or fillers"."""
    if not 1 < hit.first - behind <= 4 or turn.words[hit.last + 1 : hit.last + 2] == ["instead"]:
        return False
    first, *rest = turn.words[behind + 1 : hit.first]
    return first in JOINING and all(word in ARTICLES for word in rest)


def _names_an_appointment(turn: Said, hit: Hit[int]) -> bool:
    return all(singular(word) in APPOINTMENT_WORDS for word in turn.words[hit.first : hit.last + 1])


def _rank(found: _Mentions, service: Service) -> tuple[object, ...]:
    """The smallest is best."""
    spoken: list[object] = []
    for voice, mentions in found.cited.items():
        spoken += [-found.times[voice], [(mention.turn, mention.start) for mention in mentions[:1]]]
    return (not found.by_name, *spoken, -service.price, service.name)
