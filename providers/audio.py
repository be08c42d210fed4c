"""What a recording is, by its own bytes and whatever anybody says of it: its kind, its length, and if it is whole."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from pathlib import Path

HEAD_BYTES = 16
UNTOLD = (0, 0xFFFFFFFF)
"""Lengths that a WAV holds which was written while it was spoken."""
LAYER_3 = 1
KBITS = {
    3: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    2: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
    0: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
"""MPEG version (3: MPEG 1, 2: MPEG 2, 0: MPEG 2.5) → bit rates of layer III by index."""


@dataclass(frozen=True, slots=True)
class Kind:
    content_type: str
    ending: str


WAV = Kind("audio/wav", "wav")
MP3 = Kind("audio/mpeg", "mp3")
OGG = Kind("audio/ogg", "ogg")
FLAC = Kind("audio/flac", "flac")
MP4 = Kind("audio/mp4", "m4a")


class NotWhole(Exception):
    """A file says of itself that there should be more of it."""


def kind_of(head: bytes) -> Kind | None:
    """What a file's first HEAD_BYTES say that it is; None for anything but a recording."""
    if head[:4] == b"RIFF" and head[8:12] == b"WAVE":
        return WAV
    if head[:3] == b"ID3" or (len(head) > 1 and head[0] == 0xFF and head[1] & 0xE6 == 0xE2):
        return MP3
    if head[:4] == b"OggS":
        return OGG
    if head[:4] == b"fLaC":
        return FLAC
    return MP4 if head[4:8] == b"ftyp" else None


def seconds_of(path: Path, kind: Kind) -> float | None:
    """How long it plays; exact for WAV, from the bit rate for MP3, None for the rest. Raises NotWhole."""
    if kind is WAV:
        return _wav_seconds(path)
    return _mp3_seconds(path) if kind is MP3 else None


def _wav_seconds(path: Path) -> float | None:
    """Bytes of sound by bytes a second, as the header gives them."""
    size, bytes_a_second = path.stat().st_size, 0
    with path.open("rb") as file:
        file.seek(12)
        while len(head := file.read(8)) == 8:
            name, length = struct.unpack("<4sI", head)
            if name == b"fmt ":
                fields = file.read(min(length, 16))
                bytes_a_second = struct.unpack_from("<I", fields, 8)[0] if len(fields) >= 12 else 0
                file.seek(max(0, length - len(fields)) + length % 2, 1)
            elif name == b"data":
                there = size - file.tell()
                if length not in UNTOLD and length > there:
                    raise NotWhole
                return (there if length in UNTOLD else length) / bytes_a_second if bytes_a_second else None
            else:
                file.seek(length + length % 2, 1)
    raise NotWhole


def _mp3_seconds(path: Path) -> float | None:
    """An estimate: as if the first frame's bit rate held to the end."""
    size = path.stat().st_size
    with path.open("rb") as file:
        head = file.read(10)
        start = 0
        if head[:3] == b"ID3" and len(head) == 10:
            start = 10 + (head[6] << 21 | head[7] << 14 | head[8] << 7 | head[9])
        file.seek(start)
        frame = file.read(4)
    if len(frame) < 4 or frame[0] != 0xFF or frame[1] & 0xE0 != 0xE0 or frame[1] >> 1 & 3 != LAYER_3:
        return None
    rates = KBITS.get(frame[1] >> 3 & 3)
    index = frame[2] >> 4
    if rates is None or not 0 < index < len(rates):
        return None
    return (size - start) * 8 / (rates[index] * 1000)
