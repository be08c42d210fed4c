"""What organizations sell and at which price: no price is overwritten, each change adds a version with its date."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any
from uuid import UUID

import psycopg2

from models.database import Transaction

LONGEST_NAME = 120
LONGEST_KEYWORD = 80
MOST_KEYWORDS = 50
MOST_PRICE = Decimal(99_999_999)
PRICE_PLACES = 4

COLUMNS = "org_id, id, name, price, price_version, keywords, created_at, updated_at"


class DuplicateName(ValueError):
    """The organization has a service of this name; upper and lower case count as the same."""


@dataclass(frozen=True, slots=True)
class ServiceChange:
    """What becomes of a service; None leaves as it is."""

    name: str | None = None
    price: Decimal | None = None
    keywords: tuple[str, ...] | None = None


def clean_name(given: object) -> str:
    """A name as it is stored; raises ValueError."""
    name = " ".join(given.replace("\0", "").split()) if isinstance(given, str) else ""
    if not 1 <= len(name) <= LONGEST_NAME:
        raise ValueError(f"name must be a text of 1 to {LONGEST_NAME} characters")
    return name


def clean_price(given: object) -> Decimal:
    """An amount of money from a number or a text; raises ValueError."""
    price = Decimal("NaN")
    if isinstance(given, int | float | str | Decimal) and not isinstance(given, bool):
        try:
            price = Decimal(str(given).strip()[:40])
        except InvalidOperation:
            price = Decimal("NaN")
    if not price.is_finite() or not 0 <= price <= MOST_PRICE or price != round(price, PRICE_PLACES):
        raise ValueError(
            f"price must be an amount from 0 to {MOST_PRICE:,} like 250 or 99.50, with at most {PRICE_PLACES} decimals"
        )
    return abs(price)


def clean_keywords(given: object) -> tuple[str, ...]:
    """Keywords without blanks and repetitions, in lower case as they are compared; raises ValueError."""
    if not isinstance(given, list | tuple) or not all(isinstance(word, str) for word in given):
        raise ValueError("keywords must be a list of words or phrases")
    words = tuple(dict.fromkeys(filter(None, (" ".join(word.replace("\0", "").lower().split()) for word in given))))
    if len(words) > MOST_KEYWORDS or any(len(word) > LONGEST_KEYWORD for word in words):
        raise ValueError(f"keywords must be at most {MOST_KEYWORDS}, each of at most {LONGEST_KEYWORD} characters")
    return words


def list_services(tx: Transaction, org_id: UUID) -> list[dict[str, Any]]:
    """What is sold now, by name."""
    return tx.rows(
        f"SELECT {COLUMNS} FROM services WHERE org_id = %s AND deleted_at IS NULL ORDER BY lower(name), id", (org_id,)
    )


def service_of(tx: Transaction, org_id: UUID, service_id: UUID) -> dict[str, Any] | None:
    return tx.row(
        f"SELECT {COLUMNS} FROM services WHERE org_id = %s AND id = %s AND deleted_at IS NULL", (org_id, service_id)
    )


def price_history(tx: Transaction, org_id: UUID, service_id: UUID) -> list[dict[str, Any]]:
    """Every price that the service has had, newest first, also of one that is not sold any more."""
    return tx.rows(
        "SELECT version, price, valid_from, set_by FROM service_prices WHERE org_id = %s AND service_id = %s"
        " ORDER BY version DESC",
        (org_id, service_id),
    )


def create_service(
    tx: Transaction, org_id: UUID, name: str, price: Decimal, keywords: Iterable[str], set_by: str
) -> dict[str, Any]:
    """A new service at price version 1; raises DuplicateName, which ends the transaction."""
    with _one_of_a_name(name):
        made = tx.row(
            f"INSERT INTO services (org_id, name, price, keywords) VALUES (%s, %s, %s, %s) RETURNING {COLUMNS}",
            (org_id, name, price, list(keywords)),
        )
    assert made is not None
    _keep_price(tx, made, set_by)
    return made


def change_service(
    tx: Transaction, org_id: UUID, service_id: UUID, change: ServiceChange, set_by: str
) -> dict[str, Any] | None:
    """The service as it is now; another price is a new version. None where there is no such service.

    Raises DuplicateName. Calls keep the price that they were valued with: that is a matter of a new analysis.
    """
    before = tx.row(
        "SELECT price FROM services WHERE org_id = %s AND id = %s AND deleted_at IS NULL FOR UPDATE",
        (org_id, service_id),
    )
    if before is None:
        return None
    is_repriced = change.price is not None and change.price != before["price"]
    keywords = list(change.keywords) if change.keywords is not None else None
    with _one_of_a_name(change.name or ""):
        row = tx.row(
            "UPDATE services SET name = coalesce(%s, name), price = coalesce(%s, price),"
            " keywords = coalesce(%s::text[], keywords), price_version = price_version + %s,"
            f" updated_at = clock_timestamp() WHERE org_id = %s AND id = %s RETURNING {COLUMNS}",
            (change.name, change.price, keywords, int(is_repriced), org_id, service_id),
        )
    if row is not None and is_repriced:
        _keep_price(tx, row, set_by)
    return row


def remove_service(tx: Transaction, org_id: UUID, service_id: UUID) -> bool:
    """Takes a service off the list; what calls were valued with stays, and its name is free again."""
    return (
        tx.run(
            "UPDATE services SET deleted_at = clock_timestamp(), updated_at = clock_timestamp()"
            " WHERE org_id = %s AND id = %s AND deleted_at IS NULL",
            (org_id, service_id),
        )
        == 1
    )


def _keep_price(tx: Transaction, service: dict[str, Any], set_by: str) -> None:
    tx.run(
        "INSERT INTO service_prices (org_id, service_id, version, price, set_by) VALUES (%s, %s, %s, %s, %s)",
        (service["org_id"], service["id"], service["price_version"], service["price"], set_by),
    )


@contextmanager
def _one_of_a_name(name: str) -> Iterator[None]:
    try:
        yield
    except psycopg2.errors.UniqueViolation:
        raise DuplicateName(f"There is a service named {name!r} already") from None
