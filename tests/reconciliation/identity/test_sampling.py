"""Samples are random, complete in their probabilities, and tell totals with their error."""

import math
import random
import statistics
from collections import Counter

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciliation.identity.clusters import cluster
from reconciliation.identity.people import Account, Constraint, Edge
from reconciliation.identity.sampling import (
    LOGIT,
    UNSEEN,
    Answer,
    Worth,
    allocate,
    clusterings,
    draw,
    horvitz_thompson,
    interval,
    weights,
    worth,
)
from reconciliation.identity.violations import violations

PAIRS = pa.schema(
    [("left", pa.int64()), ("right", pa.int64()), ("left_channel", pa.string()), ("right_channel", pa.string()), ("competed", pa.float64()),
     ("levels", pa.list_(pa.int8()))]
)  # fmt: skip
CLEAR, VEILED = ([8, -1, *[-1] * 6], [-1, 2, *[-1] * 6])  # levels


def table(size: int, seed: int = 0) -> pa.Table:
    chance = random.Random(seed)
    channels = [chance.sample(["amazon", "shopee", "shopify"], 2) for _ in range(size)]
    return pa.table(
        [
            list(range(size)),
            list(range(size, 2 * size)),
            [one for one, _ in channels],
            [other for _, other in channels],
            [chance.betavariate(0.2, 0.6) for _ in range(size)],
            [CLEAR] * size,
        ],
        PAIRS,
    )


def test_the_same_seed_draws_the_same_from_any_order_of_pairs() -> None:
    pairs = table(3_000)
    mixed = pairs.take(random.Random(1).sample(range(3_000), 3_000))
    assert draw(mixed, 100, 5) == draw(pairs, 100, 5)
    assert draw(pairs, 100, 6) != draw(pairs, 100, 5)


def test_every_stratum_is_drawn_from_and_inclusion_is_exact() -> None:
    pairs = table(20_000)
    drawn = draw(pairs, 450, 1)
    assert (len(drawn), len({(one.left, one.right) for one in drawn})) == (450, 450)
    counts = Counter(one.stratum for one in drawn)
    assert len(counts) == 3 * 8
    assert min(counts.values()) >= 3
    sizes = {one.stratum: counts[one.stratum] / one.inclusion for one in drawn}
    assert sum(sizes.values()) == pytest.approx(20_000)
    assert all(size == pytest.approx(round(size)) for size in sizes.values())
    assert max(len(name) for name in counts) <= 40


def test_a_rare_kind_of_pairs_is_drawn_from_too() -> None:
    pairs = table(20_000)
    levels = pa.array([VEILED if place % 100 == 0 else CLEAR for place in range(20_000)], PAIRS.field("levels").type)
    pairs = pairs.set_column(pairs.schema.get_field_index("levels"), "levels", levels)
    drawn = draw(pairs, 450, 1)
    veiled = [one for one in drawn if one.left % 100 == 0]
    assert {one.left % 100 == 0: " masked " in one.stratum for one in drawn} == {True: True, False: False}
    assert len(veiled) >= 3 * 8 * 3 * 0.8
    assert sum(1 / one.inclusion for one in veiled) == pytest.approx(200)


def test_pairs_are_drawn_as_often_as_their_inclusion_says() -> None:
    pairs = table(60)
    hits: Counter[int] = Counter()
    inclusion = {}
    for seed in range(120):
        for one in draw(pairs, 30, seed):
            hits[one.left] += 1
            inclusion[one.left] = one.inclusion
    assert set(hits) == set(range(60))
    for pair, share in inclusion.items():
        assert abs(hits[pair] / 120 - share) <= 4.5 * math.sqrt(share * (1 - share) / 120)


def test_few_pairs_are_all_drawn_and_none_from_none() -> None:
    assert {one.inclusion for one in draw(table(40), 500, 1)} == {1.0}
    assert draw(PAIRS.empty_table(), 10, 1) == []
    assert draw(table(40), 0, 1) == []


