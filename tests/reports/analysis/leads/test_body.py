"""Leads traced from spend to what they brought, on years whose truth is known."""

import gzip
import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from reports.analysis.kpi.figure import Figure
from reports.analysis.kpi.stored import taken
from reports.analysis.leads.body import Given, Spent, told_body, window
from reports.analysis.leads.files import read_leads
from reports.analysis.leads.matching import Words
from reports.analysis.leads.traced import One
from tests.reports.analysis.leads.worlds import CHEAP, DEAR, MONDAY, WEEKS, Channel, world

NAN = math.nan
DATA = Path(__file__).parents[4].parent / "shared" / "data" / "leads"
CODES = {
    "qualified_cpl", "qualification_rate", "cost_per_opportunity", "cycle_length", "lead_to_customer", "bot_share",
    "revenue_per_lead", "closed_loop",
}  # fmt: skip


def line(body: dict[str, Any], name: str | None, table: str = "sources") -> dict[str, Any]:
    return next(one for one in body[table] if one["name"] == name)


def flag(body: dict[str, Any], rule: str) -> dict[str, Any]:
    return next(one for one in body["flags"] if one["rule"] == rule)


def figure(body: dict[str, Any], code: str) -> Figure:
    return taken(body["figures"][code])


def finite(value: Any) -> bool:
    if isinstance(value, dict):
        return all(map(finite, value.values()))
    if isinstance(value, list):
        return all(map(finite, value))
    return not isinstance(value, float) or math.isfinite(value)


@pytest.fixture(scope="module")
def both() -> dict[str, Any]:
    return told_body(world([CHEAP, DEAR, Channel("", "Referral", "", 0, 5, 0.3), Channel("tiktok", "", "D", 80, 0, 0)]))


def test_spend_over_the_lines_is_what_was_looked_at(both: dict[str, Any]) -> None:
    for table in ("sources", "campaigns"):
        assert sum(one["spend"] for one in both[table]) == both["all"]["spend"] == 580 * WEEKS
    assert sum(one["leads"] for one in both["sources"]) == both["all"]["leads"] == 65 * WEEKS


def test_spend_without_leads_and_leads_without_spend_are_lines(both: dict[str, Any]) -> None:
    unled, unpaid = line(both, "TikTok Ads"), line(both, "Referral")
    assert (unled["leads"], unled["cost_per_lead"], unled["costs"]["won"], unled["roi"]) == (0, None, None, None)
    assert unled["notes_said"] == [["Spend, but no lead.", {}]]
    assert (unpaid["spend"], unpaid["cost_per_lead"], unpaid["costs"]["won"], unpaid["roi"]) == (0, None, None, None)
    assert unpaid["notes_said"] == [["Leads, but no spend.", {}]]


def test_rates_costs_and_returns_are_those_of_the_world(both: dict[str, Any]) -> None:
    dear = line(both, "Google Ads")
    assert dear["cost_per_lead"] == 20
    for cell, truth in (
        (dear["rates"]["won"], 0.15),
        (dear["costs"]["won"], 20 / 0.15),
        (dear["revenue_per_lead"], 75),
        (dear["contribution_per_lead"], 45),
        (dear["roi"], 45 / 20 - 1),
        (dear["return"], 75 / 20),
    ):
        assert cell["low"] <= truth <= cell["high"], (cell, truth)
        assert cell["low"] < cell["value"] < cell["high"]
    assert dear["cycle"]["low"] < 20 * math.log(2) < dear["cycle"]["high"] * 1.2


def test_cheap_leads_that_bring_nothing_are_told(both: dict[str, Any]) -> None:
    told = flag(both, "K3")
    assert told["fired"]
    assert told["wrong_said"][1]["cheap"] == "Meta Ads"
    assert [(one["name"], one["by_cost"], one["by_return"]) for one in both["ranks"]["sources"]] == [
        ("Meta Ads", 1, 2), ("Google Ads", 2, 1),
    ]  # fmt: skip
    for code in ("qualified_cpl", "cost_per_opportunity"):
        assert any(one.rule == "K3" and one.fired for one in figure(both, code).kpi.flags)


