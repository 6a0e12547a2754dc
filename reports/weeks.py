"""What a company's ledger, advertising reports and known persons come to week by week, for the figures of the roles.

Weeks begin on Monday. Money counts in the week of its order, or of its posting where no order is told: so every dated
entry is in one week. It is in base currency at each entry's own rate; a week with money that has no rate is unknown.
"""

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeVar

from channels.core.kinds import Kind
from channels.models import Company, Store
from reconciliation.ledger.tiers import CM1, CM2, CM3A, NET_REVENUE, TIER
from reconciliation.models import Account, BuyerSignal
from reports.ads import campaign_weeks
from reports.analysis.customers import Bought, bought, gathered
from reports.analysis.weekly import CLASSES, Floats, by_week, share, where
from reports.known_weeks import holds, known_days
from reports.reads import parts, rows

Key = TypeVar("Key", date, int)
WEEK = timedelta(weeks=1)
COSTED = 0.98  # share of a week's units with a cost, below which its contribution is not known
KNOWN = 0.8  # share of a store's orders with a known person, below which its customers are not known
_RECENT = 26 * WEEK  # in which a store has to sell for its weeks to count
_TRICKLE = 0.05  # of all orders of that time: a store with less makes no week unknown
_MARGINS = [kind.value for kind, tier in TIER.items() if tier in (NET_REVENUE, CM1, CM2)]
_SALES = (Kind.REVENUE, Kind.SHIPPING_INCOME, Kind.DISCOUNT, Kind.TAX_BORNE)

_ON = "coalesce(e.ordered_on, e.posted_on)"
_MONEY = f"""
SELECT date_trunc('week', {_ON})::date, e.earning_store_id, e.kind, round(coalesce(sum(e.base_amount), 0), 4)::float8,
    sum(CASE WHEN e.base_amount IS NULL THEN CASE WHEN e.reversal THEN -1 ELSE 1 END ELSE 0 END), sum(e.quantity)
FROM reconciliation_ledgerentry e WHERE e.company_id = %(company)s AND {_ON} IS NOT NULL GROUP BY 1, 2, 3
"""
_ORDERS = f"""
SELECT week, store, count(*) FROM (
    SELECT date_trunc('week', min({_ON}))::date AS week, e.earning_store_id AS store FROM reconciliation_ledgerentry e
    WHERE e.company_id = %(company)s AND {_ON} IS NOT NULL AND e.kind = 'revenue' AND e.order_ref <> ''
        AND e.quantity <> 0 GROUP BY e.earning_store_id, e.order_ref HAVING sum(e.quantity) > 0
) o GROUP BY 1, 2
"""
_PERSONS = f"""
WITH placed AS (
    SELECT o.store_id, st.channel, o.ref, (o.ordered_at AT TIME ZONE st.timezone)::date AS day, a.id AS account,
        coalesce(a.customer_id::text, a.id::text) AS person
    FROM channels_order o JOIN channels_store st ON st.id = o.store_id AND st.company_id = %(company)s
    LEFT JOIN (SELECT store_id, order_ref, min(account) AS account FROM {BuyerSignal._meta.db_table} WHERE matching
        GROUP BY 1, 2) s ON s.store_id = o.store_id AND s.order_ref = o.ref
    LEFT JOIN {Account._meta.db_table} a ON a.key = s.account AND a.company_id = %(company)s
    WHERE NOT o.cancelled AND NOT o.is_mirror AND o.serves = '' AND o.replaces = '' AND NOT o.business
), people AS (
    SELECT *, min(day) OVER (PARTITION BY person) AS first FROM placed WHERE account IS NOT NULL
)
"""
_TOLD = f"{_PERSONS} SELECT date_trunc('week', day)::date, store_id, count(*), count(account) FROM placed GROUP BY 1, 2"
_BOUGHT = f"""
{_PERSONS}, money AS (
    SELECT e.earning_store_id AS store_id, e.order_ref AS ref,
        CASE WHEN count(*) = count(e.base_amount) THEN sum(e.base_amount)::float8 ELSE 'NaN' END AS contribution,
        coalesce(sum(e.base_amount) FILTER (WHERE e.kind = ANY(%(income)s)), 0)::float8 AS revenue
    FROM reconciliation_ledgerentry e WHERE e.company_id = %(company)s AND e.order_ref <> ''
        AND e.kind = ANY(%(kinds)s) AND e.earning_store_id = ANY(%(stores)s) GROUP BY 1, 2
)
SELECT dense_rank() OVER (ORDER BY person), day - DATE '0001-01-01' + 1, first - DATE '0001-01-01' + 1,
    round(coalesce(contribution, 0)::numeric, 4)::float8, round(coalesce(revenue, 0)::numeric, 4)::float8,
    array_position(%(channels)s::text[], channel::text) - 1
FROM people LEFT JOIN money USING (store_id, ref)
WHERE store_id = ANY(%(stores)s) AND day < %(until)s
ORDER BY channel COLLATE "C", ref COLLATE "C", 2, 3, 4, 5
"""
# Accounts of persons who are here under an earlier one: the matcher found that they are not new.
_MATCHED = f"""
{_PERSONS} SELECT date_trunc('week', day)::date, channel, count(*)::float8 FROM (
    SELECT channel, account, min(day) AS day, min(first) AS first FROM people WHERE store_id = ANY(%(stores)s)
    GROUP BY channel, account
) a WHERE day > first GROUP BY 1, 2
"""


