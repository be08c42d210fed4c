"""The rooms of the dashboard: what the navigation offers to whom, and which of them a page belongs to."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request

from models.people import Membership
from vocabulary import Role


@dataclass(frozen=True, slots=True)
class Room:
    """`blueprints` serve its pages, the first its front one; `icon` names a drawing of templates/icons.html."""

    name: str
    endpoint: str
    icon: str
    role: Role = Role.VIEWER
    blueprints: tuple[str, ...] = ()

    @property
    def is_here(self) -> bool:
        """Whether the page at hand is one of its own, also where a form answers with it."""
        return request.blueprint in (self.endpoint.partition(".")[0], *self.blueprints)

    @property
    def is_front(self) -> bool:
        return request.endpoint == self.endpoint


ROOMS = (
    Room("Today", "today_page.today", "today", blueprints=("worklist_actions",)),
    Room("Calls", "dashboard.calls", "calls", blueprints=("call_actions",)),
    Room("Appointments", "appointments_page.appointments", "appointments", blueprints=("appointment_actions",)),
    Room("Messages", "messages_page.messages", "messages"),
    Room("Contacts", "contacts_page.contacts", "contacts", blueprints=("contact_actions",)),
    Room("Library", "library_page.library", "library"),
    Room(
        "Settings",
        "settings_page.settings",
        "settings",
        Role.ADMIN,
        ("settings_actions", "wiring_page", "wiring_actions"),
    ),
    Room("Operations", "operations_page.operations", "operations", Role.ADMIN, ("operations_actions",)),
)
AT_HAND = 4
"""So many stand in the bar of a phone; the others wait behind its last place."""
TABS = (
    Room("Clinic", "settings_page.settings", "settings", Role.ADMIN),
    Room("Services", "settings_page.services", "settings", Role.ADMIN),
    Room("Templates", "settings_page.templates", "settings", Role.ADMIN),
    Room("Team", "settings_page.team", "settings", Role.ADMIN),
    Room("Lines", "wiring_page.lines", "settings", Role.ADMIN),
    Room("Webhooks", "wiring_page.webhooks", "settings", Role.ADMIN),
    Room("Connections", "wiring_page.connections", "settings", Role.ADMIN),
    Room("API keys", "wiring_page.keys", "settings", Role.ADMIN),
)
"""The pages of the settings."""


def rooms_for(member: Membership) -> list[Room]:
    return _open(ROOMS, member)


def tabs_for(member: Membership) -> list[Room]:
    return _open(TABS, member)


def _open(rooms: tuple[Room, ...], member: Membership) -> list[Room]:
    return [room for room in rooms if member.may(room.role)]
