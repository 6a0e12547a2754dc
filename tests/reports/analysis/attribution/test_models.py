"""Models against published tables and small cases worked by hand."""

import csv
import gzip
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pytest

from reports.analysis.attribution.journeys import BRAND, DIRECT, MOST_TOUCHES, UNKNOWN, Journeys, from_paths
from reports.analysis.attribution.models import (
    Credits,
    _shapley,
    _within,
    attribute,
    first,
    last,
    last_without,
    linear,
    markov,
    position,
    shapley_rate,
    time_decay,
)
from reports.analysis.estimate import CannotTell

DATA = Path(__file__).parents[4].parent / "shared" / "data" / "attribution"


def credited(journeys: Journeys, found: Credits | CannotTell) -> dict[str, float]:
    assert isinstance(found, Credits)
    return dict(zip(journeys.channels, found.conversions.tolist(), strict=True))


@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        # AnalyzeCore, Bryl 2016-08-03, part 1
        ([("C1 C2 C3", 1, 0), ("C1", 0, 1), ("C2 C3", 0, 1)], {"C1": 0.2, "C2": 0.4, "C3": 0.4}),
        # serhiipuzyrov.com, 2019-07
        ([("google", 2, 1), ("mailing", 1, 0), ("google mailing", 1, 0)], {"google": 2.4, "mailing": 1.6}),
    ],
)
def test_markov_of_published_examples(paths: list[tuple[str, float, float]], expected: Mapping[str, float]) -> None:
    journeys = from_paths((path.split(), done, 0, nulls) for path, done, nulls in paths)
    assert credited(journeys, markov(journeys)) == pytest.approx(expected, abs=1e-12)


def test_markov_of_the_pychattr_readme() -> None:
    # All three convert; a null that touches nothing of it lets the model answer.
    done = [("A B A B B A", 1, 0), ("A B B A A", 1, 0), ("A A", 1, 0), ("C", 0, 1)]
    journeys = from_paths((path.split(), one, 0, nulls) for path, one, nulls in done)
    assert credited(journeys, markov(journeys)) == pytest.approx({"A": 2.0, "B": 1.0, "C": 0.0}, abs=1e-12)


def test_shapley_of_the_sum_is_that_of_the_published_example() -> None:
    # tomgorb/misc: F .2, O .1, L .17, FO .17, FL .30, LO 0, FLO .06
    own = np.array([0, 0.2, 0.1, 0.17, 0.17, 0.30, 0, 0.06])
    assert _shapley(_within(own, 3), 3) == pytest.approx([0.455, 0.205, 0.340], abs=1e-12)


def paths_of_pathdata() -> Journeys:
    file = DATA / "pathdata_10000.csv.gz"
    if not file.exists():
        pytest.skip("../shared/data/attribution is not here")
    with gzip.open(file, "rt", newline="") as lines:
        return from_paths([
            (row["path"].split(" > "), float(row["total_conversions"]), float(row["total_conversion_value"]),
             float(row["total_null"])) for row in csv.DictReader(lines)
        ])  # fmt: skip


def test_pathdata_by_rules() -> None:
    journeys = paths_of_pathdata()
    lines = (DATA / "expected_heuristics_channelattribution_2.2.5.csv").read_text().splitlines()
    expected = {row["channel_name"]: row for row in csv.DictReader(lines)}
    for model, name in ((first, "first_touch"), (last, "last_touch"), (linear, "linear_touch")):
        found = model(journeys)
        for number, channel in enumerate(journeys.channels):
            told = expected[channel]
            assert found.conversions[number] == pytest.approx(float(told[f"{name}_conversions"]), abs=5e-4)
            assert found.value[number] == pytest.approx(float(told[f"{name}_value"]), abs=5e-4)


