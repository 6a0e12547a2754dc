from datetime import date

import numpy as np
import pytest

from reports.analysis.attribution.journeys import Floats, Integers, Journeys
from reports.analysis.attribution.models import attribute
from reports.analysis.attribution.weekly import trends, weekly
from tests.simulation.steering.journeys import CHANNELS, INTENT

MONDAY = date(2026, 1, 5).toordinal()


def shop(weeks: int, rise: float = 0.0, seed: int = 1, nulls: bool = True, first: int = MONDAY) -> Journeys:
    """300 journeys a week; the share of display touches rises by the week."""
    random = np.random.default_rng(seed)
    ends: Integers = np.repeat(first + np.arange(7 * weeks), 43)
    lengths = 1 + random.poisson(1.0, len(ends))
    week = np.repeat((ends - first) // 7, lengths)
    other = random.choice(np.arange(1, len(CHANNELS)), len(week))
    touch = np.where(random.random(len(week)) < 0.2 + rise * week, 0, other)
    bought: Floats = (random.random(len(ends)) < (0.4 if nulls else 1.0)).astype(float)
    return Journeys(
        CHANNELS, touch, np.concatenate([[0], np.cumsum(lengths)]), bought, 10.0 * bought, 1.0 - bought,
        days=np.zeros(len(touch)), intent=INTENT[touch], ends_on=ends,
    )  # fmt: skip


def test_a_share_of_a_week_is_that_of_the_weeks_own_journeys() -> None:
    journeys = shop(3)
    found = weekly(journeys)
    assert found is not None
    assert found.weeks == (date(2026, 1, 5), date(2026, 1, 12), date(2026, 1, 19))
    alone = shop(1)  # the seed draws all lengths first: not the same journeys
    of_one = weekly(alone)
    assert of_one is not None
    for model, credit in attribute(alone).items():
        share = credit.conversions / alone.conversions.sum()  # type: ignore[union-attr]
        assert of_one.shares[model][0] == pytest.approx(share)
        assert (of_one.low[model] <= of_one.shares[model]).all()
        assert (of_one.high[model] >= of_one.shares[model]).all()
    assert all(share.sum(axis=1) == pytest.approx(np.ones(3)) for share in found.shares.values())


def test_weeks_that_are_not_whole_are_left_out() -> None:
    found = weekly(shop(4, first=MONDAY + 2))
    assert found is not None
    assert found.weeks == (date(2026, 1, 12), date(2026, 1, 19), date(2026, 1, 26))
    assert weekly(shop(1, first=MONDAY + 1)) is None


def test_weeks_in_which_nobody_bought_have_no_share_and_no_band() -> None:
    of = shop(14)
    nobody = Journeys(
        of.channels, of.touch, of.starts, 0 * of.conversions, 0 * of.value, of.nulls, days=of.days, intent=of.intent,
        ends_on=of.ends_on,
    )  # fmt: skip
    found = weekly(nobody)
    assert found is not None
    for model in found.shares:
        assert np.isnan([found.shares[model], found.low[model], found.high[model]]).all()


def test_a_rise_is_called_where_models_agree_and_the_band_does() -> None:
    journeys = shop(13, rise=0.03)
    found = trends(weekly(journeys), journeys.channels)
    assert (found["display"].call, found["display"].agree, found["display"].models) == ("up", 8, 9)
    slope = found["display"].slope
    assert slope is not None
    assert slope.low < 0.03 < slope.high + 0.02


def test_a_rise_is_called_of_converters_alone_by_seven_models() -> None:
    journeys = shop(13, rise=0.03, nulls=False)
    assert (trends(weekly(journeys), journeys.channels)["display"].call) == "up"


def test_noise_is_seldom_called() -> None:
    called = [trends(weekly(shop(13, seed=seed)), CHANNELS) for seed in range(6)]
    assert np.mean([one.call is not None for found in called for one in found.values()]) <= 0.15


def test_fewer_than_thirteen_weeks_have_no_trend() -> None:
    journeys = shop(12, rise=0.03)
    found = trends(weekly(journeys), journeys.channels)["display"]
    assert found.call is None
    assert str(found.why) == "12 whole weeks are known; a trend takes 13."
