"""How a server or a child is started: it ends with the process that started it, and Postgres never runs as root."""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import socket
import sys
import time
from dataclasses import dataclass
from pathlib import Path

UNPRIVILEGED = ("postgres", "nobody", "daemon")
"""Accounts that may run the embedded servers for root, the best first. initdb wants one that /etc/passwd knows."""


class CannotLaunch(Exception):
    """This machine lacks something that the embedded servers need; the message names it."""


@dataclass(frozen=True, slots=True)
class Account:
    """The user that a server runs as in place of root."""

    uid: int
    gid: int


def unprivileged(data: Path) -> Account | None:
    """Whom to run a server as: None means as ourselves. A folder that exists keeps its owner."""
    if os.geteuid() != 0:
        return None
    if data.exists() and data.stat().st_uid != 0:
        return Account(data.stat().st_uid, data.stat().st_gid)
    for name in UNPRIVILEGED:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid)
    raise CannotLaunch("PostgreSQL does not run as root, and this machine has no account postgres, nobody or daemon")


def prefixed(command: list[str], dies_by: str, account: Account | None = None) -> list[str]:
    """The command, so wrapped that the signal `dies_by` (INT, TERM …) reaches it when the thread that starts it ends.

    With an account it gives up root for good. What it keeps is the right to pass folders that are closed to that
    account, because a clone or a home often lies in one (/root), and opening those to everyone is not ours to do.
    The securebit is for access(2), by which initdb looks at its binaries and which would leave that right out.
    """
    setpriv = shutil.which("setpriv") if sys.platform == "linux" else None
    if setpriv is None:
        if account is not None:
            raise CannotLaunch("As root the embedded servers need `setpriv` (package util-linux); or run as a user")
        return command
    wrapped = [setpriv, "--pdeathsig", dies_by]
    if account is not None:
        wrapped += ["--reuid", str(account.uid), "--regid", str(account.gid), "--clear-groups"]
        wrapped += ["--inh-caps=+dac_override", "--ambient-caps=+dac_override", "--securebits=+no_setuid_fixup"]
        wrapped += ["--no-new-privs"]
    return [*wrapped, "--", *command]


def free_port() -> int:
    """A port of 127.0.0.1 that nothing listens on now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def is_free(port: int, host: str = "127.0.0.1") -> bool:
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, port))
        except OSError:
            return False
    return True


def becomes_free(port: int, host: str, seconds: float) -> bool:
    """Waits a little for a port that its last user is letting go of."""
    deadline = time.monotonic() + seconds
    while not is_free(port, host):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True


def wheel_folder(package: str) -> Path:
    """Where an installed package lies, without importing it: only its binaries are wanted."""
    found = importlib.util.find_spec(package)
    if found is None or not found.submodule_search_locations:
        raise CannotLaunch(f"The package {package} is not installed: run `./aftercall`, which installs it")
    return Path(found.submodule_search_locations[0])
