"""The traffic of a number of calls, the same for the same seed: their stories told across one another."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random

from simulator.convoso import convoso_call, convoso_lead
from simulator.deliveries import Delivery, Event, Expected, Target
from simulator.signing import forge, sign
from simulator.telephone import stranger, telephone_call
from simulator.vapi import vapi_call
from vocabulary import Endpoint

CALLS_A_STEP = 0.4
"""How many calls begin between two events of one call, so that calls overlap as they do in a day's traffic."""
LATEST = 40
"""Calls that begin before a late part or a late duplicate arrives, at most."""
SPAN = timedelta(hours=20)
"""How far back calls may lie."""
LONGEST_CALL = timedelta(minutes=20)

Story = Callable[[Random, Target, datetime], Iterator[Event]]
MIX: tuple[tuple[Story, int, Callable[[Target], object]], ...] = (
    (vapi_call, 55, lambda target: target.takes_vapi),
    (telephone_call, 15, lambda target: target.takes_twilio),
    (convoso_call, 20, lambda target: target.convoso_calls_token),
    (convoso_lead, 10, lambda target: target.convoso_leads_token),
)
"""A story, its weight, and what of the target it needs."""


@dataclass(frozen=True, slots=True)
class Faults:
    """Shares of events (of calls for `reordered` and `strangers`) to which each thing happens."""

    duplicated: float = 0.0
    late: float = 0.0
    forged: float = 0.0
    reordered: float = 0.0
    strangers: float = 0.0


NO_FAULTS = Faults()
ROUGH = Faults(duplicated=0.15, late=0.08, forged=0.05, reordered=0.25, strangers=0.05)
"""Far worse than any provider on a bad day."""


class NothingToSend(ValueError):
    """The target has no secret, token or line that any traffic could be authentic with."""


def calls(
    seed: int | str, count: int, target: Target, *, until: datetime, faults: Faults = NO_FAULTS
) -> Iterator[Delivery]:
    """The deliveries of `count` calls and leads that happened in the hours before `until` (aware).

    The same arguments give the same bytes; a greater count begins with the same calls. Raises NothingToSend.
    """
    stories = [(story, weight) for story, weight, needs in MIX if needs(target)]
    if not stories:
        raise NothingToSend(
            "The organization has no assistant with a secret, no token and no line: nothing can be sent"
        )
    waiting: list[tuple[float, int, Delivery]] = []
    order = 0
    for number in range(count):
        rng = Random(f"{seed}/{number}")
        story = rng.choices([story for story, _ in stories], [weight for _, weight in stories])[0]
        created = until - LONGEST_CALL - timedelta(milliseconds=rng.randrange(SPAN // timedelta(milliseconds=1)))
        for offset, delivery in _disturbed(list(story(rng, target, created)), target, faults, rng):
            heapq.heappush(waiting, (number + offset, order, delivery))
            order += 1
        while waiting and waiting[0][0] <= number:
            yield heapq.heappop(waiting)[2]
    while waiting:
        yield heapq.heappop(waiting)[2]


def _disturbed(events: list[Event], target: Target, faults: Faults, rng: Random) -> Iterator[tuple[float, Delivery]]:
    """Every event once at least, and how many calls later than its own call's beginning it is sent."""
    if rng.random() < faults.reordered:
        # Twilio has nothing to tell of a call before its first webhook was answered; Vapi keeps no order at all.
        start = 1 if events[0].endpoint is Endpoint.TWILIO else 0
        rest = events[start:]
        rng.shuffle(rest)
        events = [*events[:start], *rest]
    for step, event in enumerate(events):
        offset, delivery = step * CALLS_A_STEP, sign(event, target, rng)
        if rng.random() < faults.forged:
            yield offset, forge(delivery, target, event.at, rng)
        if step and rng.random() < faults.late:
            offset, delivery = offset + rng.uniform(1, LATEST), replace(delivery, oddity="late")
        yield offset, delivery
        if rng.random() < faults.duplicated:
            yield offset + rng.uniform(0, LATEST), replace(delivery, oddity="duplicate")
    if target.takes_twilio and rng.random() < faults.strangers:
        yield (
            0.0,
            replace(
                sign(stranger(rng, target, events[0].at), target, rng), expected=Expected.REJECTED, oddity="stranger"
            ),
        )
