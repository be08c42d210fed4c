"""PostgreSQL and Valkey together, for `up`, for the tests and for the benchmarks: real servers, data in a folder."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from run.home import Home
from run.postgres import Postgres
from run.valkey import Valkey


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the servers are: the variables that settings.py reads."""

    environment: dict[str, str]


class Servers:
    """The embedded servers of one home, which is locked while they run.

    They end with the thread that started them, so start and restart them from a thread that lives long enough.
    `restart_…` is an administrator's restart; `kill_…` is a crash, after which `revive` brings back what is gone.
    """

    def __init__(
        self, home: Path | Home, *, durable: bool = True, with_postgres: bool = True, with_valkey: bool = True
    ) -> None:
        self.home = home if isinstance(home, Home) else Home(home)
        self.postgres = Postgres(self.home, durable) if with_postgres else None
        self.valkey = Valkey(self.home) if with_valkey else None

    def start(self) -> Addresses:
        """Starts what is wanted, once; raises HomeInUse, CannotLaunch or ServerFailed, and leaves nothing running."""
        self.home.lock()
        try:
            for server in self._servers():
                server.start()
        except BaseException:
            self.stop()
            raise
        return self.addresses()

    def addresses(self) -> Addresses:
        environment = self.postgres.urls() if self.postgres else {}
        return Addresses(environment | ({"REDIS_URL": self.valkey.url()} if self.valkey else {}))

    def stop(self) -> None:
        for server in self._servers():
            server.stop()
        self.home.unlock()

    def restart_postgres(self) -> None:
        self._the_postgres().restart()

    def restart_valkey(self) -> None:
        self._the_valkey().restart()

    def kill_postgres(self) -> None:
        self._the_postgres().kill()

    def kill_valkey(self) -> None:
        self._the_valkey().kill()

    def revive(self) -> list[str]:
        """Starts again what has died, on its old address, and says what that was."""
        dead = [server for server in self._servers() if server.pid is None]
        for server in dead:
            server.start_again()
        return [type(server).__name__ for server in dead]

    def _servers(self) -> list[Postgres | Valkey]:
        return [server for server in (self.postgres, self.valkey) if server is not None]

    def _the_postgres(self) -> Postgres:
        if self.postgres is None:
            raise ValueError("These servers were made without PostgreSQL")
        return self.postgres

    def _the_valkey(self) -> Valkey:
        if self.valkey is None:
            raise ValueError("These servers were made without Valkey")
        return self.valkey
