"""A table of campaigns: sums that add up, intervals, an order by what is sure, and nothing divided by nothing."""

import json
import math
from itertools import starmap
from typing import Any

import numpy as np
import pytest

from reports.analysis.campaigns import SHOWN, Campaign, checks, table
from reports.analysis.proportions import wilson
from reports.analysis.stored import plain


def campaign(name: str, spend: float = 100, clicks: float = 100, orders: float = 10, **fields: Any) -> Campaign:
    given = {"impressions": 20 * clicks, "sales": 20 * orders, **fields}
    verdict = given.pop("verdict", "non_brand")
    return Campaign("shopify", "google", name, {verdict: spend}, clicks=clicks, orders=orders, **given)


def test_few_orders_do_not_lead_and_are_not_distinguishable() -> None:
    small, large = campaign("Small", clicks=10, orders=5), campaign("Large", clicks=1000, orders=300)
    rows = table([small, large], 0.5)["rows"]
    assert [row["campaign"] for row in rows] == ["Large", "Small"]
    assert [row["distinguishable"] for row in rows] == [False, False]
    assert [row["place"] for row in rows] == [1, 1]
    assert [(round(row["cvr_low"], 3), round(row["cvr_high"], 3)) for row in rows] == [(0.277, 0.324), (0.269, 0.731)]
    assert [row["few"] for row in rows] == [False, True]
    order, _ = checks([small, large], 0.5)
    assert order.fired
    assert order.wrong.values["shown"] == small.label


def test_few_are_drawn_to_the_common_rate_more_than_many() -> None:
    all_of = [campaign(f"C{n}", clicks=500, orders=orders) for n, orders in enumerate((20, 30, 40, 50, 60))]
    rows = table([*all_of, campaign("Small", clicks=10, orders=5)], 0.5)["rows"]
    small, large = (next(row for row in rows if row["campaign"] == name) for name in ("Small", "C4"))
    assert small["cvr_shrunk"] < 0.25 < small["cvr"]
    assert abs(large["cvr_shrunk"] - large["cvr"]) < 0.01
    assert large["cvr_shrunk_low"] < large["cvr_shrunk"] < large["cvr_shrunk_high"]


def test_money_by_order_and_by_impression() -> None:
    (row,) = table([campaign("Tea", spend=60, clicks=100, orders=50)], 0.65)["rows"]
    low, high = wilson(50, 100)
    assert (row["cpa"], row["cpa_low"], row["cpa_high"]) == pytest.approx((1.2, 0.6 / high, 0.6 / low))
    assert row["value_per_mille"] == pytest.approx(1000 * 50 * 20 * 0.65 / 2000)
    assert row["contribution_per_mille"] == pytest.approx(1000 * (50 * 20 * 0.65 - 60) / 2000)
    assert (row["ctr"], row["order_brings"]) == (0.05, pytest.approx(13))
    assert (row["order_costs_least"], row["order_costs_most"]) == pytest.approx((row["cpa_low"], row["cpa_high"]))


def test_what_is_sure_of_all_rows_is_wider_than_of_one() -> None:
    rows = table([campaign(f"C{n}", clicks=200) for n in range(40)], 0.5)["rows"]
    assert all(row["order_costs_least"] < row["cpa_low"] < row["cpa_high"] < row["order_costs_most"] for row in rows)


def test_without_orders_a_cost_has_a_lower_end_alone() -> None:
    (row,) = table([campaign("Idle", spend=90, clicks=300, orders=0)], 0.5)["rows"]
    assert (row["cpa"], row["cpa_high"], row["order_costs_most"]) == (None, None, None)
    assert row["cpa_low"] == pytest.approx(90 / (300 * wilson(0, 300)[1]))


@pytest.mark.parametrize(
    "odd",
    [
        {"clicks": 0, "orders": 0, "impressions": 0, "spend": 0},
        {"clicks": 0, "orders": 3},
        {"clicks": 5, "orders": 9},
        {"clicks": 1e12, "orders": 1},
        {"spend": -4.0},
    ],
    ids=["nothing", "orders-without-clicks", "more-orders-than-clicks", "huge", "credit"],
)
@pytest.mark.parametrize("margin", [0.5, -0.2, math.nan], ids=str)
def test_odd_campaigns_are_told_without_infinities(odd: dict[str, Any], margin: float) -> None:
    found = [campaign("Odd", **odd), campaign("Tea")]
    made = table(found, margin)
    json.dumps(plain(made), allow_nan=False)
    for row in made["rows"]:
        assert not any(isinstance(one, float) and not math.isfinite(one) for one in row.values())
    assert {row["campaign"] for row in made["rows"]} == {"Odd", "Tea"}
    for flag in checks(found, margin):
        assert flag.fired in (True, False, None)


def test_of_thousands_those_that_spent_most_stand_and_all_add_up() -> None:
    generator = np.random.default_rng(4)
    spend, clicks = generator.exponential(50, 3000), generator.integers(0, 400, 3000)
    orders = generator.binomial(clicks, 0.03)
    found = list(
        starmap(campaign, zip(map(str, range(3000)), spend, map(float, clicks), map(float, orders), strict=True))
    )
    made = table(found, 0.5)
    assert (len(made["rows"]), made["rest"]["campaigns"], made["total"]["campaigns"]) == (SHOWN, 2950, 3000)
    for name in ("spend", "impressions", "clicks", "orders", "sales"):
        told = sum(row[name] for row in made["rows"]) + made["rest"][name]
        assert told == pytest.approx(made["total"][name]) == pytest.approx(sum(
            one.spent if name == "spend" else getattr(one, name) for one in found
        ))  # fmt: skip
    assert min(row["spend"] for row in made["rows"]) >= np.sort(spend)[-SHOWN]


def test_a_campaign_of_several_classes_is_mixed() -> None:
    both = Campaign("shopify", "google", "Both", {"brand": 50.0, "non_brand": 50.0}, 100, 10, 1, 20)
    kinds = [campaign("A"), campaign("B", verdict="brand"), both, campaign("None", spend=0)]
    assert [one.verdict for one in kinds] == ["non_brand", "brand", "mixed", "unknown"]
    total = table(kinds, 0.5)["total"]
    assert sum(total["spend_by_class"].values()) == total["spend"] == 300


def test_clicks_without_value_are_found() -> None:
    good = [campaign(f"C{n}", clicks=1000, orders=50, impressions=40_000 + n) for n in range(6)]
    bait = campaign("Bait", clicks=4000, orders=2, impressions=40_000)
    _, clicks = checks([*good, bait], 0.5)
    assert clicks.fired
    assert clicks.wrong.values["name"] == bait.label
    assert checks(good, 0.5)[1].fired is False
    assert checks(good, math.nan)[1].fired is None
