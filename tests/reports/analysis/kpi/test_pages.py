import numpy as np
import pytest
from numpy.typing import NDArray

from reports.analysis.kpi.goals import ALLOWED, MOST, PAGES, SPARE, Goal, Role, goals_of, page
from reports.analysis.kpi.names import NAMES, TITLES
from reports.analysis.kpi.pages import crowded, linked, off_goal, silos, to_drop

Floats = NDArray[np.float64]


def following(generator: np.random.Generator, lag: int) -> tuple[Floats, Floats]:
    """A figure, and contribution that follows it after so many weeks."""
    cause = generator.normal(size=52 + lag)
    return cause[lag:], np.concatenate([cause[:52]]) * 100 + 30 * generator.normal(size=52) + 1000


def test_k19_fires_for_more_than_seven() -> None:
    generator = np.random.default_rng(1)
    figure, money = following(generator, 0)
    flag = crowded({f"k{n}": figure + generator.normal(size=52) for n in range(8)}, money)
    assert (flag.rule, flag.fired) == ("K19", True)
    assert str(flag.wrong) == "There are 8 figures on the page; 7 are the most."


def test_k19_fires_for_twins_and_for_what_nothing_follows() -> None:
    generator = np.random.default_rng(2)
    figure, money = following(generator, 3)
    kpis = {"leads": figure, "twin": 5 + 2 * figure, "likes": np.random.default_rng(77).normal(size=52)}
    flag = crowded(kpis, money)
    assert flag.fired
    assert str(flag.wrong) == "These could go: twin, likes."
    assert {name: str(said) for name, said in to_drop(kpis, money).items()} == {
        "twin": "twin moves like leads.",
        "likes": "Contribution does not follow likes within 13 weeks.",
    }


def test_k19_passes_where_contribution_follows_each() -> None:
    generator = np.random.default_rng(3)
    first, second = generator.normal(size=(2, 60))
    money = 100 * first[2:54] + 100 * second[5:57] + 20 * generator.normal(size=52)
    assert crowded({"a": first[4:56], "b": second[8:60]}, money).fired is False


def test_k19_cannot_tell_of_less_than_a_year() -> None:
    assert crowded({"a": np.arange(30.0)}, np.arange(30.0)).fired is None
    assert crowded({}, np.zeros(0)).fired is None


def test_a_link_by_chance_is_found_in_a_tenth() -> None:
    generator = np.random.default_rng(4)
    found = [linked(*generator.normal(size=(2, 52))) for _ in range(150)]
    assert 0.03 <= np.mean(found) <= 0.18


def test_two_series_that_only_grow_are_no_link() -> None:
    generator = np.random.default_rng(5)
    weeks = np.arange(52.0)
    found = [linked(weeks + generator.normal(size=52), 9 * weeks + generator.normal(size=52)) for _ in range(40)]
    assert np.mean(found) <= 0.25
    assert not linked(np.ones(52), weeks)


def test_k20_fires_for_a_figure_that_no_goal_asks_for() -> None:
    flag = off_goal([Goal.PROFIT], ["contribution", "attributed_revenue", "cac"])
    assert (flag.rule, flag.fired) == ("K20", True)
    assert str(flag.wrong) == "None of the goals (profit) asks for attributed_revenue."


def test_k20_passes_where_a_goal_asks_for_each() -> None:
    assert off_goal([Goal.PROFIT, Goal.GROWTH], ["contribution", "attributed_revenue", "cac"]).fired is False


def test_k20_cannot_tell_without_a_goal() -> None:
    assert off_goal([], ["cac"]).fired is None


@pytest.mark.parametrize("goal", list(Goal))
@pytest.mark.parametrize("role", list(Role))
def test_a_goals_page_has_some_figures_that_it_asks_for(role: Role, goal: Goal) -> None:
    codes = page(role, [goal])
    assert 2 <= len(codes) <= MOST
    assert off_goal([goal], codes).fired is False
    assert set(codes) <= set(NAMES)


def test_a_page_without_goals_is_that_of_the_role() -> None:
    assert {role: page(role) for role in Role} == PAGES
    assert all(len(codes) <= MOST for codes in PAGES.values())


def test_every_figure_is_named_and_asked_for_by_some_goal() -> None:
    codes = {code for pages in (PAGES, SPARE) for of in pages.values() for code in of}
    assert codes == set(NAMES) == set(TITLES) == set().union(*ALLOWED.values())
    assert all(goals_of(code) for code in codes)
    assert goals_of("cac") == (Goal.PROFIT, Goal.GROWTH)


WHOLE = np.ones((30, 4), bool)


def test_k21_fires_where_a_channel_lacks_something_on_some_day() -> None:
    half = WHOLE.copy()
    half[:15, 2:] = False
    flag = silos({"shop": WHOLE, "amazon": half})
    assert (flag.rule, flag.fired) == ("K21", True)
    assert str(flag.wrong) == "amazon is complete on 50 % of days only; it lacks fee, identity."
    assert flag.figures == {
        "channels": 0.5, "lowest": 0.5, "cost": 1.0, "revenue": 1.0, "fee": 0.75, "identity": 0.75,
    }  # fmt: skip


def test_k21_passes_where_all_meet() -> None:
    assert silos({"shop": WHOLE, "amazon": WHOLE, "new": WHOLE[:0]}).fired is False


def test_k21_cannot_tell_of_nothing() -> None:
    assert silos({}).fired is None
    assert silos({"shop": WHOLE[:0]}).fired is None
    with pytest.raises(ValueError, match="cost, revenue, fee, identity"):
        silos({"shop": np.ones((3, 2), bool)})