def test_pathdata_by_exact_markov() -> None:
    journeys = paths_of_pathdata()
    lines = (DATA / "exact_markov_order1_analytic_no_self_loops.csv").read_text().splitlines()
    expected = {row["channel_name"]: float(row["total_conversions"]) for row in csv.DictReader(lines)}
    assert credited(journeys, markov(journeys)) == pytest.approx(expected, abs=1e-6)


def touches(words: str, *, days: list[float] | None = None, intent: list[int] | None = None) -> Journeys:
    one = from_paths([(words.split(), 1, 10, 0)])
    return Journeys(
        one.channels, one.touch, one.starts, one.conversions, one.value, one.nulls,
        None if days is None else np.array(days), None if intent is None else np.array(intent),
    )  # fmt: skip


def test_position_gives_the_ends_two_fifths_each() -> None:
    journeys = touches("a b c d")
    assert credited(journeys, position(journeys)) == pytest.approx({"a": 0.4, "b": 0.1, "c": 0.1, "d": 0.4})
    assert credited(touches("a b"), position(touches("a b"))) == pytest.approx({"a": 0.5, "b": 0.5})
    assert credited(touches("a"), position(touches("a"))) == {"a": 1.0}


def test_time_decay_halves_in_seven_days() -> None:
    journeys = touches("a b", days=[7, 0])
    assert credited(journeys, time_decay(journeys)) == pytest.approx({"a": 1 / 3, "b": 2 / 3})


def test_the_last_that_is_neither_brand_nor_direct() -> None:
    journeys = touches("social search direct", intent=[UNKNOWN, BRAND, DIRECT])
    assert credited(journeys, last_without(journeys, (DIRECT,)))["search"] == 1
    assert credited(journeys, last_without(journeys, (DIRECT, BRAND)))["social"] == 1
    nothing_else = touches("search direct", intent=[BRAND, UNKNOWN])
    assert credited(nothing_else, last_without(nothing_else, (DIRECT, BRAND)))["direct"] == 1


def test_shapley_of_rates_may_be_negative() -> None:
    journeys = from_paths([(["good"], 50, 0, 50), (["good", "bad"], 10, 0, 90), (["bad"], 0, 0, 100)])
    found = credited(journeys, shapley_rate(journeys))
    assert found["bad"] < 0
    assert sum(found.values()) == pytest.approx(60)


def test_converters_alone_tell_nothing_of_a_channels_lack() -> None:
    journeys = from_paths([(["a", "b"], 3, 30, 0)])
    assert isinstance(markov(journeys), CannotTell)
    assert isinstance(shapley_rate(journeys), CannotTell)


def test_every_model_hands_out_all_conversions_and_value() -> None:
    generator = np.random.default_rng(3)
    paths = [
        ([f"c{n}" for n in generator.integers(0, 5, generator.integers(1, 7))], float(generator.integers(0, 3)),
         float(generator.integers(0, 90)), float(generator.integers(0, 9))) for _ in range(200)
    ]  # fmt: skip
    plain = from_paths(paths)
    journeys = Journeys(
        plain.channels, plain.touch, plain.starts, plain.conversions, plain.value, plain.nulls,
        generator.random(len(plain.touch)), generator.integers(0, 4, len(plain.touch)),
    )  # fmt: skip
    found = attribute(journeys)
    assert list(found) == [
        "last", "first", "linear", "position", "time_decay", "last_non_direct", "last_non_brand", "markov",
        "shapley_rate",
    ]  # fmt: skip
    for name, one in found.items():
        assert isinstance(one, Credits), name
        assert one.conversions.sum() == pytest.approx(journeys.conversions.sum()), name
        assert one.value.sum() == pytest.approx(journeys.value.sum()), name


def test_a_journey_without_end_is_capped_and_counted() -> None:
    journeys = from_paths([(["first", *["x"] * 9_998, "last"], 1, 0, 0)])
    assert (journeys.capped, journeys.lengths.tolist()) == (1, [MOST_TOUCHES])
    assert credited(journeys, first(journeys))["first"] == credited(journeys, last(journeys))["last"] == 1
