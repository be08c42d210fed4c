"""Between the shell and cli.py: makes .venv where it is missing, installs requirements.txt when it changed.

It runs on the machine's own Python before anything is installed, so it imports the standard library only.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
REQUIREMENTS = ROOT / "requirements.txt"
INSTALLED = VENV / ".aftercall-installed"
"""Holds the fingerprint of what was installed; written last."""
INSTALLING = VENV / ".aftercall-installing"
"""Stands while an installation runs: one that is found at the start was interrupted."""


class BootstrapError(Exception):
    """The environment cannot be made; the message names the cure."""


def main() -> None:
    try:
        if not is_ready():
            with (ROOT / ".venv.lock").open("w") as lock:
                fcntl.flock(lock, fcntl.LOCK_EX)
                prepare()
    except (BootstrapError, OSError) as error:
        sys.exit(f"aftercall: {error}")
    except KeyboardInterrupt:
        sys.exit("\naftercall: interrupted; the next call takes it up again")
    os.execv(PYTHON, [str(PYTHON), str(ROOT / "cli.py"), *sys.argv[1:]])  # noqa: S606


def fingerprint() -> str:
    return hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()


def is_ready() -> bool:
    installed = INSTALLED.read_text().strip() if INSTALLED.exists() else ""
    return installed == fingerprint() and not INSTALLING.exists() and PYTHON.exists()


def prepare() -> None:
    """Brings .venv to what requirements.txt says; one that an interruption left half done is made anew."""
    if is_ready():
        return
    if INSTALLING.exists() or not venv_works():
        make_venv()
    INSTALLING.touch()
    install()
    INSTALLED.write_text(fingerprint() + "\n")
    INSTALLING.unlink()


def venv_works() -> bool:
    check = "import sys, pip; sys.exit(sys.version_info < (3, 11))"
    return PYTHON.exists() and subprocess.run([PYTHON, "-c", check], capture_output=True, check=False).returncode == 0


def make_venv() -> None:
    say(f"Making {VENV}")
    shutil.rmtree(VENV, ignore_errors=True)
    made = subprocess.run([sys.executable, "-m", "venv", str(VENV)], capture_output=True, text=True, check=False)
    if made.returncode == 0:
        return
    shutil.rmtree(VENV, ignore_errors=True)
    said = (made.stdout + made.stderr).strip()
    if "ensurepip" in said:
        package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
        raise BootstrapError(f"this Python cannot make a virtual environment: install {package} and try again")
    raise BootstrapError(f"{sys.executable} -m venv failed:\n{said}")


def install() -> None:
    """pip, with one line of progress for each package and its whole output only where it fails."""
    say("Installing what requirements.txt lists (this happens once)")
    command = [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--progress-bar=off"]
    output: list[str] = []
    with subprocess.Popen(
        [*command, "--no-compile", "-r", str(REQUIREMENTS)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=ROOT,
    ) as pip:
        assert pip.stdout is not None
        for line in pip.stdout:
            output.append(line.rstrip())
            show(line.split())
    show([])
    if pip.returncode != 0:
        raise BootstrapError("\n".join(["pip could not install what requirements.txt lists:", *output[-15:]]))


def show(words: list[str]) -> None:
    """On a terminal: what pip is at, in place. Elsewhere nothing, so that logs stay short."""
    if sys.stderr.isatty():
        at = " ".join(words[:2]) if words[:1] in (["Collecting"], ["Downloading"], ["Installing"]) else ""
        if at or not words:
            sys.stderr.write(f"\r\033[K  {at[:70]}" if at else "\r\033[K")
            sys.stderr.flush()


def say(text: str) -> None:
    print(f"aftercall: {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
