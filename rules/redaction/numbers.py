"""Numbers of people among the numbers of a call: social security, cards, telephones; days of birth said as digits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rules.redaction import shapes
from rules.redaction import words as w
from rules.redaction.atoms import Run, runs
from rules.redaction.tokens import Found, Stream
from rules.redaction.topics import Mark, Topics
from rules.redaction.words import Kind, Topic, listed
from vocabulary import Speaker

FARTHEST = 10
"""Words between two groups of one number, all of them light."""
LIGHT = w.FILLER | w.ACK | w.TURN
SOUNDS = frozenset(listed("uh um uhh umm er erm eh mm dash hyphen slash plus"))
"""What is taken out with the groups that it stands between."""
SEAMS = frozenset((", ", ". ", "; ", " (", ", (", ",\n"))
FIXING = w.FILLER | w.FIX | w.ACK
TAIL = 4
LONGEST_CARD = 23
"""Digits of a card with its date and code said in one breath."""
LONGEST = 80
"""Digits that straight behind "my number is" are taken for it, whatever they are."""
SSN_LENGTH = 9
PHONE_LENGTHS = range(7, 16)
BIRTH_LENGTHS = range(4, 9)
CODE_LENGTHS = (3, 4)
ZIP_LENGTHS = (5, 9)
LEAST_AGAIN = 3
"""Digits that are said anew at the least: "no wait, oh one two four"."""


@dataclass(slots=True)
class Chain:
    """One number as it was dictated: groups with sounds, nods and echoes between them."""

    runs: list[Run]
    own: list[Run]
    """Without the other party's echoes."""
    digits: str
    """Of the own runs."""
    mark: Mark | None
    speaker: Speaker


