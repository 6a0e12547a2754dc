"""What Amazon's quotas allow: the least time of a back-fill, by each way there is."""

from datetime import timedelta

from channels.adapters.amazon.pulls import SOURCE
from channels.core.transport import Rate, best_route, calls_of, least_seconds

YEARS, WEEKS = timedelta(days=730), timedelta(days=14)
ORDERS = 100_000
PACE = ORDERS / YEARS.days
RESOURCES = {one.name: one for one in SOURCE.resources}
HOUR = 3600


def test_back_fill_of_two_years_takes_reports_and_minutes() -> None:
    orders, settlements = RESOURCES["amazon.orders"], RESOURCES["amazon.settlements"]
    best = best_route(orders, SOURCE, YEARS, PACE)
    assert best.name == "report"
    calls = dict(calls_of(best, orders, YEARS, PACE))
    assert calls == {"createReport": 25, "getReport": 250, "getReportDocument": 25}
    for operation, count in calls_of(settlements.routes[0], settlements, WEEKS, PACE).items():
        calls[operation] = calls.get(operation, 0) + count
    assert calls == {"createReport": 25, "getReport": 250, "getReportDocument": 27, "getReports": 1}
    least = least_seconds(calls, SOURCE.rates)
    assert round(least) == round((27 - 15) / 0.0167) == 719
    assert least < 2 * HOUR


def test_back_fill_page_by_page_takes_two_days() -> None:
    search = RESOURCES["amazon.orders"].routes[0]
    calls = calls_of(search, RESOURCES["amazon.orders"], YEARS, PACE)
    assert calls == {"searchOrders": 1008}  # 24 windows, each with its last page not full
    assert round(least_seconds({"searchOrders": ORDERS / 100}, SOURCE.rates) / HOUR, 1) == 48.6


def test_naive_back_fill_asks_for_each_orders_items() -> None:
    version_0 = {"getOrders": Rate(0.0167, 20), "getOrderItems": Rate(0.5, 30)}
    naive = {"getOrders": ORDERS / 100, "getOrderItems": float(ORDERS)}
    assert round(least_seconds(naive, version_0) / HOUR, 1) == 55.5


def test_what_is_new_is_searched_for() -> None:
    quarter = timedelta(minutes=15)
    assert best_route(RESOURCES["amazon.orders"], SOURCE, quarter, PACE).name == "search"
    searches = timedelta(days=1) / RESOURCES["amazon.orders"].every
    assert searches < 0.0056 * 24 * HOUR
