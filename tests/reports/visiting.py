"""A seller whose own shop knows the visits before its orders, beside a marketplace and advertising of two networks."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from channels.core.rows import AdSpendRow, OrderRow, Row, VisitRow
from channels.load import load_rows
from channels.models import AdSpend, Company
from reconciliation.models import QueryClass
from reconciliation.post import post
from tests.making import NOON, make_company, make_store
from tests.reconciliation.searching import lexicon
from tests.reports.selling import at, goods, order, week

Touch = dict[str, Any]
GOOGLE: Touch = {"utm_source": "google", "utm_medium": "cpc", "utm_campaign": "Tea", "utm_term": "green tea"}
BRAND: Touch = {**GOOGLE, "utm_campaign": "Brand", "utm_term": "mapleton tea"}
META: Touch = {"utm_source": "ig", "utm_medium": "paid_social", "utm_campaign": "Spring"}
EMAIL: Touch = {"utm_source": "klaviyo", "utm_medium": "email"}
SEARCH: Touch = {"source": "Google", "source_type": "SEO", "referrer": "https://www.google.com/"}
DIRECT: Touch = {"source": "direct"}
PATHS: Sequence[Sequence[Touch]] = (
    (META, GOOGLE), (GOOGLE, BRAND, DIRECT), (META, EMAIL, DIRECT), (SEARCH,), (GOOGLE, GOOGLE, SEARCH), (DIRECT,),
)  # fmt: skip
SPEND = {"google": (("Tea", 10), ("Brand", 4)), "meta": (("Spring", 6), ("Autumn", 3))}  # dollars a week
_keys = count(1)


def make_visited(weeks: int = 30, paths: Sequence[Sequence[Touch]] = PATHS, marketplace: int = 3) -> Company:
    """An order a week by each path, one without visits, and some on the marketplace; 13.00 each before advertising."""
    company = make_company()
    own = make_store(company, "Maple shopify", channel="shopify", ads_by_card=True)
    there = make_store(company, "Maple amazon", channel="amazon", ads_by_card=True)
    load_rows(own, [*goods(), *visited(weeks, paths)], "own", at(week(200)))
    for network, campaigns in SPEND.items():
        load_rows(own, list(spent(weeks, network, campaigns)), network, at(week(200)))
    load_rows(there, [*goods(), *sold(weeks, marketplace), *spent(weeks, "amazon", (("Sponsored", 5),))], "there",
              at(week(200)))  # fmt: skip
    for network in (*SPEND, "amazon"):
        AdSpend.objects.filter(key__startswith=f"{network}|").update(resource=f"{network}.ads")
    words = lexicon(company)
    words.used_at = NOON
    words.save()
    for query, verdict in (("mapleton tea", "brand"), ("green tea", "non_brand")):
        QueryClass.objects.create(lexicon=words, query=query, verdict=verdict)
    post(company)
    return company


def visited(weeks: int, paths: Sequence[Sequence[Touch]]) -> Iterator[Row]:
    for number in range(weeks):
        for n, path in enumerate([*paths, ()]):
            rows = list(order(week(number) + timedelta(days=n % 7)))
            (one,) = [row for row in rows if isinstance(row, OrderRow)]
            yield from rows
            yield from visits(one, path)


def visits(of: OrderRow, path: Sequence[Touch], **fields: Any) -> Iterator[VisitRow]:
    """A day apart, the last an hour before the order."""
    for place, touch in enumerate(path, 1):
        then = of.ordered_at - timedelta(days=len(path) - place, hours=1)
        given: dict[str, Any] = {"visits": len(path), **touch, **fields}
        yield VisitRow(f"v{next(_keys)}", of.ref, place, then, 1, is_last=place == len(path), **given)


def sold(weeks: int, many: int) -> Iterator[Row]:
    for number in range(weeks):
        for n in range(many):
            yield from order(week(number) + timedelta(days=n * 6 // max(many - 1, 1)))


def spent(weeks: int, network: str, campaigns: Sequence[tuple[str, int]]) -> Iterator[Row]:
    for number in range(weeks):
        for campaign, dollars in campaigns:
            day = week(number) + timedelta(days=2)
            yield AdSpendRow(
                f"{network}|{number}|{campaign}", day, day, "USD", Decimal(dollars), 1, campaign=campaign,
                impressions=1000 * dollars, clicks=10 * dollars, orders=1, sales=Decimal(20),
            )  # fmt: skip
