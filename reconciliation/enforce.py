"""Enforce: what today's policies no longer admit is taken out of the tokens that are kept, and so is what expired."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from channels.clocks import clock
from channels.models import Company, Heartbeat, SignalDecision, Store
from channels.policy import Grant, Policy, policy
from reconciliation import accounts, resident
from reconciliation.identity.signals import LISTS, SCALARS
from reconciliation.locks import matching_lock
from reconciliation.models import BuyerSignal

# The columns of tokens that a field of a buyer feeds, and when a row's were fed by it where others may have been.
FEEDS: dict[str, dict[str, str]] = {
    "username": {"username": "", "alias": ""},
    "name": dict.fromkeys(
        ("name", "sound", "mask", "mask_other", "mask_own", "words", "sounds", "near", "called", "initialled"), ""
    ),
    "email": dict.fromkeys(("email", "mailbox", "handle"), ""),
    "phone": dict.fromkeys(("phone", "phone_tail"), ""),
    "street": dict.fromkeys(("address", "numbers", "street", "street_near"), ""),
    "postcode": {"postcode": "", "address": "postcode IS NOT NULL", "place_near": "postcode IS NOT NULL"},
    "city": {"city": "", "address": "postcode IS NULL", "place_near": "city IS NOT NULL"},
    "state": {"state": ""},
}
# What tells that a field was masked when its tokens were made. A masked street has no whole address.
_MASKED = {"name": "name_masked", "phone": "phone IS NULL", "street": "address IS NULL"}
_PROVED = ("name", "phone")  # of these the tokens prove it; of others a value in clear may look the same
_TABLE = BuyerSignal._meta.db_table
_DAY = "(obtained_at AT TIME ZONE 'UTC')::date"


@dataclass(frozen=True, slots=True)
class Enforced:
    """How many rows of tokens went, how many lost some, and the links that went with their accounts."""

    gone: int = 0
    blanked: int = 0
    links: int = 0

    def __str__(self) -> str:
        return f"{self.gone:,} buyers' tokens removed, {self.blanked:,} reduced, {self.links:,} links dropped"


@dataclass(frozen=True, slots=True)
class _Ground:
    """A policy in the words of the table: when tokens of a field must go, and on which day."""

    rules: Policy
    ended_on: Mapping[str, date]

    def over(self, name: str) -> str:
        """No longer admitted, its days are over, or it serves inside only, in a row that serves across."""
        return self._case(name, _out_of_place)

    def ended(self, name: str) -> str:
        """No longer admitted, or its days are over."""
        return self._case(name, _days_over)

    def _case(self, name: str, is_over: Callable[[Grant | None], str]) -> str:
        clear, masked = self._grants(name)
        if masked is None:
            return is_over(clear)
        both = f"{is_over(clear)} AND {is_over(masked)}"
        return f"CASE WHEN {self._masked(name)} THEN {both} ELSE {is_over(clear)} END"

    def ends(self, name: str) -> str:
        """The day on which what the row has of a field ends; null where it has nothing of it."""
        some = " OR ".join(map(_is_some, FEEDS[name])) if name in FEEDS else "known_buyer"
        clear, masked = self._grants(name)
        ends = _end(clear)
        if masked is not None:
            ends = f"CASE WHEN {self._masked(name)} THEN GREATEST({_end(clear)}, {_end(masked)}) ELSE {ends} END"
        return f"CASE WHEN {some} THEN {ends} END"

    def _grants(self, name: str) -> tuple[Grant | None, Grant | None]:
        return self.rules.clear.get(name), self.rules.masked.get(name)

    def _masked(self, name: str) -> str:
        mark = _MASKED.get(name, "TRUE")
        last = self.ended_on.get(name) if name not in _PROVED else None
        return f"({mark} AND {_DAY} > DATE '{last.isoformat()}')" if last else mark


def _days_over(grant: Grant | None) -> str:
    """A standing grant ends with its days; one whose decision ended is no grant of the day's policy."""
    return f"({_DAY} + {grant.days} <= %(day)s)" if grant is not None else "TRUE"


def _out_of_place(grant: Grant | None) -> str:
    return f"({_days_over(grant)} OR matching)" if grant is not None and grant.inside else _days_over(grant)


def _end(grant: Grant | None) -> str:
    if grant is None:
        return "NULL::date"
    ends = f"{_DAY} + {grant.days}"
    return f"LEAST({ends}, DATE '{grant.until.isoformat()}')" if grant.until else ends


def enforced_name(company: Company) -> str:
    """Of the sign of life that says when a company's policies were last enforced."""
    return f"enforce {company.pk}"


