import pytest

from reports.analysis.kpi.ranked import NOT_DISTINGUISHABLE, Row, ranked, share
from reports.analysis.kpi.samples import conversions_needed, misleading_order, too_few, trials_needed


def test_300_of_1000_stand_before_5_of_10_and_cannot_be_told_from_them() -> None:
    rows = [share("few", 5, 10), share("many", 300, 1000)]
    order = ranked(rows)
    assert [one.row.name for one in order] == ["many", "few"]
    assert [one.label for one in order] == [NOT_DISTINGUISHABLE, NOT_DISTINGUISHABLE]
    assert [one.place for one in order] == [1, 1]
    ends = [(round(one.row.low, 3), round(one.row.high, 3)) for one in order]
    assert ends == [(0.277, 0.324), (0.269, 0.731)]


def test_k1_fires_where_a_share_of_few_is_the_highest() -> None:
    flag = misleading_order([share("few", 5, 10), share("many", 300, 1000)])
    assert flag.rule == "K1"
    assert flag.fired
    assert str(flag.wrong) == "few has the highest share, but of only 10; what is sure puts many first."
    assert {name: round(of, 3) for name, of in flag.figures.items()} == {
        "shown_value": 0.5, "shown_low": 0.269, "shown_high": 0.731, "shown_n": 10,
        "first_value": 0.3, "first_low": 0.277, "first_high": 0.324, "first_n": 1000,
    }  # fmt: skip


def test_k1_fires_where_the_first_cannot_be_told_from_the_second() -> None:
    flag = misleading_order([share("a", 310, 1000), share("b", 300, 1000)])
    assert flag.fired
    assert str(flag.wrong) == "a has the highest share, but it is not distinguishable from b."


def test_k1_passes_where_the_first_is_surely_first() -> None:
    assert misleading_order([share("a", 500, 1000), share("b", 300, 1000), share("c", 0, 0)]).fired is False


def test_k1_cannot_tell_without_two_rows() -> None:
    assert misleading_order([]).fired is None
    assert misleading_order([share("a", 5, 10), share("b", 0, 0)]).fired is None


def test_groups_begin_anew_where_the_interval_leaves_that_of_the_first() -> None:
    rows = [
        Row("c", 1.0, 0.5, 1.5, 9),
        Row("a", 9.0, 8.0, 10.0, 9),
        Row("b", 8.5, 7.0, 9.0, 9),
        Row("d", None, 0, 0, 0),
    ]
    assert [(one.row.name, one.place, one.label) for one in ranked(rows)] == [
        ("a", 1, NOT_DISTINGUISHABLE), ("b", 1, NOT_DISTINGUISHABLE), ("c", 3, None), ("d", 4, None),
    ]  # fmt: skip


def test_where_small_is_good_the_order_is_by_the_upper_end() -> None:
    rows = [Row("sure", 5.0, 4.0, 6.0, 900), Row("few", 4.5, 1.0, 20.0, 3)]
    assert [one.row.name for one in ranked(rows, largest_first=False)] == ["sure", "few"]


def test_a_share_of_more_than_all_is_refused() -> None:
    with pytest.raises(ValueError, match="no share"):
        share("a", 11, 10)


def test_43_conversions_are_needed_to_know_a_rate_to_a_quarter() -> None:
    assert conversions_needed() == 43
    assert [trials_needed(rate) for rate in (0.005, 0.02, 0.05)] == [8615, 2122, 823]
    with pytest.raises(ValueError, match="no rate"):
        trials_needed(0)


def test_k2_fires_below_43_conversions() -> None:
    flag = too_few(42, 2100)
    assert (flag.rule, flag.fired) == ("K2", True)
    assert flag.figures == {"conversions": 42, "needed": 43, "trials": 2100, "trials_needed": 2122}
    assert too_few(0).fired


def test_k2_passes_from_43_conversions_on() -> None:
    assert too_few(43, 2100).fired is False
    assert too_few(43).fired is False


def test_k2_cannot_tell_where_nothing_was_tried() -> None:
    assert too_few(0, 0).fired is None
    with pytest.raises(ValueError, match="no share"):
        too_few(2, 1)
