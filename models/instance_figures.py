"""How the whole instance stands, for /metrics: numbers over all organizations, by a function that tells no more."""

from __future__ import annotations

from collections.abc import Mapping

from models.database import Transaction

Standing = Mapping[str, Mapping[str, float]]
"""Figure → label (an actor, a provider or a status) → number."""


def instance_figures(tx: Transaction) -> Standing:
    standing: dict[str, dict[str, float]] = {}
    for row in tx.rows("SELECT figure, label, value FROM instance_figures()"):
        standing.setdefault(row["figure"], {})[row["label"]] = row["value"]
    return standing
