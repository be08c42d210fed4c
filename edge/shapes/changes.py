"""Bodies that change something: what they leave out stays as it is, so that no field of theirs has a usual value."""

from __future__ import annotations

from typing import Any

from pydantic import ConfigDict

from edge.shapes.base import Sent


def without_defaults(schema: dict[str, Any]) -> None:
    for field in schema.get("properties", {}).values():
        field.pop("default", None)


class Change(Sent):
    model_config = ConfigDict(json_schema_extra=without_defaults)

    def given(self) -> dict[str, Any]:
        """What was sent, under its names."""
        return {name: getattr(self, name) for name in self.model_fields_set - {"org_id"}}
