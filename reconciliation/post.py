"""Facts become ledger entries: what should stand is worked out from the facts, and only the difference is written.

Runs of any timing end alike, because ``Run`` keeps at which loads the ledger was brought up to date.
"""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import Max

from channels.adapters import billed_elsewhere
from channels.core.kinds import Kind, Role, Stage
from channels.core.money import quantum, split
from channels.load import company_lock
from channels.models import AdSpend, Company, ExchangeRate, RawPage, Store
from reconciliation.cost import post_costs
from reconciliation.inputs import entered_since, goods_settings, known, store_settings
from reconciliation.ledger.lines import Draft, Line, OrderFacts, draft
from reconciliation.ledger.rules import order_drafts, tax_inside
from reconciliation.models import Posted, Run
from reconciliation.plain import SPECIAL, post_plain
from reconciliation.posting import FactKey, Ledger, Outcome, batches, fetched
from reconciliation.selection import (
    DIRECT,
    FRESH_DIRECT,
    FRESH_ORDER,
    FRESH_ORDER_RATES,
    FRESH_RATES,
    LINES_OF_ORDERS,
    SERVED,
    TOUCHED_ORDERS,
)
from reconciliation.share import post_shared_costs

BATCH = 5_000
Progress = Callable[[str, int], None]


def post(
    company: Company, progress: Progress | None = None, upto: int | None = None, at: datetime | None = None
) -> Outcome:
    """Bring the ledger of a company up to its facts. Running it again changes nothing.

    A replay says up to which load its facts are, and by when what was typed in counts; otherwise it is all.
    """
    with company_lock(company.pk):
        company.refresh_from_db()
        done, _ = Posted.objects.get_or_create(company=company)
        if upto is None:
            upto = RawPage.objects.filter(company=company).aggregate(Max("load"))["load__max"] or 0
        started = at or datetime.now(UTC)
        stores, goods = store_settings(company), goods_settings(company)
        books = Books(company, done, started, resettled=bool(done.load) and done.stores != stores)
        for name, step in (("direct", books.direct), ("orders", books.orders), ("advertising", books.advertising)):
            for count in step():
                if progress:
                    progress(name, count)
        ledger = books.ledger
        post_costs(ledger, done.load, done.at, afresh=done.goods != goods or books.rates_at is not None)
        post_shared_costs(ledger)
        outcome = ledger.outcome
        if at is None and (upto != done.load or outcome.posted or outcome.reversed):
            Run.objects.create(company=company, load=upto, at=started)
        done.load, done.at, done.stores, done.goods = upto, started, stores, goods
        done.save()
    return outcome


