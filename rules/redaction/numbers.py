"""Numbers of people among the numbers of a call: social security, cards, telephones; days of birth said as digits."""

from __future__ import annotations

from collections.abc import Iterator

from rules.redaction import shapes
from rules.redaction import words as w
from rules.redaction.atoms import Run, runs
from rules.redaction.chains import NATIONAL, Chain, amended, has_room, normal, once, restarted
from rules.redaction.corrections import LEAST_AGAIN, fixes, is_counted, is_denied
from rules.redaction.meanings import (
    BIRTH_LENGTHS,
    CODE_LENGTHS,
    LONGEST,
    MEANT,
    PART,
    PHONE_LENGTHS,
    SSN_LENGTH,
    TAIL,
    TAILED,
    WHOLE,
)
from rules.redaction.tokens import Found, Stream
from rules.redaction.topics import Topics
from rules.redaction.words import AMENDING, Kind, Topic, listed
from vocabulary import Speaker

FARTHEST = 10
"""Words between two groups of one number, all of them light."""
LIGHT = w.FILLER | w.ACK | w.TURN
SOUNDS = frozenset(listed("uh um uhh umm er erm eh mm dash hyphen slash plus"))
"""What is taken out with the groups that it stands between."""
SEAMS = frozenset((", ", ". ", "; ", " (", ", (", ",\n"))
AREA_LENGTH, AREA_REACH = 3, 16
"""Digits of an area code, and words of an aside behind it: "five one two, hang on, let me look, five five five …"."""
LATEST_REACH = 60
"""Words behind a number within which "and the last four?" is asked of it."""


