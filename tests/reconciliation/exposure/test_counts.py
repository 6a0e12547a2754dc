"""Sums of search statistics by class: they add up to the source, and what is not told stays unknown."""

from collections import defaultdict
from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from channels.core.rows import AdSpendRow, SearchRow
from reconciliation.exposure.counts import (
    MEASURES,
    AdClass,
    Funnel,
    Sum,
    ads_by_class,
    by_class,
    per_query,
    week_of,
    weekly,
)
from reconciliation.exposure.verdicts import CLASSES, Class

SUNDAY, SATURDAY = date(2026, 9, 6), date(2026, 9, 12)


def of_first_letter(query: str) -> Class:
    return "brand" if query.startswith("b") else "unknown" if query.startswith("u") else "non_brand"


def row(
    query: str, asin: str = "B1", own: int | None = 1, total: int | None = 10, week: int = 0, volume: int | None = 100
) -> SearchRow:
    starts = SUNDAY + timedelta(7 * week)
    return SearchRow(
        key=f"{week}|{asin}|{query}", starts_on=starts, ends_on=starts + timedelta(6), query=query, asin=asin, place=1,
        volume=volume, impressions=own, impressions_total=total, clicks=own, clicks_total=total, cart_adds=own,
        cart_adds_total=total, purchases=own, purchases_total=total,
    )  # fmt: skip


def alike(value: Sum) -> Funnel:
    return Funnel(value, value, value, value)


def test_total_counts_once_and_own_products_add_up() -> None:
    [found] = per_query([row("b", "B1", 3), row("b", "B2", 4)])
    assert (found.own, found.total, found.volume, found.products) == (alike(Sum(7)), alike(Sum(10)), 100, 2)
    assert found.share("clicks") == 0.7
    assert not found.disagrees


def test_count_that_is_missing_for_one_product_leaves_the_sum_unknown() -> None:
    [found] = per_query([row("b", "B1", None), row("b", "B2", 4)])
    assert found.own.clicks == Sum(4, 1)
    assert found.own.clicks.whole is None
    assert found.share("clicks") is None


def test_products_that_disagree_about_the_total_are_told() -> None:
    [found] = per_query([row("b", "B1", 3, 10), row("b", "B2", 4, 12)])
    assert (found.total.clicks, found.disagrees) == (Sum(12), True)


def test_more_than_everything_gives_no_share() -> None:
    [found] = per_query([row("b", "B1", 11, 10)])
    assert (found.share("clicks"), found.disagrees) == (None, True)


def test_rows_without_product_or_totals_add_up() -> None:
    """Search Console broken down by country: rows of one query, without anybody else's counts."""
    [found] = per_query([row("b", "", 3, None), row("b", "", 4, None)])
    assert (found.own.clicks, found.total.clicks, found.share("clicks")) == (Sum(7), Sum(None, 1), None)


def test_each_period_has_its_three_classes_and_no_other() -> None:
    found = by_class(per_query([row("b1"), row("n1"), row("b2", week=2)]), of_first_letter)
    assert [(one.starts_on, one.verdict, one.queries, one.own.clicks) for one in found] == [
        (SUNDAY, "brand", 1, Sum(1)), (SUNDAY, "non_brand", 1, Sum(1)), (SUNDAY, "unknown", 0, Sum(0)),
        (SUNDAY + timedelta(14), "brand", 1, Sum(1)), (SUNDAY + timedelta(14), "non_brand", 0, Sum(0)),
        (SUNDAY + timedelta(14), "unknown", 0, Sum(0)),
    ]  # fmt: skip


count = st.none() | st.integers(0, 1000)
source_rows = st.lists(
    st.builds(
        row, st.sampled_from(["b1", "b2", "n1", "n2", "u1"]), st.sampled_from(["B1", "B2"]), count, count,
        st.integers(0, 2), count,
    ), max_size=30,
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(source_rows)
def test_three_classes_add_up_to_the_source(rows: list[SearchRow]) -> None:
    found = by_class(per_query(rows), of_first_letter)
    for start in {one.starts_on for one in rows}:
        here = [one for one in rows if one.starts_on == start]
        classes = [one for one in found if one.starts_on == start]
        assert [one.verdict for one in classes] == list(CLASSES)
        for name in MEASURES:
            own = [getattr(one, name) for one in here]
            added = sum((getattr(one.own, name) for one in classes), Sum())
            assert added == Sum(sum(value for value in own if value is not None), own.count(None))
            highest: dict[str, int] = defaultdict(lambda: -1)
            for one in here:
                total = getattr(one, f"{name}_total")
                highest[one.query] = max(highest[one.query], -1 if total is None else total)
            added = sum((getattr(one.total, name) for one in classes), Sum())
            assert added == Sum(
                sum(value for value in highest.values() if value >= 0), list(highest.values()).count(-1)
            )
        assert sum(one.queries for one in classes) == len({one.query for one in here})


def ad(term: str, starts: date, ends: date, currency: str = "USD", clicks: int = 1) -> AdSpendRow:
    return AdSpendRow(
        key=term, starts_on=starts, ends_on=ends, currency=currency, spend=Decimal("0.10") * clicks, place=1, search_term=term,
        impressions=10, clicks=clicks, orders=1, units=2, sales=Decimal(5),
    )  # fmt: skip


def test_advertising_goes_to_its_week_or_keeps_its_period() -> None:
    over = (date(2026, 9, 10), date(2026, 9, 14))
    rows = [
        ad("b", SUNDAY, SATURDAY),
        ad("b", date(2026, 9, 8), date(2026, 9, 8), clicks=2),
        ad("", *over),
        ad("n", *over, "EUR"),
    ]
    found = {
        (one.starts_on, one.currency, one.verdict): one
        for one in ads_by_class(rows, lambda term: of_first_letter(term or "u"))
    }
    assert len(found) == 9
    assert found[SUNDAY, "USD", "brand"] == AdClass(
        SUNDAY, SATURDAY, "USD", "brand", 2, 20, 3, 2, 4, Decimal("0.30"), Decimal(10)
    )
    assert (found[over[0], "USD", "unknown"].rows, found[over[0], "EUR", "non_brand"].rows) == (1, 1)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.builds(ad, st.sampled_from(["b", "n", "u"]), st.dates(SUNDAY, SATURDAY), st.dates(SATURDAY, date(2026, 9, 20)),
                          st.sampled_from(["USD", "EUR"]), st.integers(0, 99)), max_size=20))  # fmt: skip
def test_classes_of_advertising_add_up_to_the_report(rows: list[AdSpendRow]) -> None:
    found = ads_by_class(rows, of_first_letter)
    assert sum(one.rows for one in found) == len(rows)
    for currency in ("USD", "EUR"):
        assert sum((one.spend for one in found if one.currency == currency), Decimal(0)) == sum(
            (one.spend for one in rows if one.currency == currency), Decimal(0)
        )
    assert sum(one.clicks for one in found) == sum(one.clicks for one in rows)


def test_weeks_run_from_sunday() -> None:
    assert [week_of(SUNDAY + timedelta(n)) for n in (-1, 0, 6, 7)] == [
        SUNDAY - timedelta(7), SUNDAY, SUNDAY, SUNDAY + timedelta(7),
    ]  # fmt: skip


def test_week_that_no_report_covers_is_none_and_not_zero() -> None:
    series = weekly({SUNDAY: 5, SUNDAY + timedelta(14): 7}, SUNDAY, SUNDAY + timedelta(20))
    assert list(series.values()) == [5, None, 7]
