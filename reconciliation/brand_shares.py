"""How much of each store's orders and contribution of a week passed through brand search, with its bounds."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection

from channels.core.kinds import Kind
from channels.models import Order, OrderItem, Store
from reconciliation.exposure.orders import Bought, OrderBounds, order_bounds, sum_bounds
from reconciliation.ledger.tiers import CM1, CM2, NET_REVENUE, TIER
from reconciliation.models import BrandShare, Exposure, LedgerEntry, Lexicon, OrderExposure

_MARGIN = [kind.value for kind, tier in TIER.items() if tier in (NET_REVENUE, CM1, CM2)]
_SUNDAY = "(date_trunc('week', {day}::timestamp + interval '1 day') - interval '1 day')::date"
_ENTRIES, _ORDERS, _ITEMS = LedgerEntry._meta.db_table, Order._meta.db_table, OrderItem._meta.db_table
# Orders that sold something, as the statement counts them, with their contribution (CM2): null where a rate or the
# cost of the goods is not known.
_SOLD = (
    "CREATE TEMPORARY TABLE sold ON COMMIT DROP AS SELECT e.earning_store_id AS store_id, e.order_ref, "
    f"{_SUNDAY.format(day='min(e.ordered_on)')} AS week, "
    "CASE WHEN count(*) FILTER (WHERE e.base_amount IS NULL AND e.kind = ANY(%(margin)s)) = 0 "
    f"AND count(*) FILTER (WHERE e.kind = '{Kind.COGS.value}') > 0 "
    "THEN coalesce(sum(e.base_amount) FILTER (WHERE e.kind = ANY(%(margin)s)), 0) END AS contribution "
    f"FROM {_ENTRIES} e WHERE e.company_id = %(company)s AND e.earning_store_id IS NOT NULL "
    "AND e.order_ref <> '' AND e.ordered_on IS NOT NULL GROUP BY 1, 2 "
    f"HAVING coalesce(sum(e.quantity) FILTER (WHERE e.kind = '{Kind.REVENUE.value}'), 0) > 0"
)
# Of each week and market: contributions of orders by class, and how many orders there are and have visits.
_WEEKS = (
    "SELECT d.week, CASE WHEN %(whole)s THEN %(market)s ELSE coalesce(upper(o.country), '') END, count(*), "
    "count(x.verdict), "
    + ", ".join(
        f"count(*) FILTER (WHERE {test}), "
        f"array_agg(d.contribution) FILTER (WHERE {test} AND d.contribution IS NOT NULL)"
        for test in ("x.verdict = 'brand'", "x.verdict = 'non_brand'", "coalesce(x.verdict, 'unknown') = 'unknown'")
    )
    + f" FROM sold d LEFT JOIN {_ORDERS} o ON o.store_id = d.store_id AND o.ref = d.order_ref "
    f"LEFT JOIN {OrderExposure._meta.db_table} x ON x.lexicon_id = %(lexicon)s AND x.store_id = d.store_id "
    "AND x.order_ref = d.order_ref WHERE d.store_id = %(store)s GROUP BY 1, 2 ORDER BY 1, 2"
)
# What a report of searches says of purchases, by product and class.
_REPORTED = (
    "CREATE TEMPORARY TABLE reported ON COMMIT DROP AS SELECT starts_on AS week, product AS listing, "
    "coalesce(sum(purchases) FILTER (WHERE verdict = 'brand'), 0)::bigint AS brand, "
    "coalesce(sum(purchases) FILTER (WHERE verdict = 'non_brand'), 0)::bigint AS non_brand "
    f"FROM {Exposure._meta.db_table} WHERE lexicon_id = %(lexicon)s AND store_id = %(store)s AND period = 'week' "
    "AND product <> '' AND medium = '' AND spend IS NULL AND purchases IS NOT NULL "
    "GROUP BY 1, 2 HAVING sum(queries) > 0"
)
# Products of orders by the id that reports go by: of orders in the ledger, and of those that it leaves out.
_LINES = (
    "CREATE TEMPORARY TABLE line ON COMMIT DROP AS WITH named AS ("
    f"SELECT DISTINCT ON (i.sku) i.sku, i.listing FROM {_ITEMS} i JOIN {_ORDERS} o ON o.id = i.order_id "
    "WHERE o.store_id = %(store)s AND i.listing <> '' ORDER BY i.sku, o.ordered_at DESC) "
    "SELECT DISTINCT d.week, d.order_ref AS ref, coalesce(n.listing, e.sku) AS listing, TRUE AS sold "
    f"FROM sold d JOIN {_ENTRIES} e ON e.company_id = %(company)s AND e.earning_store_id = d.store_id "
    f"AND e.order_ref = d.order_ref AND e.kind = '{Kind.REVENUE.value}' AND e.quantity <> 0 "
    "LEFT JOIN named n ON n.sku = e.sku WHERE d.store_id = %(store)s "
    f"UNION ALL SELECT DISTINCT {_SUNDAY.format(day='(o.ordered_at AT TIME ZONE %(zone)s)::date')}, o.ref, "
    f"coalesce(nullif(i.listing, ''), i.sku), FALSE FROM {_ORDERS} o JOIN {_ITEMS} i ON i.order_id = o.id "
    "LEFT JOIN sold d ON d.store_id = o.store_id AND d.order_ref = o.ref "
    "WHERE o.store_id = %(store)s AND o.serves = '' AND d.order_ref IS NULL"
)
_PRODUCTS = (
    "SELECT l.week, count(*) FILTER (WHERE l.sold), count(*) FILTER (WHERE NOT l.sold), r.listing IS NOT NULL, "
    "max(r.brand), max(r.non_brand) FROM line l LEFT JOIN reported r USING (week, listing) "
    "GROUP BY l.week, l.listing, r.listing"
)
_SIZES = (
    "SELECT week, told, count(*), sum(lines)::bigint FROM (SELECT l.week, l.ref, count(r.listing) AS told, "
    "count(*) AS lines FROM line l LEFT JOIN reported r USING (week, listing) WHERE l.sold GROUP BY 1, 2) o "
    "GROUP BY 1, 2"
)


@dataclass(slots=True)
class _Week:
    """What the report of searches lets a week's orders be."""

    lines: int = 0
    sizes: dict[int, int] = field(default_factory=dict)  # orders by how many of their products are reported
    bought: list[Bought] = field(default_factory=list)
    products: int = 0
    reported: int = 0

    @property
    def covered(self) -> int:
        return sum(count for size, count in self.sizes.items() if size)


