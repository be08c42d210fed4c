"""How an agent's turn moves the story of a booking on: offered, made, refused, put off, moved, taken out."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rules.booking.offers import LATE, overlap, times_on_offer
from rules.booking.reading import Cue, Reading, doubted, sentence_length
from rules.booking.says import Says
from rules.booking.story import Level, Story
from rules.booking.times import MOMENT
from rules.phrases import word_set
from vocabulary import Evidence

OTHER_MATTERS = word_set("service services cosmetic insurance parking walk walkins online information info")
"""In a sentence with these, "not available" refuses no appointment."""
TAKING_UP = word_set("ok okay sure yes yeah yep perfect great alright alrighty absolutely fine definitely wonderful of")
"""How an agent's turn begins that grants a wish."""
MEETING = word_set("see seeing meet meeting expect expecting")
FAREWELL_REACH = 4
"""Words behind a farewell in which its time is looked for."""
BOOKING = word_set("& schedule book appointment scheduled booked")
PICKED_UP = word_set("pick picking picked ready not any anytime whenever walk walking online website app")
SHORT = 6
"""Words of a turn that says nothing but a time, which is then an offer."""

Step = Callable[[Story, Reading, Cue], None]


def hear_agent(story: Story, reading: Reading, found: Sequence[Cue]) -> None:
    level, dropped = story.level, story.dropped
    for cue in found:
        step = AGENT_STEPS.get(cue.says)
        if step:
            step(story, reading, cue)
    story.answered = True
    if not _is_news(story, level, dropped):
        _conclude(story, reading, found)
    story.newly_wished, story.asked_when = False, Says.WHEN in {cue.says for cue in found}
    story.closing = Says.CLOSING in {cue.says for cue in found} and story.offer is None


def _is_news(story: Story, level: Level, dropped: Evidence | None) -> bool:
    return (story.level > level) or (story.dropped is not None and story.dropped is not dropped)


def _conclude(story: Story, reading: Reading, found: Sequence[Cue]) -> None:
    """What the turn as a whole amounts to, where no phrase in it decided."""
    says = {cue.says for cue in found}
    times = times_on_offer(reading, found)
    story.timed = story.timed or bool(times)
    if Says.REMINDER in says and story.only_existing and not story.asked:
        return
    if Says.OWED in says and story.level < Level.SURE:
        _put_off(story, _cited(reading, found, Says.OWED), books=True)
    elif Says.CHECK in says and story.level < Level.SURE:
        _check(story, reading, found, times)
    elif times and Says.LATER in says and story.agreed and _precede(times, found):
        story.stand(Level.LIKELY, reading.cite(times[0].first, times[0].last))
    elif times and not (story.level == Level.SURE or says & {Says.INFO, Says.LATER, Says.REMINDER}):
        _hear_times(story, reading, found, times)
    elif Says.LATER in says and story.level <= Level.TAKEN:
        _put_off(story, _cited(reading, found, Says.LATER), books=bool(BOOKING & set(reading.words)))
    elif Says.WHEN in says:
        story.agreed = story.offer = None
    elif not says & {*LATE, Says.INFO, Says.KEEP}:
        _take_up(story, reading, closing=Says.CLOSING in says)


def _is_of_theirs(words: Sequence[str]) -> bool:
    """ "Your appointment", not "your next appointment"."""
    return "your" in words and "next" not in words


def _precede(times: list[Cue], found: Sequence[Cue]) -> bool:
    """Whether a time comes before the promise of a call: that of the appointment, and not that of the call."""
    return times[0].first < next(cue.first for cue in found if cue.says is Says.LATER)


def _check(story: Story, reading: Reading, found: Sequence[Cue], times: list[Cue]) -> None:
    """ "Confirming your appointment" after a yes closes; with a time, or as a question, it waits for a yes."""
    cue = next(cue for cue in found if cue.says is Says.CHECK)
    words = reading.cite(cue.first, cue.last)
    if story.agreed and not times and not any(reading.asks):
        story.stand(Level.LIKELY, words)
    elif _is_of_theirs(reading.words[cue.first : cue.last + 2]) and not story.wanted:
        story.existing = words
    elif story.timed:
        story.propose(words, checked=story.wish is not None)
    else:
        story.invited = words


def _hear_times(story: Story, reading: Reading, found: Sequence[Cue], times: list[Cue]) -> None:
    words = reading.cite(times[0].first, times[0].last)
    told = [cue for cue in found if cue.says in (Says.MADE, Says.MOVED)]
    offers = [cue for cue in found if cue.says is Says.OFFER and not any(overlap(cue, other) for other in told)]
    offered = bool(offers) or any(cue.asked for cue in times)
    known = story.agreed or story.wish or story.proof
    if (story.level or story.only_existing) and not offered:
        return
    read_back = known and (story.agreed or story.level or not offered) and _shares_a_word(known, words)
    if story.purposeful and ((read_back and not any(reading.asks)) or (story.agreed and not offered)):
        story.stand(Level.LIKELY, words)
    elif offered or not story.refused:
        solid = offered or (len(reading.words) <= SHORT and not story.errand)
        story.propose(words, solid=solid, told=not times[0].asked)


def _shares_a_word(one: Evidence, other: Evidence) -> bool:
    return bool(set(one.quote.lower().split()) & set(other.quote.lower().split()) - {"at", "the", "on"})


