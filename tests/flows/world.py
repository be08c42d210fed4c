"""A world for reminders: an organization, an appointment, people who change their minds, and a clock of its own."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from models import opt_outs
from models.appointments import Booking, appointment_of
from models.database import organization
from models.organizations import create_organization
from providers.sending import Accepted, Postponed
from settings import settings
from tasks.appointments import Change, book, change
from tasks.messages import claim, conclude
from tasks.reminders import LeftAlone, NotStanding, TooOften, remind_now
from tests.edge.said import make_contact
from vocabulary import InboundText, Method, Provider

OUR_NUMBER, MAIL = "+12125550100", "ann@example.com"
ZONES = (
    "America/New_York", "America/Detroit", "America/Kentucky/Louisville", "America/Kentucky/Monticello",
    "America/Indiana/Indianapolis", "America/Indiana/Vincennes", "America/Indiana/Winamac", "America/Indiana/Marengo",
    "America/Indiana/Petersburg", "America/Indiana/Vevay", "America/Chicago", "America/Indiana/Tell_City",
    "America/Indiana/Knox", "America/Menominee", "America/North_Dakota/Center", "America/North_Dakota/New_Salem",
    "America/North_Dakota/Beulah", "America/Denver", "America/Boise", "America/Phoenix", "America/Los_Angeles",
    "America/Anchorage", "America/Juneau", "America/Sitka", "America/Metlakatla", "America/Yakutat", "America/Nome",
    "America/Adak", "Pacific/Honolulu", "America/Puerto_Rico", "America/St_Thomas", "Pacific/Guam", "Pacific/Saipan",
    "Pacific/Pago_Pago",
)  # fmt: skip
"""All that the tz database has for the United States and its territories."""
PREFIXES = {
    "+1212": ("America/New_York",),
    "+1312": ("America/Chicago",),
    "+1602": ("America/Phoenix",),
    "+1415": ("America/Los_Angeles",),
    "+1208": ("America/Boise", "America/Los_Angeles"),
    "+1907": ("America/Anchorage", "America/Adak"),
    "+1808": ("Pacific/Honolulu",),
    "+1800": ("America/New_York", "Pacific/Honolulu", "Pacific/Guam"),
}
"""Where the owner of such a number may be; of a toll-free one, some of the places."""
NOBODY_KNOWS = "+1684"
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


@dataclass(frozen=True)
class Plan:
    """What is told of a world before it begins."""

    zone: str
    known_by: str
    """What tells that they live in `zone`: contact or organization; or the prefix of a number that tells otherwise."""
    start: datetime
    ahead: timedelta
    opens: int
    hours: int
    minutes: list[int]
    lag: timedelta
    """How late the workers are."""
    postponed: list[bool]
    """Whether the provider takes a message, one after another; in the end it takes all."""


class World:
    """One organization, one appointment, and a clock that only goes forward."""

    def __init__(self, plan: Plan) -> None:
        self.plan, self.now, self.out, self.left = plan, plan.start, set[str](), list[UUID]()
        self.said = plan.start
        self.version, self.stands, self.starts_at = 1, True, plan.start + plan.ahead
        self.postponed = list(plan.postponed)
        self.org_id = create_organization("A clinic", timezone=plan.zone)
        self.opens, self.closes = time(plan.opens), time(min(plan.opens + plan.hours, 23))
        prefix = {"contact": "+1212", "organization": NOBODY_KNOWS}.get(plan.known_by, plan.known_by)
        self.phone = f"{prefix}5550123"
        self._settle()

    def _settle(self) -> None:
        with organization(self.org_id) as tx:
            tx.run(
                "UPDATE organizations SET sms_number = %s, sms_account = %s, send_from = %s, send_until = %s,"
                " reminder_minutes = %s, reminder_methods = '{sms,email}'",
                (OUR_NUMBER, settings().twilio_account_sid, self.opens, self.closes, self.plan.minutes),
            )
        zone = self.plan.zone if self.plan.known_by == "contact" else None
        contact_id = make_contact(self.org_id, phone=self.phone, email=MAIL, timezone=zone)
        with organization(self.org_id) as tx:
            row, _ = book(tx, self.org_id, Booking(self.starts_at, self.starts_at + MINUTE, contact_id), self.now)
        self.id = row["id"]

    def do(self, act: str, amount: int) -> None:
        """One of the things that people do; what is impossible is refused, and changes nothing."""
        with suppress(TooOften), organization(self.org_id) as tx:
            if act in ("stop", "start"):
                self.said += timedelta(microseconds=1)
                sid = str(settings().twilio_account_sid)
                text = InboundText(Provider.TWILIO, sid, self.phone, OUR_NUMBER, act, "SM1")
                opt_outs.record_for_number(tx, text, act == "stop", "word", self.said)
            elif act == "complain":
                opt_outs.record(tx, self.org_id, MAIL, True, "provider")
            elif act == "ask":
                method = Method.EMAIL if amount % 2 else Method.SMS
                self._ask(tx, method, str(amount))
            elif act == "cancel" or self.stands:
                self._change(tx, act, max(self.now + MINUTE, self.starts_at + amount * MINUTE))
        self.out |= {self.phone} if act == "stop" else {MAIL} if act == "complain" else set()
        self.out -= {self.phone} if act == "start" else set()

    def _change(self, tx: Any, act: str, to: datetime) -> None:
        wanted = Change(status="cancelled") if act == "cancel" else Change(starts_at=to)
        assert change(tx, self.org_id, self.id, wanted, self.now) is not None
        if act == "cancel":
            self.stands = False
        else:
            self.version, self.starts_at = self.version + (to != self.starts_at), to

    def _ask(self, tx: Any, method: Method, key: str) -> None:
        recipient = MAIL if method is Method.EMAIL else self.phone
        try:
            asked = remind_now(tx, self.org_id, self.id, method, "user:x", key, self.now)
        except (NotStanding, LeftAlone):
            assert not self.stands or self.now >= self.starts_at or recipient in self.out
        else:
            assert asked is not None
            assert self.stands
            assert recipient not in self.out
            # What is to leave at once is due by the database's clock, which knows nothing of this world's.
            tx.run("UPDATE messages SET send_at = %s WHERE id = %s", (self.now, asked.message.id))

    def run(self, until: datetime) -> None:
        """The workers, up to a moment; they may be behind."""
        for _ in range(500):
            with organization(self.org_id) as tx:
                due = tx.row(
                    "SELECT id, send_at FROM messages WHERE status = 'planned' AND send_at <= %s ORDER BY 2, 1 LIMIT 1",
                    (until,),
                )
            if due is None:
                self.now = max(self.now, until)
                return
            self.now = max(self.now, due["send_at"] + self.plan.lag)
            self.work(due["id"])
        raise AssertionError("a message that is put off for ever")

    def work(self, message_id: UUID) -> None:
        with organization(self.org_id) as tx:
            ready = claim(tx, self.org_id, message_id, lambda: self.now)
        if ready is None:
            return
        self.check(ready.row)
        with organization(self.org_id) as tx:
            if self.postponed and self.postponed.pop():
                conclude(tx, ready, Postponed("It says later", 30), self.now)
            else:
                conclude(tx, ready, Accepted(f"id-{message_id}"), self.now)
                self.left.append(message_id)

    def check(self, row: dict[str, Any]) -> None:
        """Whether this may leave now, as people would see it."""
        assert row["id"] not in self.left
        assert row["recipient"] not in self.out
        assert self.stands
        assert (row["appointment_version"], self.now < self.starts_at) == (self.version, True)
        if row["method"] == "sms" or row["requested_by"].startswith("rule:"):
            for zone in self.homes(row["method"]):
                assert self.opens <= self.now.astimezone(ZoneInfo(zone)).time() < self.closes, zone

    def homes(self, method: str) -> tuple[str, ...]:
        return PREFIXES.get(self.plan.known_by, (self.plan.zone,)) if method == "sms" else (self.plan.zone,)

    def end(self) -> None:
        """Time runs out: every reminder has left or says why not."""
        self.run(self.starts_at + 10 * DAY)
        with organization(self.org_id) as tx:
            rows = tx.rows("SELECT id, status, reason, appointment_version FROM messages")
            seen = appointment_of(tx, self.org_id, self.id)
        assert {row["status"] for row in rows} <= {"sent", "skipped"}
        assert all(row["reason"] for row in rows if row["status"] == "skipped")
        assert {row["id"] for row in rows if row["status"] == "sent"} == set(self.left)
        told = any(row["status"] == "sent" and row["appointment_version"] == self.version for row in rows)
        assert seen is not None
        assert (seen["version"], seen["confirmation_sent"]) == (self.version, told)
