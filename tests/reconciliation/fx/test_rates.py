import csv
import io
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from zipfile import ZipFile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciliation.fx import Found, Rate, RateTable, convert

D = Decimal
DAY = date(2026, 9, 15)
HISTORY = Path(__file__).resolve().parents[4] / "shared/data/fx/eurofxref-hist.zip"


def rate(day: int, base: str, quote: str, value: str, source: str = "ECB") -> Rate:
    return Rate(date(2026, 9, day), base, quote, D(value), source)


def find(rates: list[Rate], currency: str, base: str, on: date = DAY) -> Found | None:
    return RateTable(rates).find(currency, base, on)


def test_same_currency_is_one_without_a_source() -> None:
    assert find([], "CNY", "CNY") == Found(D(1), DAY, "")


@pytest.mark.parametrize(("day", "found"), [(15, True), (8, True), (7, False), (16, False)])
def test_rate_counts_when_it_is_at_most_seven_days_old(day: int, found: bool) -> None:
    expected = Found(D("8.1"), date(2026, 9, day), "ECB") if found else None
    assert find([rate(day, "EUR", "CNY", "8.1")], "EUR", "CNY") == expected


def test_last_rate_before_the_day_is_taken() -> None:
    rates = [rate(14, "EUR", "CNY", "8.4"), rate(11, "EUR", "CNY", "8.1"), rate(16, "EUR", "CNY", "8.6")]
    assert find(rates, "EUR", "CNY") == Found(D("8.4"), date(2026, 9, 14), "ECB")


def test_last_given_counts_when_one_day_has_two() -> None:
    rates = [rate(14, "USD", "TWD", "31", "typed by Lin"), rate(14, "USD", "TWD", "32", "typed by Wu")]
    assert find(rates, "USD", "TWD") == Found(D(32), date(2026, 9, 14), "typed by Wu")


def test_pair_is_turned_round_when_only_the_other_way_is_quoted() -> None:
    assert find([rate(15, "EUR", "CNY", "8")], "CNY", "EUR") == Found(D("0.125"), DAY, "ECB")


def test_ecb_currencies_cross_via_euro_and_the_older_leg_dates_them() -> None:
    rates = [rate(15, "EUR", "USD", "1.2"), rate(11, "EUR", "CNY", "8.1")]
    assert find(rates, "USD", "CNY") == Found(D("6.75"), date(2026, 9, 11), "ECB USD/CNY via EUR")


def test_cross_is_not_found_when_one_leg_is_too_old() -> None:
    assert find([rate(15, "EUR", "USD", "1.2"), rate(7, "EUR", "CNY", "8.1")], "USD", "CNY") is None


@pytest.mark.parametrize(
    ("typed_on", "expected"),
    [
        (15, Found(D("6.7"), date(2026, 9, 15), "typed by Lin")),
        (14, Found(D("6.7"), date(2026, 9, 14), "typed by Lin")),
        (13, Found(D("6.75"), date(2026, 9, 14), "ECB USD/CNY via EUR")),
    ],
)
def test_typed_pair_goes_before_the_ecb_unless_the_ecb_is_younger(typed_on: int, expected: Found) -> None:
    rates = [
        rate(14, "EUR", "USD", "1.2"),
        rate(14, "EUR", "CNY", "8.1"),
        rate(typed_on, "USD", "CNY", "6.7", "typed by Lin"),
    ]
    assert find(rates, "USD", "CNY") == expected


def test_typed_pair_may_stand_the_other_way_round() -> None:
    assert find([rate(15, "CNY", "TWD", "4", "typed by Lin")], "TWD", "CNY") == Found(D("0.25"), DAY, "typed by Lin")


def test_typed_rate_crosses_with_the_ecb_when_the_ecb_has_not_the_currency() -> None:
    rates = [
        rate(14, "USD", "TWD", "32", "typed by Lin"),
        rate(15, "EUR", "USD", "1.25"),
        rate(15, "EUR", "CNY", "8"),
    ]
    source = "typed by Lin and ECB USD/CNY via EUR"
    assert find(rates, "TWD", "CNY") == Found(D("0.2"), date(2026, 9, 14), source)
    source = "ECB CNY/USD via EUR and typed by Lin"
    assert find(rates, "CNY", "TWD") == Found(D(5), date(2026, 9, 14), source)


def test_two_typed_rates_cross() -> None:
    rates = [rate(14, "USD", "TWD", "32", "Lin"), rate(13, "USD", "VND", "25600", "Wu")]
    assert find(rates, "TWD", "VND") == Found(D(800), date(2026, 9, 13), "Lin and Wu")


