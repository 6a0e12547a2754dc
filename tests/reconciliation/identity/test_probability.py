"""Exact pairs are near certain, unless others claim the same account."""

from typing import Any

import pyarrow as pa
import pytest

from reconciliation.identity.calibration import Calibration
from reconciliation.identity.linking.model import COMPARISONS
from reconciliation.identity.probability import EXACT, probable


def table(*pairs: tuple[int, str, int, str, float | None, int]) -> pa.Table:
    """(left, channel, right, channel, weight, tier) of each pair."""
    columns: list[list[Any]] = [list(column) for column in zip(*pairs, strict=True)]
    left, left_channel, right, right_channel, weight, tier = columns
    return pa.table({
        "left": pa.array(left, pa.int64()), "right": pa.array(right, pa.int64()),
        "left_channel": left_channel, "right_channel": right_channel, "weight": pa.array(weight, pa.float64()),
        "raw": pa.array([0.5] * len(pairs)), "tier": pa.array(tier, pa.int8()), "rule": ["email"] * len(pairs),
        "levels": pa.array([[-1] * len(COMPARISONS)] * len(pairs), pa.list_(pa.int8())),
    })  # fmt: skip


def likely(*pairs: tuple[int, str, int, str, float | None, int]) -> list[float]:
    found: list[float] = probable(table(*pairs), Calibration(), 0.0)["probability"].to_pylist()
    return found


def test_an_exact_pair_without_rivals_is_near_certain() -> None:
    assert likely((1, "shopee", 2, "shopify", 0.5, 1)) == [pytest.approx(EXACT)]
    assert likely((1, "shopify", 2, "shopify", 0.5, 1)) == [pytest.approx(EXACT)]


def test_two_exact_claims_on_one_account_share_its_certainty() -> None:
    both = likely((1, "shopee", 9, "shopify", 1.0, 1), (2, "shopee", 9, "shopify", 1.0, 1))
    assert both == [pytest.approx(0.5, abs=0.01)] * 2


def test_claims_of_one_person_inside_his_channel_are_one() -> None:
    found = likely(
        (1, "shopify", 2, "shopify", 12.0, 1), (1, "shopify", 9, "shopee", 1.0, 1), (2, "shopify", 9, "shopee", 1.0, 1)
    )
    assert min(found) >= 0.98


def test_the_weight_stays_what_the_evidence_says() -> None:
    assert probable(table((1, "shopee", 2, "shopify", 0.5, 1)), Calibration(), 0.0)["weight"].to_pylist() == [0.5]
