"""Brand Analytics as JSON: Search Query Performance, Search Catalog Performance, repeat purchase. Weeks only."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from channels.sandbox.amazon.books import Books
from channels.sandbox.amazon.replies import Json
from channels.sandbox.world.model import Market, RepeatWeek, SearchWeek

if TYPE_CHECKING:
    from channels.sandbox.amazon.reports import Report

QUERIES = "GET_BRAND_ANALYTICS_SEARCH_QUERY_PERFORMANCE_REPORT"
CATALOG = "GET_BRAND_ANALYTICS_SEARCH_CATALOG_PERFORMANCE_REPORT"
REPEAT = "GET_BRAND_ANALYTICS_REPEAT_PURCHASE_REPORT"
TYPES = frozenset({QUERIES, CATALOG, REPEAT})
_READY = timedelta(days=2)  # after the week ends, where the marketplace is
_WEEK = timedelta(days=7)


def problem(kind: str, report: "Report", books: Books) -> str:
    """Why there can be no such report; "" where there can."""
    first, last = report.starts_at.date(), report.ends_at.date()
    if len(report.marketplaces) != 1:
        return "Only one marketplaceId is supported."
    if report.option("reportPeriod") != "WEEK":
        return "reportPeriod must be WEEK here."
    if first.weekday() != 6 or last.weekday() != 5:
        return "For WEEK, dataStartTime must be a Sunday and dataEndTime a Saturday."
    if kind != REPEAT and last - first != timedelta(days=6):
        return "The request must be for exactly one reporting period."
    if kind == QUERIES:
        asins = report.option("asin")
        if not asins or len(asins) > 200:
            return "The report option asin is required and takes at most 200 characters."
    market = books.by_id[report.marketplaces[0]]
    ready_at = datetime.combine(last + timedelta(days=1), datetime.min.time(), ZoneInfo(market.timezone)) + _READY
    if report.created_at < ready_at:
        return "The data for the requested period is not yet available."
    return ""


def document(kind: str, report: "Report", books: Books) -> Json:
    market = books.by_id[report.marketplaces[0]]
    first, last = report.starts_at.date(), report.ends_at.date()
    specification = {
        "reportType": kind, "reportOptions": dict(report.options), "dataStartTime": first.isoformat(),
        "dataEndTime": last.isoformat(), "marketplaceIds": [market.marketplace],
    }  # fmt: skip
    entries: Iterator[Json] = iter(())
    if not report.hollow:
        weeks = {QUERIES: _queries, CATALOG: _catalog, REPEAT: _repeats}[kind]
        entries = weeks(report, books, market, first, last)
    return {"reportSpecification": specification, "dataByAsin": list(entries)}


def _searches(books: Books, market: Market, first: date, asins: set[str]) -> Iterator[tuple[str, SearchWeek]]:
    for week in books.searches.get((market.code, first), ()):
        asin = books.products[week.product].asin
        if not asins or asin in asins:
            yield asin, week


def _queries(report: "Report", books: Books, market: Market, first: date, _last: date) -> Iterator[Json]:
    for asin, week in _searches(books, market, first, set(report.option("asin").split())):
        yield {
            **_period(week.starts_on, asin),
            "searchQueryData": {
                "searchQuery": week.query, "searchQueryScore": week.rank, "searchQueryVolume": week.volume,
            },
            "impressionData": {
                "totalQueryImpressionCount": week.impressions_total, "asinImpressionCount": week.impressions,
                "asinImpressionShare": _percent(week.impressions, week.impressions_total),
            },
            "clickData": {
                "totalClickCount": week.clicks_total, "totalClickRate": _percent(week.clicks_total, week.volume),
                "asinClickCount": week.clicks, "asinClickShare": _percent(week.clicks, week.clicks_total),
                **_medians("Click", week, books, market),
            },
            "cartAddData": {
                "totalCartAddCount": week.cart_adds_total,
                "totalCartAddRate": _percent(week.cart_adds_total, week.volume), "asinCartAddCount": week.cart_adds,
                "asinCartAddShare": _percent(week.cart_adds, week.cart_adds_total),
                **_medians("CartAdd", week, books, market),
            },
            "purchaseData": {
                "totalPurchaseCount": week.purchases_total,
                "totalPurchaseRate": _percent(week.purchases_total, week.volume),
                "asinPurchaseCount": week.purchases,
                "asinPurchaseShare": _percent(week.purchases, week.purchases_total),
                **_medians("Purchase", week, books, market),
            },
        }  # fmt: skip


def _catalog(report: "Report", books: Books, market: Market, first: date, _last: date) -> Iterator[Json]:
    """A product's week over all queries."""
    sums: dict[tuple[date, str, int], list[int]] = {}
    for asin, week in _searches(books, market, first, set(report.option("asins").split())):
        counts = (week.impressions, week.clicks, week.cart_adds, week.purchases)
        held = sums.setdefault((week.starts_on, asin, week.product), [0, 0, 0, 0])
        held[:] = [one + other for one, other in zip(held, counts, strict=True)]
    for (starts_on, asin, number), (impressions, clicks, carts, purchases) in sorted(sums.items()):
        price = books.products[number].prices.get(market.code, Decimal(0))
        yield {
            **_period(starts_on, asin),
            "impressionData": {"impressionCount": impressions, "impressionMedianPrice": _amount(price, market)},
            "clickData": {
                "clickCount": clicks, "clickRate": clicks / impressions if impressions else 0,
                "clickedMedianPrice": _amount(price, market),
            },
            "cartAddData": {"cartAddCount": carts, "cartAddedMedianPrice": _amount(price, market)},
            "purchaseData": {
                "purchaseCount": purchases, "searchTrafficSales": _amount(price * purchases, market),
                "conversionRate": purchases / clicks if clicks else 0, "purchaseMedianPrice": _amount(price, market),
            },
        }  # fmt: skip


