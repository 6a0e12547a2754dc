"""Customers by week, counted by hand."""

import numpy as np
import pytest

from reports.analysis import customers
from reports.analysis.customers import Bought, bought

BEGINS = 739_000 - 739_000 % 7 + 1  # a Monday as an ordinal


def orders(*rows: tuple[int, int, float], weeks: int = 60) -> Bought:
    """(person, day from the first Monday, contribution); revenue is twice that."""
    return bought([(who, BEGINS + day, BEGINS + day, money, 2 * money) for who, day, money in rows], BEGINS, weeks)


def test_who_is_new_counts_once_in_the_week_of_the_first_order() -> None:
    found = customers.new_customers(orders((1, 0, 5), (1, 8, 5), (2, 8, 5), (3, 6, 5), (3, 6, 5)))
    assert (found[:3].tolist(), found.sum()) == ([2, 1, 0], 3)


def test_a_first_order_that_is_not_here_makes_nobody_new() -> None:
    of = bought([(1, BEGINS + 8, BEGINS - 100, 5, 5), (2, BEGINS + 8, BEGINS + 8, 5, 5)], BEGINS, 4)
    assert customers.new_customers(of).tolist() == [0, 1, 0, 0]
    assert customers.repeat_revenue(of).tolist() == [0, 5, 0, 0]


def test_money_of_a_cohort_is_of_its_first_days() -> None:
    of = orders((1, 0, 10), (1, 89, 4), (1, 90, 100), (2, 7, 3))
    assert customers.first_money(of, 90)[:3].tolist() == [14, 3, 0]


def test_retention_is_by_person_and_month_of_life() -> None:
    of = orders((1, 0, 1), (1, 70, 1), (1, 80, 1), (2, 1, 1), (2, 20, 1), (3, 2, 1), (3, 95, 1), (4, 3, 1), (4, 3, 1))
    assert customers.retained(of, 1)[0] == 1
    assert customers.retained(of, 3)[0] == 1
    assert customers.retained(of, 4)[0] == 1


def test_closed_weeks_have_had_all_their_days() -> None:
    of = orders((1, 0, 1), weeks=60)
    assert [customers.closed(of, days) for days in (7, 8, 90, 365, 420, 9999)] == [59, 58, 47, 7, 0, 0]


def test_frequency_counts_persons_of_a_year_once() -> None:
    rng = np.random.default_rng(1)
    rows = [(int(rng.integers(40)), int(rng.integers(70 * 7)), 1.0) for _ in range(500)]
    counted, persons = customers.frequency(orders(*rows, weeks=70))
    assert np.isnan(counted[:51]).all()
    assert np.isnan(persons[:51]).all()
    for week in (51, 52, 60, 69):
        inside = [who for who, day, _ in rows if week - 51 <= day // 7 <= week]
        assert (counted[week], persons[week]) == (len(inside), len(set(inside)))


def test_a_persons_channel_is_that_of_the_first_order_if_it_is_here() -> None:
    rows = [(7, 9, 9, 1, 1, 1), (7, 8, 8, 1, 1, 0), (3, 9, 2, 1, 1, 1), (5, 4, 4, 1, 1, 1)]
    of = bought([(who, BEGINS + day, BEGINS + first, *rest) for who, day, first, *rest in rows], BEGINS, 4, ("a", "b"))
    assert of.person.tolist() == [0, 0, 1, 2]
    assert of.acquired.tolist() == [0, -1, 1]
    assert {name: one.sum() for name, one in customers.new_by_channel(of).items()} == {"a": 1, "b": 1}
    assert customers.new_customers(of).sum() == 2


def test_numbers_of_persons_do_not_hang_on_their_names() -> None:
    rows = [(BEGINS + day, BEGINS, 1.0, 1.0) for day in range(6)]
    names = [[4, 4, 9, 1, 9, 4], [80, 80, 2, 55, 2, 80]]
    one, other = (bought([(who, *row) for who, row in zip(of, rows, strict=True)], BEGINS, 4) for of in names)
    assert one.person.tolist() == other.person.tolist() == [0, 0, 1, 2, 1, 0]


@pytest.mark.parametrize("weeks", [0, 3, 60])
def test_nobody_is_no_error(weeks: int) -> None:
    of = bought([], BEGINS, weeks)
    for found in (customers.new_customers(of), customers.retained(of, 3), *customers.frequency(of)):
        assert len(found) == weeks
        assert np.nansum(found) == 0
