"""Reading standing entries and writing new ones: the ledger's only way in.

An entry that should no longer stand is reversed, what should stand is posted with the next revision; base money is
fixed when an entry is posted and only filled in where there was no rate.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import islice
from typing import Any, NamedTuple, TypeVar

from django.db import connection, models

from channels.adapters import billed_elsewhere
from channels.copying import copying
from channels.core.kinds import Kind
from channels.models import Company, ExchangeRate
from reconciliation.fx.rates import Found, Rate, RateTable, convert
from reconciliation.inputs import known
from reconciliation.ledger.lines import Draft
from reconciliation.models import ClosedPeriod

COLUMNS = (
    "company_id", "paying_store_id", "earning_store_id", "source", "key", "part", "stage", "kind", "label",
    "order_ref", "sku", "quantity", "amount", "currency", "base_amount", "rate", "rate_source", "rate_on", "ordered_on",
    "shipped_on", "posted_on", "released_on", "deposited_on", "payout", "page_id", "place", "revision", "reversal",
    "recorded_at", "booked_on",
)  # fmt: skip
_CONTENT = (
    "earning_store_id", "kind", "label", "order_ref", "sku", "quantity", "amount", "currency", "ordered_on",
    "shipped_on", "posted_on", "released_on", "deposited_on", "payout",
)  # fmt: skip
T = TypeVar("T")
COGS = "cogs"
SHARED = "shared"
Identity = tuple[int | None, str, str, int, str]
FactKey = tuple[int | None, str, str]  # paying store, source, key


def cost_key(source: str, key: str, part: int, stage: str) -> str:
    """The key of the cost entry beside a sale."""
    return f"{source}|{key}|{part}|{stage}"[:300]


class Entry(NamedTuple):
    """A row of the ledger as it stands, in the order of COLUMNS."""

    company_id: int
    paying_store_id: int | None
    earning_store_id: int | None
    source: str
    key: str
    part: int
    stage: str
    kind: str
    label: str
    order_ref: str
    sku: str
    quantity: int
    amount: Decimal
    currency: str
    base_amount: Decimal | None
    rate: Decimal | None
    rate_source: str
    rate_on: date | None
    ordered_on: date | None
    shipped_on: date | None
    posted_on: date | None
    released_on: date | None
    deposited_on: date | None
    payout: str
    page_id: int | None
    place: int
    revision: int
    reversal: bool
    recorded_at: datetime
    booked_on: date | None

    def identity(self) -> Identity:
        return (self.paying_store_id, self.source, self.key, self.part, self.stage)

    def content(self) -> tuple[object, ...]:
        return tuple(getattr(self, name) for name in _CONTENT)


@dataclass(slots=True)
class Outcome:
    """What a posting did."""

    posted: int = 0
    reversed: int = 0


class Ledger:
    """The ledger of one company for the length of one posting: its rates, its closes, its writer."""

    def __init__(
        self,
        company: Company,
        rates_at: datetime | None = None,
        until: datetime | None = None,
        changed_at: datetime | None = None,
    ) -> None:
        self.company = company
        self.until = until  # what was typed in later does not count yet
        self.changed_at = changed_at  # when settings changed under entries that stand
        self.outcome = Outcome()
        self.touched_skus: set[tuple[int | None, str]] = set()
        self.unsold: dict[FactKey, datetime] = {}  # costs whose sale was reversed, and when that was known
        self.rates_at = rates_at  # when the rates were last known better
        rates = ExchangeRate.objects.filter(known(until), company=company, **_window(company))
        self._rates = RateTable(Rate(*row) for row in rates.values_list("on", "base", "quote", "rate", "source"))
        self.closes = list(
            ClosedPeriod.objects.filter(company=company).order_by("through").values_list("through", "closed_at")
        )
        self._posted_before = self._sources()
        self._memo: dict[tuple[str, date | None], Found | None] = {}

    def _sources(self) -> set[tuple[int | None, str]]:
        """Which stores and sources have entries at all, so that a first posting need not look for standing ones."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT s.id, r.source FROM (SELECT id FROM channels_store WHERE company_id = %(company)s) s, "
                "(SELECT DISTINCT resource AS source FROM channels_rawpage WHERE company_id = %(company)s "
                f" UNION SELECT '{COGS}') r "
                "WHERE EXISTS (SELECT 1 FROM reconciliation_ledgerentry e "
                " WHERE e.paying_store_id = s.id AND e.source = r.source) "
                "UNION ALL SELECT NULL, source FROM reconciliation_ledgerentry "
                f"WHERE paying_store_id IS NULL AND source = '{SHARED}' AND company_id = %(company)s GROUP BY source",
                {"company": self.company.pk},
            )
            return set(cursor.fetchall())

    @property
    def has_costs(self) -> bool:
        return any(source == COGS for _, source in self._posted_before)

    def find_rate(self, currency: str, on: date | None) -> Found | None:
        """The rate to the base currency of a day; None where there is none, or no day."""
        if (currency, on) not in self._memo:
            same = currency == self.company.base_currency
            self._memo[(currency, on)] = (
                Found(Decimal(1), on or date.min, "") if same
                else self._rates.find(currency, self.company.base_currency, on) if on else None
            )  # fmt: skip
        return self._memo[(currency, on)]

    def standing(self, keys: Iterable[tuple[int | None, str, str]]) -> dict[Identity, Entry]:
        """The entries that stand for these facts (paying store, source, key)."""
        wanted = [key for key in keys if key[:2] in self._posted_before]
        if not wanted:
            return {}
        by_source: dict[tuple[int | None, str], list[str]] = {}
        for store, source, key in wanted:
            by_source.setdefault((store, source), []).append(key)
        found: dict[Identity, Entry] = {}
        with connection.cursor() as cursor:
            for (store, source), names in by_source.items():
                paid = "e.paying_store_id IS NULL AND %s::bigint IS NULL" if store is None else "e.paying_store_id = %s"
                cursor.execute(
                    f"SELECT DISTINCT ON (e.key, e.part, e.stage) {', '.join('e.' + name for name in COLUMNS)} "
                    f"FROM reconciliation_ledgerentry e WHERE {paid} AND e.source = %s AND e.key = ANY(%s) "
                    f"AND e.company_id = %s ORDER BY e.key, e.part, e.stage, e.revision DESC, e.reversal DESC",
                    [store, source, names, self.company.pk],
                )
                # A reversed entry is the last word on its identity too: its revision counts on from there.
                found.update((entry.identity(), entry) for entry in map(Entry._make, cursor.fetchall()))
        return found

    def write(
        self,
        standing: dict[Identity, Entry],
        drafts: Sequence[Draft],
        causes: Mapping[FactKey, datetime] | None = None,
        gone_at: datetime | None = None,
    ) -> None:
        """Bring what stands to what should stand.

        What is posted first is recorded with its own fact. What changes or goes is recorded with its cause: when the
        last fact that bears upon it became known (``causes`` by fact, else ``gone_at``).
        """
        causes = causes or {}
        rows: list[Sequence[Any]] = []
        for one in drafts:
            one.label = one.label[:300]
            old = standing.pop(one.identity(), None)
            if old is not None and not old.reversal and self._still_right(old, one):
                continue
            if old is not None:
                cause = causes.get((one.paying_store, one.source, one.key), one.recorded_at)
                one.recorded_at = max(one.recorded_at, cause, self._later(old))
                if not old.reversal:
                    rows.append(self._reversal(old, one.recorded_at))
            rows.append(self._new(one, (old.revision if old else 0) + 1))
        for old in standing.values():
            if not old.reversal:
                cause = causes.get((old.paying_store_id, old.source, old.key)) or gone_at or old.recorded_at
                rows.append(self._reversal(old, max(cause, old.recorded_at)))
        if rows:
            with copying("reconciliation_ledgerentry", COLUMNS) as copy:
                for row in rows:
                    copy.write(row)

    def _later(self, old: Entry) -> datetime:
        """When the last thing beside facts became known that may change an entry: a rate that was missing, settings."""
        rate = self.rates_at if old.base_amount is None or old.source == COGS else None
        return max(filter(None, (old.recorded_at, rate, self.changed_at)))

    def _still_right(self, old: Entry, one: Draft) -> bool:
        if old.content() != one.content():
            return False
        if one.base_amount is not None:
            return old.base_amount == one.base_amount
        return old.base_amount is not None or self.find_rate(one.currency, rate_day(one)) is None

    def _reversal(self, old: Entry, recorded_at: datetime) -> Sequence[Any]:
        self.outcome.reversed += 1
        self._touch(old.earning_store_id, old.kind, old.sku)
        if old.kind == Kind.REVENUE and old.quantity:
            cost = (old.paying_store_id, COGS, cost_key(old.source, old.key, old.part, old.stage))
            self.unsold[cost] = recorded_at
        return old._replace(
            amount=-old.amount, base_amount=None if old.base_amount is None else -old.base_amount,
            quantity=-old.quantity, reversal=True, recorded_at=recorded_at,
            booked_on=self._booked_on(old.posted_on, recorded_at),
        )  # fmt: skip

    def _new(self, one: Draft, revision: int) -> Sequence[Any]:
        self.outcome.posted += 1
        self._touch(one.earning_store, one.kind, one.sku)
        found = None if one.base_amount is not None else self.find_rate(one.currency, rate_day(one))
        base, rate, source, on = one.base_amount, None, "", None
        if found is not None:
            base = convert(one.amount, found, self.company.base_currency)
            rate, source, on = found.rate, found.source, found.on if found.source else None
        return (
            self.company.pk, one.paying_store, one.earning_store, one.source, one.key, one.part, one.stage, one.kind,
            one.label, one.order_ref, one.sku, one.quantity, one.amount, one.currency, base, rate, source, on,
            one.ordered_on, one.shipped_on, one.posted_on, one.released_on, one.deposited_on, one.payout, one.page,
            one.place, revision, False, one.recorded_at, self._booked_on(one.posted_on, one.recorded_at),
        )  # fmt: skip

    def _touch(self, store: int | None, kind: str, sku: str) -> None:
        if kind == Kind.REVENUE:
            self.touched_skus.add((store, sku))

    def _booked_on(self, posted_on: date | None, recorded_at: datetime) -> date | None:
        """The posted day, or the first open one where the books were closed over it when this became known."""
        closed = [through for through, at in self.closes if at <= recorded_at]
        if posted_on is None or not closed or posted_on > closed[-1]:
            return posted_on
        return max(closed) + timedelta(days=1)