@dataclass(frozen=True, slots=True, eq=False)
class Books:
    """Weekly series of a company, costs positive. ``cm2`` and ``cm3`` are NaN in weeks whose goods lack a cost.

    ``reported`` has what advertising reports tell: spend by class, sales, impressions and orders. ``buyers`` are the
    orders of known persons on ``known`` channels; ``hidden`` are selling stores whose buyers nobody may know, and
    ``told`` is the share of the known stores' orders with a person. ``spent`` is the advertising of known stores by
    channel, "" that of no store, and ``hidden_spent`` that of the hidden: together they are ``advertising``.
    ``keeping`` is retention marketing; ``matched`` are accounts of persons known before, by channel.
    """

    weeks: tuple[date, ...]
    currency: str
    net: Floats
    sales: Floats
    refunds: Floats
    cm2: Floats
    cm3: Floats
    advertising: Floats
    shared: Floats
    orders: Floats
    units: Floats
    reported: Mapping[str, Floats]
    buyers: Bought
    told: Floats
    known: tuple[str, ...]
    hidden: tuple[str, ...]
    known_net: Floats  # of the stores whose buyers are known
    hidden_advertising: Floats
    spent: Mapping[str, Floats]
    hidden_spent: Mapping[str, Floats]
    keeping: Floats
    hidden_keeping: Floats
    matched: Mapping[str, Floats]

    @property
    def through(self) -> date | None:
        """The first day after the last week."""
        return self.weeks[-1] + WEEK if self.weeks else None


def books(company: Company) -> Books:
    """Everything up to the last week that is whole in each store that sells."""
    given: dict[str, Any] = {"company": company.pk}
    orders = rows(_ORDERS, given)
    told = rows(_TOLD, given)
    weeks, gaps = _weeks(company, told)
    money = rows(_MONEY, given)
    unrated = {week for week, *_, missing, _ in money if missing}
    known, hidden = _known(told)
    names = dict(Store.objects.filter(company=company).values_list("pk", "channel"))
    unknown = gaps | unrated

    def of(*kinds: Kind, stores: Collection[int | None] | None = None) -> Floats:
        asked = (row for row in money if row[2] in kinds and (stores is None or row[1] in stores))
        return by_week(_summed((week, amount) for week, _, _, amount, *_ in asked), weeks, unknown)

    units, costed = (_units(money, kind, weeks) for kind in (Kind.REVENUE, Kind.COGS))
    covered = share(costed, units)
    cm2, cm3 = (
        where(of(*(kind for kind, tier in TIER.items() if tier in tiers)), covered, COSTED)
        for tiers in ((NET_REVENUE, CM1, CM2), (NET_REVENUE, CM1, CM2, CM3A))
    )
    income = [kind for kind, tier in TIER.items() if tier == NET_REVENUE]
    spending = {store for _, store, kind, *_ in money if kind == Kind.ADVERTISING}
    return Books(
        weeks, company.base_currency, of(*income), of(*_SALES), -of(Kind.REFUND), cm2, cm3, -of(Kind.ADVERTISING),
        -of(Kind.SHARED_MARKETING), by_week(_summed((week, many) for week, _, many in orders), weeks, gaps),
        by_week(dict(zip(weeks, units, strict=True)), weeks, gaps), _reported(company, weeks),
        _buyers(company, known, weeks), _told(told, known, weeks), _named(known, names), _named(hidden, names),
        of(*income, stores=known), -of(Kind.ADVERTISING, stores=hidden),
        {name: -of(Kind.ADVERTISING, stores=some) for name, some in _by_channel(spending - hidden, names).items()},
        {name: -of(Kind.ADVERTISING, stores=some) for name, some in _by_channel(spending & hidden, names).items()},
        -of(Kind.RETENTION_MARKETING), -of(Kind.RETENTION_MARKETING, stores=hidden), _matched(company, known, weeks),
    )  # fmt: skip


