from datetime import date
from decimal import Decimal

import pytest

from reconciliation.costs import Costing, Issue, standard_cost

D = Decimal
COSTS = [(date(2026, 9, 1), D("3.335")), (date(2026, 8, 1), D("3.10"))]


def test_cost_in_force_on_the_day_is_taken() -> None:
    issues = [
        Issue(date(2026, 7, 31), 2, "before"),
        Issue(date(2026, 8, 1), 2, "first"),
        Issue(date(2026, 8, 31), 1, "last"),
        Issue(date(2026, 9, 1), 1, "new"),
        Issue(date(2026, 9, 9), 1, "again"),
    ]
    assert standard_cost(COSTS, issues, "USD") == Costing(
        {"before": None, "first": D("6.20"), "last": D("3.10"), "new": D("3.34"), "again": D("3.34")},
        D(0), D(0), {"before": D(2)}, D(0),
    )  # fmt: skip


def test_return_comes_back_at_the_cost_of_its_sale() -> None:
    issues = [
        Issue(date(2026, 8, 5), 2, "s"),
        Issue(date(2026, 9, 5), -1, "t", "s"),
        Issue(date(2026, 9, 5), -1, "u", "unknown"),
        Issue(date(2026, 7, 5), 1, "early"),
        Issue(date(2026, 9, 5), -1, "v", "early"),
    ]
    assert standard_cost(COSTS, issues, "USD") == Costing(
        {"s": D("6.20"), "t": D("-3.10"), "u": D("-3.34"), "early": None, "v": None},
        D(0), D(0), {"early": D(1), "v": D(-1)}, D(0),
    )  # fmt: skip


def test_everything_is_missing_when_the_sheet_is_empty() -> None:
    issues = [Issue(date(2026, 8, 5), 2, "s")]
    assert standard_cost([], issues, "USD") == Costing({"s": None}, D(0), D(0), {"s": D(2)}, D(0))


def test_repeated_key_is_refused() -> None:
    with pytest.raises(ValueError, match="two issues have the key 's'"):
        standard_cost(COSTS, [Issue(date(2026, 8, 5), 2, "s"), Issue(date(2026, 8, 6), 1, "s")], "USD")
