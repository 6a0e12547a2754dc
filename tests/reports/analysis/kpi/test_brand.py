import pytest

from reports.analysis.estimate import Bounds, CannotTell, Estimate
from reports.analysis.kpi.brand import adjusted, brand_booked_as_paid, credited, over_credit, unclassified
from reports.analysis.said import Said


def share(value: float, low: float, high: float) -> Estimate:
    return Estimate(value, low, high, 0.9, "share", 26, "event")


def test_k8_fires_where_only_brand_orders_clear_break_even() -> None:
    flag = brand_booked_as_paid(40_000, 10_000, 200, 140, break_even=2.5)
    assert (flag.rule, flag.fired) == ("K8", True)
    assert flag.figures["without_rivals_low"] == pytest.approx(4 * (0.3 + 0.7 * 0.01))
    assert flag.figures["without_rivals_high"] == pytest.approx(4 * (0.3 + 0.7 * 0.04))
    assert flag.figures["with_rivals_low"] == pytest.approx(4 * (0.3 + 0.7 * 0.18))
    assert flag.figures["with_rivals_high"] == pytest.approx(4 * (0.3 + 0.7 * 0.42))
    assert str(flag.wrong) == (
        "Of the conversions behind a return of 4.0, 70 % are of the brand: it is at most 1.31 where no rival bids on the "
        "brand, at most 2.38 where one does."
    )


def test_k8_passes_where_non_brand_orders_pay() -> None:
    assert brand_booked_as_paid(40_000, 10_000, 200, 20, break_even=2.5).fired is False


def test_k8_has_nothing_to_say_of_a_return_that_is_bad_already() -> None:
    assert brand_booked_as_paid(10_000, 10_000, 200, 140, break_even=2.5).fired is False


def test_k8_cannot_tell_without_spend_or_conversions() -> None:
    assert brand_booked_as_paid(40_000, 0, 200, 140).fired is None
    assert brand_booked_as_paid(0, 100, 0, 0).fired is None
    assert brand_booked_as_paid(40_000, 100, 9, 9).fired is None
    with pytest.raises(ValueError, match="part of"):
        brand_booked_as_paid(1, 1, 10, 11)


def test_all_brand_orders_leave_what_experiments_found() -> None:
    assert adjusted(5.0, 1.0, 0.02) == pytest.approx(0.1)
    assert brand_booked_as_paid(50_000, 10_000, 100, 100).figures["brand_share"] == 1.0


def test_k9_fires_where_more_than_5_percent_is_unknown() -> None:
    flag = unclassified({"brand": 10, "non_brand": 83, "unknown": 7}, {"brand": 1, "non_brand": 99})
    assert (flag.rule, flag.fired) == ("K9", True)
    assert str(flag.wrong) == (
        "7.0 % is neither brand nor non-brand: figures that set one beside the other are held back."
    )
    assert sum(flag.figures[f"spend_{one}"] for one in ("brand", "non_brand", "unknown")) == pytest.approx(1)


def test_k9_passes_up_to_5_percent() -> None:
    assert unclassified({"brand": 10, "non_brand": 85, "unknown": 5}, {"brand": 1}).fired is False


def test_k9_cannot_tell_of_nothing() -> None:
    assert unclassified({}, {"brand": 0}).fired is None
    with pytest.raises(ValueError, match="each at least 0"):
        unclassified({"brand": -1}, {})
    with pytest.raises(ValueError, match="of brand"):
        unclassified({"generic": 1}, {})


def test_k17_fires_where_orders_were_surely_taken() -> None:
    flag = over_credit(share(0.3, 0.2, 0.4), share(0.5, 0.4, 0.6), 400, 1000, 70, 100)
    assert (flag.rule, flag.fired) == ("K17", True)
    assert str(flag.wrong) == (
        "Between 33 % and 100 % of the contribution that the marketplace reports was not brought by it."
    )
    assert flag.figures == {
        "brand_query_share": 0.4, "relationship_loss": 0.7, "low": pytest.approx(1 / 3), "high": pytest.approx(1.0),
        "over_credit": pytest.approx(0.6),
    }  # fmt: skip


def test_k17_passes_where_at_most_a_tenth_was_taken() -> None:
    assert over_credit(share(0.01, -0.02, 0.03), share(0.5, 0.4, 0.6)).fired is False


def test_k17_cannot_tell_where_the_interval_holds_both() -> None:
    assert over_credit(share(0.2, -0.1, 0.4), share(0.5, 0.4, 0.6)).fired is None
    assert over_credit(CannotTell(Said("No event.")), share(0.5, 0.4, 0.6)).fired is None
    assert over_credit(share(0.3, 0.2, 0.4), CannotTell(Said("No margin."))).fired is None
    assert over_credit(share(0.3, 0.2, 0.4), share(0.1, 0.0, 0.6)).fired is None


def test_k17_of_bounds_has_no_point() -> None:
    flag = over_credit(Bounds(0.1, 0.6, "share", 9, "identities"), share(0.5, 0.4, 0.6))
    assert flag.fired
    assert "over_credit" not in flag.figures


def test_k8_cannot_tell_where_only_unknown_searches_decide() -> None:
    flag = brand_booked_as_paid(40_000, 10_000, 200, 20, 2.5, unknown_conversions=120)
    assert (flag.fired, str(flag.wrong)) == (None, "Of 60 % of the conversions it is not known what was searched.")
    assert flag.figures["without_rivals_low"] == pytest.approx(adjusted(4, 0.7, 0.01))
    assert flag.figures["without_rivals_high"] == pytest.approx(adjusted(4, 0.1, 0.04))
    assert brand_booked_as_paid(40_000, 10_000, 200, 140, 2.5, unknown_conversions=60).fired
    with pytest.raises(ValueError, match="unknown conversions"):
        brand_booked_as_paid(1, 1, 10, 5, 1.0, unknown_conversions=6)


def test_over_credit_is_an_estimate_only_of_estimates() -> None:
    found = credited(share(0.3, 0.2, 0.4), share(0.5, 0.4, 0.6))
    assert isinstance(found, Estimate)
    assert (found.value, found.low, found.high) == pytest.approx((0.6, 0.2 / 0.6, 1.0))
    assert isinstance(credited(Bounds(0.1, 0.6, "share", 9, "identities"), share(0.5, 0.4, 0.6)), Bounds)
    assert isinstance(credited(share(0.3, 0.2, 0.4), share(0.1, 0.0, 0.6)), CannotTell)
