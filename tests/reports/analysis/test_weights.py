import csv
import gzip
from pathlib import Path

import numpy as np
import pytest
from scipy.optimize import nnls

from reports.analysis.panel import Series
from reports.analysis.weights import (
    difference_in_differences,
    simplex_weights,
    synthetic_control,
    synthetic_difference,
    synthetic_weights,
)

SHARED = Path(__file__).resolve().parents[4] / "shared" / "data" / "measurement"
absent = pytest.mark.skipif(not SHARED.is_dir(), reason="the published data are not beside the project")


def read(name: str, row: str, column: str, value: str, delimiter: str = ",") -> tuple[list[str], Series]:
    with gzip.open(SHARED / name, "rt") as file:
        cells = {(one[row], one[column]): float(one[value]) for one in csv.DictReader(file, delimiter=delimiter)}
    rows, columns = (sorted({key[place] for key in cells}) for place in (0, 1))
    return rows, np.array([[cells[one, other] for other in columns] for one in rows])


@absent
def test_reference_of_proposition_99() -> None:
    states, packs = read("sc_california_prop99_synthdid.csv.gz", "State", "Year", "PacksPerCapita", ";")
    at = states.index("California")
    treated, controls = packs[at], np.delete(packs, at, axis=0)

    found = [one(treated, controls, 19) for one in (difference_in_differences, synthetic_difference, synthetic_control)]

    assert found == pytest.approx([-27.349111, -15.60383, -11.11], abs=0.005)


@absent
def test_reference_of_geolift() -> None:
    markets, sales = read("GeoLift_Test.csv.gz", "location", "date", "Y")
    rows = [markets.index("chicago"), markets.index("portland")]
    treated, controls = sales[rows].mean(axis=0), np.delete(sales, rows, axis=0)
    names = [name for name in markets if name not in {"chicago", "portland"}]

    effect = synthetic_control(treated, controls, 90)
    weights = dict(zip(names, synthetic_weights(treated[:90], controls[:, :90]), strict=True))

    assert effect == pytest.approx(155.556, abs=0.001)
    assert effect * 2 * 15 == pytest.approx(4667, abs=0.5)
    assert effect / (treated[90:].mean() - effect) == pytest.approx(0.054, abs=0.0005)
    assert [weights[name] for name in ("cincinnati", "miami", "baton rouge", "minneapolis")] == pytest.approx(
        [0.2272, 0.2028, 0.1335, 0.09], abs=0.0001
    )


@pytest.mark.parametrize("ridge", [0.0, 0.3, 30.0])
@pytest.mark.parametrize("size", [1, 2, 9, 40])
def test_weights_are_those_of_non_negative_least_squares(size: int, ridge: float) -> None:
    generator = np.random.default_rng(size)
    controls = generator.normal(size=(size, 60)) + generator.normal(size=60)
    treated = generator.normal(size=60) + controls[0] * 0.5
    centred = controls - controls.mean(axis=1, keepdims=True)
    rows = np.vstack([centred.T, np.sqrt(ridge) * np.eye(size), 1e4 * np.ones(size)])
    aim = np.concatenate([treated - treated.mean(), np.zeros(size), [1e4]])

    assert synthetic_weights(treated, controls, ridge) == pytest.approx(nnls(rows, aim)[0], abs=1e-4)


def test_weights_of_many_rows_are_those_of_each_alone() -> None:
    generator = np.random.default_rng(5)
    series = generator.normal(size=(30, 50)) + generator.normal(size=50)
    centred = series - series.mean(axis=1, keepdims=True)
    fit = centred @ centred.T
    allowed = generator.random((40, 30)) < 0.6
    shares = np.where(allowed, 0, 1) / (~allowed).sum(axis=1, keepdims=True)

    together = simplex_weights(fit, shares @ fit, allowed, 0.1)

    assert together.sum(axis=1) == pytest.approx(np.ones(40))
    assert (together >= 0).all()
    assert not together[~allowed].any()
    for row in range(40):
        alone = simplex_weights(fit, shares[row : row + 1] @ fit, allowed[row : row + 1], 0.1)[0]
        assert together[row] == pytest.approx(alone, abs=1e-4)


def test_weights_of_equal_controls_are_equal() -> None:
    wave = np.sin(np.arange(30))
    assert synthetic_weights(wave, np.vstack([wave, wave, wave])) == pytest.approx([1 / 3] * 3, abs=1e-3)


def test_weights_where_nothing_moves() -> None:
    assert synthetic_weights(np.ones(20), np.ones((4, 20))) == pytest.approx([0.25] * 4, abs=1e-4)
