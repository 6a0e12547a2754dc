from dataclasses import replace

import numpy as np
import pytest

from reports.analysis import placebos
from reports.analysis.comparison import Comparison, compared
from reports.analysis.inversion import Span, ratios
from reports.analysis.panel import Series
from reports.analysis.weights import synthetic_weights
from tests.reports.analysis.launches import launch


def made(**given: float) -> Comparison:
    panel, event = launch(**given)  # type: ignore[arg-type]
    found = compared(panel, event)
    assert isinstance(found, Comparison)
    return found


def test_contrast_is_the_estimate_by_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(placebos, "RIDGE", 0.0)
    one = made()
    own = one.affected / one.affected[:, :40].mean(axis=1, keepdims=True)
    treated = one.affected[one.treated].sum(axis=0)
    treated = treated / treated[:40].mean()
    weights = synthetic_weights(treated[:40], own[one.controls][:, :40])
    gap = treated - weights @ own[one.controls]
    slope, level = np.polyfit(np.arange(40), gap[:40], 1)

    plain, detrended = placebos.shifts(one, 40, 26)
    found = placebos.contrasts(plain, one.treated[None], one.controls[None], launched=True)

    assert found.weights[0, one.controls] == pytest.approx(weights, abs=1e-4)
    assert found.affected[0] == pytest.approx(gap[40:].mean() - gap[:40].mean(), abs=1e-4)
    assert found.slope[0] == pytest.approx(slope, abs=1e-5)
    extrapolated = (gap[40:] - level - slope * np.arange(40, 66)).mean()
    less = found.shares[0] - found.weights[0]
    assert less @ detrended.affected == pytest.approx(extrapolated, abs=1e-4)


def test_placebos_never_use_the_treated_and_have_their_number_where_controls_suffice() -> None:
    one = made(treated=3)
    drawn = placebos.placebos_of(one, 0)
    assert len(drawn.affected) >= placebos.DRAWS
    assert not drawn.shares[:, one.treated].any()
    assert not drawn.weights[:, one.treated].any()
    assert ((drawn.shares > 0).sum(axis=1) == 3).all()
    assert not ((drawn.shares > 0) & (drawn.weights > 0)).any()
    assert drawn.weights.sum(axis=1) == pytest.approx(np.ones(len(drawn.affected)))


def test_placebos_of_many_treated_are_a_third_of_the_controls() -> None:
    drawn = placebos.placebos_of(made(treated=10), 0)
    assert ((drawn.shares > 0).sum(axis=1) == 3).all()


def test_what_is_foreseen_does_not_know_what_came_after() -> None:
    one = made()
    other = one.affected.copy()
    other[:, 40:] = 7.0
    first, second = (placebos.foreseen(each, 0).affected for each in (one, replace(one, affected=other)))
    assert first == pytest.approx(second)


def test_smaller_groups_are_scaled_to_the_treated() -> None:
    one = made(treated=10)
    own = placebos.contrasts(placebos.shifts(one, 40, 26)[0], one.treated[None], one.controls[None], launched=True)
    assert (placebos.scales(placebos.placebos_of(one, 0), own) < 1).mean() > 0.95
    assert placebos.scales(own, own) == pytest.approx([1.0])


def test_upper_is_the_rank_among_one_more_draw() -> None:
    draws = np.arange(1.0, 20) * np.where(np.arange(19) % 2, 1, -1)
    assert placebos.upper(draws) == 18
    assert placebos.upper(draws[:9]) == 9
    assert placebos.upper(draws[:3]) == 3


def test_fewer_controls_widen() -> None:
    wider = [placebos.inflation(controls, 5) for controls in (8, 15, 40, 10_000)]
    assert placebos.inflation(19, 1) < placebos.inflation(19, 5)
    assert wider == sorted(wider, reverse=True)
    assert wider[-1] == pytest.approx(1, abs=1e-3)


def grid(y: float, x: float, ys: Series, xs: Series) -> list[float]:
    """The accepted among many values."""
    return [k for k in np.linspace(-4, 4, 8001) if abs(y + k * x) <= placebos.upper(ys + k * xs)]


@pytest.mark.parametrize("seed", range(5))
def test_ratios_are_those_that_a_grid_accepts(seed: int) -> None:
    generator = np.random.default_rng(seed)
    ys, xs = generator.normal(0, 0.1, 99), generator.normal(0, 0.08, 99)
    found = ratios(-0.3, 1.0, ys, xs, 1.0)
    accepted = grid(-0.3, 1.0, ys, xs)
    assert (found.low, found.high) == pytest.approx((accepted[0], accepted[-1]), abs=0.0011)


def test_ratio_to_what_is_known_has_an_interval_of_its_own_shape() -> None:
    ys = np.linspace(-1, 1, 199)
    found = ratios(-0.5, -2.0, ys, np.zeros(199), 1.5)
    half = 1.5 * placebos.upper(ys) / 2
    assert (found.low, found.high) == pytest.approx((-0.25 - half, -0.25 + half))


def test_ratio_to_what_may_be_nothing_has_no_ends() -> None:
    generator = np.random.default_rng(0)
    ys, xs = generator.normal(size=(2, 99))
    assert ratios(0.1, 0.5, ys, xs, 1.0) == Span(-np.inf, np.inf)
    assert not ratios(0.1, 0.0, ys, xs, 1.0).bounded


def test_exactly_parallel_regions_have_a_scale() -> None:
    panel, event = launch(noise=0.0)
    parallel = np.outer(np.linspace(20, 200, 20), 1 + 0.2 * np.sin(np.arange(66) / 7))
    one = compared(replace(panel, orders={**panel.orders, event.affected: parallel}), event)
    assert isinstance(one, Comparison)
    plain, drawn = placebos.shifts(one, 40, 26)[0], placebos.placebos_of(one, 0)
    of = placebos.contrasts(plain, one.treated[None], one.controls[None], launched=True)
    assert (drawn.missed >= 0).all()
    assert np.isfinite(placebos.scales(drawn, of)).all()