def rate_day(one: Draft) -> date | None:
    """The day whose rate an entry takes: when it was recognised, else ordered."""
    return one.posted_on or one.shipped_on or one.ordered_on


def _window(company: Company) -> dict[str, Any]:
    """Only the currencies that the company trades in; the ECB's file has thirty more."""
    currencies = {company.base_currency, "EUR", *company.stores.values_list("currency", flat=True)}
    with connection.cursor() as cursor:
        for table in ("channels_stockreceipt", "channels_unitcost"):
            cursor.execute(f"SELECT DISTINCT currency FROM {table} WHERE company_id = %s", [company.pk])
            currencies.update(row[0] for row in cursor.fetchall())
        cursor.execute(
            "SELECT DISTINCT c.currency FROM channels_order c JOIN channels_store s ON s.id = c.store_id "
            "WHERE s.company_id = %(company)s UNION SELECT p.currency FROM channels_payout p "
            "JOIN channels_store s ON s.id = p.store_id WHERE s.company_id = %(company)s "
            "UNION SELECT a.currency FROM channels_adspend a JOIN channels_store s ON s.id = a.store_id "
            "WHERE s.company_id = %(company)s AND a.resource = ANY(%(networks)s) "
            "UNION SELECT currency FROM reconciliation_sharedcost WHERE company_id = %(company)s",
            {"company": company.pk, "networks": sorted(billed_elsewhere())},
        )
        currencies.update(row[0] for row in cursor.fetchall())
    # A typed rate against a third currency is a bridge, so it stays in whatever it names.
    return {"pk__in": ExchangeRate.objects.filter(company=company).filter(
        ~models.Q(source="ECB") | models.Q(base__in=currencies, quote__in=currencies)
    ).values("pk")}  # fmt: skip


def fetched(cursor: Any, size: int) -> Iterator[list[tuple[Any, ...]]]:
    """The rows of a server-side cursor in lists of at most ``size``."""
    while rows := cursor.fetchmany(size):
        yield rows


def batches(rows: Iterable[T], size: int) -> Iterator[list[T]]:
    """The rows in lists of at most ``size``."""
    source = iter(rows)
    while batch := list(islice(source, size)):
        yield batch
