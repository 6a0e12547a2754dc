"""What tokens cost: the same candidate pairs told apart by what tokens show, and by clear strings beside it.

Both get the best that their evidence allows: the weights of levels are counted on one half of the pairs' truth and
judged on the other. The clear side compares names and streets by Jaro–Winkler similarity instead of shared tokens.
"""

import math
from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from rapidfuzz.distance import JaroWinkler

from reconciliation.identity.features import features
from reconciliation.identity.linking.engine import find_pairs
from reconciliation.identity.linking.model import COMPARISONS, shipped
from reconciliation.identity.signals import Buyer, Features
from tests.population.recording import FIELDS
from tests.population.truth import Truth

STEPS = (0.98, 0.95, 0.92, 0.88, 0.8, 0.7)  # of similarity, between levels
Evidence = tuple[Hashable, ...]  # a level for each comparison, None where it has nothing to say


def best_f1(folder: Path, truth: Truth) -> dict[str, Any]:
    """Best F1 over all thresholds by tokens, and by clear strings; pairs that blocking loses are lost to both."""
    records = pq.read_table(folder / "tokens")
    account = dict(zip(records["record_id"].to_pylist(), records["account"].to_pylist(), strict=True))
    pairs = find_pairs(records, shipped(), floor=0.0)
    ends = list(zip(pairs["left_id"].to_pylist(), pairs["right_id"].to_pylist(), strict=True))
    levels = [tuple(None if level < 0 else level for level in one) for one in pairs["levels"].to_pylist()]
    shown = _features(folder, {record for pair in ends for record in pair})
    common = Counter(one.name for one in shown.values())
    tokens = [_rarity(one, shown[left], shown[right], common) for one, (left, right) in zip(levels, ends, strict=True)]
    clear = [_clear(one, shown[left], shown[right]) for one, (left, right) in zip(tokens, ends, strict=True)]
    same = [truth.same(account[left], account[right]) for left, right in ends]
    by_tokens, by_strings = (_best(evidence, same) for evidence in (tokens, clear))
    return {
        "pairs": len(ends), "true": sum(same), "F1 by tokens": by_tokens, "F1 by clear strings": by_strings,
        "tokens cost": f"{by_strings - by_tokens:+.4f} (aim ≤ 0.01)",
    }  # fmt: skip


def _features(folder: Path, wanted: set[int]) -> dict[int, Features]:
    found = {}
    for batch in pq.ParquetFile(folder / "rows").iter_batches():
        for record, *said in zip(*(batch[name].to_pylist() for name in ("record_id", *FIELDS)), strict=True):
            if record in wanted:
                found[record] = features(Buyer(*said))
    return found


_NAME, _PLACE = (list(COMPARISONS).index(name) for name in ("name", "place"))


def _rarity(levels: Evidence, left: Features, right: Features, common: Mapping[str, int]) -> Evidence:
    """The levels, with how common the name is where both have the same."""
    if not left.name or left.name != right.name or levels[_NAME] is None:
        return levels
    return _with(levels, _NAME, (levels[_NAME], min(4, int(math.log2(common[left.name])))))


def _clear(levels: Evidence, left: Features, right: Features) -> Evidence:
    if levels[_NAME] is not None and not isinstance(levels[_NAME], tuple):
        likeness = max(
            JaroWinkler.similarity(left.name, right.name),
            JaroWinkler.similarity(" ".join(left.words), " ".join(right.words)),
        )
        shared = len(set(left.words) & set(right.words))
        levels = _with(levels, _NAME, (_step(likeness), min(2, shared)))
    if levels[_PLACE] is not None:
        likeness = JaroWinkler.similarity(" ".join(sorted(left.street)), " ".join(sorted(right.street)))
        town = left.postcode == right.postcode or left.city == right.city
        levels = _with(levels, _PLACE, (_step(likeness), left.numbers == right.numbers, town))
    return levels


def _step(likeness: float) -> int:
    return sum(likeness < step for step in STEPS)


def _with(levels: Evidence, place: int, value: Hashable) -> Evidence:
    return (*levels[:place], value, *levels[place + 1 :])


def _best(evidence: Sequence[Evidence], same: Sequence[bool]) -> float:
    """Best F1 of weights that were counted on the other half."""
    scored: list[tuple[float, bool]] = []
    for half in (0, 1):
        weights = _weights(
            (one, truth) for at, (one, truth) in enumerate(zip(evidence, same, strict=True)) if at % 2 != half
        )
        scored += [
            (sum(weights[at].get(level, 0.0) for at, level in enumerate(one) if level is not None), truth)
            for place, (one, truth) in enumerate(zip(evidence, same, strict=True))
            if place % 2 == half
        ]
    right = best = 0.0
    true = sum(same)
    for count, (_, truth) in enumerate(sorted(scored, key=lambda one: -one[0]), 1):
        right += truth
        best = max(best, 2 * right / (count + true))
    return best


def _weights(labelled: Iterable[tuple[Evidence, bool]]) -> list[dict[Hashable, float]]:
    """Bits of each level of each comparison."""
    counts = [Counter[tuple[Hashable, bool]]() for _ in COMPARISONS]
    for one, truth in labelled:
        for at, level in enumerate(one):
            if level is not None:
                counts[at][level, truth] += 1
    found = []
    for count in counts:
        yes, no = (sum(number for (_, truth), number in count.items() if truth is which) for which in (True, False))
        found.append(
            {
                level: math.log2((count[level, True] + 0.5) / (yes + 1))
                - math.log2((count[level, False] + 0.5) / (no + 1))
                for level, _ in count
            }
        )
    return found