@pytest.mark.parametrize(
    ("first", "second", "expected"),
    [
        ("a" * 50, "b" * 50, f"{'a' * 26}… and {'b' * 26}…"),
        ("a" * 10, "b" * 50, f"{'a' * 10} and {'b' * 44}…"),
        ("a" * 10, "b" * 45, f"{'a' * 10} and {'b' * 45}"),
    ],
)
def test_sources_are_cut_when_together_they_are_long(first: str, second: str, expected: str) -> None:
    rates = [rate(14, "USD", "TWD", "32", first), rate(14, "USD", "VND", "25600", second)]
    assert find(rates, "TWD", "VND") == Found(D(800), date(2026, 9, 14), expected)


def test_missing_rate_is_none_and_never_one() -> None:
    assert find([rate(15, "EUR", "USD", "1.2")], "TWD", "USD") is None


def test_derived_rates_have_twelve_digits() -> None:
    assert find([rate(15, "EUR", "USD", "3")], "USD", "EUR") == Found(D("0.333333333333"), DAY, "ECB")


@pytest.mark.parametrize("value", ["0", "-1"])
def test_rate_that_is_none_is_refused(value: str) -> None:
    with pytest.raises(ValueError, match="no rate between two currencies"):
        rate(15, "EUR", "USD", value)


@pytest.mark.parametrize(
    ("amount", "base", "expected"),
    [
        ("10.01", "USD", "5.00"),
        ("10.03", "USD", "5.02"),
        ("-10.03", "USD", "-5.02"),
        ("11", "JPY", "6"),
        ("9", "JPY", "4"),
    ],
)
def test_conversion_rounds_half_to_even_in_minor_units(amount: str, base: str, expected: str) -> None:
    assert str(convert(D(amount), Found(D("0.5"), DAY, "ECB"), base)) == expected


QUOTES = st.lists(
    st.tuples(st.integers(0, 40), st.sampled_from(["USD", "CNY", "JPY"]), st.decimals("0.01", 200, places=3)),
    max_size=40,
)


@given(quotes=QUOTES, day=st.integers(0, 40), currency=st.sampled_from(["EUR", "USD", "CNY"]))
def test_lookup_agrees_with_looking_at_every_rate(
    quotes: list[tuple[int, str, Decimal]], day: int, currency: str
) -> None:
    rates = [Rate(DAY + timedelta(on), "EUR", quote, value, "ECB") for on, quote, value in quotes]
    on = DAY + timedelta(day)

    def leg(quote: str) -> tuple[date, Decimal] | None:
        fit = {one.on: one.rate for one in rates if one.quote == quote and on - timedelta(7) <= one.on <= on}
        return max(fit.items()) if fit else None

    sold, bought = (on, D(1)) if currency == "EUR" else leg(currency), leg("JPY")
    found = find(rates, currency, "JPY", on)
    if sold is None or bought is None:
        assert found is None
    else:
        assert found is not None
        assert found.on == min(sold[0], bought[0])
        assert abs(found.rate * sold[1] / bought[1] - 1) < D("1e-11")


@given(quotes=QUOTES, day=st.integers(0, 40))
def test_there_and_back_is_one(quotes: list[tuple[int, str, Decimal]], day: int) -> None:
    table = RateTable([Rate(DAY + timedelta(on), "EUR", quote, value, "ECB") for on, quote, value in quotes])
    there = table.find("USD", "CNY", DAY + timedelta(day))
    back = table.find("CNY", "USD", DAY + timedelta(day))
    assert (there is None) == (back is None)
    if there and back:
        assert there.on == back.on
        assert abs(there.rate * back.rate - 1) < D("1e-10")


@pytest.fixture(scope="module")
def history() -> RateTable:
    if not HISTORY.exists():
        pytest.skip("the ECB's history lies beside the project only where it is developed")
    with ZipFile(HISTORY) as archive, archive.open("eurofxref-hist.csv") as stream:
        return RateTable(
            Rate(date.fromisoformat(row["Date"]), "EUR", quote, D(value), "ECB")
            for row in csv.DictReader(io.TextIOWrapper(stream, "utf-8"))
            for quote, value in row.items()
            if quote not in ("Date", "") and value not in ("N/A", "")
        )


def test_weekend_takes_fridays_rate_when_looked_up_in_the_whole_history(history: RateTable) -> None:
    sunday, friday = date(2026, 11, 1), date(2026, 10, 30)
    assert history.find("EUR", "USD", sunday) == Found(D("1.1172"), friday, "ECB")
    assert history.find("USD", "CNY", sunday) == Found(D("6.65288220551"), friday, "ECB USD/CNY via EUR")
    assert history.find("USD", "CNY", date(2026, 11, 7)) is None


@pytest.mark.parametrize("currency", ["TWD", "VND", "CLP", "COP"])
def test_ecb_does_not_quote_some_currencies(history: RateTable, currency: str) -> None:
    assert history.find(currency, "USD", date(2026, 10, 30)) is None
