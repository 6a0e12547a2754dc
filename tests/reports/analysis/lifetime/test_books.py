"""What the books' customers cost, bring and come back for: small histories counted by hand, and known truth."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from reports.analysis.customers import Bought, bought
from reports.analysis.estimate import Bounds, CannotTell, Estimate
from reports.analysis.lifetime.acquired import CERTAIN, Recall, Won, cac, ltv_by_cac, plain_cac
from reports.analysis.lifetime.body import Lives, ahead_answers, cohort_rows, keeping_said, repeat_told, value_answers
from reports.analysis.lifetime.history import History, history
from reports.analysis.lifetime.keeping import Keeping, keeping
from reports.analysis.lifetime.payback import matured, payback
from reports.analysis.lifetime.purchases import Floats

BEGINS = 739_252  # Monday 2025-01-06
FREE = keeping(np.zeros(4), BEGINS, np.array([], np.int64))


def orders(*rows: tuple[int, int, float], weeks: int = 20) -> Bought:
    """(person, day from the first Monday, contribution)."""
    first: dict[int, int] = {}
    for who, day, _ in rows:
        first[who] = min(day, first.get(who, day))
    return bought([(who, BEGINS + day, BEGINS + first[who], money, money) for who, day, money in rows], BEGINS, weeks)


def lived(of: Bought, unknown: tuple[int, ...] = (), unpaid: tuple[int, ...] = ()) -> History:
    weeks = np.arange(of.weeks)
    return history(of, *(np.where(np.isin(weeks, some), np.nan, 1.0) for some in (unknown, unpaid)))


def lives(of: History, kept: Keeping = FREE, gaps: tuple[int, ...] = ()) -> Lives:
    return Lives(of, kept, np.array([BEGINS + 7 * one for one in gaps], np.int64), "USD")


def won(spend: float, new: float, matched: float, recall: Recall | None, weeks: int = 13) -> Won:
    return Won(np.full(weeks, float(spend)), np.full(weeks, float(new)), np.full(weeks, float(matched)), recall)


# Retention marketing


def test_retention_marketing_is_shared_by_who_had_bought_before_and_adds_up() -> None:
    first = BEGINS + np.array([-30, 0, 3, 10, 13])
    spent = np.array([70.0, 140.0, 0.0, 7.0])
    kept = keeping(spent, BEGINS, first)
    assert kept.cost(first, BEGINS + 28).sum() == pytest.approx(spent.sum())
    assert kept.cost(np.array([BEGINS + 3]), BEGINS + 5)[0] == pytest.approx(10 / 3)  # on day 4 among three
    assert kept.cost(np.array([BEGINS + 3]), BEGINS + 3)[0] == 0
    assert (kept.entered, kept.nobody) == (True, 0)


def test_what_is_spent_while_nobody_is_there_is_told() -> None:
    kept = keeping(np.array([70.0, 7.0]), BEGINS, np.array([BEGINS + 7]))
    assert [kept.nobody, kept.spent] == pytest.approx([70 + 1, 77])
    assert "71.00 USD were spent before" in str(keeping_said(kept, "USD"))
    assert str(keeping_said(FREE, "USD")).startswith("No retention marketing is entered")


def test_value_is_less_of_what_it_cost_to_keep_them() -> None:
    rows = [(n, n % 7, 10.0) for n in range(40)]
    of = lived(orders(*rows, weeks=30))
    kept = keeping(np.full(30, 28.0), BEGINS, of.first)
    plain, less = (value_answers(lives(of, one))["ltv_3"] for one in (FREE, kept))
    assert isinstance(plain, Estimate)
    assert isinstance(less, Estimate)
    assert plain.value == 10
    assert 10 - less.value == pytest.approx(91 * 4 / 40, rel=0.05)
    rows_less = cohort_rows(lives(of, kept))[0]["cells"]
    assert rows_less[3]["money"] < rows_less[2]["money"] < 10


# Cohorts


def test_months_that_are_not_over_and_not_known_are_told_as_such() -> None:
    of = lived(orders((1, 0, 5), (1, 40, 5), (2, 3, 5), (3, 60, 2), weeks=12), unknown=(10,))
    january, march = cohort_rows(lives(of, gaps=(10,)))
    assert (january["month"], january["customers"], march["month"]) == ("2025-01", 2, "2025-03")
    assert [one["active"] for one in january["cells"]] == [1, 0.5, None]
    assert [one["mature"] for one in january["cells"]] == [True, True, False]
    assert [one["money"] for one in january["cells"]] == [5, 7.5, 7.5]


def test_money_of_weeks_without_costs_is_not_known() -> None:
    of = lived(orders((1, 0, 5), (1, 40, 5), (2, 3, 5), weeks=20), unpaid=(5,))
    assert [one["money"] for one in cohort_rows(lives(of))[0]["cells"]][:3] == [5, None, None]
    assert (of.paid - BEGINS).tolist() == [35, 35]
    assert (of.seen - BEGINS).tolist() == [139, 139]


def test_an_order_without_its_money_makes_its_week_unknown() -> None:
    of = lived(orders((1, 0, 5), (1, 40, float("nan")), (2, 42, 5), weeks=20))
    assert (of.paid - BEGINS).tolist() == [35, 139]


def test_who_is_followed_up_to_a_gap_is_censored_there() -> None:
    rows = [(n, 0, 1.0) for n in range(10)] + [(n, 20, 1.0) for n in range(4)] + [(4, 100, 1.0)]
    whole, broken = (repeat_told(lived(orders(*rows), unknown=some)) for some in ((), (8,)))
    assert (whole["share"][4], broken["share"][4]) == (0.4, 0.4)
    assert (max(whole["share"]), max(broken["share"])) == (0.5, 0.4)
    assert all(low <= high for low, high in zip(whole["low"], whole["high"], strict=True))


def test_who_came_before_or_elsewhere_first_is_no_customer_won_here() -> None:
    rows = [(1, BEGINS + 5, BEGINS - 3, 1, 1), (2, BEGINS + 5, BEGINS + 1, 1, 1), (3, BEGINS + 5, BEGINS + 5, 1, 1)]
    of = lived(bought(rows, BEGINS, 10))
    assert (len(of), of.customer.tolist(), of.first.tolist()) == (1, [0], [BEGINS + 5])


def test_nobody_is_no_error() -> None:
    of = lived(bought([], BEGINS, 10))
    assert cohort_rows(lives(of)) == []
    assert repeat_told(of)["customers"] == 0
    assert {type(one) for one in value_answers(lives(of)).values()} == {CannotTell}
    assert {type(one) for one in ahead_answers(lives(of))[1].values()} == {CannotTell}


def test_a_forecast_is_refused_where_weeks_are_not_known_or_too_few() -> None:
    of = lived(orders((1, 0, 5), (2, 3, 5), weeks=30))
    for made in (lives(of, gaps=(3,)), lives(lived(orders((1, 0, 5), weeks=5)))):
        assert {type(one) for one in ahead_answers(made)[1].values()} == {CannotTell}
    unpaid = ahead_answers(lives(lived(orders((1, 0, 5), weeks=30), unpaid=(0,))))[1]["value_ahead"]
    assert isinstance(unpaid, CannotTell)
    assert "cost" in str(unpaid.reason)


# Cost


def test_new_customers_are_corrected_for_second_accounts_that_are_not_found() -> None:
    of = won(100, 10, 3, Recall(0.6, 0.5, 0.75, 300))
    assert plain_cac(of) == pytest.approx(100 / (10 - (1 - 0.6) / 0.6 * 3))
    made = cac(of, "USD/customer")
    assert isinstance(made, Estimate)
    assert [made.low, made.high] == pytest.approx([100 / 9, 100 / 7])
    assert "60" in str(made.assumptions[0])


def test_where_perhaps_nobody_is_new_the_cost_has_no_upper_end() -> None:
    of = won(100, 10, 3, Recall(0.6, 0.05, 0.75, 200))
    made, ratio = cac(of, "USD/customer"), ltv_by_cac(np.full(50, 9.0), of, 1)
    assert isinstance(made, Estimate)
    assert made.low < made.value < made.high == np.inf
    assert isinstance(ratio, Estimate)
    assert 0 < ratio.low < ratio.value < ratio.high < np.inf


def test_without_a_recall_the_cost_is_a_lower_end_and_the_ratio_an_upper_one() -> None:
    random = np.random.default_rng(3)
    of = Won(random.gamma(40, 2, 13), random.poisson(20, 13).astype(np.float64), np.zeros(13), None)
    made, ratio = cac(of, "USD/customer"), ltv_by_cac(random.gamma(2, 5, 300), of, 1)
    assert isinstance(made, Bounds)
    assert isinstance(ratio, Bounds)
    assert (made.high, ratio.low) == (np.inf, -np.inf)
    assert made.low < (plain_cac(of) or 0)


@pytest.mark.parametrize(
    ("spend", "new", "matched", "kind"),
    [(0, 5, 0, "estimate"), (50, 0, 0, "no"), (50, 1, 9, "no"), (0, 0, 0, "no")],
)
def test_spend_without_customers_is_no_infinite_cost(spend: int, new: int, matched: int, kind: str) -> None:
    of = won(spend, new, matched, Recall(0.5, 0.4, 0.6, 300))
    made, ratio = cac(of, "USD/customer"), ltv_by_cac(np.full(50, 9.0), of, 1)
    assert isinstance(made, Estimate if kind == "estimate" else CannotTell)
    assert isinstance(ratio, CannotTell)


def test_weeks_that_are_not_known_count_on_neither_side() -> None:
    spend, new = np.full(13, 10.0), np.full(13, 2.0)
    spend[3], new[5] = np.nan, np.nan
    assert plain_cac(Won(spend, new, np.zeros(13), CERTAIN)) == 5


def test_the_interval_of_ltv_by_cac_holds_the_truth() -> None:
    """True ratio 30 / 5 in every world; weeks of spend and of customers go together."""
    held = 0
    for seed in range(300):
        random = np.random.default_rng(seed)
        demand = np.exp(0.25 * random.standard_normal(13))
        new = random.poisson(40 * demand).astype(float)
        spend = 200 * demand * np.exp(0.15 * random.standard_normal(13) - 0.15**2 / 2)
        made = ltv_by_cac(random.gamma(0.7, 30 / 0.7, int(new.sum())), Won(spend, new, np.zeros(13), CERTAIN), seed)
        assert isinstance(made, Estimate)
        held += made.low <= 6 <= made.high
    assert 0.87 * 300 <= held <= 0.985 * 300


# Payback


def monthly(weeks: int, each: int = 4) -> History:
    """Customers who bring 6.00 at once and 2.00 every 30 days for a year."""
    rows = [
        (week * each + n, week * 7 + n + 30 * month, 6.0 if not month else 2.0)
        for week in range(weeks) for n in range(each) for month in range(12)
        if week * 7 + n + 30 * month < 7 * weeks
    ]  # fmt: skip
    return lived(orders(*rows, weeks=weeks))


def test_payback_is_the_first_month_whose_value_covers_the_cost() -> None:
    of = matured(monthly(80), BEGINS, 80)
    assert of is not None
    assert (of.months, of.weeks, len(of.of)) == (12, slice(14, 27), 52)
    cost = won(4 * 11.0, 4, 0, CERTAIN)
    made = payback(of, cost, FREE, "USD/customer")
    assert made is not None
    assert [one["value"] for one in made["curve"]][:4] == [6, 10, 12, 14]  # day 30 is in the second
    assert (made["month"], made["earliest"], made["latest"]) == (3, 3, 3)
    never = payback(of, won(4 * 99.0, 4, 0, CERTAIN), FREE, "USD/customer")
    assert never is not None
    assert (never["month"], never["latest"]) == (None, None)


@pytest.mark.parametrize(("weeks", "months"), [(70, 12), (40, 6), (24, 3), (19, 3), (12, 0)])
def test_a_younger_shop_pays_back_within_what_is_known(weeks: int, months: int) -> None:
    of = matured(monthly(weeks, 6), BEGINS, weeks)
    assert (of.months if of else 0) == months


def test_money_that_is_not_known_leaves_customers_out() -> None:
    rows = [(week * 6 + n, week * 7 + n, 1.0) for week in range(40) for n in range(6)]
    whole, gap = (matured(lived(orders(*rows, weeks=40), unpaid=some), BEGINS, 40) for some in ((), (6,)))
    assert whole is not None
    assert (whole.months, len(whole.of)) == (6, 13 * 6)
    assert gap is None or len(gap.of) < len(whole.of) or gap.weeks != whole.weeks


def test_means_of_many_customers_have_the_same_spread_as_of_few() -> None:
    values: Floats = np.random.default_rng(5).gamma(2, 5, 5_001)
    of = won(50, 400, 0, CERTAIN)
    one, other = (ltv_by_cac(some, of, 1) for some in (values, values[:-1]))
    assert isinstance(one, Estimate)
    assert isinstance(other, Estimate)
    assert_allclose([one.low, one.high], [other.low, other.high], rtol=0.003)
