"""What a company spent, won, sold and earned each week after searches for the brand, after others, and unknown.

Weeks are those of ``Books``. The three classes of a measure add up to its total in each week: spend to the ledger's
advertising, clicks to those of advertising reports, orders and contribution (CM2) to the ledger's. Money that belongs
to no order is unknown. Visits tell the class of each order of the own site. Reports of searches tell, from Sunday to
Saturday, how many orders of a marketplace surely passed through such a search and how many surely did not: each day has
its part of these by its orders, and what is sure of neither is unknown.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from channels.core.kinds import Kind
from channels.models import Company, Store
from reconciliation.ledger.tiers import CM1, CM2, NET_REVENUE, TIER
from reconciliation.models import BrandShare, OrderExposure
from reports.ads import CampaignWeek, campaign_weeks, lexicon_in_use
from reports.analysis import weekly
from reports.analysis.billing import billed
from reports.analysis.weekly import CLASSES, Floats
from reports.reads import rows
from reports.weeks import Books

MEASURES = ("spend", "clicks", "orders", "contribution")
Parts = Mapping[str, Floats]  # class → weeks; "total" is their sum
Sums = dict[tuple[str, str], dict[date, float]]  # (channel, class) → week → amount

_ON = "coalesce(e.ordered_on, e.posted_on)"
_INCOME = [kind.value for kind, tier in TIER.items() if tier == NET_REVENUE]
_MARGIN = [kind.value for kind, tier in TIER.items() if tier in (NET_REVENUE, CM1, CM2)]
_EXPOSED = (
    f"LEFT JOIN {OrderExposure._meta.db_table} x ON x.lexicon_id = %(lexicon)s AND x.store_id = e.earning_store_id "
    "AND x.order_ref = e.order_ref"
)
# Orders are counted as in reports.weeks.
_ORDERS = f"""
SELECT day, store, verdict, count(*) FROM (
    SELECT min({_ON}) AS day, e.earning_store_id AS store, coalesce(min(x.verdict), 'unknown') AS verdict
    FROM reconciliation_ledgerentry e {_EXPOSED}
    WHERE e.company_id = %(company)s AND {_ON} IS NOT NULL AND e.kind = 'revenue' AND e.order_ref <> ''
        AND e.quantity <> 0 GROUP BY e.earning_store_id, e.order_ref HAVING sum(e.quantity) > 0
) o GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""
_MONEY = f"""
SELECT {_ON}, e.earning_store_id, coalesce(x.verdict, 'unknown'),
    round(coalesce(sum(e.base_amount) FILTER (WHERE e.kind = ANY(%(margin)s)), 0), 4)::float8,
    round(coalesce(sum(e.base_amount) FILTER (WHERE e.kind = ANY(%(income)s)), 0), 4)::float8,
    round(coalesce(-sum(e.base_amount) FILTER (WHERE e.kind = 'advertising'), 0), 4)::float8,
    coalesce(sum(e.quantity) FILTER (WHERE e.kind = 'revenue'), 0)::float8,
    coalesce(sum(e.quantity) FILTER (WHERE e.kind = 'cogs'), 0)::float8
FROM reconciliation_ledgerentry e {_EXPOSED}
WHERE e.company_id = %(company)s AND {_ON} IS NOT NULL AND e.kind = ANY(%(kinds)s) GROUP BY 1, 2, 3 ORDER BY 1, 2, 3
"""


@dataclass(frozen=True, slots=True, eq=False)
class Apart:
    """``channels`` by the name of the channel, "" for what is of none: measure → class → weeks.

    A week of which the company's total is not known is NaN in every channel. ``costed`` is the share of a channel's
    units with a cost over all weeks; ``net`` is net revenue by channel; ``reported`` is what advertising reports tell.
    """

    weeks: tuple[date, ...]
    company: Mapping[str, Parts]
    channels: Mapping[str, Mapping[str, Parts]]
    net: Mapping[str, Floats]
    costed: Mapping[str, float]
    reported: tuple[CampaignWeek, ...]


def apart(company: Company, of: Books) -> Apart:
    names: dict[int | None, str] = dict(Store.objects.filter(company=company).values_list("pk", "channel"))
    lexicon = lexicon_in_use(company)
    given = {"company": company.pk, "lexicon": lexicon, "income": _INCOME, "margin": _MARGIN,
             "kinds": [*_MARGIN, Kind.ADVERTISING.value]}  # fmt: skip
    orders = rows(_ORDERS, given)
    told = _ledger(orders, rows(_MONEY, given), names, _Shares.read(company, lexicon, orders))
    reported = tuple(one for one in campaign_weeks(company) if one.week in of.weeks)
    channels = sorted(
        {name for sums in (told.orders, told.earned) for name, _ in sums} | {one.channel for one in reported}
    )
    totals = {"spend": of.advertising, "contribution": of.cm2, "orders": of.orders}
    found = {channel: _of_channel(channel, told, reported, totals, of.weeks) for channel in channels}
    net = {channel: weekly.known_with(_week_sums(told.net, channel, "", of.weeks), of.cm2) for channel in channels}
    return Apart(of.weeks, _company(found, totals, of.weeks), found, net, told.costed, reported)


