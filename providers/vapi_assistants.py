"""An assistant as Vapi has it: what linking our tools makes of its model, and what else about it has changed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from providers.http import BadAnswer

NATIVE = ("google.calendar.", "gohighlevel.calendar.")
"""Vapi's own calendar tools begin so; each of the two has event.create and availability.check (its SDK, 3.0.0)."""
PASSES = ("updatedAt",)
"""What differs from one reading to the next."""


class NoModel(BadAnswer):
    """An assistant at Vapi without a model: there is nothing that a tool could be linked to."""


@dataclass(frozen=True, slots=True)
class Merge:
    """A model with our tools linked, and what that took."""

    model: dict[str, Any]
    added: tuple[str, ...]
    dropped: tuple[str, ...]
    """Ids of ours that lead to no tool of ours any more."""
    native: tuple[str, ...]
    """Types of Vapi's own calendar tools that were taken off."""

    @property
    def is_changed(self) -> bool:
        return bool(self.added or self.dropped or self.native)


def tool_ids(assistant: dict[str, Any]) -> tuple[str, ...]:
    """The ids that an assistant's model names."""
    model = assistant.get("model")
    named = model.get("toolIds") if isinstance(model, dict) else None
    return tuple(one for one in named if isinstance(one, str)) if isinstance(named, list) else ()


def is_native(kind: object) -> bool:
    return isinstance(kind, str) and kind.startswith(NATIVE)


def merged(
    assistant: dict[str, Any],
    wanted: Sequence[str],
    stale: Collection[str] = (),
    kinds: Mapping[str, str] | None = None,
) -> Merge:
    """The model as it should be: every part kept but our stale ids and Vapi's own calendar tools.

    `kinds` gives the types of the tools behind ids. Raises NoModel where there is nothing to add to.
    """
    if not isinstance(assistant.get("model"), dict):
        raise NoModel("The assistant has no model at Vapi that tools could be linked to")
    model = deepcopy(assistant["model"])
    named, known = tool_ids(assistant), kinds or {}
    dropped = [one for one in named if one in stale and one not in wanted]
    native = {one: known[one] for one in named if one not in dropped and is_native(known.get(one))}
    kept = [one for one in named if one not in dropped and one not in native]
    added = [one for one in wanted if one not in kept]
    if added or dropped or native:
        model["toolIds"] = kept + added
    return Merge(model, tuple(added), tuple(dropped), (*native.values(), *_without_native(model)))


def without(assistant: dict[str, Any], ours: Collection[str]) -> Merge:
    """The model without our tools, every other part kept. Raises NoModel."""
    if not isinstance(assistant.get("model"), dict):
        raise NoModel("The assistant has no model at Vapi that tools could be taken from")
    model, named = deepcopy(assistant["model"]), tool_ids(assistant)
    dropped = tuple(one for one in named if one in ours)
    if dropped:
        model["toolIds"] = [one for one in named if one not in ours]
    return Merge(model, (), dropped, ())


def _without_native(model: dict[str, Any]) -> list[str]:
    """Takes Vapi's calendar tools out of the model's own list; their types."""
    inline = model.get("tools")
    if not isinstance(inline, list):
        return []
    found = [str(tool["type"]) for tool in inline if isinstance(tool, dict) and is_native(tool.get("type"))]
    if found:
        model["tools"] = [tool for tool in inline if not (isinstance(tool, dict) and is_native(tool.get("type")))]
    return found


def differences(before: dict[str, Any], after: dict[str, Any], wanted_model: dict[str, Any]) -> tuple[str, ...]:
    """The fields that are not as they should be after the model was replaced: their names, never what they hold."""
    expected = before | {"model": wanted_model}
    found = []
    for name in sorted({*expected, *after} - {*PASSES}):
        ours, theirs = expected.get(name), after.get(name)
        if ours == theirs and (name in expected) == (name in after):
            continue
        if name == "model" and isinstance(ours, dict) and isinstance(theirs, dict):
            keys = sorted(key for key in {*ours, *theirs} if ours.get(key) != theirs.get(key))
            found += [f"model.{key}" for key in keys]
        else:
            found.append(name)
    return tuple(found)
