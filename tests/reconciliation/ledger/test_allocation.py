from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.core.money import CurrencyMismatch, Money
from reconciliation.ledger.allocation import (
    DRIVERS,
    UNALLOCATED,
    Activity,
    Sensitivity,
    allocate,
    drivers,
    ranking_under,
)

D = Decimal


def cny(amount: str) -> Money:
    return Money(D(amount), "CNY")


def test_shares_follow_the_weights_in_order_of_key() -> None:
    shares = allocate(cny("-100.00"), {"shopee": D(1), "amazon": D(2), "shopify": D(0)})
    assert list(shares.items()) == [("amazon", cny("-66.67")), ("shopee", cny("-33.33")), ("shopify", cny("0.00"))]


def test_negative_weight_counts_as_zero() -> None:
    assert allocate(cny("90"), {"a": D(-5), "b": D(1), "c": D(2)}) == {"a": cny("0"), "b": cny("30"), "c": cny("60")}


@pytest.mark.parametrize("weights", [{}, {"a": D(0)}, {"a": D(-1), "b": D(0)}])
def test_pool_stays_unallocated_when_no_weight_claims_it(weights: dict[str, Decimal]) -> None:
    assert allocate(cny("-9.99"), weights) == {UNALLOCATED: cny("-9.99")}


def test_empty_key_is_refused() -> None:
    with pytest.raises(ValueError, match="the empty key stands for what is not allocated"):
        allocate(cny("1"), {"": D(1)})


KEYS = st.text("abcdef", min_size=1, max_size=3)
WEIGHTS = st.dictionaries(KEYS, st.decimals(-1_000, 100_000, places=3), max_size=12)
POOLS = st.builds(Money, st.decimals(-1_000_000, 1_000_000, places=4), st.sampled_from(["CNY", "JPY", "KWD"]))


@given(pool=POOLS, weights=WEIGHTS)
def test_shares_add_up_to_the_pool_always(pool: Money, weights: dict[str, Decimal]) -> None:
    shares = allocate(pool, weights)
    assert sum((share.amount for share in shares.values()), D(0)) == pool.amount
    assert {share.currency for share in shares.values()} == {pool.currency}


@given(pool=POOLS, weights=WEIGHTS)
def test_shares_do_not_depend_on_the_order_of_the_weights(pool: Money, weights: dict[str, Decimal]) -> None:
    backwards = dict(reversed(weights.items()))
    assert list(allocate(pool, weights).items()) == list(allocate(pool, backwards).items())


@given(pool=POOLS, weights=WEIGHTS)
def test_channel_without_positive_weight_takes_nothing(pool: Money, weights: dict[str, Decimal]) -> None:
    shares = allocate(pool, weights)
    assert all(shares[key].amount == 0 for key, weight in weights.items() if weight <= 0 and key in shares)


ACTIVITY = {
    "amazon": Activity(net_revenue=D(800), units=D(10), orders=D(10)),
    "shopify": Activity(net_revenue=D(200), units=D(30), orders=D(10)),
}


def test_drivers_weigh_what_their_name_says() -> None:
    assert {name: drivers(name, ACTIVITY) for name in DRIVERS} == {
        "net_revenue": {"amazon": D(800), "shopify": D(200)},
        "units": {"amazon": D(10), "shopify": D(30)},
        "orders": {"amazon": D(10), "shopify": D(10)},
        "equal": {"amazon": D(1), "shopify": D(1)},
    }


def test_rankings_disagree_when_the_key_decides_the_order() -> None:
    found = ranking_under(
        {"amazon": cny("100"), "shopify": cny("90")}, cny("-80"), ACTIVITY, ("net_revenue", "units", "orders")
    )
    assert found == Sensitivity(
        margins={
            "net_revenue": {"amazon": cny("36"), "shopify": cny("74")},
            "units": {"amazon": cny("80"), "shopify": cny("30")},
            "orders": {"amazon": cny("60"), "shopify": cny("50")},
        },
        rankings={
            "net_revenue": ("shopify", "amazon"), "units": ("amazon", "shopify"), "orders": ("amazon", "shopify"),
        },
        agree=False,
    )  # fmt: skip


def test_rankings_agree_when_no_key_changes_the_order() -> None:
    found = ranking_under({"amazon": cny("500"), "shopify": cny("90")}, cny("-80"), ACTIVITY)
    assert found.agree
    assert set(found.rankings.values()) == {("amazon", "shopify")}
    assert list(found.rankings) == list(DRIVERS)


def test_equal_margins_stand_in_order_of_key() -> None:
    found = ranking_under({"b": cny("1"), "a": cny("1")}, cny("0"), {})
    assert set(found.rankings.values()) == {("a", "b")}


def test_driver_that_spreads_nothing_is_named() -> None:
    idle = {"a": Activity(D(0), D(0), D(0)), "b": Activity(D(-3), D(0), D(0))}
    found = ranking_under({"a": cny("5"), "b": cny("4"), "c": cny("9")}, cny("-6"), idle)
    assert found.unallocated == ("net_revenue", "units", "orders")
    assert found.margins["units"] == {"a": cny("5"), "b": cny("4"), "c": cny("9")}
    assert found.margins["equal"] == {"a": cny("2"), "b": cny("1"), "c": cny("9")}


def test_sensitivity_is_refused_when_it_would_mean_nothing() -> None:
    with pytest.raises(ValueError, match="three drivers"):
        ranking_under({"amazon": cny("1")}, cny("-1"), {}, ("units", "orders"))
    with pytest.raises(ValueError, match="activity without a margin: amazon, shopify"):
        ranking_under({}, cny("-1"), ACTIVITY)
    with pytest.raises(CurrencyMismatch):
        ranking_under({"amazon": Money(D(1), "USD"), "shopify": Money(D(1), "USD")}, cny("-1"), ACTIVITY)
