"""Money: two currencies never meet, and what is split adds up again."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.core.money import CurrencyMismatch, Money, minor_units, quantum, round_minor, split

D = Decimal

amounts = st.decimals(min_value=-(10**13), max_value=10**13, places=6, allow_nan=False)
weights = st.lists(st.decimals(min_value=0, max_value=10**9, places=6, allow_nan=False), min_size=1, max_size=40)
currencies = st.sampled_from(["EUR", "USD", "JPY", "KWD", "VND"])


def test_money_adds_subtracts_and_negates_in_one_currency() -> None:
    assert Money(D("1.10"), "EUR") + Money(D("2.20"), "EUR") == Money(D("3.30"), "EUR")
    assert Money(D("1.10"), "EUR") - Money(D("2.20"), "EUR") == Money(D("-1.10"), "EUR")
    assert -Money(D("1.10"), "EUR") == Money(D("-1.10"), "EUR")


@given(amounts, amounts, currencies, currencies)
def test_two_currencies_never_meet(one: Decimal, other: Decimal, first: str, second: str) -> None:
    if first == second:
        assert (Money(one, first) + Money(other, second)).currency == first
        return
    with pytest.raises(CurrencyMismatch, match=f"{first} and {second}"):
        Money(one, first) + Money(other, second)
    with pytest.raises(CurrencyMismatch):
        Money(one, first) - Money(other, second)
    assert Money(one, first) != Money(one, second)


@pytest.mark.parametrize("amount", [1, 1.5, "1.5", True])
def test_money_is_decimal_only(amount: object) -> None:
    with pytest.raises(TypeError, match="money is Decimal"):
        Money(amount, "EUR")  # type: ignore[arg-type]


@pytest.mark.parametrize("amount", ["NaN", "Infinity", "-Infinity", "sNaN"])
def test_money_is_finite(amount: str) -> None:
    with pytest.raises(ValueError, match="finite"):
        Money(D(amount), "EUR")


@pytest.mark.parametrize(
    ("currency", "digits", "unit"), [("EUR", 2, "0.01"), ("JPY", 0, "1"), ("VND", 0, "1"), ("KWD", 3, "0.001")]
)
def test_minor_units_follow_iso_4217(currency: str, digits: int, unit: str) -> None:
    assert (minor_units(currency), quantum(currency)) == (digits, D(unit))


@pytest.mark.parametrize(
    ("amount", "currency", "rounded"),
    [("0.125", "EUR", "0.12"), ("0.135", "EUR", "0.14"), ("-0.125", "EUR", "-0.12"), ("2.5", "JPY", "2"),
     ("3.5", "JPY", "4"), ("1.0005", "KWD", "1.000")],
)  # fmt: skip
def test_rounding_is_half_to_even(amount: str, currency: str, rounded: str) -> None:
    assert str(round_minor(D(amount), currency)) == rounded
    assert Money(D(amount), currency).rounded() == Money(D(rounded), currency)


def test_split_gives_the_odd_cent_to_the_largest_remainder() -> None:
    shares = Money(D("10.00"), "EUR").split([D(1), D(1), D(1)])
    assert shares == [Money(D("3.34"), "EUR"), Money(D("3.33"), "EUR"), Money(D("3.33"), "EUR")]
    assert split(D("-0.05"), [D(2), D(1)], D("0.01")) == [D("-0.03"), D("-0.02")]


def test_split_by_zero_weights_is_even() -> None:
    assert split(D("0.03"), [D(0), D(0)], D("0.01")) == [D("0.02"), D("0.01")]


def test_split_puts_what_is_below_a_unit_with_the_largest_share() -> None:
    assert split(D("1.005"), [D(1), D(3)], D("0.01")) == [D("0.25"), D("0.755")]


@pytest.mark.parametrize("bad", [[], [D(-1), D(2)]])
def test_split_needs_weights(bad: list[Decimal]) -> None:
    with pytest.raises(ValueError, match="split needs weights"):
        split(D(1), bad, D("0.01"))


@given(amounts, weights, currencies)
def test_shares_add_up_and_are_within_a_unit_of_proportional(
    amount: Decimal, weighing: list[Decimal], currency: str
) -> None:
    unit = quantum(currency)
    shares = [share.amount for share in Money(amount, currency).split(weighing)]
    total = sum(weighing) or D(len(weighing))
    whole, dust = divmod(abs(amount), unit)
    assert sum(shares) == amount
    assert len(shares) == len(weighing)
    for share, weight in zip(shares, weighing, strict=True):
        exact = whole * (weight if sum(weighing) else D(1)) / total * unit
        assert abs(abs(share) - exact) < unit + dust
        assert share * amount >= 0
        assert share % unit == 0 or dust
