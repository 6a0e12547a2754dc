"""Buyers in newly loaded pages become keyed tokens, as far as each store's signal policy admits.

Clear values are in memory only, one page at a time. What is written are primary facts: they are kept through a replay
and go when they expire.
"""

import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import cache
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max

from channels.buyers import buyers_of, formats_with_buyers
from channels.copying import clean, copying
from channels.core.errors import Changed, Refused
from channels.core.rows import BuyerRow
from channels.models import Company, Heartbeat, RawPage, SignalDecision, Store
from channels.policy import Policy, admit, policy
from reconciliation.identity.features import features
from reconciliation.identity.signals import (
    LISTS,
    SCALARS,
    Buyer,
    TokenKey,
    Tokens,
    company_key,
    from_word,
    token,
    tokens,
)
from reconciliation.models import Account, BuyerSignal, PrivacyRequest
from reconciliation.rotation import first_keys

logger = logging.getLogger(__name__)

Progress = Callable[[str, int, int], None]

_SOURCE = (
    "store_id", "order_ref", "part", "origin", "page_id", "place", "account", "known_buyer", "matching", "key_version",
    "obtained_at", "expires_on",
)  # fmt: skip
_ACCOUNT = _SOURCE.index("account")
_COLUMNS = (*_SOURCE, *SCALARS, *LISTS, "name_masked", "country")


@dataclass(frozen=True, slots=True)
class Gathered:
    """What a gathering came to: orders whose buyers showed something, and those of whom nothing may be used."""

    pages: int = 0
    signals: int = 0
    unused: int = 0  # rows of which the policy admits nothing, or whose buyer was erased
    unreadable: int = 0  # pages that cannot be read, or no further
    load: int = 0  # the last page's
    accounts: frozenset[int] = frozenset()  # keys of those that were touched


def keys_of(company: int) -> list[TokenKey]:
    """The company's keys of every version that there is, the newest first."""
    return [company_key(settings.TOKEN_KEYS[number], number, company) for number in sorted(settings.TOKEN_KEYS)[::-1]]


def newest_key(company: int) -> TokenKey:
    """The company's key that makes new tokens."""
    return keys_of(company)[0]


def newest_decision(company: Company) -> int:
    """The last of the decisions that hold about the company's signals; 0 for none."""
    found = SignalDecision.objects.filter(store__company=company, withdrawn_at=None)
    return found.aggregate(last=Max("pk"))["last"] or 0


def gathered_by(company: Company) -> int:
    """The last decision that the pages were gathered by: a newer one may admit what they tell."""
    beat = Heartbeat.objects.filter(name=_gathered_name(company)).first()
    return int(beat.said) if beat else 0


def keep_gathered_by(company: Company, decision: int, at: datetime) -> None:
    Heartbeat.objects.update_or_create(name=_gathered_name(company), defaults={"at": at, "said": str(decision)})


def _gathered_name(company: Company) -> str:
    return f"gather {company.pk}"


def account_key(key: TokenKey, store: Store, row: BuyerRow) -> int:
    """The token of the channel's own id of a buyer, else of the order: an account of its own."""
    if row.buyer:
        return token(key, "account", f"{store.channel}\x1f{store.marketplace}\x1f{row.buyer}")
    return token(key, "order", f"{store.channel}\x1f{store.marketplace}\x1f{row.order}")


def gather(company: Company, after: int, today: date, progress: Progress | None = None) -> Gathered:
    """Tokens of the buyers in pages loaded after the given load. Safe to repeat: the same tokens stand once."""
    pages = (
        RawPage.objects.filter(
            company=company, load__gt=after, state=RawPage.State.LOADED, resource__in=formats_with_buyers()
        )
        .exclude(body="")
        .select_related("store")
        .order_by("load", "pk")
    )
    newest = RawPage.objects.filter(company=company, load__isnull=False).order_by("-load").first()
    found = _Gathering(company, today)
    total = pages.count()
    for number, page in enumerate(pages.iterator(chunk_size=200), 1):
        found.read(page)
        if progress:
            progress("tokens", number, total)
    found.write()
    load = newest.load or 0 if newest else 0
    return Gathered(total, found.signals, found.unused, found.unreadable, load, frozenset(found.accounts))