def _summed(pairs: Iterable[tuple[Key, float]]) -> dict[Key, float]:
    """Rounded once, so that the order in which a database happens to give the rows changes nothing."""
    told: dict[Key, list[float]] = defaultdict(list)
    for key, many in pairs:
        told[key].append(many)
    return {key: math.fsum(many) for key, many in told.items()}


def _weeks(company: Company, told: Sequence[tuple[Any, ...]]) -> tuple[tuple[date, ...], set[date]]:
    """From the first week that every selling store knows whole to the last, and which between some do not know."""
    spans = known_days(company)
    ends = [end for of in spans.values() for _, end in of]
    if not ends:
        return (), set()
    by_store = _summed((store, many) for week, store, many, _ in told if week >= max(ends) - _RECENT)
    whole = sum(by_store.values())
    selling = [spans[store] for store, many in by_store.items() if spans.get(store) and many >= _TRICKLE * whole]
    if not selling:
        return (), set()
    first, last = max(of[0][0] for of in selling), min(of[-1][1] for of in selling)
    monday = first + timedelta(days=-first.weekday() % 7)
    every = [monday + n * WEEK for n in range(max((last - monday).days // 7, 0))]
    gaps = {week for week in every if not all(holds(of, week, week + WEEK) for of in selling)}
    return tuple(every), gaps


def _units(money: Sequence[tuple[Any, ...]], kind: Kind, weeks: Sequence[date]) -> Floats:
    return by_week(_summed((row[0], float(row[5])) for row in money if row[2] == kind), weeks)


def _reported(company: Company, weeks: Sequence[date]) -> dict[str, Floats]:
    """NaN in weeks with money that no rate is known for; spend is by class, the others are of all."""
    found = campaign_weeks(company)
    unrated = {one.week for one in found if math.isnan(one.spend)}

    def of(name: str, unknown: Collection[date] = (), verdict: str = "") -> Floats:
        told = ((one.week, getattr(one, name)) for one in found if verdict in ("", one.verdict))
        return by_week(_summed(told), weeks, unknown)

    return {
        **{one: of("spend", unrated, one) for one in CLASSES},
        **{f"{one}_orders": of("orders", verdict=one) for one in CLASSES},
        "spend": of("spend", unrated), "sales": of("sales", unrated), "impressions": of("impressions"),
    }  # fmt: skip


def _known(told: Sequence[tuple[Any, ...]]) -> tuple[set[int], set[int]]:
    """Stores whose orders mostly have a person, and the others that sell."""
    orders = _summed((store, many) for _, store, many, _ in told)
    persons = _summed((store, some) for _, store, _, some in told)
    known = {store for store, many in orders.items() if persons[store] >= KNOWN * many}
    return known, set(orders) - known


def _told(told: Sequence[tuple[Any, ...]], known: set[int], weeks: Sequence[date]) -> Floats:
    own = [row for row in told if row[1] in known]
    orders, persons = (by_week(_summed((row[0], row[place]) for row in own), weeks) for place in (2, 3))
    return share(persons, orders)


def _buyers(company: Company, known: set[int], weeks: Sequence[date]) -> Bought:
    if not known or not weeks:
        return bought([], 0, len(weeks))
    channels = tuple(sorted(set(Store.objects.filter(pk__in=known).values_list("channel", flat=True))))
    income = [kind.value for kind, tier in TIER.items() if tier == NET_REVENUE]
    given = {"company": company.pk, "stores": sorted(known), "income": income, "kinds": _MARGINS,
             "until": weeks[-1] + WEEK, "channels": list(channels)}  # fmt: skip
    return bought(gathered(parts(_BOUGHT, given), 6), weeks[0].toordinal(), len(weeks), channels)


def _matched(company: Company, known: set[int], weeks: Sequence[date]) -> dict[str, Floats]:
    found: dict[str, dict[date, float]] = defaultdict(dict)
    for week, channel, many in rows(_MATCHED, {"company": company.pk, "stores": sorted(known)}):
        found[channel][week] = many
    return {channel: by_week(found[channel], weeks) for channel in sorted(found)}


def _by_channel(stores: Collection[int | None], names: Mapping[int, str]) -> dict[str, set[int | None]]:
    """Stores by the name of their channel; "" for the company's own."""
    found: dict[str, set[int | None]] = defaultdict(set)
    for store in stores:
        found["" if store is None else names[store]].add(store)
    return dict(sorted(found.items()))


def _named(stores: set[int], names: Mapping[int, str]) -> tuple[str, ...]:
    return tuple(sorted({names[store] for store in stores}))
