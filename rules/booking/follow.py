"""Turn by turn through a call: who speaks, and what it does to the story of the booking."""

from __future__ import annotations

from collections.abc import Sequence

from rules.booking.agent import hear_agent
from rules.booking.caller import hear_caller
from rules.booking.reading import AGENT_PATTERNS, CALLER_PATTERNS, Cue, Reading, cues, readings
from rules.booking.says import Says
from rules.booking.story import Story
from vocabulary import Speaker, Turn

DECIDING = (Says.MADE, Says.SETTLED, Says.MOVED, Says.CHECK, Says.NO_ROOM, Says.FAILED, Says.LATER, Says.OWED)
SPOKEN_BY_AGENTS = frozenset((*DECIDING, Says.CLOSING, Says.WHEN, Says.REMINDER))


def story_of(turns: Sequence[Turn]) -> Story:
    story = Story()
    for reading in readings(turns):
        follow(story, reading)
    return story


def follow(story: Story, reading: Reading) -> None:
    """Moves the story on by a turn. Who speaks is guessed where nobody knows."""
    speaker = reading.turn.turn.speaker
    if speaker is Speaker.UNKNOWN:
        story.answered = True
    found = [] if speaker is Speaker.CALLER else cues(reading, AGENT_PATTERNS)
    if speaker is Speaker.AGENT or (speaker is Speaker.UNKNOWN and _sounds_like_an_agent(found)):
        hear_agent(story, reading, found)
    else:
        hear_caller(story, reading, cues(reading, CALLER_PATTERNS))


def _sounds_like_an_agent(found: Sequence[Cue]) -> bool:
    says = {cue.says for cue in found}
    return bool(says & SPOKEN_BY_AGENTS) or {Says.OFFER, Says.TIME} <= says
