from dataclasses import replace
from typing import Any

from reports.analysis.estimate import Bounds, Estimate
from reports.analysis.uplift import uplift
from reports.cards.card import contents
from reports.cards.longer import after, parts, trends
from reports.cards.markdown import markdown
from tests.reports.cards.making import made

WAVE = [1.0, -1.0] * 6


def launched(since: list[float], **more: Any) -> dict[str, Any]:
    """Twelve weeks before, then so many orders more a week."""
    detail = {
        "gap": [*WAVE, *([-2.0] * len(since))],
        "affecting": [0.0] * 12 + [one + 2 for one in since],
        "before": 12,
    }
    return {**detail, **more}


def text(blocks: Any) -> str:
    return markdown(list(blocks)).replace("\\", "")


def test_parts_of_the_horizon_stand_with_their_intervals() -> None:
    split = {"0–13": {"value": 0.3, "low": 0.1, "high": 0.5}, "14–26": {"value": 0.2, "low": -0.1, "high": 0.6}}
    found = text(parts({"horizons": split}))
    assert "| 0–13 | 30 % | 10 % … 50 % |" in found
    assert "| 14–26 | 20 % | -10 % … 60 % |" in found


def test_one_part_is_the_whole_and_says_nothing_more() -> None:
    assert list(parts({"horizons": {"0–13": {"value": 0.3, "low": 0.1, "high": 0.5}}})) == []
    assert list(parts({})) == []


def test_an_uplift_that_lasts_is_said_to_last() -> None:
    found = text(after(launched([10.0] * 26)))
    assert "| Both channels together | +10.0 | +10.0 | +10.0 | – |" in found
    assert "100 % is left in weeks 5–13" in found
    assert "Spike without base" not in found


def test_a_spike_without_base_says_what_is_wrong_why_and_what_to_look_at() -> None:
    found = text(after(launched([10.0] * 4 + [1.0] * 9)))
    assert "Spike without base: 10 % of the uplift is left after week 4." in found
    assert "borrowed from later" in found
    assert "Look at 13, 26 and 52 weeks" in found


def test_weeks_around_the_event_are_left_out() -> None:
    detail = launched([99.0, 10, 10, 10, 10], skipped=1)
    found = uplift(detail)
    assert found is not None
    before, since = found
    assert (before.tolist(), since.tolist()) == (WAVE, [10.0] * 4)


def test_a_campaign_counts_both_gaps() -> None:
    found = uplift(
        {"affected_gap": [0.0, 0, 3, 3], "affecting_gap": [1.0, -1, 2, 4], "before": 2, "affecting": [9] * 4}
    )
    assert found is not None
    assert (found[0].tolist(), found[1].tolist()) == ([1, -1], [5, 7])


def test_what_a_channel_would_have_sold_is_not_made_up() -> None:
    assert uplift({"gap": [1.0] * 20, "affecting": [5.0] * 20, "before": 12}) is None
    assert list(after({"gap": [1.0] * 20, "affecting": [5.0] * 20, "before": 12})) == []
    assert uplift({"gap": [1.0, None], "affecting": [0.0, 1.0], "before": 1}) is None
    assert uplift({"gap": [1.0], "affecting": [0.0, 1.0], "before": 1}) is None
    assert uplift({}) is None


def test_few_weeks_say_their_mean_alone() -> None:
    found = text(after(launched([10.0] * 5)))
    assert "| Both channels together | +10.0 | – | – | – |" in found
    assert "left" not in found


def test_orders_are_compared_over_a_month_to_a_year() -> None:
    found = text(trends({"Amazon": {4: 0.1, 13: -0.25, 26: None, 52: None}}))
    assert "| Amazon | +10.0% | -25.0% | – | – |" in found
    assert list(trends({"Amazon": dict.fromkeys((4, 13, 26, 52))})) == []
    assert list(trends(None)) == list(trends({})) == []


def test_a_card_has_them_all_and_profit_at_risk() -> None:
    card = made()
    assert isinstance(card.share, Estimate)
    split = {name: {"value": 0.3, "low": 0.1, "high": 0.5} for name in ("0–13", "14–26")}
    detail = {**card.share.detail, "horizons": split, "affecting": [0.0, 0, 4, 5]}
    risk = Estimate(4500, 3000, 6000, 0.9, "USD", 26, "event")
    whole = replace(card, share=replace(card.share, detail=detail), at_risk=risk, trends={"amazon": {4: 0.5, 13: 0.2}})
    found = markdown(list(contents(whole, frozenset(), "")))
    assert "| Profit at risk: what shopify lost in a year at that share | 4,500 USD | 3,000 … 6,000 USD |" in found
    for heading in ("By weeks after the event", "Orders more a week", "Orders over longer spans"):
        assert f"## {heading}" in found, heading
    bounds = markdown(list(contents(replace(whole, at_risk=Bounds(0, 9000, "USD", 9, "bounds")), frozenset(), "")))
    assert "| bounds only | 0.00 … 9,000 USD |" in bounds
