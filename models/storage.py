"""Where recordings lie: RECORDINGS_DIR/<organization>/<year>/<month>/<recording>.<ending>; never half a file."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from uuid import UUID, uuid4

from settings import settings

PART = ".part"


def key_of(org_id: UUID, recording_id: UUID, made_at: datetime, ending: str) -> str:
    return f"{org_id}/{made_at:%Y}/{made_at:%m}/{recording_id}.{ending}"


def path_of(org_id: UUID, key: str) -> Path:
    """The file of a key. Raises ValueError for a key that would lead out of the organization's own folder."""
    folder = settings().recordings_dir / str(org_id)
    path = settings().recordings_dir / key
    if not path.is_relative_to(folder) or ".." in path.parts:
        raise ValueError("a recording lies in its organization's folder")
    return path


def new_part(org_id: UUID) -> Path:
    """A path for a file that is on its way."""
    folder = settings().recordings_dir / str(org_id)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder / f"{uuid4().hex}{PART}"


def keep(part: Path, org_id: UUID, key: str) -> None:
    """Gives a whole file its place, in one step and for good."""
    path = path_of(org_id, key)
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    part.replace(path)
    _sync(path.parent)


def remove(org_id: UUID, key: str) -> None:
    path_of(org_id, key).unlink(missing_ok=True)


def files(org_id: UUID) -> Iterator[tuple[str, Path]]:
    """Every file of an organization with its key, those on their way included."""
    root = settings().recordings_dir
    for folder, _, names in os.walk(root / str(org_id)):
        for name in names:
            path = Path(folder) / name
            yield str(path.relative_to(root)), path


def recording_of(key: str) -> UUID | None:
    """The recording that a file is named for, None for a stray one."""
    try:
        return UUID(Path(key).stem)
    except ValueError:
        return None


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
