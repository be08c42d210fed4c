"""Takes what identifies a person out of a transcript before anything is stored, read or sent on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from rules.redaction.addresses import addresses
from rules.redaction.dates import births
from rules.redaction.emails import emails
from rules.redaction.members import coded, members
from rules.redaction.numbers import Numbers
from rules.redaction.placeholders import Span, replaced, spans
from rules.redaction.tokens import Found, Stream, stream
from rules.redaction.topics import topics
from vocabulary import Finding, Speaker, Turn

KIND = "redaction"
VERSION = "1"


@dataclass(frozen=True, slots=True)
class Redacted:
    turns: tuple[Turn, ...]
    spans: tuple[Span, ...]
    """What was taken out, by its place in the turns as they were given; never its words."""
    finding: Finding
    """How many placeholders of each kind, with how many distinct values; evidence quotes the redacted turns."""


def redact(turns: Sequence[Turn]) -> Redacted:
    """The turns with typed placeholders for identifiers. Redacting again changes nothing."""
    words = stream(turns)
    found = list(_found(words, tuple(turn.speaker for turn in turns)))
    places = tuple(spans(words, found))
    new, evidence = replaced(turns, places)
    mentions = Counter(str(one.kind) for one in found)
    values = Counter(str(kind) for kind, _ in {(one.kind, one.value) for one in found})
    value = {"mentions": dict(sorted(mentions.items())), "values": dict(sorted(values.items()))}
    return Redacted(new, places, Finding(KIND, VERSION, value, tuple(evidence)))


def redact_text(text: str) -> str:
    """The same for a text that nobody spoke in turns, such as a summary."""
    return redact((Turn(Speaker.UNKNOWN, text),)).turns[0].text


def _found(words: Stream, speakers: tuple[Speaker, ...]) -> Iterator[Found]:
    """Each search hides what it finds from the next ones, the surest first."""
    yield from _hidden(words, emails(words))
    yield from _hidden(words, addresses(words))
    talk = topics(words)
    yield from _hidden(words, births(words, talk))
    talk = talk.renewed()
    yield from _hidden(words, members(words, talk))
    yield from _hidden(words, coded(words, talk))
    talk = talk.renewed()
    yield from _hidden(words, Numbers(words, talk, speakers).found())


def _hidden(words: Stream, found: Iterable[Found]) -> Iterator[Found]:
    for one in list(found):
        words.hide(one.first, one.last)
        yield one
