"""What the operator does next: the most pressing first, five at most, and nothing where nothing is sure."""

from dataclasses import replace
from typing import Any

import pytest

from reports.analysis.campaigns import Campaign, checks, table
from reports.analysis.kpi.spans import K10, K12
from reports.analysis.kpi.spikes import K11
from reports.analysis.next_steps import MOST, Seen, next_steps
from reports.analysis.said import Said


def campaign(name: str, spend: float, clicks: float, orders: float, verdict: str = "non_brand") -> Campaign:
    return Campaign("shopify", "google", name, {verdict: spend}, 20 * clicks, clicks, orders, 40 * orders)


def seen(*campaigns: Campaign, margin: float = 0.5, **fields: Any) -> Seen:
    made = table(campaigns, margin)
    order, clicks = checks(campaigns, margin)
    given = {"visited": True, "ledger": made["total"]["spend"], "margin": margin, **fields}
    return Seen("USD", made, order, clicks, **given)


def said(of: Seen) -> list[str]:
    return [str(one.said) for one in next_steps(of)]


USUAL = [campaign("Leaf", 1200, 1000, 60), campaign("Root", 1200, 1100, 61)]  # no sure loss, no sure gain


def test_what_surely_loses_comes_first_and_what_surely_pays_next() -> None:
    bad, good = campaign("Gold", 412, 400, 3), campaign("Green", 200, 2000, 200)
    first, second, *_ = said(seen(*USUAL, bad, good))
    assert first.startswith("Look at Gold (google, shopify) first: 412.00 USD spent for 3 orders. An order costs ")
    assert "brings 20.00 USD before advertising" in first
    assert second.startswith("Green (google, shopify) pays, as its network counts: an order costs ")


def test_of_several_that_lose_the_one_that_loses_most_is_told() -> None:
    found = said(seen(campaign("Dear", 5000, 5000, 3), campaign("Dearer", 90, 90, 0), *USUAL))
    assert [one.split(" (")[0] for one in found if "first:" in one] == ["Look at Dear"]


def test_few_clicks_are_no_reason_to_switch_off() -> None:
    assert not any("Look at" in one for one in said(seen(*USUAL, campaign("New", 12, 10, 0))))


def test_spend_that_was_all_paid_back_has_no_share() -> None:
    paid_back = [campaign("Tea", 50, 10, 1, "unknown"), campaign("Back", -50, 10, 1)]
    assert not any("neither brand" in one for one in said(seen(*paid_back)))


def test_brand_searches_are_not_praised() -> None:
    brand = campaign("Maple", 100, 3000, 900, "brand")
    assert not any("pays" in one for one in said(seen(*USUAL, brand)))
    assert any("pays" in one for one in said(seen(*USUAL, replace(brand, spend={"non_brand": 100.0}))))


def test_budget_is_not_shifted_between_what_cannot_be_told_apart() -> None:
    (told,) = said(seen(*USUAL))
    assert told.startswith("Leaf (google, shopify) is not distinguishable from Root (google, shopify): do not shift")
    lucky = campaign("Luck", 10, 10, 5)
    (told,) = [one for one in said(seen(campaign("Big", 900, 1000, 300), lucky)) if "Do not follow" in one]
    assert told.startswith("Do not follow Luck (google, shopify): the highest share of orders rests on 10 clicks.")


@pytest.mark.parametrize(("action", "told"), [(0.0, False), (1.0, True)], ids=["one-day", "two-of-three"])
def test_a_single_day_off_is_no_reason_to_act(action: float, told: bool) -> None:
    flag = K11.fires(Said("x"), {"action": action, "off": 1 + action})
    found = said(seen(*USUAL, spikes={"amazon": flag}))
    assert (
        any(one.startswith("Orders on amazon lay off their week and trend on 2 of the last") for one in found) is told
    )


def test_without_a_margin_no_campaign_is_judged() -> None:
    found = said(seen(*USUAL, campaign("Gold", 412, 400, 3), margin=float("nan"), uncosted=13))
    assert found[0].startswith("Goods lack a cost")
    assert not any("Look at" in one or "pays" in one or "of 13 weeks" in one for one in found)


def test_local_wins_and_what_left_nothing_are_told_with_names() -> None:
    win, gone = K10.fires(Said("x"), {}), K12.fires(Said("x"), {})
    found = said(seen(*USUAL, local_wins={"Tea": win, "Pot": K10.passes({})}, ended=[("amazon", "2026-01-05", gone)]))
    assert "Tea gets cheaper by order while the whole earns less: judge it by total contribution." in found
    assert not any(one.startswith("Pot") for one in found)
    assert any(one.startswith("What changed on amazon on 2026-01-05 left nothing behind") for one in found)


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"uncosted": 4}, "In 4 of 13 weeks goods lack a cost"),
        ({"untold": 300.0, "ledger": 1300.0}, "300.00 USD of advertising in the ledger is in no report"),
        ({"untold": -300.0, "ledger": 700.0}, "Reports tell of 300.00 USD more advertising than the ledger"),
        ({"untold": 30.0, "ledger": 1030.0}, ""),
        ({"visited": False}, "No sessions are in the books"),
        ({"unrated": 2}, "In 2 of 13 weeks advertising has no exchange rate"),
    ],
    ids=["costs", "untold", "overtold", "almost-all", "sessions", "rates"],
)
def test_what_is_missing_is_asked_for(fields: dict[str, Any], told: str) -> None:
    found = [one for one in said(seen(*USUAL, **fields)) if "not distinguishable" not in one]
    assert [one.startswith(told) for one in found] == ([True] if told else [])


def test_unclassified_spend_is_told_by_its_share() -> None:
    found = said(seen(*USUAL, campaign("Wide", 600, 500, 30, "unknown")))
    assert any(one.startswith("20 % of the spend is neither brand nor non-brand") for one in found)


def test_at_most_five_are_told() -> None:
    off = {name: K11.fires(Said("x"), {"action": 1.0, "off": 2.0}) for name in ("amazon", "shopee", "shopify")}
    every = seen(
        *USUAL, campaign("Gold", 412, 400, 3), campaign("Green", 200, 2000, 200), campaign("Wide", 250, 500, 30, "unknown"),
        spikes=off, untold=9000.0, uncosted=3, visited=False,
    )  # fmt: skip
    assert len(next_steps(every)) == MOST
    assert [one.to for one in next_steps(every)] == ["days"] * 3 + ["campaigns"] * 2


def test_an_empty_company_is_told_what_to_bring() -> None:
    found = said(replace(seen(), visited=False))
    assert found == [
        "No report of advertising is in the books: bring those of the networks.",
        "No sessions are in the books: bring Traffic acquisition, which Google Analytics 4 exports.",
    ]
