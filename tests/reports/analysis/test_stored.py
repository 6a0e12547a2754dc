"""Answers come back from JSON as they were."""

import json
import math
from datetime import date
from typing import Any

import numpy as np
import pytest

from reports.analysis.estimate import Answer, Bounds, CannotTell, Check, Estimate
from reports.analysis.said import Said
from reports.analysis.stored import plain, restored, stored

MORE: dict[str, Any] = {
    "assumptions": (Said("Nothing else changed in {n} regions.", {"n": 3}),),
    "checks": (Check("donors", True, Said("{n} regions", {"n": 12}), 12.0), Check("leak", None, Said("none"))),
    "detail": {"gap": [1.0, 2.5], "weeks": ["2026-01-05"]},
}
ANSWERS: dict[str, Answer] = {
    "estimate": Estimate(0.25, 0.1, 0.4, 0.9, "share", 40, "SC", **MORE),
    "open": Estimate(0.25, -math.inf, math.inf, 0.9, "share", 40, "SC", **MORE),
    "bounds": Bounds(0.0, 0.6, "USD/order", 40, "identities", **MORE),
    "half-open": Bounds(0.0, math.inf, "share", 40, "identities", level=0.95),
    "refused": CannotTell(Said("{n} regions are too few.", {"n": 2}), Said("Ask {who}.", {"who": "TX"}), n=2),
    "unbounded": CannotTell(Said("It has no ends."), unbounded=True, **MORE),
}


@pytest.mark.parametrize("name", sorted(ANSWERS))
def test_what_is_stored_is_restored(name: str) -> None:
    answer = ANSWERS[name]
    kept = json.loads(json.dumps(stored(answer), allow_nan=False))
    assert restored(kept) == answer


def test_stored_says_the_same_in_english_as_the_record() -> None:
    kept = stored(ANSWERS["refused"])
    assert (kept["reason"], kept["said"]["reason"]) == (
        "2 regions are too few. Ask TX.", ["{n} regions are too few.", {"n": 2}]
    )  # fmt: skip


def test_arrays_dates_and_numbers_that_are_none_become_json() -> None:
    given = {1: np.array([1.0, np.nan]), "day": date(2026, 1, 5), "n": np.int64(3), "on": np.bool_(True), "few": (1, 2)}
    assert json.dumps(plain(given), allow_nan=False) == (
        '{"1": [1.0, null], "day": "2026-01-05", "n": 3, "on": true, "few": [1, 2]}'
    )