def test_a_probability_that_is_no_number_is_not_drawn() -> None:
    pairs = pa.table([[1, 2, 3], [4, 5, 6], ["a"] * 3, ["b"] * 3, [math.nan, None, 0.5], [None, [], CLEAR]], PAIRS)
    assert [one.left for one in draw(pairs, 9, 1)] == [3]


@given(st.lists(st.tuples(st.integers(1, 900), st.floats(0, 1)), max_size=20), st.integers(0, 700))
def test_labels_are_shared_out_to_the_last_one(strata: list[tuple[int, float]], n: int) -> None:
    counts = allocate(strata, n)
    least = sum(min(size, 3) for size, _ in strata) if n else 0
    assert sum(counts) == max(least, min(n, sum(size for size, _ in strata)))
    assert all(count <= size for count, (size, _) in zip(counts, strata, strict=True))


def test_totals_hold_the_truth_in_nine_of_ten_samples() -> None:
    pairs = table(20_000)
    chance = random.Random(3)
    truth = [chance.random() < p**1.4 for p in pairs["competed"].to_pylist()]
    held = 0
    errors = []
    for seed in range(30):
        found = horvitz_thompson(
            Answer(one.stratum, one.inclusion, float(truth[one.left])) for one in draw(pairs, 400, seed)
        )
        held += found.low <= sum(truth) <= found.high
        errors.append(found.point / sum(truth) - 1)
    assert held >= 23
    assert statistics.mean(errors) == pytest.approx(0, abs=0.025)


def test_a_total_of_everything_has_no_error_and_unanswered_are_stood_for() -> None:
    everything = horvitz_thompson([Answer("a", 1.0, 1.0), Answer("a", 1.0, 0.0)])
    assert (everything.point, everything.variance) == (1.0, 0.0)
    half = horvitz_thompson([Answer("a", 0.5, 1.0), Answer("a", 0.5, None)])
    assert (half.point, half.variance) == (4.0, 4 * 4 * 0.75 * 0.25)
    assert horvitz_thompson([Answer("a", 0.5, None)]).point == 0.0