def test_leads_alike_in_worth_raise_nothing() -> None:
    fair = told_body(world([DEAR, replace(DEAR, network="meta", source="Facebook", campaign="Likewise")], seed=3))
    assert {one["rule"]: one["fired"] for one in fair["flags"]} | {"K1": None} == {
        "K1": None, "K3": False, "K4": False, "K5": False, "K15": False, "K16": False,
    }  # fmt: skip


def test_a_young_source_is_not_called_bad() -> None:
    young = replace(DEAR, network="meta", source="Facebook", first=WEEKS - 3)
    told = told_body(world([replace(DEAR, leads=60), replace(young, leads=60)], seed=1))
    new, old = line(told, "Meta Ads"), line(told, "Google Ads")
    assert new["maturity"] < 0.6
    assert old["maturity"] > 0.9
    assert flag(told, "K4")["fired"]
    assert new["rates"]["won"]["low"] <= 0.15 <= new["rates"]["won"]["high"]
    assert new["won"] / new["people"] < 0.1
    brand_new = told_body(world([DEAR, replace(young, first=WEEKS - 1)], days=60))
    assert line(brand_new, "Meta Ads")["roi"] is None
    assert line(brand_new, "Meta Ads")["notes_said"][0][0].startswith("Too young")


def test_bots_make_leads_cheap_on_paper_alone() -> None:
    told = told_body(world([replace(CHEAP, bots=0.5), DEAR]))
    meta = line(told, "Meta Ads")
    assert flag(told, "K5")["fired"]
    assert meta["bot_share"]["low"] < 0.5 < meta["bot_share"]["high"]
    assert meta["cost_per_person"] == pytest.approx(100 * WEEKS / meta["people"])
    assert meta["cost_per_lead"] == 2.5
    assert figure(told, "bot_share").kpi.flags[0].rule == "K5"


def test_without_outcomes_there_is_no_return() -> None:
    given = world([DEAR, CHEAP])
    leads = [replace(one, lost=NAN) for one in given.leads]
    told = told_body(replace(given, leads=leads))
    assert flag(told, "K15")["fired"]
    for one in told["sources"]:
        assert (one["blind"], one["roi"], one["return"]) == (True, None, None)
        assert any(text.startswith("Blind") for text, _ in one["notes_said"])
    assert told["ranks"] == {"sources": [], "campaigns": []}


def test_forms_that_stand_for_nothing_are_told() -> None:
    campaigns = [replace(DEAR, campaign=f"C{n:02}", leads=2 * n, rate=0.4 / n**2, spend=20.0) for n in range(1, 13)]
    told = told_body(world(campaigns))
    assert flag(told, "K16")["fired"]
    assert told["sources"][0]["name"] == "Google Ads"
    assert flag(told_body(world([DEAR])), "K16")["fired"] is False


def test_few_are_not_put_first() -> None:
    few = Channel("", "Fair", "", 0, 1, 0.4, first=WEEKS - 15)
    told = told_body(world([replace(DEAR, leads=30, rate=0.3), few]))
    assert (line(told, "Fair")["few"], line(told, "Google Ads")["few"]) == (True, False)
    assert line(told, "Fair")["rates"]["won"]["value"] > line(told, "Google Ads")["rates"]["won"]["value"]
    assert flag(told, "K1")["fired"]


def test_the_figures_are_whole(both: dict[str, Any]) -> None:
    assert both["figures"].keys() == CODES
    for code in CODES:
        made = figure(both, code)
        assert made.kpi.value is not None, code
        assert len(made.series) >= WEEKS - 1, code
        assert set(made.kpi.trend) == {4, 13, 26, 52}
        if code != "bot_share":
            assert made.kpi.trend[4] is not None, code
    cost = figure(both, "qualified_cpl").kpi
    assert cost.low is not None and cost.high is not None  # noqa: PT018
    rate = (20 * 0.15 + 40 * 0.002 + 5 * 0.3) * 13
    assert cost.low < 580 * 13 / rate < cost.high


