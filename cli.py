"""The command line's root: finds a subcommand in commands/, gives it the running instance, turns errors into a line."""

from __future__ import annotations

import importlib
from pathlib import Path
from typing import Any

import click

ROOT = Path(__file__).resolve().parent
NOT_COMMANDS = ("__init__", "arguments", "printing", "instance")
"""Modules of commands/ that serve the others."""


class Commands(click.Group):
    """A group whose subcommands are the modules of commands/, each imported only when it is called.

    A module exposes a click command (or group) named `command`; `replay_call.py` is called as `replay-call`.
    """

    def list_commands(self, ctx: click.Context) -> list[str]:
        files = (ROOT / "commands").glob("*.py")
        return sorted(file.stem.replace("_", "-") for file in files if file.stem not in NOT_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.list_commands(ctx):
            return None
        module = importlib.import_module(f"commands.{cmd_name.replace('-', '_')}")
        command: click.Command = module.command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        from commands.instance import adopt

        name, command, rest = super().resolve_command(ctx, args)
        adopt(name)
        return name, command, rest

    def invoke(self, ctx: click.Context) -> Any:
        """Runs the subcommand; what can be expected to fail ends in a sentence and exit code 1."""
        try:
            return super().invoke(ctx)
        except Exception as error:
            from commands.instance import explain

            sentence = explain(error)
            if sentence is None:
                raise
            raise click.ClickException(sentence) from None


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
def cli() -> None:
    """Aftercall does what remains to be done when a phone call ends."""


if __name__ == "__main__":
    cli(prog_name="./aftercall")