def _repeats(_report: "Report", books: Books, market: Market, first: date, last: date) -> Iterator[Json]:
    for week in books.world.repeats:
        if week.market == market.code and first <= week.starts_on <= last:
            yield _repeat(week, books, market)


def _repeat(week: RepeatWeek, books: Books, market: Market) -> Json:
    """Amazon gives shares of 1; they are not rounded here, so that the counts can be had back."""
    return {
        **_period(week.starts_on, books.products[week.product].asin), "orders": week.orders,
        "uniqueCustomers": week.customers,
        "repeatCustomersPctTotal": week.repeat_customers / week.customers if week.customers else 0,
        "repeatPurchaseRevenue": _amount(week.repeat_sales, market),
        "repeatPurchaseRevenuePctTotal": float(week.repeat_sales / week.sales) if week.sales else 0,
    }  # fmt: skip


def _period(starts_on: date, asin: str) -> Json:
    ends_on = starts_on + _WEEK - timedelta(days=1)
    return {"startDate": starts_on.isoformat(), "endDate": ends_on.isoformat(), "asin": asin}


def _medians(event: str, week: SearchWeek, books: Books, market: Market) -> Json:
    price = books.products[week.product].prices.get(market.code, Decimal(0))
    return {
        f"totalMedian{event}Price": _amount(price, market), f"asinMedian{event}Price": _amount(price, market),
        f"totalSameDayShipping{event}Count": 0, f"totalOneDayShipping{event}Count": 0,
        f"totalTwoDayShipping{event}Count": 0,
    }  # fmt: skip


def _percent(part: int, whole: int) -> float:
    """Shares come as percent, though Amazon's schema says fractions (facts §1.5)."""
    return round(100 * part / whole, 2) if whole else 0


def _amount(amount: Decimal, market: Market) -> Json:
    return {"amount": float(amount), "currencyCode": market.currency}