def test_one_huge_order_is_said_and_bracketed() -> None:
    given = world([DEAR])
    place = next(n for n, one in enumerate(given.leads) if one.revenue)
    leads = list(given.leads)
    leads[place] = replace(leads[place], revenue=1e9, contribution=1e9, value=1e9)
    google = line(told_body(replace(given, leads=leads)), "Google Ads")
    assert any(text.startswith("One lead brought") for text, _ in google["notes_said"])
    assert google["revenue_per_lead"]["low"] < 1000
    assert google["revenue_per_lead"]["high"] > 1.5 * google["revenue_per_lead"]["value"]
    alone = line(told_body(replace(given, leads=[leads[place]], words=[given.words[place]])), "Google Ads")
    assert (alone["revenue_per_lead"]["low"], alone["roi"]["low"], alone["few"]) == (None, None, True)


def test_many_sources_are_twenty_and_the_rest() -> None:
    many = [Channel("", f"Source {n:03}", "", 0, 1 + (n < 30), 0.1) for n in range(200)]
    told = told_body(world([*many, DEAR]))
    assert len(told["sources"]) == 20
    assert told["sources"][-1]["name"] is None
    assert sum(one["leads"] for one in told["sources"]) == told["all"]["leads"]
    assert sum(one["spend"] for one in told["sources"]) == told["all"]["spend"]


def test_spend_without_a_rate_has_no_cost() -> None:
    given = world([DEAR, CHEAP])
    spend = [replace(one, amount=NAN) if one.network == "meta" else one for one in given.spend]
    told = told_body(replace(given, spend=spend, all_spend=dict.fromkeys(given.all_spend, NAN)))
    meta, google = line(told, "Meta Ads"), line(told, "Google Ads")
    assert (meta["spend"], meta["cost_per_lead"], meta["roi"]) == (None, None, None)
    assert meta["notes_said"][0] == ["Part of its spend has no exchange rate.", {}]
    assert google["cost_per_lead"] == 20
    assert told["all"]["spend"] is None
    assert flag(told, "K3")["fired"] is None
    assert finite(json.loads(json.dumps(told)))


def test_only_weeks_with_leads_and_spend_are_compared() -> None:
    given = world([DEAR])
    some = [one for one in given.spend if MONDAY + 70 <= one.week < MONDAY + 140]
    told = told_body(replace(given, spend=some))
    assert window(replace(given, spend=some)) == (MONDAY + 70, MONDAY + 140)
    assert (told["all"]["spend"], told["all"]["leads"], told["all"]["cost_per_lead"]) == (4000, 200, 20)
    early = [replace(one, week=one.week - 7 * 60) for one in given.spend]
    apart = told_body(replace(given, spend=early))
    assert (apart["all"]["spend"], apart["all"]["leads"]) == (0, 800)
    assert str(figure(apart, "qualified_cpl").kpi.text).startswith("No advertising of the weeks in which leads came")


def test_revenue_stands_in_where_contribution_is_not_known() -> None:
    given = world([DEAR])
    leads = [one if math.isnan(one.won) else replace(one, contribution=NAN) for one in given.leads]
    told = told_body(replace(given, leads=leads))
    google = line(told, "Google Ads")
    assert (told["worth"], google["contribution"], google["roi"]) == ("revenue", None, None)
    assert google["return"]["value"] > 3
    assert google["notes_said"] == []
    some = [one if n % 10 else replace(one, contribution=0.0) for n, one in enumerate(leads)]
    google = line(told_body(replace(given, leads=some)), "Google Ads")
    assert any(text.startswith("Contribution is known of") for text, _ in google["notes_said"])


