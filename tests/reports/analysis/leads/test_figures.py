"""The figures of services, from leads whose counts are known."""

import numpy as np
import pytest

from reports.analysis.leads.figures import lead_figures

NAN = float("nan")
START = 7 * 105_000 + 1.5  # a Monday at noon, as an ordinal


def leads(weeks: int, bot: float = 0.0) -> list[tuple[float, ...]]:
    """Ten a week: three qualify after 2 days, of these one is won for 500 after 10 days; one of ten is a bot."""
    rows = []
    for week in range(weeks):
        at = START + 7 * week
        rows += [(at, at + 2, at + 10, NAN, 500.0, bot)]
        rows += [(at, at + 2, NAN, NAN, NAN, bot)] * 2
        rows += [(at, NAN, NAN, at + 5, NAN, bot)] * 6
        rows += [(at, NAN, NAN, NAN, NAN, 1.0)]
    return [tuple(NAN if moment > START + 7 * weeks else moment for moment in one[:4]) + one[4:] for one in rows]


def test_rates_leave_bots_out_and_count_what_is_to_come() -> None:
    found = {code: one for code, (one, _) in lead_figures(leads(40), "EUR").items()}
    assert found["qualification_rate"].value == pytest.approx(3 / 9, abs=0.01)
    assert found["lead_to_customer"].value == pytest.approx(1 / 9, abs=0.005)
    assert found["lead_to_customer"].maturity < 1
    assert found["cycle_length"].value == 10
    assert (found["bot_share"].value, found["bot_share"].denominator) == (0.1, 130)
    assert found["revenue_per_lead"].unit == "EUR/lead"
    assert found["revenue_per_lead"].maturity == 1
    assert found["revenue_per_lead"].value == pytest.approx(500 / 9)
    assert found["closed_loop"].value == pytest.approx(7 / 9)


def test_what_few_came_to_is_called_mature_by_nobody() -> None:
    found = {code: one for code, (one, _) in lead_figures(leads(15), "EUR").items()}
    for code in ("lead_to_customer", "revenue_per_lead"):
        assert found[code].value is not None
        assert found[code].maturity == 0
        assert "20 would tell how long it takes" in str(found[code].text)
    assert found["qualification_rate"].maturity > 0


def test_series_end_with_the_last_week_that_is_over() -> None:
    _, series = lead_figures(leads(200), "EUR")["bot_share"]
    assert len(series) == 104
    assert np.isfinite(series).all()


def test_bots_that_nobody_looked_for_are_not_none() -> None:
    rows = [(*one[:5], NAN) for one in leads(20)]
    made, _ = lead_figures(rows, "EUR")["bot_share"]
    assert (made.value, str(made.text)) == (None, "Nobody has looked which of these leads are bots.")


def test_money_without_a_rate_is_left_out_with_its_week() -> None:
    rows = leads(40)
    rows[-40] = (*rows[-40][:4], NAN, rows[-40][5])
    made, series = lead_figures(rows, "EUR")["revenue_per_lead"]
    assert np.isnan(series).sum() == 1
    assert made.value is not None


@pytest.mark.parametrize(
    "rows",
    [
        [(START, NAN, NAN, NAN, NAN, NAN)],
        [(START, NAN, NAN, NAN, NAN, 1.0)] * 3,
        [(START, START - 9, START - 5, NAN, 9.0, 0.0)],
        [(START - 4000, NAN, NAN, NAN, NAN, 0.0), (START, NAN, START + 1, NAN, 1e15, 0.0)],
    ],
    ids=["one", "bots alone", "before its lead", "far apart"],
)
def test_odd_leads_give_a_figure_or_a_reason(rows: list[tuple[float, ...]]) -> None:
    for made, _ in lead_figures(rows, "EUR").values():
        assert str(made.text)
        assert all(one is None or np.isfinite(one) for one in (made.value, made.low, made.high))


def test_without_leads_there_is_no_figure() -> None:
    assert lead_figures([], "EUR") == {}
