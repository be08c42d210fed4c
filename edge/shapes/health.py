"""Liveness."""

from __future__ import annotations

from edge.shapes.base import Answer


class Alive(Answer):
    """This process answers."""