class Numbers:
    """One pass over the runs of a transcript, left to right."""

    def __init__(self, stream: Stream, topics: Topics, speakers: tuple[Speaker, ...]) -> None:
        self.stream, self.topics, self.speakers = stream, topics, speakers
        self.weights = stream.weights(LIGHT)
        self.latest: Found | None = None

    def found(self) -> Iterator[Found]:
        chain: Chain | None = None
        for run in runs(self.stream):
            if chain is not None and self._goes_on(chain, run):
                self._add(chain, run)
                continue
            if chain is not None:
                yield from self._closed(chain)
            chain = Chain([run], [run], run.digits, self.topics.before(run.first), self._speaker(run))
        if chain is not None:
            yield from self._closed(chain)

    def _speaker(self, run: Run) -> Speaker:
        return self.speakers[self.stream.turn(run.first)]

    def _goes_on(self, chain: Chain, run: Run) -> bool:
        """Whether nothing but sounds and nods stands between, and the number has room for more."""
        last = chain.runs[-1].last
        if run.first - last > FARTHEST or self.weights[run.first] != self.weights[last + 1]:
            return False
        if self.stream.gaps[run.first] == ":" and run.first == last + 1:
            return False
        return self._is_echo(chain, run) or _has_room(chain, len(run.digits))

    def _is_echo(self, chain: Chain, run: Run) -> bool:
        is_other = self._speaker(run) is not chain.speaker and self.stream.turn(run.first) != self.stream.turn(
            chain.runs[0].first
        )
        return is_other and chain.digits.endswith(run.digits)

    def _add(self, chain: Chain, run: Run) -> None:
        if not self._is_echo(chain, run):
            chain.own.append(run)
            chain.digits += run.digits
        chain.runs.append(run)

    def _closed(self, chain: Chain) -> Iterator[Found]:
        """What a number turns out to be: as a whole, or else each of its parts for itself."""
        chain.digits = _once(chain.digits)
        kind = self._kind(chain)
        if kind is not None:
            yield from self._spans(chain, kind)
            return
        for run in self._parts(chain):
            part = Chain([run], [run], run.digits, self.topics.before(run.first), chain.speaker)
            kind = self._again(run) or (self._kind(part) if run is not chain.runs[0] or len(chain.runs) > 1 else None)
            if kind is not None:
                yield from self._spans(part, kind)

    def _parts(self, chain: Chain) -> Iterator[Run]:
        """The runs for themselves, parted where speech and writing meet or a comma stands: "use this one 6011 …"."""
        for run in chain.runs:
            cut = self._seam(run)
            yield from run.parted(cut) if cut else (run,)

    def _seam(self, run: Run) -> int:
        """The first group behind a seam; 0 where there is none."""
        flags, gaps = self.stream.flags, self.stream.gaps
        style = flags[run.first] & w.DIGITS
        places = enumerate(run.places)
        return next(
            (at for at, place in places if at and (flags[place] & w.DIGITS != style or gaps[place] in SEAMS)), 0
        )

    def _spans(self, chain: Chain, kind: Kind) -> Iterator[Found]:
        """A span for each row of groups that only sounds part."""
        digits = _normal(chain.digits, kind)
        first, last = chain.runs[0].first, chain.runs[0].last
        first -= shapes.has_plus(self.stream, chain.runs[0])
        for run in chain.runs[1:]:
            if not SOUNDS.issuperset(self.stream.words[last + 1 : run.first]):
                yield Found(kind, first, last, digits)
                first = run.first
            last = run.last
        self.latest = Found(kind, first, last, digits)
        yield self.latest

    def _again(self, run: Run) -> Kind | None:
        """The kind of the number just before, when this one corrects it."""
        if self.latest is None or len(run.digits) < LEAST_AGAIN or self._is_counted(run):
            return None
        between = self.stream.flags[self.latest.last + 1 : run.first]
        is_fixed = len(between) <= FARTHEST and any(flag & w.FIX for flag in between)
        return self.latest.kind if is_fixed and all(flag & FIXING for flag in between) else None

    def _is_counted(self, run: Run) -> bool:
        """Whether a unit or a currency makes it an amount, or a colon a time."""
        flags, gaps = self.stream.flags, self.stream.gaps
        is_amount = flags[run.last + 1] & w.UNIT or (run.first and flags[run.first - 1] & w.MONEY)
        return bool(is_amount) or gaps[run.first] == ":" or gaps[run.last + 1] == ":"

    def _kind(self, chain: Chain) -> Kind | None:
        digits, topic = chain.digits, chain.mark.topic if chain.mark else None
        if not CODE_LENGTHS[0] <= len(digits) <= LONGEST:
            return None
        if shapes.passes_luhn(digits):
            return Kind.CARD
        if len(digits) < 7 and self._is_counted(chain.runs[-1]):
            return None
        return self._tail(chain) or self._meant(chain, topic) or self._named_after(chain) or self._by_look(chain, topic)

    def _tail(self, chain: Chain) -> Kind | None:
        """The last four digits of something that is named before or behind."""
        first, last = chain.runs[0].first, chain.runs[-1].last
        if len(chain.digits) != TAIL or not self.topics.is_tail(first):
            return None
        after = self.topics.after(last)
        topic = after.topic if after else chain.mark.topic if chain.mark else Topic.SSN
        return TAILED.get(topic)

    def _meant(self, chain: Chain, topic: Topic | None) -> Kind | None:
        """What the topic makes of it: straight behind its word a part will do, further off only the whole."""
        if chain.mark is None or topic is None:
            return None
        length = len(chain.digits)
        if topic is Topic.DOB and self._is_birth(chain):
            return Kind.DOB
        if length in WHOLE.get(topic, ()) and not (topic is Topic.CALLING and self._is_talk(chain)):
            return MEANT[topic]
        is_direct = not self.topics.distance(chain.mark, chain.runs[0].first)
        if not is_direct or length not in PART.get(topic, ()) or shapes.has_hundreds(self.stream, chain.own):
            return None
        return None if topic is Topic.DOB and self._is_year(chain) else MEANT[topic]

    def _is_birth(self, chain: Chain) -> bool:
        """A month, a day and a year with its century."""
        return len(chain.digits) in BIRTH_LENGTHS[2:] and chain.digits[-4:-2] in ("19", "20")

    def _is_talk(self, chain: Chain) -> bool:
        return shapes.is_clock(self.stream, chain.own) or shapes.counts(self.stream, chain.own)

    def _is_year(self, chain: Chain) -> bool:
        """A year alone tells nobody's birthday."""
        groups = [group for run in chain.own for group in run.groups]
        return groups[0][:2] in ("19", "20") and len(chain.digits) == 4 and len(groups) <= 3

    def _named_after(self, chain: Chain) -> Kind | None:
        """ "…, that's my social"."""
        mark = self.topics.after(chain.runs[-1].last)
        if mark is None or len(chain.digits) not in WHOLE.get(mark.topic, ()):
            return None
        return MEANT[mark.topic]

    def _by_look(self, chain: Chain, topic: Topic | None) -> Kind | None:
        if shapes.has_ssn_groups(self.stream, chain.own):
            return Kind.SSN
        if topic is Topic.OTHER and shapes.is_spoken(self.stream, chain.own):
            return None
        if shapes.is_phone(self.stream, chain.own):
            return Kind.PHONE
        return Kind.SSN if topic is not Topic.OTHER and self._is_nine(chain) else None

    def _is_nine(self, chain: Chain) -> bool:
        """Nine digits, said one by one or written as one: better hidden than asked."""
        groups = [group for run in chain.own for group in run.groups]
        singles = sum(len(group) == 1 for group in groups)
        is_sure = singles >= shapes.LEAST_SINGLES or len(groups) == 1
        return len(chain.digits) == SSN_LENGTH and is_sure and not self._is_talk(chain)


