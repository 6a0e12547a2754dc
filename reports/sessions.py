"""Sessions of the own site from the books, each once, beside the orders and the money of the stores it belongs to.

Days are the store's; a period of several days counts in each by its share. GA4's revenue is what it credits: it stands
beside the ledger's and replaces nothing.
"""

import math
from collections import defaultdict
from collections.abc import Mapping
from datetime import date

from channels.models import Company, Store
from reconciliation.ledger.tiers import CM1, CM2, CM3A, NET_REVENUE, TIER
from reports.analysis.attribution.naming import nobodys
from reports.analysis.own_site import OwnSite, Read, Source, own_site_of
from reports.queries import mean_rates
from reports.reads import rows
from reports.weeks import Books

# Of each store and day the shortest period, of these the finest level, of these the latest to begin: one telling.
_TOLD = """
WITH t AS (
    SELECT t.*, t.ends_on - t.starts_on AS more,
        CASE level WHEN 'campaign' THEN 0 WHEN 'source' THEN 1 ELSE 2 END AS rough
    FROM channels_traffic t JOIN channels_store st ON st.id = t.store_id AND st.company_id = %(company)s
    WHERE t.ends_on >= %(since)s AND t.starts_on < %(until)s
), periods AS (
    SELECT DISTINCT store_id, resource, starts_on, ends_on, more, rough FROM t
), best AS (
    SELECT DISTINCT ON (store_id, d) periods.*, d::date AS day
    FROM periods CROSS JOIN generate_series(starts_on, ends_on, interval '1 day') d
    ORDER BY store_id, d, more, rough, starts_on DESC, resource
), told AS (
    SELECT t.*, day FROM t JOIN best USING (store_id, resource, starts_on, ends_on, more, rough)
)
"""
_SUMS = (
    "round(sum(sessions::numeric / (more + 1)), 6)::float8, round(sum(engaged::numeric / (more + 1)), 6)::float8, "
    "round(sum(key_events / (more + 1)), 6)::float8, round(sum(revenue / (more + 1)), 6)::float8, currency"
)
_DAYS = f"{_TOLD} SELECT store_id, day, way, min(more), {_SUMS} FROM told GROUP BY 1, 2, 3, currency ORDER BY 1, 2, 3"
_SOURCES = f"""
{_TOLD} SELECT way, source, medium, campaign, channel_group, {_SUMS} FROM told
WHERE day >= %(since)s AND day < %(until)s GROUP BY 1, 2, 3, 4, 5, currency ORDER BY 1, 2, 3, 4, 5, currency
"""

_ON = "coalesce(e.ordered_on, e.posted_on)"
_OF = "reconciliation_ledgerentry e WHERE e.company_id = %(company)s AND e.earning_store_id = ANY(%(stores)s)"
_ORDERS = f"""
SELECT store, day, count(*) FROM (
    SELECT e.earning_store_id AS store, min({_ON}) AS day FROM {_OF} AND {_ON} IS NOT NULL AND e.kind = 'revenue'
        AND e.order_ref <> '' AND e.quantity <> 0 GROUP BY e.earning_store_id, e.order_ref HAVING sum(e.quantity) > 0
) o WHERE day >= %(since)s AND day < %(until)s GROUP BY 1, 2
"""
_MONEY = f"""
SELECT e.earning_store_id, {_ON},
    round(coalesce(sum(e.base_amount) FILTER (WHERE e.kind = ANY(%(net)s)), 0), 4)::float8,
    round(coalesce(sum(e.base_amount), 0), 4)::float8, coalesce(sum(e.quantity) FILTER (WHERE e.kind = 'revenue'), 0),
    coalesce(sum(e.quantity) FILTER (WHERE e.kind = 'cogs'), 0),
    sum(CASE WHEN e.base_amount IS NOT NULL THEN 0 WHEN e.reversal THEN -1 ELSE 1 END)
FROM {_OF} AND {_ON} >= %(since)s AND {_ON} < %(until)s AND e.kind = ANY(%(margin)s) GROUP BY 1, 2
"""
_NET = [kind.value for kind, tier in TIER.items() if tier == NET_REVENUE]
_MARGIN = [kind.value for kind, tier in TIER.items() if tier in (NET_REVENUE, CM1, CM2, CM3A)]


def own_site(company: Company, of: Books) -> OwnSite | None:
    """None where no session of these weeks is in the books."""
    if not of.weeks or of.through is None:
        return None
    rates = mean_rates(company.pk) | {company.base_currency: 1.0}
    given = {"company": company.pk, "since": of.weeks[0], "until": of.through}
    told = [
        (store, day, way, more, sessions, events, _based(revenue, currency, rates))
        for store, day, way, more, sessions, _, events, revenue, currency in rows(_DAYS, given)
    ]
    stores = dict(Store.objects.filter(company=company).values_list("pk", "channel"))
    given |= {"stores": sorted({store for store, *_ in told}), "net": _NET, "margin": _MARGIN}
    read = Read(stores, told, rows(_ORDERS, given), rows(_MONEY, given)) if told else Read(stores, [], [], [])
    return own_site_of(of.weeks, of.orders, read)


def sources(company: Company, since: date, until: date) -> list[Source]:
    """Of the half-open days, by every name that an export gives, but for people's addresses."""
    rates = mean_rates(company.pk) | {company.base_currency: 1.0}
    found: dict[tuple[str, ...], list[float]] = defaultdict(lambda: [0.0] * 4)
    for *key, sessions, engaged, events, revenue, currency in rows(
        _SOURCES, {"company": company.pk, "since": since, "until": until}
    ):
        counts = found[tuple(map(nobodys, key))]
        for place, value in enumerate((sessions, engaged, events, _based(revenue, currency, rates))):
            counts[place] += value
    return [
        Source(way, source, medium, campaign, group, *counts)
        for (way, source, medium, campaign, group), counts in sorted(found.items())
    ]


def _based(amount: float | None, currency: str, rates: Mapping[str, float]) -> float:
    return math.nan if amount is None else amount * rates.get(currency, math.nan)
