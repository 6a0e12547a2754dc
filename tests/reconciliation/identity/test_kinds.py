"""The kind of a pair follows from its levels, one by one as in columns."""

import pyarrow as pa
import pytest

from reconciliation.identity.calibration import Calibration
from reconciliation.identity.kinds import APART, BARE, BOTH, CLEAR, KINDS, MASKED, TOLD_BY, kind, kinds
from reconciliation.identity.linking.levels import CONTRARY, NAMELESS, TOLD
from reconciliation.identity.linking.model import COMPARISONS
from reconciliation.identity.probability import probable

REST = [-1] * (len(COMPARISONS) - 2)
NAMES = COMPARISONS["name"]
GIVEN = [
    ([len(NAMES) - 1, -1, *REST], CLEAR),
    ([0, -1, *REST], APART),
    ([-1, len(COMPARISONS["name_masked"]) - 2, *REST], TOLD_BY),
    ([-1, 0, *REST], MASKED),
    ([-1, len(COMPARISONS["name_masked"]) - 1, *REST], BOTH),
    ([-1, -1, *REST], BARE),
    ([], ""),
    (None, ""),
    ([1, 2, 3], ""),
]


def test_kinds_of_a_column_are_those_of_its_pairs() -> None:
    levels = [levels for levels, _ in GIVEN]
    column = pa.chunked_array([pa.array(some, pa.list_(pa.int8())) for some in (levels[:3], [], levels[3:])])
    assert kinds(column).to_pylist() == [kind(one) for one in levels] == [wanted for _, wanted in GIVEN]
    assert kinds(column.slice(0, 0)).to_pylist() == []


def test_names_that_contradict_are_a_kind_of_their_own() -> None:
    found = {label: kind([len(NAMES) - 1 - place, -1, *REST]) for place, label in enumerate(NAMES)}
    assert {label for label, one in found.items() if one == APART} == set(CONTRARY) <= set(NAMES)


def test_masked_names_are_of_a_kind_by_what_the_user_name_says() -> None:
    masked = COMPARISONS["name_masked"]
    found = {label: kind([-1, len(masked) - 1 - place, *REST]) for place, label in enumerate(masked)}
    assert {label for label, one in found.items() if one == TOLD_BY} == set(TOLD)
    assert {label for label, one in found.items() if one == BARE} == set(NAMELESS)
    assert {label for label, one in found.items() if one == BOTH} == set(masked[:1])


def test_pairs_get_the_probability_of_their_kind() -> None:
    size = len(KINDS)
    table = pa.table(
        {
            "left": list(range(size)), "right": list(range(size, 2 * size)),
            "left_channel": ["shopify"] * size, "right_channel": ["shopify"] * size,
            "weight": [3.0] * size, "raw": [8 / 9] * size, "tier": pa.array([2] * size, pa.int8()),
            "levels": pa.array([levels for levels, _ in GIVEN[:size]], pa.list_(pa.int8())),
        }
    )  # fmt: skip
    curves = {one: (0.5, place - 2.0) for place, one in enumerate(KINDS[1:])}
    calibration = Calibration(0.6, 0.1, kinds=curves)
    found = probable(table, calibration, 0.0)["probability"].to_pylist()
    assert found == pytest.approx([calibration.apply(3.0, wanted) for _, wanted in GIVEN[:size]])
    assert len({round(one, 6) for one in found}) == size