MEANT = {
    Topic.SSN: Kind.SSN,
    Topic.CARD: Kind.CARD,
    Topic.CODE: Kind.CARD,
    Topic.PHONE: Kind.PHONE,
    Topic.CALLING: Kind.PHONE,
    Topic.DOB: Kind.DOB,
    Topic.ZIP: Kind.ADDRESS,
    Topic.ADDRESS: Kind.ADDRESS,
}
WHOLE = {
    Topic.SSN: (SSN_LENGTH,),
    Topic.CARD: range(12, LONGEST_CARD + 1),
    Topic.PHONE: PHONE_LENGTHS,
    Topic.CALLING: PHONE_LENGTHS,
    Topic.DOB: (6, 8),
    Topic.ZIP: ZIP_LENGTHS,
}
PART = {
    Topic.SSN: range(TAIL, LONGEST),
    Topic.CARD: range(TAIL, LONGEST),
    Topic.PHONE: range(PHONE_LENGTHS[0], LONGEST),
    Topic.CODE: CODE_LENGTHS,
    Topic.DOB: BIRTH_LENGTHS,
}
TAILED = {
    Topic.SSN: Kind.SSN,
    Topic.CARD: Kind.CARD,
    Topic.PHONE: Kind.PHONE,
    Topic.CALLING: Kind.PHONE,
    Topic.MEMBER: Kind.MEMBER_ID,
}


def _has_room(chain: Chain, more: int) -> bool:
    """Whether a number may be longer by so many digits; what is whole begins a new one."""
    length, topic = len(chain.digits), chain.mark.topic if chain.mark else None
    if topic is Topic.CARD:
        return length + more <= LONGEST_CARD
    if topic is Topic.SSN:
        return length + more <= SSN_LENGTH
    if length < PHONE_LENGTHS[0]:
        return length + more <= 11
    is_trunk = length + more == 11 and chain.digits[0] in "01"
    return length + more == 10 or is_trunk or (length % 4 == 0 and more % 4 == 0 and length + more <= 16)


def _once(digits: str) -> str:
    """A number that was said two or three times in one breath, once."""
    for times in (2, 3):
        length, rest = divmod(len(digits), times)
        if not rest and length >= PHONE_LENGTHS[0] and digits == digits[:length] * times and len(set(digits)) > 2:
            return digits[:length]
    return digits


def _normal(digits: str, kind: Kind) -> str:
    """The same number has the same digits, with the country's one before it or without."""
    return digits[1:] if kind is Kind.PHONE and len(digits) == 11 and digits[0] == "1" else digits
