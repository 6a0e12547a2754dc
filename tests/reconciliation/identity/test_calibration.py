"""Calibration learns what labels say, and not what a few of them shout."""

import json
import math
import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reconciliation.identity.calibration import (
    Calibration,
    Label,
    Recall,
    as_json,
    better,
    calibration_error,
    fit,
    of_json,
    recall,
    refit,
    reliability,
    wilson,
)
from reconciliation.identity.curves import Sample, _plausible, curves, sigmoid

KINDS = st.sampled_from(("", "clear", "masked", "bare"))
WEIGHTS = (-12.0, -6.0, -2.0, 0.0, 1.0, 3.0, 6.0, 12.0)
Drawn = tuple[list[tuple[float, bool]], list[Label]]


def drawn(seed: int, intercept: float, slope: float, size: int = 30_000, labels: int = 450) -> Drawn:
    """Pairs with their truth, and a sample of labels, denser where the weight says little."""
    chance = random.Random(seed)
    pairs = []
    for _ in range(size):
        weight = chance.gauss(10, 7) if chance.random() < 0.3 else chance.gauss(-3, 5)
        pairs.append((weight, chance.random() < sigmoid(intercept + slope * weight)))
    near = [one for one in pairs if abs(one[0]) < 5]
    far = [one for one in pairs if abs(one[0]) >= 5]
    sample = []
    for stratum, count in ((near, labels * 2 // 3), (far, labels // 3)):
        sample += [Label(*one, count / len(stratum)) for one in chance.sample(stratum, count)]
    return pairs, sample


def error_of_total(calibration: Calibration, pairs: list[tuple[float, bool]]) -> float:
    return sum(calibration.apply(weight) for weight, _ in pairs) / sum(same for _, same in pairs) - 1


def test_without_labels_the_weight_is_taken_at_its_word() -> None:
    assert fit([]) == Calibration()
    assert [Calibration().apply(bits) for bits in (0.0, 1.0, 3.0)] == pytest.approx([1 / 2, 2 / 3, 8 / 9])


def test_labels_mend_an_overconfident_weight_and_the_expected_number() -> None:
    raw, mended = [], []
    for seed in range(12):
        pairs, labels = drawn(seed, -1.0, 0.6)
        raw.append(error_of_total(Calibration(), pairs))
        mended.append(error_of_total(fit(labels), pairs))
    assert sum(raw) / 12 > 0.10
    assert abs(sum(mended) / 12) < 0.02
    assert sum(abs(one) < 0.06 for one in mended) >= 11


def test_many_labels_find_the_truth() -> None:
    found = fit(drawn(1, 0.6, 0.45, 20_000, 9_000)[1])
    assert found.slope == pytest.approx(0.45, abs=0.05)
    assert found.intercept == pytest.approx(0.6, abs=0.15)


@pytest.mark.parametrize(
    "poison", [Label(40.0, False), Label(-40.0, True), Label(900.0, False, 1e-6), Label(-900.0, True, 1e-9)]
)
def test_one_poisoned_label_moves_nothing_much(poison: Label) -> None:
    _, labels = drawn(2, 0.0, math.log(2))
    for given_labels in ([], labels[:10], labels):
        sound, poisoned = fit(given_labels), fit([*given_labels, poison])
        assert max(abs(sound.apply(bits) - poisoned.apply(bits)) for bits in WEIGHTS) < 0.06


def test_five_poisoned_of_a_hundred_do_not_turn_it_round() -> None:
    labels = [Label(bits, bits > 0) for bits in range(-50, 51) if bits]
    found = fit([*labels, *(Label(15.0, False) for _ in range(5))])
    assert found.apply(15.0) > 0.9


def test_many_contradictions_are_believed() -> None:
    found = fit([Label(12.0, place % 2 == 0) for place in range(200)])
    assert found.apply(12.0) == pytest.approx(0.5, abs=0.1)


@pytest.mark.parametrize("same", [True, False])
def test_one_sided_labels_stay_close_to_the_weight(same: bool) -> None:
    found = fit(
        [Label(bits, same) for bits in (8.0, 9.0, 10.0)] if same else [Label(-bits, same) for bits in (8.0, 9.0)]
    )
    assert max(abs(found.apply(bits) - Calibration().apply(bits)) for bits in WEIGHTS) < 0.02


def test_separable_labels_do_not_run_away() -> None:
    found = fit([Label(bits, bits > 0) for bits in range(-200, 201) if bits])
    assert 0 < found.slope < 3
    assert abs(found.intercept) < 0.1


@given(st.lists(st.builds(Label, st.floats(), st.booleans(), st.floats(), KINDS), max_size=30))
def test_any_labels_give_a_usable_calibration(labels: list[Label]) -> None:
    found = fit(labels)
    assert math.isfinite(found.slope)
    assert math.isfinite(found.intercept)
    for kind in ("", "clear", "masked", "other"):
        assert all(0 <= found.apply(bits, kind) <= 1 for bits in (-math.inf, *WEIGHTS, math.inf, math.nan))
    assert of_json(json.loads(json.dumps(as_json(found)))) == found


def test_what_is_no_number_has_no_chance() -> None:
    assert Calibration().apply(math.nan) == 0.0
    assert fit([Label(math.nan, True), Label(1.0, True, 0.0), Label(1.0, True, math.nan)]) == Calibration()


def test_a_worse_calibration_is_not_taken() -> None:
    pairs, labels = drawn(3, -1.0, 0.6)
    holdout = [Label(*one) for one in pairs[:2_000]]
    old, new = Calibration(), fit(labels)
    assert better(old, new, holdout) is new
    assert better(new, old, holdout) is new
    assert better(old, new, []) is old
    turned = [replace(one, same=not one.same) for one in labels[:40]]
    assert refit(new, [*(Label(*one) for one in pairs[:200]), *turned[:8]]).apply(6.0) > 0.8
    assert refit(old, labels).labels == len(labels)
    assert refit(old, []) is old


def test_a_calibration_by_noise_is_not_taken() -> None:
    chance = random.Random(1)
    noise = [Label(chance.uniform(-10, 10), chance.random() < 0.5) for _ in range(30)]
    sound = [Label(bits, bits > 0) for bits in (-8.0, -5.0, -3.0, 3.0, 5.0, 8.0) for _ in range(2)]
    mixed = [sound.pop() if place % 4 == 3 and sound else noise.pop() for place in range(40)]
    assert refit(Calibration(), mixed) == Calibration()


def test_the_reliability_table_counts_labels_by_what_they_stand_for() -> None:
    labels = [Label(3.0, True, 0.5), Label(3.0, False, 0.125), Label(-10.0, False)]
    low, high = reliability(Calibration(), labels)
    assert (low.labels, low.observed, low.low_p, low.high_p) == (1, 0.0, 0.0, 0.05)
    assert [high.labels, high.mean, high.observed] == pytest.approx([2, 8 / 9, 0.2])
    assert [high.low, high.high] == pytest.approx(list(wilson(0.2, 100 / 68)))
    expected = (10 * abs(8 / 9 - 0.2) + 1 / 1025) / 11
    assert calibration_error(Calibration(), labels) == pytest.approx(expected)
    assert calibration_error(Calibration(), []) is None


def test_recall_needs_two_hundred_known_pairs() -> None:
    assert recall([True] * 199) == Recall(199, reason="cannot tell: 199 known pairs, 200 are needed")
    found = recall([True] * 160 + [False] * 40)
    assert found == Recall(200, 0.8, *wilson(0.8, 200))
    assert [found.low, found.high] == pytest.approx([0.7496, 0.8425], abs=1e-3)


def test_the_interval_of_a_share_is_wilsons() -> None:
    assert wilson(0.5, 0) == (0.0, 1.0)
    assert {wilson(0.0, n)[0] for n in range(1, 2000)} == {0.0}
    assert {wilson(1.0, n)[1] for n in range(1, 2000)} == {1.0}
    assert wilson(0.0, 10)[0] == 0.0
    assert list(wilson(0.3, 100, 1.959963985)) == pytest.approx([0.2189, 0.3958], abs=1e-4)


def of_kind(kind: str, labels: list[Label]) -> list[Label]:
    return [replace(one, kind=kind) for one in labels]


def test_each_kind_has_a_curve_of_its_own() -> None:
    clear, masked = drawn(4, -2.0, 0.6), drawn(5, 2.0, 0.6)
    labels = [*of_kind("clear", clear[1]), *of_kind("masked", masked[1])]
    found, blind = fit(labels), fit([replace(one, kind="") for one in labels])
    for kind, (pairs, _) in (("clear", clear), ("masked", masked)):
        true = sum(same for _, same in pairs)
        assert sum(found.apply(weight, kind) for weight, _ in pairs) / true == pytest.approx(1, abs=0.08)
        assert abs(sum(blind.apply(weight) for weight, _ in pairs) / true - 1) > 0.10
    assert found.curve("clear")[1] < found.intercept < found.curve("masked")[1]
    assert found.curve("other") == (found.slope, found.intercept)


def test_few_labels_of_a_kind_move_it_little_from_the_others() -> None:
    _, labels = drawn(6, 0.0, math.log(2))
    many = of_kind("clear", labels)
    for few in ([Label(6.0, False, 1.0, "bare")], [Label(-6.0, True, 1.0, "bare")], []):
        found = fit([*many, *few])
        assert max(abs(found.apply(bits, "bare") - found.apply(bits)) for bits in WEIGHTS) < 0.15
        assert max(abs(found.apply(bits, "clear") - fit(many).apply(bits, "clear")) for bits in WEIGHTS) < 0.02
    told = [Label(bits, False, 1.0, "bare") for bits in (3.0, 4.0, 5.0, 6.0) for _ in range(10)]
    assert fit([*many, *told]).apply(4.0, "bare") < 0.5 < fit([*many, *told]).apply(4.0, "clear")


def test_the_curves_are_where_nothing_more_can_be_won() -> None:
    chance = random.Random(8)
    labels = [
        Label(bits := chance.uniform(-9, 9), chance.random() < sigmoid(bits * 0.5 + shift), 1.0, kind)
        for kind, shift in (("a", -1.0), ("b", 0.0), ("c", 2.0)) for _ in range(60)
    ]  # fmt: skip
    sample = Sample(
        [one.weight for one in labels], [one.same for one in labels], [1.0] * len(labels),
        [("a", "b", "c").index(one.kind) for one in labels],
    )  # fmt: skip
    common, *own = curves(sample)
    at = [*common, *(value - base for curve in own for value, base in zip(curve, common, strict=True))]
    top = _plausible(sample, at)
    for place in range(len(at)):
        for by in (-0.02, 0.02):
            assert _plausible(sample, [*at[:place], at[place] + by, *at[place + 1 :]]) < top


def test_a_calibration_kept_before_there_were_kinds_still_reads() -> None:
    kept = {
        "slope": 0.5,
        "intercept": -0.3,
        "labels": 300,
        "error": 0.02,
        "rows": [[0.0, 0.05, 9, 0.02, 0.0, 0.0, 0.2]],
    }
    found = of_json(kept)
    assert found.curve("masked") == (0.5, -0.3)
    assert found.apply(4.0, "masked") == sigmoid(1.7)
    assert found.rows[0].labels == 9
