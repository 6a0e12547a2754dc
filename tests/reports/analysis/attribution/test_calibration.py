"""What an experiment brought against what models credit: on made panels whose truth is known."""

from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest

from reports.analysis.attribution.calibration import Brought, calibrated, factor, of_blocks, of_regions, untested
from reports.analysis.estimate import CannotTell, Estimate
from reports.analysis.event import AD_PAUSE, CAMPAIGN, NOTHING_ELSE_CHANGED, Event
from reports.analysis.panel import Panel
from reports.analysis.said import Said

MONDAY = date(2025, 1, 6)
WEEKS, BEFORE, REGIONS, TREATED = 36, 30, 15, 4
OWN, ELSEWHERE = 8, 3  # orders more by region and week
TRUTH = (OWN + ELSEWHERE) * TREATED * (WEEKS - BEFORE)
EVENT = Event(
    "shopify", "amazon", tuple(f"R{n:02d}" for n in range(TREATED)), MONDAY + timedelta(weeks=BEFORE), CAMPAIGN,
    random_rollout=True, attests=frozenset({NOTHING_ELSE_CHANGED}),
)  # fmt: skip


def _panel(seed: int, sign: int = 1) -> Panel:
    generator = np.random.default_rng(seed)
    level = generator.uniform(25, 60, (REGIONS, 1)) * (1 + 0.1 * np.sin(np.arange(WEEKS) / 6))
    more = np.zeros((REGIONS, WEEKS))
    more[:TREATED, BEFORE:] = sign
    orders = {
        name: generator.poisson(np.maximum(share * level + lift * more, 0)).astype(float)
        for name, share, lift in (("shopify", 1.0, OWN), ("amazon", 0.6, ELSEWHERE))
    }
    weeks = tuple(MONDAY + timedelta(weeks=n) for n in range(WEEKS))
    return Panel(weeks, tuple(f"R{n:02d}" for n in range(REGIONS)), orders)


@pytest.mark.parametrize(("kind", "sign"), [(CAMPAIGN, 1), (AD_PAUSE, -1)])
def test_what_regions_tell_covers_the_truth(kind: str, sign: int) -> None:
    found = [of_regions(_panel(seed, sign), replace(EVENT, kind=kind), seed) for seed in range(40)]
    told = [one for one in found if isinstance(one, Brought)]
    assert len(told) == 40
    assert sum(one.low <= TRUTH <= one.high for one in told) >= 34
    assert float(np.mean([one.orders for one in told])) == pytest.approx(TRUTH, rel=0.1)
    assert sum(one.low > 0 for one in told) >= 20


def test_models_are_asked_of_the_campaigns_weeks_and_of_those_before_a_pause() -> None:
    campaign, pause = (of_regions(_panel(1), replace(EVENT, kind=kind), 1) for kind in (CAMPAIGN, AD_PAUSE))
    start = EVENT.starts.toordinal()
    assert isinstance(campaign, Brought)
    assert isinstance(pause, Brought)
    assert campaign.days == ((start, start + 7 * (WEEKS - BEFORE)),)
    assert pause.days == ((start - 7 * (WEEKS - BEFORE), start),)


@pytest.mark.parametrize(
    ("event", "word"),
    [
        (replace(EVENT, attests=frozenset()), "Nobody attests"),
        (replace(EVENT, starts=MONDAY + timedelta(weeks=3)), "are needed"),
        (replace(EVENT, regions=tuple(f"R{n:02d}" for n in range(12))), "are needed"),
        (replace(EVENT, regions=()), "no region"),
        (replace(EVENT, affecting="ebay"), "no orders of"),
    ],
    ids=["unattested", "early", "few controls", "nowhere", "no channel"],
)
def test_a_weak_design_says_what_it_lacks(event: Event, word: str) -> None:
    found = of_regions(_panel(1), event, 1)
    assert isinstance(found, Said)
    assert word in str(found)


def test_blocks_tell_by_students_interval() -> None:
    day = MONDAY.isoformat()
    blocks = [{"on": True, "starts": f"{day}T00:00:00", "ends": "2025-01-13T00:00:00"},
              {"on": False, "starts": "2025-01-13T00:00:00", "ends": "2025-01-20T00:00:00"}]  # fmt: skip
    found = of_blocks(blocks, [[-1, 11], [0, 10], [1, 9], [0, 10]])
    assert isinstance(found, Brought)
    assert (found.orders, found.low, found.high) == (40, 40, 40)
    assert found.days == ((MONDAY.toordinal(), MONDAY.toordinal() + 7),)
    wide = of_blocks(blocks, [[0, 8], [0, 12], [0, 8], [0, 12]])
    assert isinstance(wide, Brought)
    assert wide.high - 40 == pytest.approx(2.353363 * np.std([8, 12, 8, 12], ddof=1) * 2)
    assert isinstance(of_blocks(blocks, []), Said)


def test_the_factor_has_both_errors() -> None:
    found = factor(Brought(200, 150, 250, ()), 400, "meta / ads")
    assert isinstance(found, Estimate)
    assert found.value == 0.5
    assert found.high - 0.5 == pytest.approx(np.hypot(50 / 400, 1.644854 * 0.5 / 20), rel=1e-5)
    assert found.low < 0.375


def test_without_credit_or_experiment_there_is_no_factor() -> None:
    nothing = factor(Brought(200, 150, 250, ()), 0.0, "meta / ads")
    refused = factor(Said("Too short."), 10.0, "meta / ads")
    assert isinstance(nothing, CannotTell)
    assert isinstance(refused, CannotTell)
    assert untested("meta / ads").tell == nothing.tell == refused.tell


def test_a_channel_that_is_not_there_is_credited_nothing() -> None:
    rows = {"last": [{"channel": "email", "orders": 3.0, "before_ads": None}]}
    found = calibrated("meta / ads", Brought(200, 150, 250, ()), (), rows)
    assert found["last"]["credited"] == 0
    assert found["last"]["orders"] is None
