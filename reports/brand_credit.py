"""What advertising and marketplaces are credited with that the brand may have brought, and how much it is searched."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from channels.models import Company
from reconciliation.models import Account, BuyerSignal, Lexicon
from reconciliation.weekly import Choice, choices, weeks
from reports.analysis import weekly
from reports.analysis.estimate import Answer, CannotTell, Estimate
from reports.analysis.kpi.brand import brand_booked_as_paid, credited, over_credit, ratio_ends
from reports.analysis.kpi.figure import WINDOW
from reports.analysis.kpi.flag import Flag
from reports.analysis.kpi.searches import index_told, together
from reports.analysis.kpi.stored import kept_flag
from reports.analysis.sides import sides
from reports.analysis.stored import pair
from reports.analysis.weekly import CLASSES, Floats
from reports.brand_weeks import Apart, series
from reports.decisions import Pair, countries
from reports.reads import rows

MEASURES = ("volume", "impressions", "clicks")  # how much is searched, by the first that a report tells

# Of each channel's orders in a country, those whose buyer can be known again: by the channel's own id, or because links
# found him in another order.
_BUYERS = f"""
WITH linked AS (
    SELECT customer_id FROM {Account._meta.db_table} WHERE company_id = %(company)s AND customer_id IS NOT NULL
    GROUP BY 1 HAVING count(*) > 1
)
SELECT st.channel, coalesce(upper(o.country), ''), count(*), count(a.id) FILTER (WHERE a.known_buyer OR l.customer_id IS NOT NULL)
FROM channels_order o JOIN channels_store st ON st.id = o.store_id AND st.company_id = %(company)s
LEFT JOIN (SELECT store_id, order_ref, min(account) AS account FROM {BuyerSignal._meta.db_table} WHERE matching
    GROUP BY 1, 2) s ON s.store_id = o.store_id AND s.order_ref = o.ref
LEFT JOIN {Account._meta.db_table} a ON a.key = s.account AND a.company_id = %(company)s
LEFT JOIN linked l ON l.customer_id = a.customer_id
WHERE NOT o.cancelled AND NOT o.is_mirror AND o.serves = '' AND o.replaces = '' AND NOT o.business
    AND (o.ordered_at AT TIME ZONE st.timezone)::date >= %(since)s
    AND (o.ordered_at AT TIME ZONE st.timezone)::date < %(until)s
