"""The data folder of one instance: its lock, its secrets, and the environment that other commands read."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
DEFAULT_FOLDER = ".aftercall"


class HomeInUse(Exception):
    """Another process holds the folder; the message names the cure."""


class NotRunning(Exception):
    """No instance runs on the folder, so that there is no environment to read."""


def home_folder(given: str | None = None) -> Path:
    """The folder that --home or AFTERCALL_HOME names, else .aftercall in the project."""
    named = given or os.environ.get("AFTERCALL_HOME", "").strip()
    return Path(named).expanduser().resolve() if named else PROJECT / DEFAULT_FOLDER


class Home:
    """A folder that only its owner can enter. Every file in it that holds a secret is 0600."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._lock: int | None = None

    def lock(self) -> None:
        """Takes the folder for this process, until it ends; raises HomeInUse."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.folder.chmod(0o700)
        descriptor = os.open(self.folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            raise HomeInUse(
                f"{self.folder} is in use by another instance; stop that one, or give --home another folder"
            ) from None
        self._lock = descriptor

    def unlock(self) -> None:
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def is_locked(self) -> bool:
        """Whether some process runs on the folder."""
        try:
            descriptor = os.open(self.folder / "lock", os.O_RDONLY | os.O_CLOEXEC)
        except OSError:
            return False
        try:
            fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        finally:
            os.close(descriptor)
        return False

    def secret(self, name: str, make: str | None = None) -> str:
        """A value that is made once and then kept: 32 random bytes unless `make` gives another."""
        kept = self._read("secrets.json")
        if name not in kept:
            kept[name] = make if make is not None else secrets.token_urlsafe(32)
            self._write("secrets.json", kept)
        return kept[name]

    def recall(self, name: str) -> str | None:
        """A kept value, None where there is none yet."""
        return self._read("secrets.json").get(name)

    def save_environment(self, environment: Mapping[str, str]) -> None:
        self._write("environment.json", environment)

    def forget_environment(self) -> None:
        (self.folder / "environment.json").unlink(missing_ok=True)

    def running_environment(self) -> dict[str, str]:
        """The variables of the instance that runs here; raises NotRunning."""
        saved = self._read("environment.json") if self.is_locked() else {}
        if not saved:
            raise NotRunning(f"No instance runs on {self.folder}: start one with `./aftercall up`, or set DATABASE_URL")
        return saved

    def _read(self, name: str) -> dict[str, str]:
        path = self.folder / name
        return dict(json.loads(path.read_text())) if path.exists() else {}

    def _write(self, name: str, content: Mapping[str, str]) -> None:
        """Replaces a file in one step, so that a kill leaves the old one or the new one."""
        path = self.folder / f"{name}.new"
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            json.dump(dict(content), file, indent=2)
            file.flush()
            os.fsync(file.fileno())
        path.replace(self.folder / name)
