"""How a caller's turn moves the story of a booking on: asked for, wished, agreed, declined, moved, given up."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rules.booking.reading import RESTARTING, Cue, Reading
from rules.booking.says import Says
from rules.booking.story import Level, Story
from rules.booking.times import MOMENT, NUMBER
from rules.phrases import word_set

ORDERING = word_set("book schedule reserve make arrange set")
TIMES = (Says.TIME, Says.NUMBER)
ASKING = word_set("anything about any can could have is make change need want")
"""In front of a time that is no answer to an offer."""
OF_ANOTHER = (Says.EXISTING, Says.UNABLE, Says.CANCEL, Says.KEEP, Says.INFO, Says.DECLINE)
"""A time behind these is that of an appointment from before, and no wish."""
INQUIRING = word_set("when what how where which who why")
SHORT = 6
"""Words of a turn in which "okay" is an answer and not a sign of listening."""

Step = Callable[[Story, Reading, Cue], None]


def hear_caller(story: Story, reading: Reading, found: Sequence[Cue]) -> None:
    story.spoken, matter = True, Says.NOTHING
    for cue in found:
        if cue.says in TIMES and matter in OF_ANOTHER:
            continue
        step = _no if _is_denied(reading, cue) else CALLER_STEPS.get(cue.says)
        if step:
            step(story, reading, cue)
        if cue.says is Says.ENOUGH:
            break
        matter = matter if cue.says in TIMES else cue.says
    story.closing = False


def _is_denied(reading: Reading, cue: Cue) -> bool:
    """ "I don't want to book it": words of consent behind a negation; "why not book it" is none."""
    if cue.says not in (Says.YES, Says.TAKE, Says.COMING, Says.ASK):
        return False
    for place in range(cue.first - 1, max(cue.first - 5, -1), -1):
        if reading.ends[place] or reading.words[place] in RESTARTING:
            return False
        if reading.words[place] in ("not", "never"):
            return reading.words[place - 1] != "why" if place else True
    return False


def _existing(story: Story, reading: Reading, cue: Cue) -> None:
    if not (story.offer or story.agreed or story.level):
        story.existing = reading.cite(cue.first, cue.last)


def _asked(story: Story, reading: Reading, cue: Cue) -> None:
    story.asked, story.answered = reading.cite(cue.first, cue.last), False
    if ORDERING & set(reading.words[cue.first : cue.last + 1]) and not (story.moving or story.leaving):
        story.existing = None


def _on_an_errand(story: Story, reading: Reading, cue: Cue) -> None:
    story.errand = reading.cite(cue.first, cue.last)


def _needed(story: Story, reading: Reading, cue: Cue) -> None:
    story.need = reading.cite(cue.first, cue.last)


def _enough(story: Story, reading: Reading, cue: Cue) -> None:
    """Who hangs up content after the wish was read back has agreed to it."""
    if story.checked and story.offer:
        story.agree(story.offer)


def _moving(story: Story, reading: Reading, cue: Cue) -> None:
    if story.level:
        story.level, story.proof, story.agreed = Level.OPEN, None, None
    elif not story.offer and (story.existing or not story.asked):
        story.moving, story.leaving, story.answered = reading.cite(cue.first, cue.last), None, False


def _leaving(story: Story, reading: Reading, cue: Cue) -> None:
    story.leaving, story.answered = reading.cite(cue.first, cue.last), False
    story.agreed = None


def _unable(story: Story, reading: Reading, cue: Cue) -> None:
    if story.offer:
        _no(story, reading, cue)
    elif not story.asked or story.existing:
        story.leaving = reading.cite(cue.first, cue.last)


def _yes(story: Story, reading: Reading, cue: Cue) -> None:
    if story.closing:
        return
    story.agree(reading.cite(cue.first, cue.last))
    if story.agreed and not story.errand and {MOMENT, NUMBER} & set(reading.words[cue.first : cue.last + 1]):
        story.solid = True


def _coming(story: Story, reading: Reading, cue: Cue) -> None:
    words = reading.cite(cue.first, cue.last)
    if story.offer and story.solid and not story.closing:
        story.agree(words)
        story.stand(Level.TAKEN, words)
    else:
        _yes(story, reading, cue)


def _weak_yes(story: Story, reading: Reading, cue: Cue) -> None:
    if len(reading.words) <= SHORT and not story.paused and not INQUIRING & set(reading.words):
        _yes(story, reading, cue)


def _take(story: Story, reading: Reading, cue: Cue) -> None:
    words = reading.cite(cue.first, cue.last)
    if story.only_existing:
        story.moving = words
    story.asked = story.asked or words
    story.agree(words)


def _named_a_time(story: Story, reading: Reading, cue: Cue) -> None:
    words = reading.cite(cue.first, cue.last)
    if cue.says is Says.NUMBER and not (story.offer or story.asked_when):
        return
    story.wish, story.timed, story.newly_wished = words, True, True
    if not cue.asked and not _is_asking(reading, cue):
        story.agree(words)


def _is_asking(reading: Reading, cue: Cue) -> bool:
    before = reading.words[max(cue.first - 5, 0) : cue.first]
    return bool(ASKING & set(before))


def _no(story: Story, reading: Reading, cue: Cue) -> None:
    if story.offer and not story.closing:
        story.offer = story.agreed = story.wish = story.restated = None


def _declined(story: Story, reading: Reading, cue: Cue) -> None:
    if not story.closing:
        story.turn_down(reading.cite(cue.first, cue.last))


def _paused(story: Story, reading: Reading, cue: Cue) -> None:
    story.agreed, story.restated, story.paused = None, None, True


def _kept(story: Story, reading: Reading, cue: Cue) -> None:
    """What was there before stays, so nothing that was only agreed stands."""
    story.leaving = story.moving = story.offer = story.agreed = None
    if Level.OPEN < story.level < Level.SURE:
        story.fall()
    story.existing = reading.cite(cue.first, cue.last)


CALLER_STEPS: dict[Says, Step] = {
    Says.EXISTING: _existing,
    Says.ASK: _asked,
    Says.NEED: _needed,
    Says.INFO: _on_an_errand,
    Says.ENOUGH: _enough,
    Says.MOVE: _moving,
    Says.CANCEL: _leaving,
    Says.UNABLE: _unable,
    Says.YES: _yes,
    Says.COMING: _coming,
    Says.WEAK_YES: _weak_yes,
    Says.TAKE: _take,
    Says.TIME: _named_a_time,
    Says.NUMBER: _named_a_time,
    Says.NO: _no,
    Says.DECLINE: _declined,
    Says.PAUSE: _paused,
    Says.KEEP: _kept,
}
