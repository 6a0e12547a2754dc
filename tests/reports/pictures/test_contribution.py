"""The picture of weekly contribution: what it shows, and that odd figures draw nothing."""

import math
from typing import Any

import pytest
from reportlab.graphics.shapes import Polygon, PolyLine

from reports.pictures.contribution import LONGEST, contribution_drawn
from reports.pictures.drawing import svg

WEEKS = [f"2026-01-{day:02}" for day in range(1, 11)]
TOTAL = [100.0] * 10
LEFT = [90.0] * 10
LOW, HIGH = [80.0] * 10, [95.0] * 10


def shapes(drawing: Any, kind: type) -> list[Any]:
    return [one for one in drawing.contents if isinstance(one, kind)]


def test_total_and_what_is_left_are_lines_and_the_error_is_a_band() -> None:
    drawn = contribution_drawn(WEEKS, TOTAL, LEFT, LOW, HIGH)
    assert drawn is not None
    total, left = shapes(drawn, PolyLine)
    assert total.points[1] > left.points[1]
    (band,) = shapes(drawn, Polygon)
    assert min(band.points[1::2]) < left.points[1] < max(band.points[1::2]) < total.points[1]
    text = svg(drawn, "Contribution")
    for word in ("2026-01-01", "2026-01-10", "less what channels took"):
        assert word in text


def test_lines_stay_below_the_legend() -> None:
    drawn = contribution_drawn(WEEKS, TOTAL, LEFT, LOW, HIGH)
    assert drawn is not None
    assert max(y for one in shapes(drawn, PolyLine) for y in one.points[1::2]) < drawn.height - 20


def test_weeks_that_are_not_known_break_the_lines() -> None:
    total, left = [*TOTAL[:4], None, *TOTAL[5:]], [*LEFT[:4], None, *LEFT[5:]]
    drawn = contribution_drawn(WEEKS, total, left, left, left)
    assert drawn is not None
    assert len(shapes(drawn, PolyLine)) == 4
    assert len(shapes(drawn, Polygon)) == 2


def test_bounds_are_a_band_without_a_line() -> None:
    drawn = contribution_drawn(WEEKS, TOTAL, [None] * 10, LOW, HIGH)
    assert drawn is not None
    assert len(shapes(drawn, PolyLine)) == 1
    assert len(shapes(drawn, Polygon)) == 1


def test_losses_hang_below_nothing_and_old_weeks_are_left_out() -> None:
    weeks = [f"W{n}" for n in range(80)]
    drawn = contribution_drawn(weeks, [-5.0] * 80, [-6.0] * 80, [-7.0] * 80, [-5.5] * 80)
    assert drawn is not None
    assert len(shapes(drawn, PolyLine)[0].points) == 2 * LONGEST
    assert "W28" in svg(drawn)
    assert "W27" not in svg(drawn)


@pytest.mark.parametrize(("total", "left"), [
    ([], []), ([1.0], [1.0]), ([None, None], [None, None]), ([1.0, math.inf], [1.0, 1.0]), ([1.0, 2.0], [1.0, 1e300]),
], ids=["none", "one", "unknown", "infinite", "huge"])  # fmt: skip
def test_odd_figures_draw_nothing(total: Any, left: Any) -> None:
    assert contribution_drawn(WEEKS[: len(total)], total, left, left, left) is None


def test_nothing_at_all_is_a_flat_line() -> None:
    assert contribution_drawn(WEEKS, [0.0] * 10, [0.0] * 10, [0.0] * 10, [0.0] * 10) is not None