GROUP BY 1, 2 ORDER BY 1, 2
"""  # noqa: E501


@dataclass(frozen=True, slots=True, eq=False)
class Searched:
    """What reports of searches tell of a channel and market by week, of ``measure``: everybody's or the own shop's.

    Weeks run from the Sunday before the Monday that they stand under; NaN where no whole week is told. ``purchases``
    and ``clicks`` are the own ones by class; clicks of a marketplace's report are those of its advertising, too.
    """

    channel: str
    market: str
    measure: str
    brand: Floats
    purchases: Mapping[str, Floats]
    clicks: Mapping[str, Floats]


def searched(company: Company, lexicon: int | None, since: Sequence[date]) -> list[Searched]:
    """``since`` are the Mondays; channels and markets without brand searches told are left out."""
    used = Lexicon.objects.filter(company=company, pk=lexicon).first() if lexicon and since else None
    if used is None:
        return []
    found = []
    for channel, market in choices(used):
        there = weeks(used, Choice(channel, market, since=since[0] - timedelta(days=1)))
        told = {one.starts_on + timedelta(days=1): one for one in there if one.days == 7}
        measure = next((name for name in MEASURES if any(one.brand[name] for one in told.values())), "")
        if not measure:
            continue
        purchases, clicks = (
            {one: _series(since, {week: getattr(of, one)[name] for week, of in told.items()}) for one in CLASSES}
            for name in ("purchases", "clicks")
        )
        brand = _series(since, {week: one.brand[measure] for week, one in told.items()})
        found.append(Searched(channel, market, measure, brand, purchases, clicks))
    return found


def _series(mondays: Sequence[date], counts: Mapping[date, int | None]) -> Floats:
    known = {week: float(one) for week, one in counts.items() if one is not None}
    return weekly.by_week(known, mondays, set(mondays) - set(known))


def search_told(one: Searched) -> dict[str, Any]:
    """With the ``clicks`` of the last 13 weeks by class; ``with_ads`` where those on advertising are among them."""
    clicks = {name: weekly.known_sum(of, WINDOW) for name, of in one.clicks.items()}
    return {
        "channel": one.channel, "market": one.market, "measure": one.measure, **index_told(one.brand),
        "clicks": {**clicks, "total": sum(clicks.values())}, "with_ads": one.measure == "volume",
    }  # fmt: skip


def brand_searches(found: Iterable[Searched], length: int) -> Floats:
    """All channels and markets whose reports tell the measure that says most."""
    told: dict[str, list[Floats]] = {}
    for one in found:
        told.setdefault(one.measure, []).append(one.brand)
    return together(told, MEASURES, length)


def paid(of: Apart) -> list[dict[str, Any]]:
    """Of each network over the last 13 weeks, and of all under "": what it claims by class, and K8 with its figures."""
    recent = [one for one in of.reported if one.week in of.weeks[-WINDOW:]]
    networks = sorted({one.network for one in recent})
    return [_paid(of, name, [one for one in recent if name in ("", one.network)]) for name in ("", *networks) if recent]


def _paid(of: Apart, network: str, told: list[Any]) -> dict[str, Any]:
    mondays = of.weeks[-WINDOW:]
    names = ("spend", "sales", "orders", "clicks")
    whole = [series(told, name, mondays) for name in names]
    classes: dict[str, dict[str, Any]] = {}
    for one in (*CLASSES, "total"):
        spend, sales, orders, clicks = (
            total if one == "total" else weekly.known_with(series(told, name, mondays, one), total)
            for name, total in zip(names, whole, strict=True)
        )
        classes[one] = {
            "spend": _sum(spend), "clicks": _sum(clicks), "orders": _sum(orders), "sales": _sum(sales),
            "cpa": ratio_ends(spend, orders), "roas": ratio_ends(sales, spend),
        }  # fmt: skip
    even = _break_even(of, sorted({one.channel for one in told}))
    return {
        "network": network, "classes": classes, "break_even": even, **_returns(classes),
        "flag": kept_flag(_booked(classes, even or 1.0)),
    }  # fmt: skip


def _sum(of: Floats) -> float:
    return weekly.known_sum(of, WINDOW)


def _break_even(of: Apart, channels: Iterable[str]) -> float | None:
    """Return at which advertising pays for itself: net revenue by contribution before advertising, of the channels."""
    own = [name for name in channels if name in of.channels]
    net = sum(weekly.known_sum(of.net[name], WINDOW) for name in own)
    earned = sum(weekly.known_sum(of.channels[name]["contribution"]["total"], WINDOW) for name in own)
    return net / earned if net > 0 and earned > 0 else None


def _booked(classes: Mapping[str, Mapping[str, Any]], even: float) -> Flag:
    brand, unknown = classes["brand"]["orders"], classes["unknown"]["orders"]
    whole = brand + unknown + classes["non_brand"]["orders"]
    return brand_booked_as_paid(classes["total"]["sales"], classes["total"]["spend"], whole, brand, even, unknown)


def _returns(classes: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    """ROAS as reported and at both priors, with the brand share that it rests on; None where there is no return."""
    figures = _booked(classes, 1.0).figures
    if not figures:
        return {"roas": None, "brand_share": None, "without_rivals": None, "with_rivals": None}
    priors = {
        name: {"low": figures[f"{name}_low"], "high": figures[f"{name}_high"]}
        for name in ("without_rivals", "with_rivals")
    }
    share = {"value": figures["brand_share"], "low": figures["brand_share_low"], "high": figures["brand_share_high"]}
    return {"roas": figures["roas"], "brand_share": share, **priors}


@dataclass(frozen=True, slots=True)
class Credit:
    """A marketplace beside the own shop of a country: κ, κ*, and the buyers of its orders in the last 13 weeks."""

    country: str
    marketplace: str
    shop: str
    taken: Answer
    break_even: Answer
    measured: bool  # by an event; else bounds
    orders: int
    known: int


def credits_of(company: Company, mondays: Sequence[date]) -> list[Credit]:
    """From the reports of what channels take from each other, as they stand."""
    pairs = [(one.code, pair) for one in countries(company) for pair in one.pairs if _marketplace(pair)]
    if not pairs or not mondays:
        return []
    since, until = mondays[-WINDOW:][0], mondays[-1] + timedelta(weeks=1)
    found = rows(_BUYERS, {"company": company.pk, "since": since, "until": until})
    buyers = {(channel, country): (orders, known) for channel, country, orders, known in found}
    return [
        Credit(
            country, pair.affecting, pair.affected, pair.share, pair.break_even,
            pair.report is not None and pair.report.event_id is not None,
            *buyers.get((pair.affecting, country), (0, 0)),
        )
        for country, pair in sorted(pairs, key=lambda one: (one[0], one[1].affecting, one[1].affected))
    ]  # fmt: skip


def _marketplace(pair: Pair) -> bool:
    return sides((pair.affected, pair.affecting)) == (pair.affected, pair.affecting)


def credit_told(one: Credit, found: Iterable[Searched]) -> dict[str, Any]:
    """O_B with the shares beside it; ``query_share`` has what is unknown counted both ways."""
    told = [each for each in found if (each.channel, each.market) == (one.marketplace, one.country)]
    brand, other, unknown = (sum(weekly.known_sum(each.purchases[name], WINDOW) for each in told) for name in CLASSES)
    bought = brand + other + unknown
    queries = {"low": brand / bought, "high": (brand + unknown) / bought, "purchases": bought} if bought else None
    flag = over_credit(one.taken, one.break_even, brand, bought, one.orders - one.known, one.orders)
    return {
        "country": one.country, "marketplace": one.marketplace, "shop": one.shop, "measured": one.measured,
        "over_credit": _ends_of(credited(one.taken, one.break_even)),
        "query_share": queries,
        "relationship_loss": {"value": 1 - one.known / one.orders, "orders": one.orders} if one.orders else None,
        "flag": kept_flag(flag),
    }  # fmt: skip


def _ends_of(answer: Answer) -> dict[str, Any]:
    """The value is of an estimate alone; the reason stands where there are no ends either."""
    if isinstance(answer, CannotTell):
        return {"value": None, "low": None, "high": None, "level": answer.level, "reason_said": pair(answer.reason)}
    value = answer.value if isinstance(answer, Estimate) else None
    return {"value": value, "low": answer.low, "high": answer.high, "level": answer.level, "reason_said": None}
