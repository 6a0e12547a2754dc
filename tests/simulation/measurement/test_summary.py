"""What the runs of a family say together, and what is made of it."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from reports.analysis.estimate import Answer, Bounds, CannotTell, Estimate
from reports.analysis.said import Said
from tests.simulation.measurement.criteria import criteria
from tests.simulation.measurement.plain import change, plain, weights
from tests.simulation.measurement.question import Expected, Family, Question, Result, answered, as_json, of_json
from tests.simulation.measurement.summary import Covered, summary
from tests.simulation.measurement.table import BEGINS, ENDS, table, written
from tests.simulation.measurement.worlds import Design, world

OPEN = CannotTell(Said("too weak"), unbounded=True, detail={"accepted": [[None, -1.0], [0.2, None]]})
TOLD = Estimate(0.4, 0.1, 0.5, 0.9, "share", 1, "m")
WIDE = Estimate(0.5, -0.6, 0.6, 0.9, "share", 1, "m")


def _family(*answers: Answer, truth: float = 0.3, expected: Expected = Expected.ANSWER, null: bool = False) -> Family:
    def make(rng: np.random.Generator, run: int) -> Question:
        return Question(truth, lambda seed: answers[run % len(answers)], "made", lambda: (truth + 0.1, 0.2))

    return Family("made", expected, "because", make, lots=True, null=null)


def test_a_summary_counts_answers_sets_and_refusals_apart() -> None:
    family = _family(TOLD, WIDE, OPEN, CannotTell(Said("no")))
    one = summary(family, [answered(family, run) for run in range(4)])
    assert (one.runs, one.answered, one.answering, one.open, one.without) == (4, 0.5, 0.25, 0.25, 1)
    assert (one.conditional, one.whatever) == (Covered(2, 2), Covered(3, 3))
    assert (one.width, one.yard_width, one.rmse, one.yard_rmse) == pytest.approx((0.8, 0.4, 0.025**0.5, 0.1))
    assert one.yard_covered == 1.0
    assert (one.bias, one.false, one.broke) == pytest.approx((0.15, 0.5, 0.0))


def test_an_open_set_holds_the_truth_only_in_its_parts() -> None:
    held = [answered(_family(OPEN, truth=truth), 0).covers for truth in (-2.0, 0.0, 0.3)]
    assert held == [True, False, True]


def test_an_estimator_that_raises_fails_the_measurement_and_does_not_stop_it() -> None:
    def ask(seed: int) -> Answer:
        raise ZeroDivisionError("weights")

    family = replace(_family(TOLD), make=lambda rng, run: Question(0.3, ask, "made"))
    result = answered(family, 0)
    assert (result.type, result.reason, result.answered) == ("broke", "ZeroDivisionError: weights", False)
    failed = [one.what for one in criteria({"made": summary(family, [result])}) if not one.passed]
    assert "errors instead of answers" in failed


@pytest.mark.parametrize(("hits", "passed"), [(347, False), (355, True)])
def test_coverage_passes_where_ninety_per_cent_cannot_be_excluded(hits: int, passed: bool) -> None:
    family = _family(*[TOLD] * hits, *[WIDE] * (400 - hits), truth=0.25)
    results = [
        replace(answered(family, run), sets=((0.2, 0.3),) if run < hits else ((0.3, 0.4),)) for run in range(400)
    ]
    found = {one.what: one.passed for one in criteria({"made": summary(family, results)})}
    assert found["coverage given an answer, 95 % upper bound"] is passed


def test_false_alarms_and_answers_to_the_unanswerable_fail() -> None:
    null = summary(family := _family(TOLD, truth=0.0, null=True), [answered(family, 0)])
    refuse = summary(family := _family(TOLD, expected=Expected.REFUSE), [answered(family, 0)])
    failed = {one.what for one in criteria({"null": null, "refuse": refuse}) if not one.passed}
    assert {"low > 0 although κ = 0", "answers where unanswerable"} <= failed


def test_results_come_back_from_json_as_they_were() -> None:
    for answer in (TOLD, OPEN, Bounds(0.0, 1.0, "share", 1, "m")):
        result = answered(_family(answer), 3)
        assert of_json(as_json(result)) == result


def test_the_table_stands_between_its_markers_and_is_replaced_there(tmp_path: Path) -> None:
    family = _family(TOLD)
    results: dict[str, list[Result]] = {"made": [answered(family, 0)]}
    text = table({"made": summary(family, results["made"])}, results, "how")
    page = tmp_path / "README.md"
    page.write_text(f"# a\n\n{BEGINS}\nold\n{ENDS}\n\nend\n")
    written(page, text)
    once = page.read_text()
    written(page, text)
    assert page.read_text() == once == f"# a\n\n{BEGINS}\n{text}\n{ENDS}\n\nend\n"


def test_the_yardstick_finds_weights_that_made_the_series() -> None:
    rng = np.random.default_rng(2)
    donors = rng.normal(100, 10, (6, 80))
    true = np.array([0.5, 0.3, 0.2, 0, 0, 0])
    assert weights(true @ donors, donors) == pytest.approx(true, abs=1e-6)
    scaled = donors / donors[:, :60].mean(axis=1, keepdims=True)
    treated = true @ scaled * np.where(np.arange(80) < 60, 1, 0.9)
    assert change(treated, donors, 60, 80) == pytest.approx(-0.1, abs=0.01)


def test_the_yardstick_is_near_the_truth_of_large_regions() -> None:
    one = world(np.random.default_rng(1), Design(regions=50, treated=25, after=26, ratio=2.0, a_day=500), "spatial")
    kappa, half = plain(one.panel, one.event, np.random.default_rng(1))
    assert abs(kappa - one.truth) < half < 0.2