class Numbers:
    """One pass over the runs of a transcript, left to right."""

    def __init__(self, stream: Stream, topics: Topics, speakers: tuple[Speaker, ...]) -> None:
        self.stream, self.topics, self.speakers = stream, topics, speakers
        self.weights = stream.weights(LIGHT)
        self.latest: Found | None = None
        self.is_amended = False
        """Whether the latest was a correction of the one before."""
        self.tail = (-1, "")
        """The place of the last "ending in" that a number was taken for, and the number: there are no two."""
        self.passed: Run | None = None
        """The last run, if it was taken for nothing."""

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
        if run.first - last > FARTHEST:
            return False
        if self.weights[run.first] != self.weights[last + 1]:
            return self._is_amended(chain, run)
        if self.stream.gaps[run.first] == ":" and run.first == last + 1:
            return False
        return self._is_echo(chain, run) or has_room(chain, len(run.digits)) or restarted(chain, run) is not None

    def _is_amended(self, chain: Chain, run: Run) -> bool:
        """Whether it says the last digits anew, behind "sorry"; what is whole is corrected as a number of its own."""
        length = len(chain.digits)
        if length in NATIONAL or length + len(run.digits) <= NATIONAL[0] or amended(chain, run) is None:
            return False
        fixed = fixes(self.stream, chain.runs[-1].last, run.first)
        return fixed is not None and not AMENDING.isdisjoint(fixed)

    def _is_echo(self, chain: Chain, run: Run) -> bool:
        is_other = self._speaker(run) is not chain.speaker and self.stream.turn(run.first) != self.stream.turn(
            chain.runs[0].first
        )
        return is_other and chain.digits.endswith(run.digits)

    def _add(self, chain: Chain, run: Run) -> None:
        if self.weights[run.first] != self.weights[chain.runs[-1].last + 1]:
            chain.digits = amended(chain, run) or chain.digits
            is_anew = len(chain.own) > 1 and run.digits.startswith(chain.own[-1].digits)
            chain.own[len(chain.own) - is_anew :] = [run]
        elif not self._is_echo(chain, run):
            again = None if has_room(chain, len(run.digits)) else restarted(chain, run)
            chain.own.append(run)
            chain.digits += again or run.digits
        chain.runs.append(run)

    def _closed(self, chain: Chain) -> Iterator[Found]:
        """What a number turns out to be: as a whole, or else each of its parts for itself."""
        chain.digits = once(chain.digits)
        kind = self._kind(chain)
        if kind is not None:
            yield from self._spans(chain, kind)
            return
        for run in self._parts(chain):
            part = Chain([run], [run], run.digits, self.topics.before(run.first), chain.speaker)
            again = self._again(run)
            kind = again or (self._kind(part) if run is not chain.runs[0] or len(chain.runs) > 1 else None)
            if kind is not None:
                yield from self._spans(part, kind)
            self.is_amended = again is not None
            self.passed = run if kind is None else None

    def _parts(self, chain: Chain) -> Iterator[Run]:
        """The runs for themselves, parted where speech and writing meet or a comma stands: "use this one 6011 …"."""
        for run in chain.runs:
            cut = self._seam(run)
            yield from run.parted(cut) if cut else (run,)

    def _seam(self, run: Run) -> int:
        """The first group behind a seam; 0 where there is none."""
        flags, gaps = self.stream.flags, self.stream.gaps
        style = flags[run.first] & w.DIGITS
        for at, place in enumerate(run.places):
            if flags[place] & w.DIGITS != style or (at and gaps[place] in SEAMS):
                return at
        return 0

    def _spans(self, chain: Chain, kind: Kind) -> Iterator[Found]:
        """A span for each row of groups that only sounds part."""
        digits = normal(chain.digits, kind)
        if self.passed is not None and self._is_first_try(self.passed, chain, kind):
            yield Found(kind, self.passed.first, self.passed.last, digits)
        self.passed, self.is_amended = None, False
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
        if self.latest is None or is_counted(self.stream, run):
            return None
        fixed = fixes(self.stream, self.latest.last, run.first)
        if fixed is None:
            return None
        is_sure = self.is_amended or not AMENDING.isdisjoint(fixed) or is_denied(self.stream, run)
        return self.latest.kind if is_sure or (fixed and len(run.digits) >= LEAST_AGAIN) else None

    def _is_first_try(self, passed: Run, chain: Chain, kind: Kind) -> bool:
        """Whether a number that looked like nothing was the beginning of this one, or was corrected by it."""
        first = chain.runs[0].first
        if is_counted(self.stream, passed):
            return False
        if kind is Kind.PHONE and len(passed.digits) == AREA_LENGTH and first - passed.last <= AREA_REACH:
            mark = self.topics.before(passed.first)
            is_phone = mark is not None and mark.topic is Topic.PHONE and not self.topics.distance(mark, passed.first)
            return is_phone and len(chain.digits) == PHONE_LENGTHS[0]
        fixed = fixes(self.stream, passed.last, first)
        return fixed is not None and not AMENDING.isdisjoint(fixed)

    def _kind(self, chain: Chain) -> Kind | None:
        digits, topic = chain.digits, chain.mark.topic if chain.mark else None
        if not CODE_LENGTHS[0] <= len(digits) <= LONGEST:
            return None
        if shapes.passes_luhn(digits):
            return Kind.CARD
        if len(digits) < 7 and is_counted(self.stream, chain.runs[-1]):
            return None
        return self._tail(chain) or self._meant(chain, topic) or self._named_after(chain) or self._by_look(chain, topic)

    def _tail(self, chain: Chain) -> Kind | None:
        """The last four digits of something that is named before or behind."""
        first, last = chain.runs[0].first, chain.runs[-1].last
        tail = self.topics.tail(first) if len(chain.digits) == TAIL else -1
        if tail < 0 or (tail == self.tail[0] and chain.digits != self.tail[1]):
            return None
        mark = self.topics.after(last) or chain.mark
        if mark is not None and mark.topic is Topic.DOB and self._is_year(chain):
            return None
        self.tail = (tail, chain.digits)
        if mark is not None:
            return TAILED.get(mark.topic)
        is_near = self.latest is not None and first - self.latest.last <= LATEST_REACH
        return self.latest.kind if self.latest is not None and is_near else Kind.SSN

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
        is_sum = shapes.has_hundreds(self.stream, chain.own) and not (topic is Topic.SSN and length >= PHONE_LENGTHS[0])
        if not is_direct or length not in PART.get(topic, ()) or is_sum:
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
        if mark is None:
            return None
        is_day = mark.topic is Topic.DOB and len(chain.digits) in BIRTH_LENGTHS and not self._is_year(chain)
        if len(chain.digits) not in WHOLE.get(mark.topic, ()) and not is_day:
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
        if len(chain.digits) != SSN_LENGTH:
            return False
        groups = [group for run in chain.own for group in run.groups]
        singles = sum(len(group) == 1 for group in groups)
        is_sure = singles >= shapes.LEAST_SINGLES or len(groups) == 1
        return is_sure and not self._is_talk(chain)
