"""Candidates for the same account share one certainty, in any order and at any weight."""

import math
import random

import pyarrow as pa
import pytest

from reconciliation.identity.competition import account_pairs, compete
from reconciliation.identity.records import PAIRS

Row = tuple[int, int, str, str, float | None, float | None]
SCHEMA = pa.schema(
    [
        ("left", pa.int64()), ("right", pa.int64()), ("left_channel", pa.string()), ("right_channel", pa.string()),
        ("weight", pa.float64()), ("raw", pa.float64()),
    ]
)  # fmt: skip


def table(*rows: Row) -> pa.Table:
    return pa.Table.from_pylist([dict(zip(SCHEMA.names, row, strict=True)) for row in rows], SCHEMA)


def competed(*rows: Row) -> list[float]:
    found: list[float] = compete(table(*rows))["competed"].to_pylist()
    return found


def pair(left: int, right: int, weight: float | None, channels: str = "ab", raw: float | None = None) -> Row:
    return left, right, channels[0], channels[1], weight, raw


def test_a_pair_without_rivals_keeps_its_probability() -> None:
    assert competed(pair(1, 2, 3.0)) == [pytest.approx(8 / 9)]


def test_rivals_on_both_sides_share_the_certainty() -> None:
    found = competed(pair(1, 10, 4.0), pair(1, 11, 3.0), pair(2, 10, 1.0), pair(1, 20, 9.0, "ac"))
    assert found == pytest.approx([16 / (1 + 16 + 8 + 2), 8 / (1 + 8 + 16), 2 / (1 + 2 + 16), 512 / 513])


def test_candidates_that_are_one_person_in_their_channel_do_not_compete() -> None:
    found = competed(pair(1, 10, 4.0), pair(1, 11, 4.0), pair(1, 12, 3.0), pair(10, 11, 8.0, "bb"))
    assert found == pytest.approx([16 / (1 + 16 + 8), 16 / (1 + 16 + 8), 8 / (1 + 8 + 16), 256 / 257])


def test_pairs_inside_a_channel_do_not_compete() -> None:
    assert competed(pair(1, 2, 2.0, "aa"), pair(1, 3, 2.0, "aa")) == pytest.approx([0.8, 0.8])


def test_extreme_weights_are_stable() -> None:
    found = competed(
        pair(1, 10, 1000.0), pair(1, 11, 1000.0), pair(1, 12, -1000.0), pair(2, 20, 5000.0), pair(3, 30, -math.inf)
    )
    assert found == pytest.approx([0.5, 0.5, 0.0, 1.0, 0.0])
    weak_beside_strong = competed(
        pair(1, 10, 900.0), pair(1, 11, 3.0), pair(1, 12, 3.0), pair(10, 11, 900.0, "bb"), pair(11, 12, 50.0, "bb")
    )
    assert weak_beside_strong[1] == pytest.approx(8 / 9)  # all three are one person: nothing competes


def test_a_weight_that_is_no_number_is_taken_from_the_probability_or_has_no_chance() -> None:
    rows = [
        pair(1, 10, math.nan, raw=0.8),
        pair(2, 11, None, raw=0.8),
        pair(3, 12, math.nan, raw=math.nan),
        pair(3, 13, 2.0),
        pair(4, 14, None, raw=1.0),
    ]
    assert competed(*rows) == pytest.approx([0.8, 0.8, 0.0, 0.8, 1.0])


def test_no_pairs_give_no_pairs() -> None:
    empty = compete(SCHEMA.empty_table())
    assert (empty.num_rows, empty.column_names) == (0, [*SCHEMA.names, "evidence", "competed"])


def test_a_claim_adds_to_at_most_one() -> None:
    chance = random.Random(1)
    rows = [
        pair(left, 1000 + right, chance.uniform(-5, 15)) for left in range(60) for right in chance.sample(range(60), 8)
    ]
    sums = [0.0] * 60
    for row, p in zip(rows, competed(*rows), strict=True):
        sums[row[0]] += p
    assert max(sums) <= 1 + 1e-9


def test_the_order_of_pairs_does_not_matter_to_the_last_bit() -> None:
    chance = random.Random(2)
    rows = [
        pair(left, 1000 + right, chance.uniform(-20, 40))
        for left in range(300)
        for right in chance.sample(range(300), 9)
    ]
    first = dict(zip([row[:2] for row in rows], competed(*rows), strict=True))
    mixed = chance.sample(rows, len(rows))
    assert dict(zip([row[:2] for row in mixed], competed(*mixed), strict=True)) == first


def test_fifty_thousand_claims_on_one_account_share_it() -> None:
    found = competed(*(pair(0, key, 10.0) for key in range(1, 50_001)))
    assert found == pytest.approx([1024 / (1 + 1024 * 50_000)] * 50_000)


def test_records_of_one_account_make_one_pair_by_the_strongest() -> None:
    records = pa.table({"record_id": [1, 2, 3, 4], "account": [90, 90, 50, 90], "channel": ["a", "a", "b", "a"]})
    rows = [(1, 3, 5.0, 2), (2, 3, math.nan, 2), (3, 4, 7.0, 2), (1, 2, 9.0, 2)]
    pairs = pa.Table.from_pylist(
        [
            {"left_id": a, "right_id": b, "weight": w, "raw": 0.9, "tier": tier, "rule": "", "levels": [1]}
            for a, b, w, tier in rows
        ],
        PAIRS,
    )
    found = account_pairs(pairs, records)
    assert found.select(["left", "right", "left_channel", "right_channel", "weight", "left_id"]).to_pylist() == [
        {"left": 50, "right": 90, "left_channel": "b", "right_channel": "a", "weight": 7.0, "left_id": 3}
    ]
