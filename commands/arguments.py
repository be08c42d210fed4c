"""What several subcommands take: an organization, an amount of dollars; and errors told as the sentences they are."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any
from uuid import UUID

import click

from models.operations import find_organization
from models.organizations import AlreadyRegistered, UnknownAssistant, UnknownOrganization
from models.services import clean_price
from tasks.errors import Refused
from tasks.replay import UnknownCall

EXPECTED = (ValueError, LookupError, AlreadyRegistered, UnknownAssistant, UnknownOrganization, UnknownCall, Refused)


class Organization(click.ParamType[UUID]):
    """An organization's id, or its name where only one has it."""

    name = "org"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> UUID:
        if isinstance(value, UUID):
            return value
        try:
            return find_organization(str(value))
        except LookupError as error:
            self.fail(str(error), param, ctx)


class Dollars(click.ParamType[Decimal]):
    """An amount of money, exact as it was written."""

    name = "dollars"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Decimal:
        try:
            return clean_price(value)
        except ValueError:
            self.fail(f"{value!r} is not an amount of dollars such as 2.50", param, ctx)


ORGANIZATION = Organization()
DOLLARS = Dollars()


@contextmanager
def plainly() -> Iterator[None]:
    """Ends the command with the error's own sentence and exit code 1, where it is one for people."""
    try:
        yield
    except EXPECTED as error:
        raise click.ClickException(str(error)) from error
