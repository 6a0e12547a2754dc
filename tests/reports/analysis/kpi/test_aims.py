import numpy as np
import pytest

from reports.analysis.kpi.aims import AIMS, aimed, comforting, green
from reports.analysis.kpi.figure import SPANS, Figure, Kpi
from reports.analysis.kpi.goals import PAGES, SPARE
from reports.analysis.said import Said

FALLING = np.linspace(200, 100, 60)
RISING = np.linspace(100, 200, 60)


def made(code: str, series: np.ndarray) -> Figure:
    kpi = Kpi(code, 1.0, 1.0, 1.0, 13.0, 1.0, "share", dict.fromkeys(SPANS), (), Said("Of weeks."))
    return Figure(kpi, series)


def test_every_figure_of_a_page_has_a_better_side_but_the_halo() -> None:
    codes = {code for pages in (PAGES, SPARE) for of in pages.values() for code in of}
    assert codes - set(AIMS) == {"halo_share"}
    assert set(AIMS) <= codes


def test_a_figure_that_is_always_at_its_aim_comforts_while_contribution_falls() -> None:
    low = made("cpa", np.full(60, 5.0))
    assert comforting(low, 6.0, FALLING).fired is True
    assert comforting(low, 6.0, RISING).fired is False
    assert comforting(low, 4.0, FALLING).fired is False
    assert comforting(low, 6.0, FALLING).figures["green"] == 1


@pytest.mark.parametrize(("code", "value", "at"), [("cvr", 0.1, True), ("cvr", 0.3, False), ("bot_share", 0.1, False),
                                                   ("bot_share", 0.3, True), ("bot_share", 0.2, True)])  # fmt: skip
def test_more_or_less_is_better_by_figure(code: str, value: float, at: bool) -> None:
    assert green(code, np.full(30, 0.2), value).tolist() == [at] * 26


def test_a_sum_of_a_quarter_is_reached_by_a_thirteenth_a_week() -> None:
    assert green("contribution", np.full(30, 100.0), 1300).all()
    assert not green("contribution", np.full(30, 100.0), 1301).any()


def test_weeks_that_are_not_known_cannot_be_told() -> None:
    series = np.full(60, 5.0)
    series[-3] = np.nan
    assert comforting(made("cpa", series), 6.0, FALLING).fired is None
    assert comforting(made("cpa", np.full(10, 5.0)), 6.0, FALLING).fired is None
    assert comforting(made("cpa", np.full(60, 5.0)), 6.0, FALLING[:10]).fired is None


def test_the_check_is_added_to_a_figure_with_weeks() -> None:
    assert [one.rule for one in aimed(made("cpa", np.full(60, 5.0)), 6.0, FALLING).kpi.flags] == ["K18"]
    assert aimed(made("cpa", np.zeros(0)), 6.0, FALLING).kpi.flags == ()
    assert aimed(made("cpa", np.full(60, np.nan)), 6.0, FALLING).kpi.flags == ()
    assert aimed(made("halo_share", np.full(60, 5.0)), 6.0, FALLING).kpi.flags == ()