class _Gathering:
    """Rows on their way into BuyerSignal, a few thousand at a time."""

    def __init__(self, company: Company, today: date) -> None:
        self.company = company
        self.key = newest_key(company.pk)
        self.keys = keys_of(company.pk)
        self.policy = cache(lambda store, origin: policy(store, origin, today))
        self.erased = frozenset(
            from_word(word)
            for words in PrivacyRequest.objects.filter(store__company=company).values_list("accounts", flat=True)
            for word in words
        )
        self.today = today
        self.accounts: set[int] = set()
        self.signals = self.unused = self.unreadable = 0
        self._rows: list[tuple[Any, ...]] = []
        self._older: dict[int, list[int]] = {}  # keys of the same accounts under older versions

    def read(self, page: RawPage) -> None:
        """Take a page in. One that cannot be read holds up no other; what fails for another reason does."""
        try:
            self.take(page)
        except (Refused, Changed, ValueError, TypeError, LookupError, AttributeError, ArithmeticError) as error:
            self.unreadable += 1
            logger.warning("page %s tells no buyers: %s", page.pk, type(error).__name__)  # its text may quote them

    def take(self, page: RawPage) -> None:
        store = page.store
        if store is None:
            return
        for row in buyers_of(page):
            if row.part:  # the recipient of a gift is somebody else than the account's buyer
                continue
            origin = SignalDecision.Origin.CUSTOMER if row.given else SignalDecision.Origin.CHANNEL
            rule: Policy = self.policy(store, origin)
            kept = admit(row, rule)
            expires = rule.expires_on(kept, page.fetched_at) if kept else self.today
            if kept is None or expires <= self.today or self._is_erased(store, row):
                self.unused += 1
                continue
            made, account = tokens(features(shown(kept)), self.key), account_key(self.key, store, kept)
            self._older[account] = [account_key(key, store, kept) for key in self.keys[1:]]
            self._rows.append(
                (store.pk, clean(row.order)[:100], row.part, origin.value, page.pk, row.place, account,
                 bool(kept.buyer), rule.crosses(kept), self.key.version, page.fetched_at, expires, *cells(made))
            )  # fmt: skip
        if len(self._rows) >= 5_000:
            self.write()

    def _is_erased(self, store: Store, row: BuyerRow) -> bool:
        """The buyer demanded to be forgotten: neither his id nor the orders named then come back."""
        return bool(self.erased) and any(
            account_key(key, store, one) in self.erased for key in self.keys for one in (row, replace(row, buyer=""))
        )

    def write(self) -> None:
        self.signals += len(self._rows)
        first = first_keys(self.company, self._older)
        self.accounts |= upsert(
            (*row[:_ACCOUNT], first.get(row[_ACCOUNT], row[_ACCOUNT]), *row[_ACCOUNT + 1 :]) for row in self._rows
        )
        self._rows.clear()
        self._older.clear()


def shown(row: BuyerRow) -> Buyer:
    return Buyer(
        name=row.name, email=row.email, phone=row.phone, street=row.street, postcode=row.postcode, city=row.city,
        state=row.state, country=row.country, username=row.username,
    )  # fmt: skip


def cells(made: Tokens) -> Iterator[object]:
    """The token columns of BuyerSignal in COPY's words."""
    yield from (made.scalars[name] for name in SCALARS)
    yield from ("{" + ",".join(map(str, made.lists[name])) + "}" for name in LISTS)
    yield made.name_masked
    yield made.country[:2]


def upsert(rows: Iterable[tuple[object, ...]]) -> set[int]:
    """Write signals; keys of the accounts that have them now.

    A later page of an order that shows less (masked or gone by then) takes nothing away.
    """
    table = BuyerSignal._meta.db_table
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TEMPORARY TABLE IF NOT EXISTS incoming_signal ON COMMIT DELETE ROWS AS "
            f"SELECT {', '.join(_COLUMNS)} FROM {table} WITH NO DATA"
        )
        cursor.execute("DELETE FROM incoming_signal")
        with copying("incoming_signal", _COLUMNS) as copy:
            for row in rows:
                copy.write(row)
        natural = "store_id, order_ref, part, origin"
        # An account that loses tokens to another waits to be looked at, whatever becomes of the rest of the run.
        cursor.execute(
            f"UPDATE {Account._meta.db_table} a SET touched_at = now() FROM {table} t "
            f"JOIN incoming_signal i USING ({natural}) WHERE t.account <> i.account AND a.key = t.account "
            "AND a.company_id = (SELECT company_id FROM channels_store WHERE id = t.store_id)"
        )
        cursor.execute(
            f"INSERT INTO {table} AS t ({', '.join(_COLUMNS)}) "
            f"SELECT DISTINCT ON ({natural}) {', '.join(_COLUMNS)} FROM incoming_signal "
            f"ORDER BY {natural}, obtained_at DESC, page_id DESC, place DESC "
            f"ON CONFLICT ({natural}) DO UPDATE SET {', '.join(_updates())} "
            f"WHERE t.obtained_at <= EXCLUDED.obtained_at RETURNING account"
        )
        return {row[0] for row in cursor.fetchall()}


def _updates() -> Iterator[str]:
    for name in ("page_id", "place", "matching", "key_version"):
        yield f"{name} = EXCLUDED.{name}"
    same_key = "t.key_version = EXCLUDED.key_version"
    # What an earlier page showed keeps that page's day: seeing the order again lengthens no token's life.
    kept = " OR ".join(f"(t.{name} IS NOT NULL AND EXCLUDED.{name} IS NULL)" for name in SCALARS)
    for name in ("obtained_at", "expires_on"):
        earlier = f"least(t.{name}, EXCLUDED.{name})"
        yield f"{name} = CASE WHEN {same_key} AND ({kept}) THEN {earlier} ELSE EXCLUDED.{name} END"
    for name in ("account", "known_buyer"):
        yield f"{name} = CASE WHEN EXCLUDED.known_buyer OR NOT t.known_buyer THEN EXCLUDED.{name} ELSE t.{name} END"
    for name in SCALARS:
        yield f"{name} = CASE WHEN {same_key} THEN coalesce(EXCLUDED.{name}, t.{name}) ELSE EXCLUDED.{name} END"
    for name in LISTS:
        yield (
            f"{name} = CASE WHEN {same_key} AND EXCLUDED.{name} = '{{}}' THEN t.{name} ELSE EXCLUDED.{name} END"
        )  # fmt: skip
    yield f"name_masked = EXCLUDED.name_masked AND NOT ({same_key} AND t.name IS NOT NULL)"
    yield "country = CASE WHEN EXCLUDED.country = '' THEN t.country ELSE EXCLUDED.country END"
