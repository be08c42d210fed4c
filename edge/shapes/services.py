"""What an organization sells, at which price."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from pydantic import BeforeValidator, Field, WithJsonSchema

from edge.shapes.base import Amount, Answer, Row, Sent
from edge.shapes.changes import Change
from models import services
from models.services import LONGEST_KEYWORD, LONGEST_NAME, MOST_KEYWORDS, MOST_PRICE

PRICE = {
    "description": "An amount of money, as a number or a text, with at most 4 decimals",
    "anyOf": [{"type": "number", "minimum": 0, "maximum": int(MOST_PRICE)}, {"type": "string", "maxLength": 40}],
}
Name = Annotated[
    str,
    Field(min_length=1, max_length=LONGEST_NAME, description="Once in the organization, whatever its upper case"),
    BeforeValidator(services.clean_name),
]
Price = Annotated[Decimal, BeforeValidator(services.clean_price), WithJsonSchema(PRICE)]
Keywords = Annotated[
    tuple[Annotated[str, Field(max_length=LONGEST_KEYWORD)], ...],
    Field(max_length=MOST_KEYWORDS, description="Words and phrases of a call that mean this service"),
    BeforeValidator(services.clean_keywords),
]


class ServiceRow(Row):
    org_id: UUID
    id: UUID
    name: str
    price: Amount
    price_version: int = Field(description="Goes up by one with each new price")
    keywords: list[str] = Field(description="In lower case, as they are compared")
    created_at: datetime
    updated_at: datetime


class PriceRow(Row):
    version: int
    price: Amount
    valid_from: datetime
    set_by: str = Field(description="Who has set it, like user:<id>")


class ServiceInFull(ServiceRow):
    prices: list[PriceRow] = Field(description="Every price that it has had, newest first")


class ServiceList(Answer):
    data: list[ServiceRow] = Field(description="By name")


class ServiceAnswer(Answer):
    data: ServiceInFull


class ServiceMade(Answer):
    data: ServiceRow


class ServiceChanged(ServiceMade):
    note: str


class ServiceRemoved(Answer):
    note: str


class NewService(Sent):
    name: Name
    price: Price
    keywords: Keywords = ()


class ServiceChange(Change):
    """At least one of them; what is left out stays as it is."""

    name: Name = ""
    price: Price = Decimal(0)
    keywords: Keywords = ()