ODD = {
    "one": [One(MONDAY + 1.0)],
    "won alone": [One(MONDAY + 1.0, won=MONDAY + 2.0, value=5, revenue=5, contribution=-3)],
    "bots alone": [One(MONDAY + 1.0, bot=1.0)] * 30,
    "before its lead": [One(MONDAY + 9.0, MONDAY + 1.0, MONDAY + 0.5, MONDAY + 0.1, value=9, revenue=9)] * 30,
    "far apart": [One(1.0), One(3_000_000.0, won=3_000_000.0, value=1e15, revenue=1e15)],
    "value unknown": [One(MONDAY + 1.0, won=MONDAY + 3.0, value=NAN, revenue=NAN, contribution=NAN)] * 30,
    "spend lost": [One(MONDAY + 1.0, won=MONDAY + 3.0, value=1.0, revenue=-50.0, contribution=-60.0)] * 30,
}


@pytest.mark.parametrize("name", ODD)
@pytest.mark.parametrize("paid", [0.0, 100.0, NAN], ids=["free", "paid", "unrated"])
def test_odd_leads_give_a_cell_or_a_reason(name: str, paid: float) -> None:
    leads = ODD[name]
    words = [Words("{google}", "", "%s")] * len(leads)
    told = told_body(Given(leads, words, [Spent(MONDAY, "google", "%s", paid)], {MONDAY: paid}, "EUR"))
    assert finite(json.loads(json.dumps(told)))
    assert told["figures"].keys() == CODES
    for one in (told["all"], *told["sources"], *told["campaigns"]):
        assert one["cost_per_lead"] is None or one["cost_per_lead"] > 0
    assert all(str(figure(told, code).kpi.text) for code in CODES)


@pytest.mark.skipif(not DATA.exists(), reason="../shared/data/leads is not here")
def test_olists_leads_are_told_readably_and_truly(tmp_path: Path) -> None:
    files = {}
    for name in ("olist_marketing_qualified_leads_dataset", "olist_closed_deals_dataset"):
        files[name] = tmp_path / f"{name}.csv"
        files[name].write_bytes(gzip.decompress((DATA / f"{name}.csv.gz").read_bytes()))
    held = read_leads(*files.values())
    names = list(held.sources)
    leads = [
        One(one.created or NAN, won=NAN if one.won is None else one.won, value=one.value, revenue=one.value,
            contribution=0.0 if one.won is None else NAN) for one in held.leads
    ]  # fmt: skip
    told = told_body(Given(leads, [Words(names[one.source], "", "") for one in held.leads], [], {}, "BRL"))
    assert finite(json.loads(json.dumps(told)))
    whole = told["all"]
    assert (told["until"], whole["leads"], whole["won"], whole["closed_loop"] is not None) == (
        "2018-06-04",
        8000,
        842,
        True,
    )
    assert whole["rates"]["won"]["value"] > 842 / 8000
    assert line(told, "unknown")["rates"]["won"]["value"] > line(told, "email")["rates"]["won"]["value"] * 3
    assert (figure(told, "cycle_length").kpi.value or 0) > 14.65
    assert flag(told, "K1")["fired"] is not None
    assert (flag(told, "K3")["fired"], flag(told, "K5")["fired"]) == (None, None)


def test_many_leads_and_hostile_names_are_told_in_time() -> None:
    generator = np.random.default_rng(0)
    leads = [One(MONDAY + 300 * float(one)) for one in generator.random(20_000)]
    words = [Words(f"<script>{n % 5000}", "\x00" * (n % 3), "x" * (n % 300)) for n in range(len(leads))]
    told = told_body(Given(leads, words, [], {}, "EUR"))
    assert (len(told["sources"]), len(told["campaigns"])) == (20, 20)
    assert sum(one["leads"] for one in told["sources"]) == told["all"]["leads"]