def enforce(company: Company, today: date | None = None) -> Enforced:
    """Bring the tokens of a company in line with the policies of the day. Safe to repeat."""
    day = today or clock().now().date()
    gone = blanked = 0
    touched: set[int] = set()
    for store in Store.objects.filter(company=company).order_by("pk"):
        for origin in SignalDecision.Origin.values:
            ground = _Ground(policy(store, origin, day), _ended_decisions(store, origin, day))
            reduced = _blank(store, ground, day)
            dropped = _drop(store, ground, day)
            touched.update(reduced.values(), dropped.values())
            gone, blanked = gone + len(dropped), blanked + len(reduced.keys() - dropped.keys())
    links = accounts.refresh(company, touched)[1] if touched else 0
    if touched:
        resident.forget(company)
    done = Enforced(gone, blanked, links)
    Heartbeat.objects.update_or_create(name=enforced_name(company), defaults={"at": clock().now(), "said": str(done)})
    return done


def forget_all() -> int:
    """Remove every token of every company, whatever its day."""
    gone = 0
    for company in Company.objects.order_by("pk"):
        with matching_lock(company, wait=True):
            gone += BuyerSignal.objects.filter(store__company=company).delete()[0]
            accounts.refresh(company)
            resident.forget(company)
    return gone


def _blank(store: Store, ground: _Ground, day: date) -> dict[int, int]:
    """Take out the columns of fields that are not admitted, or no longer; rows that had some, and their accounts."""
    going: dict[str, list[str]] = {}
    for name, columns in FEEDS.items():
        for column, fed in columns.items():
            over = f"({ground.over(name)})"
            going.setdefault(column, []).append(f"({over} AND {fed})" if fed else over)
    sets = [f"{column} = CASE WHEN {' OR '.join(over)} THEN {_nothing(column)} ELSE {column} END"
            for column, over in going.items()]  # fmt: skip
    some = [f"({_is_some(column)} AND ({' OR '.join(over)}))" for column, over in going.items()]
    return _done(f"UPDATE {_TABLE} SET {', '.join(sets)} WHERE {{}} AND ({' OR '.join(some)})", store, ground, day)


def _drop(store: Store, ground: _Ground, day: date) -> dict[int, int]:
    """Remove the rows in which nothing is left, and give those that were due the day on which they next are."""
    nothing = " AND ".join(f"NOT {_is_some(column)}" for column in (*SCALARS, *LISTS))
    own = "FALSE"  # what customers gave elsewhere stands under an account, and is not the channel's id
    if ground.rules.origin == SignalDecision.Origin.CHANNEL:
        over = ground.ended("buyer")
        own = f"(known_buyer AND {over})"
        nothing = f"{nothing} AND NOT (known_buyer AND NOT ({over}))"
    gone = _done(f"DELETE FROM {_TABLE} WHERE {{}} AND (({nothing}) OR {own})", store, ground, day)
    if not ground.rules.empty:
        ends = [ground.ends(name) for name in FEEDS if name in ground.rules.clear or name in ground.rules.masked]
        ends += [ground.ends("buyer")] if "buyer" in ground.rules.clear else []
        _done(f"UPDATE {_TABLE} SET expires_on = LEAST({', '.join(ends)}) WHERE {{}} AND expires_on <= %(day)s",
              store, ground, day)  # fmt: skip
    return gone


def _done(statement: str, store: Store, ground: _Ground, day: date) -> dict[int, int]:
    """Do it to the rows of a store and origin; which rows it was, and their accounts."""
    with connection.cursor() as cursor:
        ours = "store_id = %(store)s AND origin = %(origin)s"
        asked: dict[str, Any] = {"store": store.pk, "origin": ground.rules.origin, "day": day}
        cursor.execute(f"{statement.format(ours)} RETURNING id, account", asked)
        return dict(cursor.fetchall())


def _ended_decisions(store: Store, origin: str, day: date) -> dict[str, date]:
    """By field, the last day on which a decision that holds no longer may have let clear values in."""
    found: dict[str, date] = {}
    for one in store.signal_decisions.filter(origin=origin):
        end = one.withdrawn_at.date() if one.withdrawn_at else one.until
        if one.withdrawn_at or end <= day:
            found |= {name: max(end, found.get(name, end)) for name in one.fields}
    return found


def _is_some(column: str) -> str:
    return f"cardinality({column}) > 0" if column in LISTS else f"{column} IS NOT NULL"


def _nothing(column: str) -> str:
    return "ARRAY[]::bigint[]" if column in LISTS else "NULL"
