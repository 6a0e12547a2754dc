"""Spark gives the pairs that DuckDB gives, where pyspark is installed; elsewhere it says what is missing."""

import importlib.util

import pytest

from reconciliation.identity.linking.backends import Unavailable
from reconciliation.identity.linking.engine import find_pairs
from reconciliation.identity.linking.model import shipped
from tests.population.population import population
from tests.population.recording import records, shown
from tests.reconciliation.identity.linking.recorded import JOHN
from tests.reconciliation.identity.linking.recorded import records as made

INSTALLED = importlib.util.find_spec("pyspark") is not None


@pytest.mark.skipif(INSTALLED, reason="pyspark is installed")
def test_without_pyspark_it_says_what_to_install() -> None:
    with pytest.raises(Unavailable, match="pyspark"):
        find_pairs(made(JOHN, JOHN), shipped(), engine="spark")


@pytest.mark.slow
@pytest.mark.skipif(not INSTALLED, reason="pyspark is not installed")
def test_spark_finds_the_same_pairs() -> None:
    people = records(shown(population(1_000, seed=3)))
    one = find_pairs(people, shipped()).to_pylist()
    other = find_pairs(people, shipped(), engine="spark").to_pylist()
    assert [(row["left_id"], row["right_id"], row["tier"], row["levels"]) for row in one] == [
        (row["left_id"], row["right_id"], row["tier"], row["levels"]) for row in other
    ]
    assert [row["weight"] for row in other] == pytest.approx([row["weight"] for row in one])
