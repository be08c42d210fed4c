"""The words keep up with the code: every variable, every command, and no link into nothing."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest

from cli import cli
from settings import VARIABLES

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_to_a_file(page: Path) -> None:
    links = re.findall(r"\]\((?!https?:)([^)#]+)", page.read_text())
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_the_readme_explains_every_variable() -> None:
    readme = (ROOT / "README.md").read_text()
    assert [variable.name for variable in VARIABLES if f"`{variable.name}`" not in readme] == []


def test_every_command_is_explained() -> None:
    words = (ROOT / "README.md").read_text() + (ROOT / "docs" / "operations.md").read_text()
    commands = cli.list_commands(click.Context(cli))
    assert [name for name in commands if f"`{name}`" not in words] == []