def people(size: int) -> list[Account]:
    return [Account(key, "shopify", "DE", key, emails=frozenset({key // 4})) for key in range(size)]


def test_each_link_is_drawn_by_its_probability() -> None:
    sampled = clusterings(people(3), [Edge(0, 1, 0.7), Edge(1, 2, 1.0)], n=800, seed=2)
    joined = [len(set(one.person.values())) for one in sampled]
    assert joined.count(1) / 800 == pytest.approx(0.7, abs=0.06)
    assert joined.count(2) == 800 - joined.count(1)


def test_sure_links_give_the_clustering_itself() -> None:
    chance = random.Random(5)
    accounts = [Account(key, chance.choice(["amazon", "shopee", "shopify"]), "DE", key) for key in range(80)]
    edges = [Edge(key, chance.randrange(80), 1.0, chance.choice([1, 2])) for key in range(40)]
    together, apart = [(70, 3), (3, 99)], [(1, 2), (4, 70), (3, 98)]
    (found,) = clusterings(accounts, edges, 1, 1, together, apart)
    whole = cluster(accounts, edges, together, apart)
    assert found.person == whole.person
    assert set(found.refused) == set(whole.refused)


def test_sampled_clusterings_keep_constraints_and_decisions() -> None:
    chance = random.Random(4)
    accounts = [
        Account(key, chance.choice(["amazon", "shopee", "shopify"]), chance.choice(["DE", "US"])) for key in range(60)
    ]
    edges = [Edge(chance.randrange(30), chance.randrange(30, 60), chance.random()) for _ in range(90)]
    together, apart = [(1, 2)], [(3, 4)]
    for one in clusterings(accounts, edges, 20, 1, together, apart):
        assert one.person[1] == one.person[2]
        anyhow = [Edge(edge.left, edge.right, 1.0) for edge in edges]
        broken = {wrong.constraint for wrong in violations(one, accounts, anyhow, together, apart)}
        assert broken <= {Constraint.DIAMETER}  # by links that were drawn it is kept; some were not drawn


def test_the_order_of_links_does_not_change_the_samples() -> None:
    edges = [Edge(key, key + 1, 0.5) for key in range(30)]
    turned = [Edge(edge.right, edge.left, edge.p) for edge in reversed(edges)]
    assert list(clusterings(people(31), edges, 5, 1)) == list(clusterings(people(31), turned, 5, 1))


def test_weights_add_to_the_expected_number_of_persons() -> None:
    sampled = list(clusterings(people(40), [Edge(key, key + 1, 0.6) for key in range(39) if key % 4 != 3], 60, 1))
    found = weights(sampled)
    persons = [float(len(set(one.person.values()))) for one in sampled]
    assert sum(found.values()) == pytest.approx(statistics.mean(persons))
    assert all(0.25 <= weight <= 1 for weight in found.values())
    mean, low, high = interval(persons)
    assert low < mean < high
    assert weights([]) == {}


def test_an_interval_takes_fifty_clusterings() -> None:
    with pytest.raises(ValueError, match="50"):
        interval([1.0] * 49)
    assert interval([float(value) for value in range(101)]) == (50.0, 5.0, 95.0)


def told(truth: float, p: float, seed: int, drawn: int = 100, of: int = 1_000) -> Worth:
    """What labels make of ``of`` pairs that are said to be one person with ``p``, where ``truth`` of them are."""
    chance = random.Random(seed)
    answers = [Answer("all", drawn / of, (chance.random() < truth) - p, p * (1 - p)) for _ in range(drawn)]
    return worth(answers, of * p, of * p * (1 - p))


def test_labels_set_a_sum_right_as_far_as_they_are_sure() -> None:
    few, many = ([told(0.6, 0.5, seed, drawn) for seed in range(200)] for drawn in (20, 800))
    assert statistics.mean(one.factor for one in many) == pytest.approx(1.2, abs=0.01)
    assert 1.08 < statistics.mean(one.factor for one in few) < 1.19  # pulled to what the calibration says
    assert statistics.mean(one.error for one in many) < 0.03 < statistics.mean(one.error for one in few)


def test_the_error_of_a_worth_covers() -> None:
    chance = random.Random(3)
    held = 0
    for seed in range(1_000):
        truth = 1 / (1 + math.exp(-chance.gauss(0, LOGIT)))  # as uncertain as a calibration is taken to be
        one = told(truth, 0.5, 1_000 + seed)
        held += abs(truth / 0.5 / one.factor - 1) <= 1.645 * one.error
    assert 0.87 < held / 1_000 < 0.93


def test_without_answers_a_sum_stands_in_doubt() -> None:
    assert worth([], 100.0, 40.0) == Worth(1.0, math.hypot(UNSEEN, LOGIT * 0.4))
    assert worth([Answer("all", 0.1, None, 0.2)], 100.0, 40.0).factor == 1.0
    assert worth([Answer("all", 0.1, 0.0)] * 9, 100.0, 40.0) == worth([], 100.0, 40.0)  # none is in the sum
    assert worth([Answer("all", 0.1, 1.0)], 0.0, 0.0) == Worth(1.0, UNSEEN)


def test_a_few_equal_answers_are_not_sure() -> None:
    equal = [Answer("all", 0.03, -0.2, 0.16)] * 3
    assert horvitz_thompson(equal).variance == pytest.approx(100 * 100 * 0.97 * 0.16 / 3)
    assert worth(equal, 20.0, 16.0).error > 0.3


def test_no_answer_makes_a_sum_nothing_or_less() -> None:
    poisoned = [Answer("all", 1e-6, -0.9)] * 2
    found = worth(poisoned, 10.0, 9.0)
    assert found.factor >= 0.1
    assert math.isfinite(found.error)
