"""Whatever is given, a check answers with finite figures and a figure of a page is no infinity."""

import json
import math

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from reports.analysis.kpi import growth, roles
from reports.analysis.kpi.credit import last_click, one_models_trend
from reports.analysis.kpi.figure import record
from reports.analysis.kpi.flag import PASSED, Flag
from reports.analysis.kpi.leads import bots, cheap_leads, closed_loop
from reports.analysis.kpi.pages import crowded
from reports.analysis.kpi.reach import clicks_without_value, vanity
from reports.analysis.kpi.spans import comfort, local_win, proxy_drift, spike_without_base
from reports.analysis.kpi.spikes import spike

Floats = NDArray[np.float64]

cents = st.integers(0, 10**13).map(lambda one: one / 100)
amounts = st.one_of(st.just(0.0), cents, st.sampled_from([1.0, 2.0, 1e9]))
parts = st.integers(0, 100).map(lambda one: one / 100)
signed = st.one_of(amounts, amounts.map(lambda one: -one))
unknown = st.one_of(signed, st.just(math.nan))


def weeks(draw: st.DataObject, values: st.SearchStrategy[float], n: int) -> Floats:
    return np.array(draw.draw(st.lists(values, min_size=n, max_size=n)), np.float64)


def sound(flag: Flag) -> None:
    assert all(math.isfinite(one) for one in flag.figures.values()), flag.figures
    assert (flag.wrong is PASSED) == (flag.fired is False)
    assert all(map(str, (flag.wrong, flag.why, flag.instead)))


@settings(max_examples=60)
@given(st.data(), st.sampled_from([0, 1, 5, 8, 13, 26]))
def test_checks_over_weeks(data: st.DataObject, n: int) -> None:
    first, second, third = (weeks(data, unknown, n) for _ in range(3))
    some = weeks(data, amounts, n)
    sound(local_win(some, weeks(data, amounts, n), first))
    sound(comfort(some > 0, second))
    sound(vanity(some, first, second))
    sound(proxy_drift(weeks(data, signed, n), weeks(data, signed, n), first, third))
    sound(spike_without_base(weeks(data, signed, n), weeks(data, signed, n)))
    sound(one_models_trend({name: weeks(data, unknown, n) for name in ("last", *"bcdef")}))


@settings(max_examples=40)
@given(st.data(), st.sampled_from([0, 1, 3, 6]))
def test_checks_over_channels(data: st.DataObject, n: int) -> None:
    names = [f"channel {one}" for one in range(n)]
    spend, leads = weeks(data, amounts, n), np.floor(weeks(data, amounts, n))
    sound(bots(names, spend, leads, np.floor(leads * weeks(data, parts, n))))
    sound(cheap_leads(names, spend, [weeks(data, signed, data.draw(st.integers(0, 15))) for _ in names]))
    clicks = np.floor(leads * weeks(data, parts, n))
    won = np.floor(clicks * weeks(data, parts, n))
    sound(clicks_without_value(names, leads, clicks, won, spend, 2 * weeks(data, parts, n) - 1, clicks / 2))
    sound(last_click(names, {"last": leads, "first": spend}, clicks))
    sound(closed_loop(leads > 0, spend, 90, float(clicks.sum()), float(leads.sum()), spend))


@settings(max_examples=15)
@given(st.data())
def test_checks_over_long_series(data: st.DataObject) -> None:
    sound(spike(np.resize(weeks(data, amounts, 20), 120)))
    sound(crowded({"a": np.resize(weeks(data, unknown, 20), 60)}, np.resize(weeks(data, signed, 17), 60)))


@settings(max_examples=60)
@given(st.data(), st.sampled_from([0, 1, 6, 13, 30]))
def test_figures_of_pages(data: st.DataObject, n: int) -> None:
    top, bottom = weeks(data, unknown, n), weeks(data, unknown, n)
    ripe = weeks(data, parts, n)
    made = [
        roles.cac(top, bottom, "USD"), roles.cvr(top, bottom), roles.cpa(top, np.abs(bottom), "USD"),
        roles.cost_per_opportunity(top, bottom, ripe, "USD"), growth.predictability(top, bottom),
        roles.contribution(top, "USD"), growth.growth_share(np.resize(top, 5 * n), np.resize(bottom, 5 * n)),
        roles.attributed_revenue({"last": top, "first": bottom}, "USD"), roles.purchase_frequency(top, bottom),
        roles.attribution_spread({"last": top, "first": bottom}), roles.value_per_mille(top, bottom, "USD"),
    ]  # fmt: skip
    for one in made:
        json.dumps(record(one), allow_nan=False)
        assert one.value is None or one.low is None or one.high is None or one.low <= one.high
