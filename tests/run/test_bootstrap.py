"""The one command on a bare machine: which Python it takes, and how it makes and mends .venv."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from run.home import PROJECT

CLI = "import os, sys; print(*sys.argv[1:], os.getcwd(), sys.prefix)\n"
EMPTY = "# nothing to install\n"
PATH = f"{Path(sys.executable).resolve().parent}:/usr/bin:/bin"


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command with a cli.py that tells what it was given, and nothing to install."""
    folder = tmp_path_factory.mktemp("bare") / "clone"
    (folder / "run").mkdir(parents=True)
    shutil.copy2(PROJECT / "aftercall", folder)
    shutil.copy2(PROJECT / "run" / "bootstrap.py", folder / "run")
    (folder / "cli.py").write_text(CLI)
    (folder / "requirements.txt").write_text(EMPTY)
    return folder


def call(script: Path, *words: str, path: str = PATH, cwd: Path | str = "/") -> subprocess.CompletedProcess[str]:
    command = [str(script), *words]
    return subprocess.run(command, env={"PATH": path}, cwd=cwd, capture_output=True, text=True, check=False)


def test_the_first_call_makes_the_environment_and_the_second_says_nothing(clone: Path, tmp_path: Path) -> None:
    first = call(clone / "aftercall", "orgs", "list", cwd=tmp_path)
    assert (first.returncode, first.stdout.split()) == (0, ["orgs", "list", str(tmp_path), str(clone / ".venv")])
    assert "Installing what requirements.txt lists" in first.stderr
    assert call(clone / "aftercall", "up").stderr == ""


def test_it_works_through_a_symbolic_link(clone: Path, tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "one").symlink_to(clone / "aftercall")
    (tmp_path / "two").symlink_to("bin/one")
    called = call(tmp_path / "two", "doctor")
    assert (called.returncode, called.stdout.split()[0]) == (0, "doctor")


def test_changed_requirements_are_installed_once(clone: Path) -> None:
    (clone / "requirements.txt").write_text(EMPTY + "# one line more\n")
    assert "Installing" in call(clone / "aftercall").stderr
    assert call(clone / "aftercall").stderr == ""


@pytest.mark.storm
def test_an_interrupted_installation_is_made_anew(clone: Path) -> None:
    call(clone / "aftercall")
    (clone / ".venv" / ".aftercall-installing").touch()
    (clone / ".venv" / "half-done").touch()
    assert "Making" in call(clone / "aftercall").stderr
    assert not (clone / ".venv" / "half-done").exists()


@pytest.mark.storm
def test_a_venv_whose_python_is_gone_is_made_anew(clone: Path) -> None:
    call(clone / "aftercall")
    for link in (clone / ".venv" / "bin").glob("python*"):
        link.unlink()
    assert call(clone / "aftercall", "up").stdout.split()[0] == "up"


@pytest.mark.storm
def test_what_cannot_be_installed_is_told_and_tried_again(clone: Path) -> None:
    (clone / "requirements.txt").write_text("./no-such-package\n")
    failed = call(clone / "aftercall")
    assert failed.returncode == 1
    assert "pip could not install what requirements.txt lists" in failed.stderr
    (clone / "requirements.txt").write_text(EMPTY)
    assert call(clone / "aftercall", "up").returncode == 0


def fake_python(folder: Path, name: str, version: str, ok: bool) -> None:
    """A Python that only knows its version, or the real one under another name."""
    if ok:
        (folder / name).symlink_to(Path(sys.executable).resolve())
        return
    script = f'#!/bin/sh\ncase "$2" in *platform*) echo {version} ;; *) exit 1 ;; esac\n'
    (folder / name).write_text(script)
    (folder / name).chmod(0o755)


def tools(folder: Path) -> Path:
    """A PATH of its own: what the script calls, and no Python yet."""
    folder.mkdir()
    for tool in ("sh", "dirname", "readlink"):
        (folder / tool).symlink_to(str(shutil.which(tool)))
    return folder


def test_a_newer_python_is_found_beside_an_older_python3(clone: Path, tmp_path: Path) -> None:
    folder = tools(tmp_path / "bin")
    fake_python(folder, "python3", "3.9.2", ok=False)
    fake_python(folder, "python3.11", "", ok=True)
    assert call(clone / "aftercall", "up", path=str(folder)).stdout.split()[0] == "up"


def test_an_older_python_alone_is_named_in_the_error(clone: Path, tmp_path: Path) -> None:
    folder = tools(tmp_path / "bin")
    fake_python(folder, "python3", "3.9.2", ok=False)
    refused = call(clone / "aftercall", "up", path=str(folder))
    assert refused.returncode == 1
    assert refused.stderr == (
        "aftercall: Python 3.11 or later is needed, and PATH has none: python3 is 3.9.2; install it and try again\n"
    )


def test_no_python_at_all_is_told(clone: Path, tmp_path: Path) -> None:
    refused = call(clone / "aftercall", path=str(tools(tmp_path / "bin")))
    assert (refused.returncode, "no python3 at all" in refused.stderr) == (1, True)


def test_the_command_is_executable() -> None:
    assert os.access(PROJECT / "aftercall", os.X_OK)
