"""The measurement itself, short: it runs, takes up what it has, and finds nothing that a long one would not."""

import json
from pathlib import Path

import pytest

from tests.simulation.measurement.families import FAMILIES
from tests.simulation.measurement.question import Expected, answered
from tests.simulation.measurement.run import main, measured
from tests.simulation.measurement.summary import summary

QUICK = ("launch 10 of 20, B = A", "switchback 26 weeks", "no event, recall 0.6")


def test_at_least_eight_families_are_answerable_and_each_says_why() -> None:
    answerable = [one for one in FAMILIES.values() if one.expected is Expected.ANSWER]
    assert len(answerable) >= 8
    assert all(one.why.endswith(".") for one in FAMILIES.values())


@pytest.mark.parametrize("name", [name for name, one in FAMILIES.items() if one.expected is Expected.REFUSE])
def test_what_cannot_be_answered_is_refused(name: str) -> None:
    assert not answered(FAMILIES[name], 0).answered


def test_a_measurement_takes_up_what_it_has(tmp_path: Path) -> None:
    name = "no event, recall 0.6"
    first = measured([name], 2, 1, tmp_path)
    file = next(tmp_path.iterdir())
    file.write_text(file.read_text() + '\n{"family": "no ev')
    again = measured([name], 3, 1, tmp_path)
    assert again[name][:2] == first[name]
    assert [one.run for one in again[name]] == [0, 1, 2]
    assert len([line for line in file.read_text().splitlines() if line.endswith("}")]) == 3


def test_a_run_follows_from_its_family_and_number() -> None:
    one, other = (answered(FAMILIES["launch 5 of 20"], 3) for _ in range(2))
    assert (one.truth, one.value, one.sets, one.plain) == (other.truth, other.value, other.sets, other.plain)


def test_a_measurement_of_nothing_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--families", "nonsense"])
    assert "No family begins so" in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.parametrize("name", QUICK)
def test_a_short_measurement_holds_the_truth_about_as_often_as_it_says(name: str) -> None:
    found = summary(FAMILIES[name], [answered(FAMILIES[name], run) for run in range(60)])
    assert found.answered >= 0.9
    assert found.conditional is not None
    assert found.conditional.upper >= 0.9
    assert found.rmse is None or found.rmse <= 0.1


@pytest.mark.slow
def test_results_are_kept_as_lines_of_json(tmp_path: Path) -> None:
    measured(["halo 25 of 50"], 4, 2, tmp_path)
    lines = next(tmp_path.iterdir()).read_text().strip().splitlines()
    assert sorted(json.loads(line)["run"] for line in lines) == [0, 1, 2, 3]
