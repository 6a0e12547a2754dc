"""The measurement itself, short: it runs, follows from its seeds, and says what failed."""

from dataclasses import replace
from pathlib import Path

import pytest

from tests.simulation.measurement.table import written
from tests.simulation.steering.criteria import AIMS, criteria, measured
from tests.simulation.steering.families import FAMILIES
from tests.simulation.steering.question import Claim, Result, answered
from tests.simulation.steering.run import main
from tests.simulation.steering.table import BEGINS, ENDS, table

DEAR = {"shop by the model", "shop that wanders", "regular buyers", "regular buyers, December"}


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=[pytest.mark.slow] if name in DEAR else [])
     for name, family in FAMILIES.items() if not family.missing],
)  # fmt: skip
def test_every_family_answers(name: str) -> None:
    assert all(len(of) for of in answered(FAMILIES[name], 0).figures.values())


def test_a_run_follows_from_its_family_and_number() -> None:
    one, other = (answered(FAMILIES["six channels, upside down"], 3).figures for _ in range(2))
    assert one == other != answered(FAMILIES["leads alike"], 3).figures


def test_every_aim_has_two_families_and_each_says_what_it_is() -> None:
    counted = [sum(one.claim is aim.claim for one in FAMILIES.values()) for aim in AIMS]
    assert min(counted) >= 2
    assert all(one.why.endswith(".") for one in FAMILIES.values())


def test_a_family_runs_its_share_and_no_more_than_there_are() -> None:
    family = replace(FAMILIES["leads alike"], share=0.25, most=30)
    assert [family.runs(runs) for runs in (0, 1, 40, 400)] == [0, 1, 10, 30]
    assert replace(family, missing="it is not here").runs(400) == 0


def test_a_criterion_takes_the_worst_family_and_an_error_of_either_sign() -> None:
    family = FAMILIES["leads alike"]
    results = [Result(family.name, run, {"error in points": [-0.5, -0.3], "held": [1.0, run]}, 0.0) for run in (0, 1)]
    found = {"one": measured(family, results), "other": measured(replace(family, claim=Claim.APART), results)}
    error, held = criteria(found)
    assert (error.aim, error.worst, error.passed) == (
        "≤ 0.30", "0.400 (leads alike: error in points; 1 of 1 families fail)", False
    )  # fmt: skip
    assert (held.worst, held.passed) == ("0.750 (leads alike: held; 1 of 1 families fail)", False)
    assert "| **failed** |" in table(found, "how")


def test_the_table_stands_beside_the_other_one(tmp_path: Path) -> None:
    file = tmp_path / "README.md"
    file.write_text("# A\n<!-- measured: make simulate -->\nother\n<!-- /measured -->\n")
    for text in ("one", "two"):
        written(file, text, BEGINS, ENDS)
    assert file.read_text().startswith("# A\n<!-- measured: make simulate -->\nother\n<!-- /measured -->\n")
    assert file.read_text().endswith(f"{BEGINS}\ntwo\n{ENDS}\n")


def test_a_run_prints_its_table_and_fails_where_a_criterion_does(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--runs", "2", "--jobs", "1", "--families", "two channels, upside"]) == 0
    assert "| cheap leads without revenue flagged (K3) | ≥ 0.90 | 1.000" in capsys.readouterr().out
    with pytest.raises(SystemExit):
        main(["--families", "nonsense"])
    assert "No family begins so" in capsys.readouterr().err