def write_shares(lexicon: Lexicon, markets: Mapping[int, str]) -> None:
    """Every store's orders of each week, as far as their ledger and the exposure tell."""
    asked: dict[str, Any] = {"company": lexicon.company_id, "lexicon": lexicon.pk, "margin": _MARGIN}
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS sold")
        cursor.execute(_SOLD, asked)
        cursor.execute("ANALYZE sold")
        for store in Store.objects.filter(company_id=lexicon.company_id).order_by("pk"):
            mine = asked | {"store": store.pk, "zone": store.timezone, "market": markets.get(store.pk, "")}
            weeks = _reported_weeks(cursor, mine)
            # A report is of the whole store; visits are of an order, and its country is the market.
            cursor.execute(_WEEKS, mine | {"whole": weeks is not None or bool(mine["market"])})
            rows = cursor.fetchall()
            visited = any(row[3] for row in rows)
            told = Exposure.objects.filter(
                lexicon=lexicon, store=store, spend=None, queries__gt=0, purchases__isnull=False
            )
            coarse = told.exists()
            BrandShare.objects.bulk_create(
                _share(lexicon, store, row, weeks, visited=visited, coarse=coarse) for row in rows
            )


def _reported_weeks(cursor: Any, asked: dict[str, Any]) -> dict[date, _Week] | None:
    """By week; None for a store without a report of searches by product."""
    cursor.execute("DROP TABLE IF EXISTS reported, line")
    cursor.execute(_REPORTED, asked)
    cursor.execute("SELECT DISTINCT week FROM reported")
    there = {week for (week,) in cursor.fetchall()}
    if not there:
        return None
    cursor.execute(_LINES, asked)
    weeks: dict[date, _Week] = defaultdict(_Week)
    cursor.execute(_PRODUCTS)
    for week, sold, outside, reported, brand, non_brand in cursor.fetchall():
        one = weeks[week]
        one.products += sold > 0
        if reported:
            one.reported += sold > 0
            one.bought.append(Bought(sold, outside, brand, non_brand))
    cursor.execute(_SIZES)
    for week, told, count, lines in cursor.fetchall():
        weeks[week].sizes[told] = count
        weeks[week].lines += lines
    return {week: one for week, one in weeks.items() if week in there}


def _share(
    lexicon: Lexicon,
    store: Store,
    row: tuple[Any, ...],
    weeks: dict[date, _Week] | None,
    *,
    visited: bool,
    coarse: bool,
) -> BrandShare:
    week, market, orders, seen, brand, money, non_brand, other, _unknown, open_money = row
    one = BrandShare(
        company_id=store.company_id, lexicon=lexicon, store=store, market=market if len(market) == 2 else "",
        starts_on=week, ends_on=week + timedelta(days=6), orders=orders, covered=0, low=0, high=orders,
    )  # fmt: skip
    every = [*(money or ()), *(other or ()), *(open_money or ())]
    least, most = sum_bounds(every, 0, len(every))
    if weeks is not None:
        bounds = _by_report(one, weeks.get(week))
        # Orders whose money is not known may be any of them.
        low, high = max(0, bounds.low - (orders - len(every))), min(bounds.high, len(every))
        least, most = sum_bounds(every, low, high)
    elif visited:
        one.brand, one.non_brand, one.covered = brand, non_brand, seen
        one.low, one.high = brand, orders - non_brand
        one.reasons = [*(["no_visits"] if seen < orders else []), *(["withheld"] if brand + non_brand < seen else [])]
        sure, maybe = sum(money or (), Decimal(0)), sum_bounds(open_money or [], 0, len(open_money or ()))
        least, most = sure + maybe[0], sure + maybe[1]
    else:
        one.reasons = ["no_weeks" if coarse else "no_search_data"]
    if every:
        one.contribution, one.contribution_low, one.contribution_high = sum(every, Decimal(0)), least, most
    if len(every) < orders:
        one.reasons.append("money_unknown")
    return one


def _by_report(one: BrandShare, week: _Week | None) -> OrderBounds:
    if week is None:
        one.reasons = ["suppressed"]
        return OrderBounds(0, one.orders, 0, 0, exceeding=False)
    bounds = order_bounds(one.orders, max(week.lines, one.orders), week.sizes, week.bought)
    one.low, one.high = bounds.low, bounds.high
    one.brand, one.non_brand = (sum(getattr(of, name) for of in week.bought) for name in ("brand", "non_brand"))
    one.covered, one.products, one.products_covered = week.covered, week.products, week.reported
    one.reasons = [
        *(["uncovered"] if week.covered < one.orders else []), *(["exceeding"] if bounds.exceeding else []),
    ]  # fmt: skip
    return bounds
