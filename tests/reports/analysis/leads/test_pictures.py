"""Pictures of leads: what they show, and that odd figures draw nothing."""

import math
from typing import Any

import pytest

from reports.pictures.drawing import svg
from reports.pictures.funnel import funnel_drawn
from reports.pictures.ranks import falls, ranks_drawn


def rank(name: str, by_cost: float, by_return: float, brings: float = 1.0) -> dict[str, Any]:
    return {"name": name, "by_cost": by_cost, "by_return": by_return, "brings": brings, "cost_per_lead": by_cost}


def row(name: str, *shares: float | None, leads: int = 10) -> dict[str, Any]:
    cells = {
        stage: None if one is None else {"value": one, "low": one / 2, "high": min(2 * one + 0.01, 1.0)}
        for stage, one in zip(("qualified", "won"), shares, strict=True)
    }
    return {"name": name, "leads": leads, "rates": cells}


RED = "rgb(76%,25%,4%)"
STAGES = {"qualified": "Qualified", "won": "Won"}


@pytest.mark.parametrize(
    ("by_cost", "by_return", "size", "marked"),
    [(1, 2, 2, True), (2, 1, 2, False), (1.5, 1.5, 2, False), (1, 2, 3, False), (1, 3, 3, True), (2, 3, 4, False),
     (2, 4, 4, True), (1, 20, 20, True), (12, 20, 20, False)],
)  # fmt: skip
def test_cheap_lines_that_bring_little_are_marked(by_cost: float, by_return: float, size: int, marked: bool) -> None:
    assert falls(rank("a", by_cost, by_return), size) is marked


def test_ranks_are_drawn_with_their_names() -> None:
    drawn = ranks_drawn([rank("Cheap & <b>", 1, 2, 0.1), rank("搜索", 2, 1, 3.0)], "left", "right")
    assert drawn is not None
    text = svg(drawn, "Ranks")
    assert "Cheap &amp; &lt;b&gt;" in text
    assert "搜索" in text
    assert text.count(RED) == 5  # line, both ends and both names


@pytest.mark.parametrize("brings", [math.nan, math.inf, 1e300], ids=str)
def test_what_cannot_be_drawn_is_not(brings: float) -> None:
    assert ranks_drawn([rank("a", 1, 2, brings), rank("b", 2, 1)], "", "") is None
    assert ranks_drawn([rank("a", 1, 1)], "", "") is None
    assert ranks_drawn([], "", "") is None


def test_a_funnel_has_a_column_for_each_stage_that_is_told() -> None:
    drawn = funnel_drawn([row("A", 0.3, 0.001), row("B", None, None), row("x" * 90, 0.0, 1.0)], STAGES)
    assert drawn is not None
    text = svg(drawn)
    for part in ("Qualified", "Won", "30.0 %", "0.1 %", "100.0 %", f"{'x' * 21}…"):
        assert part in text, part
    assert ">B<" not in text
    alone = funnel_drawn([row("A", 0.3, None)], STAGES)
    assert alone is not None
    assert "Won" not in svg(alone)


def test_without_leads_there_is_no_funnel() -> None:
    assert funnel_drawn([], STAGES) is None
    assert funnel_drawn([row("A", None, None), row("B", 0.3, 0.3, leads=0)], STAGES) is None
    assert funnel_drawn([row("A", math.nan, 0.1)], STAGES) is None
