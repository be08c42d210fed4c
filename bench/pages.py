"""What every page of the dashboard costs the server when a clinic has 10,000 and when it has 1,000,000 calls.

Two clinics of one database, made in SQL; their owners look at each page in turn over HTTP, signed in as people are, so
that what else the machine does falls on both.
"""

from __future__ import annotations

import http.client
import re
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from itertools import cycle

import requests

from bench.clinics import PASSWORD, Clinic, make_clinics
from bench.drive import LoadFailed
from bench.figures import Aim, Figure, Of, figure, percentile
from bench.ground import open_ground
from bench.scale import Scale
from edge import create_app

NAME = "pages"
SEARCHES = {
    "calls, searched": ("dashboard.calls", "q=maria"),
    "contacts, searched": ("contacts_page.contacts", "q=maria"),
}
"""What a page is asked for beside its bare address."""
WARM_UPS = 5
PATIENCE_SECONDS = 30.0
MILLISECONDS = 1000.0
KILOBYTE = 1000.0
FIELD = re.compile(r'name="csrf" value="([^"]+)"')

HOUSE = "/o/<uuid:org_id>/"
"""What the addresses of an organization's pages begin with."""

Tell = Callable[[str], None]


@dataclass
class Looked:
    """What one clinic's pages took, by page: a list of milliseconds for each round, and the page's size on the wire."""

    clinic: Clinic
    cookie: str
    rounds: dict[str, list[list[float]]] = field(default_factory=dict)
    kilobytes: dict[str, float] = field(default_factory=dict)

    def shares(self, page: str, share: float) -> list[float]:
        return [percentile(times, share) for times in self.rounds[page]]


def steps(scale: Scale) -> int:
    return 3 + scale.rounds


def run(scale: Scale, tell: Tell) -> list[Figure]:
    """Two web processes and nothing else: what is measured is a person's wait on an idle machine."""
    with open_ground() as ground:
        clinics = make_clinics(ground, (scale.few_calls, scale.many_calls), tell)
        port = ground.start_web()
        both = [Looked(clinic, _signed_in(port, clinic)) for clinic in clinics]
        addresses = [_addresses(one.clinic) for one in both]
        _look(port, both, addresses, WARM_UPS)
        for one in both:
            one.rounds.clear()
        for _ in range(scale.rounds):
            tell(f"{_readings(scale)} times each page")
            _look(port, both, addresses, _readings(scale))
    few, many = both
    return [shown for page in many.rounds for shown in _figures(page, many, few, scale)]


def _readings(scale: Scale) -> int:
    return max(1, scale.readings // 5)


def _figures(page: str, many: Looked, few: Looked, scale: Scale) -> list[Figure]:
    quick = Aim(Of.VALUE, 50.0, is_floor=False)
    beside, samples = f"{scale.few_calls:,} calls", scale.rounds * _readings(scale)
    return [
        *(
            figure(
                NAME, f"{page}, p{share:.0%}".rstrip("%"), "ms", many.shares(page, share), few.shares(page, share),
                baseline_name=beside, samples=samples, aim=quick if share > 0.5 else None,
            )
            for share in (0.5, 0.95)
        ),
        figure(
            NAME, f"{page}, its HTML", "kB", [many.kilobytes[page]], [few.kilobytes[page]],
            baseline_name=beside, samples=samples,
        ),
    ]  # fmt: skip


def _addresses(clinic: Clinic) -> dict[str, list[str]]:
    """Every page by its name: those of the organization, what is searched, and the newest of each kind one by one."""
    app = create_app()
    pages = app.url_map.bind("")
    open_ = [rule for rule in app.url_map.iter_rules() if rule.rule.startswith(HOUSE) and "GET" in (rule.methods or ())]

    def at(endpoint: str, **ids: object) -> str:
        return pages.build(endpoint, {"org_id": clinic.org_id, **ids})

    bare = {rule.rule.removeprefix(HOUSE): at(rule.endpoint) for rule in open_ if rule.arguments == {"org_id"}}
    found = {name: [address] for name, address in sorted(bare.items())}
    found |= {name: [f"{at(endpoint)}?{query}"] for name, (endpoint, query) in SEARCHES.items()}
    for name, ids in clinic.newest.items():
        page = next(rule.endpoint for rule in open_ if rule.rule.endswith(f"<uuid:{name}>"))
        found[name.removesuffix("_id")] = [at(page, **{name: one}) for one in ids]
    return found


def _look(port: int, both: list[Looked], addresses: list[dict[str, list[str]]], count: int) -> None:
    """Each page so many times for each clinic, the clinics taking turns on one connection."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)) as connection:
        for page in addresses[0]:
            turns = [cycle(known[page]) for known in addresses]
            for one in both:
                one.rounds.setdefault(page, []).append([])
            for _ in range(count):
                for one, next_address in zip(both, turns, strict=True):
                    seconds, size = _timed(connection, next(next_address), one.cookie)
                    one.rounds[page][-1].append(seconds * MILLISECONDS)
                    one.kilobytes[page] = max(size / KILOBYTE, one.kilobytes.get(page, 0.0))


def _timed(connection: http.client.HTTPConnection, address: str, cookie: str) -> tuple[float, int]:
    begun = time.perf_counter()
    connection.request("GET", address, headers={"Cookie": cookie, "Accept-Encoding": "gzip"})
    answer = connection.getresponse()
    size = len(answer.read())
    if answer.status != http.client.OK:
        raise LoadFailed(f"{address} was answered with {answer.status}")
    return time.perf_counter() - begun, size


def _signed_in(port: int, clinic: Clinic) -> str:
    """The cookie of somebody who has signed in as people do."""
    with requests.Session() as session:
        door = f"http://127.0.0.1:{port}/sign-in"
        token = FIELD.findall(session.get(door, timeout=PATIENCE_SECONDS).text)[0]
        form = {"csrf": token, "email": clinic.email, "password": PASSWORD, "next": "/"}
        session.post(door, form, timeout=PATIENCE_SECONDS, allow_redirects=False).raise_for_status()
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in session.cookies)