def _of_channel(
    channel: str, told: "_Told", reported: Sequence[CampaignWeek], totals: Parts, weeks: Sequence[date]
) -> dict[str, Parts]:
    spent = weekly.known_with(_week_sums(told.spent, channel, "", weeks), totals["spend"])
    own = [one for one in reported if one.channel == channel]
    claimed, clicks = ({one: series(own, name, weeks, one) for one in CLASSES} for name in ("spend", "clicks"))
    return {
        "spend": {**billed(spent, claimed), "total": spent},
        "clicks": {**clicks, "total": series(own, "clicks", weeks)},
        "orders": _parts(told.orders, channel, totals["orders"], weeks),
        "contribution": _parts(told.earned, channel, totals["contribution"], weeks),
    }


def _parts(sums: "Sums", channel: str, known: Floats, weeks: Sequence[date]) -> dict[str, Floats]:
    total, brand, non_brand = (
        weekly.known_with(_week_sums(sums, channel, one, weeks), known) for one in ("", "brand", "non_brand")
    )
    return {"brand": brand, "non_brand": non_brand, "unknown": total - brand - non_brand, "total": total}


def _week_sums(sums: "Sums", channel: str, verdict: str, weeks: Sequence[date]) -> Floats:
    return weekly.by_week(sums.get((channel, verdict), {}), weeks)


def series(found: Iterable[CampaignWeek], name: str, weeks: Sequence[date], verdict: str = "") -> Floats:
    """A sum of advertising reports by week, of one class or of all."""
    sums: dict[date, float] = defaultdict(float)
    for one in found:
        if verdict in ("", one.verdict):
            sums[one.week] += getattr(one, name)
    return weekly.by_week(sums, weeks)


def _company(found: Mapping[str, Mapping[str, Parts]], totals: Parts, weeks: Sequence[date]) -> dict[str, Parts]:
    """Sums of the channels; what the total has beyond them is unknown."""
    made: dict[str, Parts] = {}
    for name in MEASURES:
        sums = {
            one: sum((of[name][one] for of in found.values()), weekly.by_week({}, weeks)) for one in (*CLASSES, "total")
        }
        total = totals.get(name, sums["total"])
        made[name] = {**sums, "unknown": total - sums["brand"] - sums["non_brand"], "total": total}
    return made


@dataclass(frozen=True, slots=True)
class _Told:
    """The ledger by channel, class and week; totals stand under the class ""."""

    orders: Sums = field(default_factory=lambda: defaultdict(lambda: defaultdict(float)))
    earned: Sums = field(default_factory=lambda: defaultdict(lambda: defaultdict(float)))
    net: Sums = field(default_factory=lambda: defaultdict(lambda: defaultdict(float)))
    spent: Sums = field(default_factory=lambda: defaultdict(lambda: defaultdict(float)))
    costed: dict[str, float] = field(default_factory=dict)


def _ledger(
    orders: Sequence[tuple[Any, ...]], money: Sequence[tuple[Any, ...]], names: Mapping[int | None, str],
    shares: "_Shares",
) -> _Told:  # fmt: skip
    made = _Told()
    units: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
    for day, store, verdict, many in orders:
        channel, week = names.get(store, ""), _monday(day)
        made.orders[channel, ""][week] += many
        if not shares.tell(store):
            made.orders[channel, verdict][week] += many
            continue
        for one, (share, each) in shares.of(store, day).items():
            made.orders[channel, one][week] += many * share
            made.earned[channel, one][week] += many * each
    for day, store, verdict, margin, income, advertising, sold, costed in money:
        channel, week = names.get(store, ""), _monday(day)
        for sums, amount in ((made.earned, margin), (made.net, income), (made.spent, advertising)):
            sums[channel, ""][week] += amount
        units[channel][0] += sold
        units[channel][1] += costed
        if not shares.tell(store):
            made.earned[channel, verdict][week] += margin
    made.costed.update({name: costed / sold for name, (sold, costed) in units.items() if sold > 0})
    return made


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _sunday(day: date) -> date:
    return day - timedelta(days=day.isoweekday() % 7)


@dataclass(frozen=True, slots=True)
class _Shares:
    """What reports of searches make sure of: by store and Sunday the share of orders and the contribution by order."""

    stores: frozenset[int]
    weeks: Mapping[tuple[int, date], Mapping[str, tuple[float, float]]]

    @classmethod
    def read(cls, company: Company, lexicon: int | None, orders: Sequence[tuple[Any, ...]]) -> "_Shares":
        counts: dict[tuple[int, date], int] = defaultdict(int)
        for day, store, _, many in orders:
            counts[store, _sunday(day)] += many
        told = BrandShare.objects.filter(company=company, lexicon=lexicon, products__isnull=False)
        stores = frozenset(told.values_list("store", flat=True).distinct())
        weeks = {}
        for one in BrandShare.objects.filter(company=company, lexicon=lexicon, store__in=stores):
            key = one.store_id, one.starts_on
            weeks[key] = _sure(one, max(counts[key], one.orders, 1))
        return cls(stores, weeks)

    def tell(self, store: int | None) -> bool:
        return store in self.stores

    def of(self, store: int, day: date) -> Mapping[str, tuple[float, float]]:
        return self.weeks.get((store, _sunday(day)), {})


def _sure(one: BrandShare, orders: int) -> dict[str, tuple[float, float]]:
    """By class the share of the week's orders, and the contribution by order of these."""
    whole, low, high = (float(each or 0) for each in (one.contribution, one.contribution_low, one.contribution_high))
    return {
        "brand": (one.low / orders, _nearest(low, high) / orders),
        "non_brand": ((one.orders - one.high) / orders, _nearest(whole - high, whole - low) / orders),
    }


def _nearest(low: float, high: float) -> float:
    """What of an amount between the two is sure: nothing where it may be of either sign."""
    return low if low > 0 else high if high < 0 else 0.0
