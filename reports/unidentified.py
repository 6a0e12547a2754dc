"""Channels that do not tell who buys: no person's value or cost is known there, only what their own reports count."""

from datetime import date
from typing import Any

from channels.models import Company
from reconciliation.repeats import repeats
from reports.analysis.said import Said
from reports.analysis.stored import pair
from reports.reads import rows
from reports.weeks import Books

_MONTHS = 12
_PRODUCTS = 10
NO_IDENTITY = Said("{channel} does not tell who buys: no person's value, retention or cost of winning is known there.")
REPEATS = Said("Its own report counts who bought the same product before, by product and month.")
NO_REPORT = Said("Load its report on repeat purchases to see which products are bought again.")

# The latest three months of reports by month: products by their buyers, a buyer of two months counts twice.
_PRODUCT = """
WITH months AS (
    SELECT st.channel, r.starts_on, r.asin, r.customers, r.repeat_customers,
        dense_rank() OVER (PARTITION BY st.channel ORDER BY r.starts_on DESC) AS age
    FROM channels_repeatpurchase r JOIN channels_store st ON st.id = r.store_id
    WHERE st.company_id = %(company)s AND st.channel = ANY(%(channels)s) AND extract(day FROM r.starts_on) = 1
        AND r.ends_on = (r.starts_on + interval '1 month' - interval '1 day')::date
)
SELECT channel, asin, sum(customers)::bigint, sum(repeat_customers)::bigint FROM months WHERE age <= 3
GROUP BY 1, 2 ORDER BY 1, 3 DESC, 2
"""


def unidentified(company: Company, of: Books) -> list[dict[str, Any]]:
    """By hidden channel: ``months`` of a year with customers and repeat customers, and the ``products`` of most buyers.

    Both count a buyer once for each product; without reports both are empty.
    """
    if not of.hidden:
        return []
    told = repeats(company)
    products = rows(_PRODUCT, {"company": company.pk, "channels": list(of.hidden)})
    return [
        {"channel": channel, "said": [{"text_said": pair(one)} for one in _said(channel, told)],
         "months": _months(channel, told), "products": _products(channel, products)}
        for channel in of.hidden
    ]  # fmt: skip


def _said(channel: str, told: dict[Any, Any]) -> list[Said]:
    known = any(name == channel for name, *_ in told)
    return [Said(NO_IDENTITY.template, {"channel": channel}), REPEATS if known else NO_REPORT]


def _months(channel: str, told: dict[Any, Any]) -> list[dict[str, Any]]:
    mine = [(month, market, told[channel, market, month]) for name, market, month in told if name == channel]
    mine.sort(key=lambda one: one[:2])
    since = _earlier(mine[-1][0]) if mine else date.min
    return [
        {"month": month.isoformat()[:7], "market": market, "customers": found.customers,
         "repeat_customers": found.repeat_customers, "orders": found.orders, "weeks": found.weeks}
        for month, market, found in mine if month >= since
    ]  # fmt: skip


def _earlier(month: date) -> date:
    """The first of the months that end with this one."""
    number = month.year * 12 + month.month - _MONTHS
    return date(number // 12, number % 12 + 1, 1)


def _products(channel: str, told: list[tuple[Any, ...]]) -> list[dict[str, Any]]:
    mine = [row for row in told if row[0] == channel][:_PRODUCTS]
    return [{"product": asin, "customers": many, "repeat_customers": again} for _, asin, many, again in mine]