class Books:
    """One posting of one company: what of its facts is new since ``since``, and the entries it makes."""

    def __init__(self, company: Company, done: Posted, until: datetime, *, resettled: bool) -> None:
        self.company, self.since = company, done.load
        self.resettled = resettled  # settings of stores changed: every entry is worked out anew
        self.stores = {store.pk: store for store in Store.objects.filter(company=company)}
        self.taxes = {pk: _tax_rates(store) for pk, store in self.stores.items() if store.prices_include_tax}
        new_rates = ExchangeRate.objects.filter(entered_since(self.since, done.at), known(until), company=company)
        self.rates_at = new_rates.aggregate(Max("recorded_at"))["recorded_at__max"] if self.since else None
        self.ledger = Ledger(company, self.rates_at, until, changed_at=until if resettled else None)
        self.serving: dict[FactKey, tuple[int, OrderFacts]] = {}

    def direct(self) -> Iterator[int]:
        """Lines that post as they stand."""
        self.serving = self._served_orders()
        count = 0
        with connection.chunked_cursor() as cursor:
            cursor.execute(DIRECT + self._fresh("direct"), self._parameters())
            for rows in fetched(cursor, BATCH):
                pairs = [self._line(row) for row in rows]
                standing = self.ledger.standing((line.store, line.source, line.key) for line, _ in pairs)
                causes: dict[FactKey, datetime] = {
                    (line.store, line.source, line.key): line.recorded_at for line, _ in pairs
                }
                drafts = [one for line, order in pairs if not line.withdrawn for one in self._direct(line, order)]
                self.ledger.write(standing, drafts, causes)
                count += len(rows)
                yield count
        yield count + post_plain(self.ledger, list(self.stores), list(self.taxes), self.since)

    def _direct(self, line: Line, order: OrderFacts | None) -> list[Draft]:
        served = self.serving.get((line.store, line.source, line.key))
        one = draft(line, served[1], earning_store=served[0]) if served else draft(line, order)
        return self._with_tax(one, order)

    def _with_tax(self, one: Draft, order: OrderFacts | None) -> list[Draft]:
        store = one.earning_store
        if store not in self.taxes:
            return [one]
        tax = tax_inside(one, self._tax_rate(store, order.country if order else "", one.posted_on or one.ordered_on))
        return [one, tax] if tax else [one]

    def _tax_rate(self, store: int, country: str, on: date | None) -> Decimal:
        rates = self.taxes[store]
        for place in (country, ""):
            known = [rate for starts_on, rate in rates.get(place, ()) if on is None or starts_on <= on]
            if known:
                return known[-1]
        return Decimal(0)

    def orders(self) -> Iterator[int]:
        """Lines whose money is told by their order: estimates, lumps, terms and what releases them."""
        count = 0
        with connection.chunked_cursor() as cursor:
            cursor.execute(TOUCHED_ORDERS.format(fresh=self._fresh("order")), self._parameters())
            for keys in fetched(cursor, 1_000):
                self._order_batch(keys)
                count += len(keys)
                yield count

    def _order_batch(self, keys: list[tuple[Any, ...]]) -> None:
        groups: dict[tuple[int, str], list[Line]] = {}
        orders: dict[tuple[int, str], OrderFacts | None] = {}
        with connection.cursor() as cursor:
            cursor.execute(LINES_OF_ORDERS, [[store for store, _ in keys], [ref for _, ref in keys]])
            for row in cursor:
                line, order = self._line(row)
                # A line without an order stands for itself.
                key = (line.store, line.order or f"\0{line.source}\0{line.key}")
                groups.setdefault(key, []).append(line)
                orders[key] = order
        told = [line for lines in groups.values() for line in lines if line.role not in (Role.DIRECT, Role.COMPARE)]
        standing = self.ledger.standing((line.store, line.source, line.key) for line in told)
        causes: dict[FactKey, datetime] = {}
        for key, lines in groups.items():
            # Whatever of an order changes may move the entries of its other lines.
            order, newest = orders[key], max(line.recorded_at for line in lines)
            cause = max(newest, order.recorded_at) if order else newest
            causes.update({(line.store, line.source, line.key): cause for line in lines})
        drafts = [
            one for key, lines in groups.items() for plain in order_drafts(orders[key], lines)
            for one in self._with_tax(plain, orders[key])
        ]  # fmt: skip
        self.ledger.write(standing, drafts, causes)

    def advertising(self) -> Iterator[int]:
        """Ads reports of stores that pay by card, and of networks that no channel bills; elsewhere the billed lines of
        the statement are the money.
        """
        new = AdSpend.objects.filter(store__in=self.stores, load__gt=self.since)
        if not (self.resettled or self.rates_at or new.exists()):
            return
        rows = AdSpend.objects.filter(store__in=self.stores).order_by("pk")
        finest, elsewhere = self._finest_ads(), billed_elsewhere()
        count = 0
        for batch in batches(rows.iterator(chunk_size=BATCH), BATCH):
            by_card = [row for row in batch if self.stores[row.store_id].ads_by_card or row.resource in elsewhere]
            drafts = [
                one for row in by_card for one in _spend_by_day(row)
                if finest[row.store_id, row.resource, one.ordered_on] == (row.ends_on - row.starts_on).days
            ]  # fmt: skip
            standing = self.ledger.standing((row.store_id, row.resource, row.key) for row in batch)
            self.ledger.write(standing, drafts, gone_at=max(row.recorded_at for row in batch))
            count += len(batch)
            yield count

    def _finest_ads(self) -> dict[tuple[int, str, date | None], int]:
        """(store, resource, day) → the shortest range that reports it, in days less one: a month repeats its days."""
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT a.store_id, a.resource, d.day::date, min(a.ends_on - a.starts_on) FROM ("
                "SELECT DISTINCT store_id, resource, starts_on, ends_on FROM channels_adspend "
                "WHERE store_id = ANY(%(stores)s)) a "
                "CROSS JOIN LATERAL generate_series(a.starts_on, a.ends_on, interval '1 day') d (day) GROUP BY 1, 2, 3",
                {"stores": list(self.stores)},
            )
            return {(store, resource, day): length for store, resource, day, length in cursor.fetchall()}

    def _line(self, row: tuple[Any, ...]) -> tuple[Line, OrderFacts | None]:
        (store, source, key, role, stage, kind, label, amount, currency, order_ref, sku, quantity, posted_on,
         shipped_on, released_on, deposited_on, payout, page, place, recorded_at, serves, withdrawn,
         o_ref, o_ordered, o_shipped, o_recorded, o_country, o_cancelled, o_mirror) = row  # fmt: skip
        line = Line(
            store, source, key, _ROLES[role], _STAGES[stage], _KINDS[kind], label, amount, currency, order_ref, sku,
            quantity, payout, page, place, _instant(recorded_at), posted_on, shipped_on, released_on, deposited_on,
            serves, withdrawn,
        )  # fmt: skip
        if o_ref is None:
            return line, None
        order = OrderFacts(store, o_ref, o_ordered, o_shipped, _instant(o_recorded), o_country, o_cancelled, o_mirror)
        return line, order

    def _parameters(self) -> dict[str, Any]:
        return {
            "stores": list(self.stores), "taxed": list(self.taxes), "since": self.since,
            "base": self.company.base_currency,
        }  # fmt: skip

    def _fresh(self, sort: str) -> str:
        """Which facts to look at: all at first, later what is new and what new facts bear upon."""
        if not self.since:
            return "" if sort == "order" else f"AND {SPECIAL}"
        if self.resettled:
            return "" if sort == "order" else f"AND (c.load <= %(since)s OR {SPECIAL})"
        if sort == "order":
            return FRESH_ORDER.format(rates=FRESH_ORDER_RATES if self.rates_at else "")
        return FRESH_DIRECT + (FRESH_RATES if self.rates_at else "") + ")"

    def _served_orders(self) -> dict[FactKey, tuple[int, OrderFacts]]:
        """Orders of other channels that fulfilment fees name, by the fee; the last one before the fee."""
        with connection.cursor() as cursor:
            cursor.execute(SERVED, self._parameters())
            return {
                (paying, source, key): (store, OrderFacts(store, ref, ordered, shipped, _instant(recorded), country))
                for paying, source, key, store, ref, ordered, shipped, recorded, country in cursor.fetchall()
            }


