"""What a call sounds like here: a soft tone for as long as it lasted, the same for the same call each time."""

from __future__ import annotations

import io
import math
import wave
import zlib
from functools import lru_cache

RATE = 8_000
LOUDNESS = 24
"""Of 127: a tone that nobody is startled by."""
PITCHES = (220, 247, 262, 294, 330, 349, 392, 440)
MP3_FRAME = bytes.fromhex("fffb18c4") + bytes(140)
"""A silent frame of MPEG 1 layer III: 32 kbit/s, 32 kHz, one channel, 36 ms."""
MP3_FRAME_SECONDS = 0.036
LONGEST_SECONDS = 4 * 3600


def wav(name: str, seconds: float) -> bytes:
    """8 kHz, one channel, 8 bits: 8,000 bytes a second."""
    second = _second(PITCHES[zlib.crc32(name.encode()) % len(PITCHES)])
    length = int(min(max(seconds, 0), LONGEST_SECONDS) * RATE)
    written = io.BytesIO()
    with wave.open(written, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(1)
        file.setframerate(RATE)
        file.writeframes((second * (length // RATE + 1))[:length])
    return written.getvalue()


@lru_cache
def _second(pitch: int) -> bytes:
    return bytes(128 + round(LOUDNESS * math.sin(2 * math.pi * pitch * at / RATE)) for at in range(RATE))


def mp3(seconds: float) -> bytes:
    """Silence: a tone would need an encoder."""
    return MP3_FRAME * math.ceil(min(max(seconds, 0), LONGEST_SECONDS) / MP3_FRAME_SECONDS)
