"""Analyses: what was found out about calls, every version with its evidence, and which of them stands."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson

from models.database import Transaction
from vocabulary import Finding

RULES, PROVIDER, OPENAI, PERSON = "rules", "provider", "openai", "person"
FUTURE = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Analysis:
    """One version of one result; `value` is None where a person has taken a correction back."""

    kind: str
    version: int
    engine: str
    rule_version: str
    value: dict[str, Any] | None
    evidence: list[dict[str, Any]]
    created_at: datetime | None = None
    author: str | None = None

    def says(self, other: Analysis) -> bool:
        """Is this the same result, by the same rule and from the same words?"""
        return (self.engine, self.rule_version, self.value, self.evidence, self.author) == (
            other.engine, other.rule_version, other.value, other.evidence, other.author,
        )  # fmt: skip


NEWEST = (
    "(SELECT coalesce(jsonb_agg(to_jsonb(n)), '[]') FROM (SELECT DISTINCT ON (a.kind, a.engine) a.kind, a.version,"
    " a.engine, a.rule_version, a.value, a.evidence, a.created_at, a.author FROM analyses a"
    " WHERE a.org_id = c.org_id AND a.call_id = c.id ORDER BY a.kind, a.engine, a.created_at DESC, a.version DESC) n)"
)
"""The newest of each kind and engine of a call `c`, as a JSON list. By time: results of two calls may have met."""
VERSIONS = (
    "(SELECT coalesce(jsonb_object_agg(v.kind, v.last), '{}') FROM (SELECT a.kind, max(a.version) AS last"
    " FROM analyses a WHERE a.org_id = c.org_id AND a.call_id = c.id GROUP BY a.kind) v)"
)
"""The greatest version of each kind of a call `c`."""


def read(stored: Iterable[Mapping[str, Any]]) -> list[Analysis]:
    """Analyses from rows, or from the JSON of NEWEST."""
    return [Analysis(**{name: row[name] for name in Analysis.__slots__} | _moment(row)) for row in stored]


def _moment(row: Mapping[str, Any]) -> dict[str, Any]:
    at = row["created_at"]
    return {"created_at": datetime.fromisoformat(at) if isinstance(at, str) else at}


def of_call(tx: Transaction, org_id: UUID, call_id: UUID) -> list[Analysis]:
    """Every version of every result of a call, newest first."""
    return read(
        tx.rows(
            "SELECT * FROM analyses WHERE org_id = %s AND call_id = %s ORDER BY kind, version DESC", (org_id, call_id)
        )
    )


def standing(known: Iterable[Analysis], spoken_at: datetime | None = None) -> dict[str, Analysis]:
    """What counts of each kind: a person's word; else the newest of rules and provider, unless openai refined what the
    rules said. `spoken_at` is when the transcript came: what openai said before that is about another one."""
    newest: dict[str, dict[str, Analysis]] = {}
    for (kind, lineage), one in _latest(known).items():
        newest.setdefault(kind, {})[lineage] = one
    return {kind: found for kind, of in newest.items() if (found := _strongest(of, spoken_at)) is not None}


def _strongest(newest: Mapping[str, Analysis], spoken_at: datetime | None) -> Analysis | None:
    person, refined, local = (newest.get(engine) for engine in (PERSON, OPENAI, RULES))
    if person is not None and person.value is not None:
        return person
    is_stale = spoken_at is not None and refined is not None and refined.created_at and refined.created_at < spoken_at
    return local if refined is None or is_stale or (local and local.engine == PROVIDER) else refined


def fresh(
    known: Sequence[Analysis], versions: Mapping[str, int], engine: str, findings: Iterable[Finding]
) -> list[Analysis]:
    """New versions for what was not known so: a finding that says what its engine said last is no news.

    `versions` holds the greatest number that each kind has had.
    """
    latest = _latest(known)
    made = (_of(finding, versions.get(finding.kind, 0) + 1, engine) for finding in findings)
    return [one for one in made if not ((last := latest.get((one.kind, _lineage(one)))) and last.says(one))]


def _latest(known: Iterable[Analysis]) -> dict[tuple[str, str], Analysis]:
    """The newest of each kind and lineage: by time, and what is not written yet last."""
    return {(one.kind, _lineage(one)): one for one in sorted(known, key=_age)}


def _age(one: Analysis) -> tuple[datetime, int]:
    return one.created_at or FUTURE, one.version


def _lineage(one: Analysis) -> str:
    """What the provider states comes to us through our rules: of the two the newer counts."""
    return RULES if one.engine == PROVIDER else one.engine


def _of(finding: Finding, version: int, engine: str) -> Analysis:
    """As it will be read again: amounts of money are text in JSON."""
    stated = engine == RULES and finding.value.get("by") == PROVIDER
    shown = (finding.value, [one.shown() for one in finding.evidence])
    value, evidence = orjson.loads(orjson.dumps(shown, default=str))
    return Analysis(finding.kind, version, PROVIDER if stated else engine, finding.version, value, evidence)


def write(tx: Transaction, org_id: UUID, call_id: UUID, made: Sequence[Analysis]) -> None:
    """Adds versions with the commit."""
    if made:
        tx.at_end(*_insert(org_id, call_id, made))


INSERT = """
insert into analyses (org_id, call_id, kind, version, engine, rule_version, value, evidence, author)
values """
VALUES = "(%s, %s, %s, %s, %s, %s, %s, %s, %s)"


def _insert(org_id: UUID, call_id: UUID, made: Sequence[Analysis]) -> tuple[str, list[Any]]:
    return INSERT + ", ".join([VALUES] * len(made)), [value for one in made for value in _values(org_id, call_id, one)]


def _values(org_id: UUID, call_id: UUID, one: Analysis) -> tuple[Any, ...]:
    value = None if one.value is None else _json(one.value)
    return (
        org_id, call_id, one.kind, one.version, one.engine, one.rule_version, value, _json(one.evidence), one.author,
    )  # fmt: skip


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()


def absorb(tx: Transaction, org_id: UUID, keep: UUID, other: UUID) -> None:
    """The results of two calls that are one are numbered on, so that a person's word stays."""
    tx.run(
        "UPDATE analyses a SET call_id = %s, version = a.version + coalesce((SELECT max(k.version) FROM analyses k"
        " WHERE k.org_id = %s AND k.call_id = %s AND k.kind = a.kind), 0) WHERE a.org_id = %s AND a.call_id = %s",
        (keep, org_id, keep, org_id, other),
    )


def add(tx: Transaction, org_id: UUID, call_id: UUID, engine: str, findings: Iterable[Finding]) -> int:
    """Adds versions now, for what comes next in this transaction to see; returns how many were news."""
    known = of_call(tx, org_id, call_id)
    made = fresh(known, _versions(known), engine, findings)
    if made:
        tx.run(*_insert(org_id, call_id, made))
    return len(made)


def state(tx: Transaction, org_id: UUID, call_id: UUID, kind: str, said: Finding | None, author: str) -> None:
    """Adds a person's word, or takes it back where `said` is None. The call must be locked."""
    version = 1 + _versions(of_call(tx, org_id, call_id)).get(kind, 0)
    made = _of(said, version, PERSON) if said else Analysis(kind, version, PERSON, "", None, [])
    tx.run(*_insert(org_id, call_id, [replace(made, author=author)]))


def _versions(known: Iterable[Analysis]) -> dict[str, int]:
    return {one.kind: one.version for one in sorted(known, key=lambda one: one.version)}
