"""The variables of an instance and the folder that keeps them."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from run.environment import instance_variables, servers_for
from run.home import PROJECT, Home, HomeInUse, NotRunning, home_folder
from settings import read_settings

ADDRESSES = {
    "DATABASE_URL": "postgresql://aftercall_app:a@127.0.0.1:5432/aftercall",
    "DATABASE_OWNER_URL": "postgresql://aftercall_owner:a@127.0.0.1:5432/aftercall",
    "DATABASE_READ_URL": "postgresql://aftercall_read:b@127.0.0.1:5432/aftercall",
    "DATABASE_SYSTEM_URL": "postgresql://aftercall_system:c@127.0.0.1:5432/aftercall",
    "REDIS_URL": "redis://:d@127.0.0.1:6379/0",
}


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path)


def test_an_empty_environment_becomes_whole(home: Home) -> None:
    chosen = read_settings(instance_variables(home, {}, ADDRESSES, 8001))
    assert (chosen.port, chosen.public_url) == (8001, "http://localhost:8001")
    assert len(chosen.encryption_keys[0][1]) == 32


def test_generated_secrets_are_fit_for_production(home: Home) -> None:
    given = {"AFTERCALL_ENV": "production", "PUBLIC_URL": "https://calls.example.com"}
    assert read_settings(instance_variables(home, given, ADDRESSES, 8001)).is_production is True


def test_generated_secrets_stay_the_same(home: Home) -> None:
    first = instance_variables(home, {}, ADDRESSES, 8001)
    assert instance_variables(home, {}, ADDRESSES, 8001) == first
    other = Home(home.folder / "other")
    other.lock()
    assert instance_variables(other, {}, ADDRESSES, 8001)["JWT_SECRET"] != first["JWT_SECRET"]


def test_what_the_caller_has_set_wins(home: Home, tmp_path: Path) -> None:
    (tmp_path / "session").write_text("from a file")
    given = {"JWT_SECRET": "mine", "SESSION_SECRET_FILE": str(tmp_path / "session"), "TWILIO_ACCOUNT_SID": "AC1"}
    made = instance_variables(home, given | {"UNRELATED": "x"}, ADDRESSES, 8001)
    assert (made["JWT_SECRET"], made["SESSION_SECRET_FILE"]) == ("mine", str(tmp_path / "session"))
    assert {"SESSION_SECRET", "TWILIO_AUTH_TOKEN", "UNRELATED"} & made.keys() == set()


@pytest.mark.parametrize(
    ("given", "postgres", "valkey"),
    [
        ({}, True, True),
        ({"DATABASE_URL": "postgresql://a@b/c"}, False, True),
        ({"REDIS_URL_FILE": "/run/secrets/redis"}, True, False),
        ({"DATABASE_URL": " "}, True, True),
    ],
)
def test_only_what_is_not_given_is_embedded(home: Home, given: dict[str, str], postgres: bool, valkey: bool) -> None:
    servers = servers_for(home, given)
    assert (servers.postgres is not None, servers.valkey is not None) == (postgres, valkey)


def test_the_home_is_chosen_by_option_then_variable_then_project(monkeypatch: pytest.MonkeyPatch) -> None:
    assert home_folder() == PROJECT / ".aftercall"
    monkeypatch.setenv("AFTERCALL_HOME", "/srv/one")
    assert home_folder() == Path("/srv/one")
    assert home_folder("/srv/two") == Path("/srv/two")


def test_a_home_is_closed_to_others_and_so_is_what_it_keeps(tmp_path: Path) -> None:
    home = Home(tmp_path / "deep" / "home")
    home.lock()
    home.secret("jwt_secret")
    home.save_environment({"PORT": "1"})
    modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in [home.folder, *home.folder.iterdir()]}
    assert modes == {"home": 0o700, "lock": 0o600, "secrets.json": 0o600, "environment.json": 0o600}


def test_a_locked_home_is_refused_until_it_is_let_go(home: Home) -> None:
    home.lock()
    with pytest.raises(HomeInUse):
        Home(home.folder).lock()
    home.unlock()
    Home(home.folder).lock()


def test_only_a_running_instance_tells_its_environment(home: Home) -> None:
    home.lock()
    home.save_environment({"PORT": "8001"})
    assert Home(home.folder).running_environment() == {"PORT": "8001"}
    home.unlock()
    with pytest.raises(NotRunning, match="start one with"):
        home.running_environment()