@lru_cache(maxsize=1_000)
def _instant(text: str) -> datetime:
    """An instant as PostgreSQL writes it; a page's lines share one, and parsing it a million times is slow."""
    return datetime.fromisoformat(text)


def _tax_rates(store: Store) -> dict[str, list[tuple[date, Decimal]]]:
    rates: dict[str, list[tuple[date, Decimal]]] = {}
    for country, starts_on, rate in store.tax_rates.order_by("starts_on").values_list("country", "starts_on", "rate"):
        rates.setdefault(country, []).append((starts_on, rate))
    return rates


def _spend_by_day(row: AdSpend) -> Iterator[Draft]:
    """Spend of a range in equal parts a day, so that any period can be cut out of it."""
    days = (row.ends_on - row.starts_on).days + 1
    shares = split(row.spend, [Decimal(1)] * days, quantum(row.currency))
    for number, share in enumerate(shares):
        if share:
            on = row.starts_on + timedelta(days=number)
            yield Draft(
                paying_store=row.store_id, earning_store=row.store_id, source=row.resource, key=row.key, part=number,
                stage=Stage.SETTLED, kind=Kind.ADVERTISING, label=f"ads report / {row.campaign}"[:300], order_ref="",
                sku=row.sku, quantity=0, amount=-share, currency=row.currency, ordered_on=on, shipped_on=on,
                posted_on=on, released_on=on, deposited_on=on, payout="", page=row.page_id, place=row.place,
                recorded_at=row.recorded_at,
            )  # fmt: skip


_ROLES = {role.value: role for role in Role}
_STAGES = {stage.value: stage for stage in Stage}
_KINDS = {kind.value: kind for kind in Kind}
