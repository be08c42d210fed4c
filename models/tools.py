"""Which tools are registered at Vapi for the whole deployment, and which of an organization's assistants has which."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from models.database import Transaction

LINKED, FAILED = "linked", "failed"


@dataclass(frozen=True, slots=True)
class Registered:
    """A tool as Vapi was last told of it."""

    vapi_tool_id: str
    definition_hash: str


@dataclass(frozen=True, slots=True)
class Link:
    """What is known of one tool on one assistant; `vapi_tool_id` is empty where it could not even be registered."""

    tool_name: str
    vapi_tool_id: str
    definition_hash: str
    error: str | None = None

    @property
    def state(self) -> str:
        return LINKED if self.error is None else FAILED


def registered(tx: Transaction) -> dict[str, Registered]:
    """Every tool of the deployment, by its name."""
    rows = tx.rows("SELECT tool_name, vapi_tool_id, definition_hash FROM vapi_tools")
    return {row["tool_name"]: Registered(row["vapi_tool_id"], row["definition_hash"]) for row in rows}


def keep_registered(tx: Transaction, tool_name: str, tool: Registered) -> None:
    tx.run(
        "INSERT INTO vapi_tools (tool_name, vapi_tool_id, definition_hash) VALUES (%s, %s, %s)"
        " ON CONFLICT (tool_name) DO UPDATE SET vapi_tool_id = excluded.vapi_tool_id,"
        " definition_hash = excluded.definition_hash, updated_at = clock_timestamp()",
        (tool_name, tool.vapi_tool_id, tool.definition_hash),
    )


def links(tx: Transaction, org_id: UUID, vapi_assistant_id: str) -> tuple[Link, ...]:
    """The tools of one assistant, by name."""
    rows = tx.rows(
        "SELECT tool_name, vapi_tool_id, definition_hash, error FROM org_tools"
        " WHERE org_id = %s AND vapi_assistant_id = %s ORDER BY tool_name",
        (org_id, vapi_assistant_id),
    )
    return tuple(Link(**row) for row in rows)


def keep_links(tx: Transaction, org_id: UUID, vapi_assistant_id: str, found: Iterable[Link]) -> None:
    """Notes how the tools of an assistant stand, in place of what was known; nothing for one that is removed by now."""
    kept = list(found)
    if _is_gone(tx, org_id, vapi_assistant_id):
        return
    tx.run(
        "DELETE FROM org_tools WHERE org_id = %s AND vapi_assistant_id = %s AND tool_name <> ALL(%s)",
        (org_id, vapi_assistant_id, [link.tool_name for link in kept]),
    )
    for link in kept:
        tx.run(
            "INSERT INTO org_tools (org_id, vapi_assistant_id, tool_name, vapi_tool_id, definition_hash, state, error)"
            " VALUES (%s, %s, %s, %s, %s, %s, %s) ON CONFLICT (org_id, vapi_assistant_id, tool_name) DO UPDATE SET"
            " vapi_tool_id = excluded.vapi_tool_id, definition_hash = excluded.definition_hash,"
            " state = excluded.state, error = excluded.error, updated_at = clock_timestamp()",
            (
                org_id,
                vapi_assistant_id,
                link.tool_name,
                link.vapi_tool_id,
                link.definition_hash,
                link.state,
                link.error,
            ),
        )


def standing(tx: Transaction, org_id: UUID) -> dict[str, list[dict[str, Any]]]:
    """For people: the tools of each assistant of an organization, by Vapi's id of the assistant."""
    rows = tx.rows(
        "SELECT vapi_assistant_id, tool_name, state, error, updated_at FROM org_tools WHERE org_id = %s"
        " ORDER BY vapi_assistant_id, tool_name",
        (org_id,),
    )
    found: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        found.setdefault(row.pop("vapi_assistant_id"), []).append(row)
    return found


def assistant_ids(tx: Transaction, org_id: UUID) -> list[str]:
    """Vapi's ids of the organization's assistants, oldest first."""
    rows = tx.rows("SELECT vapi_assistant_id FROM assistants WHERE org_id = %s ORDER BY created_at, id", (org_id,))
    return [row["vapi_assistant_id"] for row in rows]


def is_assistant_of_somebody(tx: Transaction, vapi_assistant_id: str) -> bool:
    """Whether any organization has registered this assistant."""
    return bool(tx.value("SELECT is_assistant_of_somebody(%s)", (vapi_assistant_id,)))


def _is_gone(tx: Transaction, org_id: UUID, vapi_assistant_id: str) -> bool:
    """Locked until the commit: the assistant cannot be removed under what is noted of it."""
    return (
        tx.row(
            "SELECT FROM assistants WHERE org_id = %s AND vapi_assistant_id = %s FOR KEY SHARE",
            (org_id, vapi_assistant_id),
        )
        is None
    )
