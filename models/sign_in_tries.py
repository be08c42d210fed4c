"""Tries to sign in, by e-mail address: too many close it for a while, for every process and whoever has it or not."""

from __future__ import annotations

from datetime import timedelta

from models.database import statement
from models.tokens import hash_token

MOST = 10
WINDOW = timedelta(minutes=15)
"""In which MOST wrong tries close an address, and for how long."""

TAKE = f"""
with over as (
    delete from sign_in_tries where address_hash in (
        select address_hash from sign_in_tries where until < now() and address_hash <> %s
        limit 20 for update skip locked))
insert into sign_in_tries as t (address_hash, until) values (%s, now() + %s)
on conflict (address_hash) do update set
    tries = case when t.until <= now() then 1 else least(t.tries + 1, {MOST + 1}) end,
    until = case when t.until <= now() or t.tries = {MOST - 1} then excluded.until else t.until end
returning tries, extract(epoch from until - now()) as seconds
"""
"""Counts before the password is looked at: tries at the same moment count as well. What is over goes on the way."""


def take(email: str) -> float:
    """Counts a try and returns 0, or returns how many seconds the address is still closed."""
    known = hash_token(email)
    with statement() as tx:
        row = tx.row(TAKE, (known, known, WINDOW))
    assert row is not None, "what is inserted or updated is returned"
    return float(row["seconds"]) if row["tries"] > MOST else 0.0


def forget(email: str) -> None:
    """The right person came, or got a new password."""
    with statement() as tx:
        tx.run("DELETE FROM sign_in_tries WHERE address_hash = %s", (hash_token(email),))
