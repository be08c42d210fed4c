"""Identifiers: time-ordered for what we make, derived for what others have named."""

from __future__ import annotations

import os
import time
from uuid import UUID, uuid5


def new_id() -> UUID:
    """A UUID of version 7: milliseconds first, so that rows made together lie together."""
    milliseconds = time.time_ns() // 1_000_000
    random = int.from_bytes(os.urandom(10), "big")
    number = (milliseconds & ((1 << 48) - 1)) << 80 | random
    number = number & ~(0xF << 76) | 0x7 << 76
    return UUID(int=number & ~(0x3 << 62) | 0x2 << 62)


def call_id(org_id: UUID, provider: str, ref: str) -> UUID:
    """A call's id, known before any work is done: derived from its organization and its provider's name for it."""
    return uuid5(org_id, f"{provider}:{ref}")
