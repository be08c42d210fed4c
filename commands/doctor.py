"""`doctor`: what is configured, what can be reached, and what is not safe."""

from __future__ import annotations

import os
import sys
from dataclasses import asdict

import click

from commands.printing import show, with_json
from run.examine import Verdict, examine
from run.home import Home, home_folder


@click.command("doctor", help="Tell what is configured, reachable and safe; exit 1 when something is wrong.")
@with_json
def command(as_json: bool) -> None:
    findings = list(examine(os.environ, Home(home_folder())))
    show([asdict(finding) for finding in findings], as_json)
    sys.exit(any(finding.verdict is Verdict.WRONG for finding in findings))
