"""What Splink wrote once weighs like a linker of its own over the same records."""

from typing import Any

import pyarrow as pa
import pytest

from reconciliation.identity.linking.backends import backend
from reconciliation.identity.linking.blocking import Report, candidates
from reconciliation.identity.linking.model import Model, shipped
from reconciliation.identity.linking.query import query
from reconciliation.identity.linking.scoring import RARE, _by_linker, linker, prepare, weigher
from tests.population.population import population
from tests.population.recording import records, shown


@pytest.fixture(scope="module")
def people() -> pa.Table:
    return records(shown(population(600, seed=4)))


def other() -> Model:
    given: dict[str, Any] = dict(shipped().parameters)
    return Model("other", {**given, "partners": float(given["partners"]) * 3})


@pytest.mark.parametrize("floor", [None, 0.01, 0.9])
@pytest.mark.parametrize("model", [shipped(), other()], ids=["shipped", "other"])
def test_every_pair_weighs_the_same(people: pa.Table, model: Model, floor: float | None) -> None:
    with backend() as run:
        run.load("records", people)
        prepared = prepare(run, "records", model)
        pairs = candidates(run, "records", Report(), step=lambda _: None)
        ours = weigher(run, prepared, model, people.num_rows)(pairs, floor)
        theirs = _by_linker(run, linker(run, prepared, model, people.num_rows), pairs, floor)
        one, two = (run.arrow(f"select * from {table} order by left_id, right_id") for table in (ours, theirs))
    assert one.num_rows > 10
    assert one == two


def test_one_model_is_written_once_and_another_anew() -> None:
    assert query(shipped(), RARE) is query(shipped(), RARE)
    assert query(other(), RARE) is not query(shipped(), RARE)
