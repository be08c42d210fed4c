"""The settings' page of services: what is sold at which price, and each service with every price that it has had."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask import render_template, url_for

from edge.errors import not_found
from edge.reading import reading
from edge.services import service_with_prices
from edge.settings_clinic import Form
from edge.settings_forms import Said, part_of
from models import services
from models.call_words import names_of_people
from models.people import Membership
from models.services import LONGEST_NAME
from vocabulary import Role

ADD = "add"
CHANGE = "change"
REMOVE = "remove"
KEEPS = "Calls keep the price they were valued with."
DONE = {
    ADD: "Added. Calls from now on are valued with it.",
    CHANGE: f"Saved. {KEEPS}",
    REMOVE: f"Removed. {KEEPS}",
}
PERSON = "user:"


def show_services(here: Membership, said: Said) -> str:
    with reading(here.org_id) as tx:
        found = services.list_services(tx, here.org_id)
    return render_template(
        "settings_services.html",
        here=here,
        said=said,
        services=part_of(found, url_for("settings_page.services", org_id=here.org_id)),
        typed=said.typed,
        longest_name=LONGEST_NAME,
    )


def show_service(here: Membership, service_id: UUID, said: Said) -> str:
    """Raises Problem 404."""
    found = service_with_prices(here.org_id, service_id)
    if found is None:
        raise not_found()
    typed = {"name": found["name"], "price": _plain(found["price"]), "keywords": ", ".join(found["keywords"])}
    with reading(here.org_id) as tx:
        names = names_of_people(tx, _people(found["prices"]))
    return render_template(
        "settings_service.html",
        here=here,
        said=said,
        service=found,
        typed=said.typed if said.part == CHANGE and said.complaint else typed,
        prices=[price | {"by": _by(price["set_by"], names)} for price in found["prices"]],
        may_remove=here.may(Role.OWNER),
        longest_name=LONGEST_NAME,
        keeps=KEEPS,
    )


def given(form: Form) -> dict[str, object]:
    """A service as its form gives it: a price as people write it, keywords between commas."""
    price = form.get("price", "").strip().removeprefix("$").replace(",", "")
    words = form.get("keywords", "").replace("\n", ",").split(",")
    return {"name": form.get("name", ""), "price": price, "keywords": words}


def _plain(price: Any) -> str:
    """As one would type it."""
    places = next(places for places in (0, 2, 4) if price == round(price, places))
    return f"{price:.{places}f}"


def _people(prices: list[dict[str, Any]]) -> list[UUID]:
    found = {price["set_by"] for price in prices if price["set_by"].startswith(PERSON)}
    return [UUID(one.removeprefix(PERSON)) for one in sorted(found)]


def _by(actor: str, names: dict[UUID, str]) -> str:
    if actor.startswith(PERSON):
        return names.get(UUID(actor.removeprefix(PERSON)), "Somebody who has left")
    return "An API key" if actor.startswith("key:") else "Aftercall"