def _put_off(story: Story, words: Evidence, *, books: bool) -> None:
    story.later_books = story.later_books or books
    story.later, story.level, story.proof = words, Level.OPEN, None
    story.offer = story.agreed = story.restated = None


def _take_up(story: Story, reading: Reading, *, closing: bool) -> None:
    """An agent who neither refuses nor asks accepts what the caller said last."""
    asks = any(reading.asks)
    if story.agreed and story.purposeful and (story.solid or not closing):
        story.stand(Level.TAKEN, story.agreed)
    elif story.restated and story.purposeful and not story.errand:
        story.stand(Level.TAKEN, story.restated)
    elif _grants(story, reading) and not asks and story.wish:
        story.stand(Level.TAKEN, story.wish)
    elif story.leaving and not asks:
        story.drop(reading.cite(0, min(len(reading.words), SHORT) - 1))


def _grants(story: Story, reading: Reading) -> bool:
    wants = story.asked or story.need or story.moving
    return (
        bool(wants)
        and story.newly_wished
        and not story.later
        and not (story.only_existing or story.errand or story.leaving)
        and reading.words[0] in TAKING_UP
    )


def _cited(reading: Reading, found: Sequence[Cue], says: Says) -> Evidence:
    cue = next(cue for cue in found if cue.says is says)
    return reading.cite(cue.first, cue.last)


def _made(story: Story, reading: Reading, cue: Cue) -> None:
    acts = "will" in reading.words[cue.first : cue.last + 1]
    if not (_is_whole(reading, cue) or story.agreed) or (story.only_existing and not acts) or doubted(reading, cue):
        return
    if story.wanted or (reading.words[cue.first] in ("i", "we") and not story.errand):
        story.stand(Level.SURE, reading.cite(cue.first, cue.last))


def _settled(story: Story, reading: Reading, cue: Cue) -> None:
    if not _is_whole(reading, cue) or doubted(reading, cue):
        return
    words = reading.cite(cue.first, cue.last)
    if _is_farewell(story, reading, cue):
        story.stand(Level.LIKELY, words)
        return
    if story.later and not story.agreed:
        return
    if story.leaving and not (story.agreed or story.offer):
        story.drop(words)
    elif story.level or (story.timed and story.wanted and story.purposeful and not story.only_existing):
        story.stand(Level.LIKELY, words)


def _is_farewell(story: Story, reading: Reading, cue: Cue) -> bool:
    """ "See you on Friday" after an offer or a yes, which nobody says who has not booked."""
    if not MEETING & set(reading.words[cue.first : cue.last + 1]) or story.only_existing or story.errand:
        return False
    behind = reading.words[cue.first : cue.last + 1 + FAREWELL_REACH]
    return MOMENT in behind and story.timed and story.wanted


def _is_whole(reading: Reading, cue: Cue) -> bool:
    """A lone word such as "done" says it only where it is about all that is said."""
    return cue.last > cue.first or sentence_length(reading, cue.first) <= 3


def _moved(story: Story, reading: Reading, cue: Cue) -> None:
    if not doubted(reading, cue):
        words = reading.cite(cue.first, cue.last)
        if story.existing or not story.asked:
            story.moving = story.moving or words
        story.stand(Level.SURE, words)


def _dropped(story: Story, reading: Reading, cue: Cue) -> None:
    words = reading.cite(cue.first, cue.last)
    if story.agreed and not story.leaving:
        story.moving = story.moving or words
    elif not doubted(reading, cue):
        story.drop(words)


def _no_room(story: Story, reading: Reading, cue: Cue) -> None:
    if story.level < Level.SURE and not _other_matter(reading, cue):
        story.fall()
        story.refused = reading.cite(cue.first, cue.last)


def _failed(story: Story, reading: Reading, cue: Cue) -> None:
    if not _other_matter(reading, cue):
        story.fall()
        story.refused = reading.cite(cue.first, cue.last)


def _other_matter(reading: Reading, cue: Cue) -> bool:
    return bool(OTHER_MATTERS & set(reading.words[max(cue.first - 5, 0) : cue.last + 5]))


def _kept(story: Story, reading: Reading, cue: Cue) -> None:
    story.leaving = story.moving = story.offer = story.agreed = None


def _shifted(story: Story, reading: Reading, cue: Cue) -> None:
    if not (story.asked or story.wish or story.leaving):
        story.moving = reading.cite(cue.first, cue.last)


def _reminded(story: Story, reading: Reading, cue: Cue) -> None:
    if not story.wanted:
        story.existing = reading.cite(cue.first, cue.last)


def _handed_over(story: Story, reading: Reading, cue: Cue) -> None:
    """What is ready or picked up needs no appointment, unless one was asked for."""
    if PICKED_UP & set(reading.words[cue.first : cue.last + 1]):
        story.errand = story.errand or reading.cite(cue.first, cue.last)


def _asked_when(story: Story, reading: Reading, cue: Cue) -> None:
    story.scheduling = True


AGENT_STEPS: dict[Says, Step] = {
    Says.MADE: _made,
    Says.SETTLED: _settled,
    Says.MOVED: _moved,
    Says.DROPPED: _dropped,
    Says.NO_ROOM: _no_room,
    Says.FAILED: _failed,
    Says.KEEP: _kept,
    Says.SHIFT: _shifted,
    Says.REMINDER: _reminded,
    Says.INFO: _handed_over,
    Says.WHEN: _asked_when,
}
