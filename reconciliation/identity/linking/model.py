"""The model that weighs evidence: how often pairs of one person, and of two, show each level of each comparison.

``m`` is the share of pairs of one person at a level, ``u`` that of pairs of two persons; the weight of a level is
log2(m ÷ u) bits. Where a level has a rarity column, the frequency of the shared value takes the place of ``u``.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

from reconciliation.identity.linking.blocking import RULES
from reconciliation.identity.linking.dialects import DIALECTS
from reconciliation.identity.linking.levels import LEVELS, Comparison

# Names and level labels for a waterfall; a pair's level is the index from the end, so 0 is the weakest.
COMPARISONS: Mapping[str, tuple[str, ...]] = {one.name: tuple(level.label for level in one.levels) for one in LEVELS}
RARITY = "rarity"
MASKED_BOTH = 0.5  # probability that two masked sides reach at most: never enough to link by itself
_RARE = {one.name: tuple(level.rarity for level in one.levels) for one in LEVELS}


@dataclass(frozen=True)
class Model:
    """``parameters``: {"partners": other accounts of the same person on average, "levels": {comparison: {m, u}}}."""

    version: str
    parameters: Mapping[str, Any]

    def __post_init__(self) -> None:
        for name, labels in COMPARISONS.items():
            given = self.parameters["levels"].get(name, {})
            for which in ("m", "u"):
                values = given.get(which, ())
                if len(values) != len(labels) or not all(0 < value < 1 for value in values):
                    raise ValueError(f"A linking model needs {len(labels)} probabilities {which} for {name}.")

    def weight(self, comparison: str, level: int) -> float:
        """Bits of a level, before the rarity of the shared value; 0 where the comparison says nothing."""
        if level < 0:
            return 0.0
        given = self.parameters["levels"][comparison]
        return math.log2(given["m"][-1 - level] / given["u"][-1 - level])

    def chance(self, column: str) -> float:
        """The probability that two persons share a value of a column with rarity."""
        at = next((name, number) for name, rare in _RARE.items() for number, one in enumerate(rare) if one == column)
        return float(self.parameters["levels"][at[0]]["u"][at[1]])

    def prior(self, records: int) -> float:
        """The probability that two of so many records are one person."""
        return min(0.05, float(self.parameters["partners"]) / max(records - 1, 1))


@cache
def shipped() -> Model:
    """The model that comes with the program, trained on made-up people of ten countries."""
    text = resources.files(__package__).joinpath("shipped.json").read_text("utf-8")
    given = json.loads(text)
    return Model(given["version"], given["parameters"])


def comparisons(model: Model, dialect: str = "duckdb") -> list[dict[str, Any]]:
    """The comparisons as Splink takes them."""
    return [_comparison(one, model.parameters["levels"][one.name], dialect) for one in LEVELS]


def _comparison(comparison: Comparison, given: Mapping[str, Sequence[float]], dialect: str) -> dict[str, Any]:
    spoken = DIALECTS[dialect]
    void = {"sql_condition": comparison.void(spoken), "label_for_charts": "nothing to compare", "is_null_level": True}
    levels: list[dict[str, Any]] = [void]
    for level, m, u in zip(comparison.levels, given["m"], given["u"], strict=True):
        said: dict[str, Any] = {
            "sql_condition": level.condition(spoken) if level.condition else "ELSE",
            "label_for_charts": level.label,
            "m_probability": m,
            "u_probability": u,
        }
        if level.rarity:
            said |= {
                "tf_adjustment_column": level.rarity,
                "tf_minimum_u_value": level.least,
                "disable_tf_exact_match_detection": True,
            }
        levels.append(said)
    return {"output_column_name": comparison.name, "comparison_levels": levels}


def blocking_rules() -> list[str]:
    """The rules by which candidate pairs are found, as Splink takes them; without the limits of ``blocking``."""
    return [sql for rule in RULES for sql in rule.conditions()]


def settings(model: Model, records: int, dialect: str = "duckdb") -> dict[str, Any]:
    """Settings of a Splink linker over so many records."""
    return {
        "link_type": "dedupe_only",
        "unique_id_column_name": "record_id",
        "probability_two_random_records_match": model.prior(records),
        "comparisons": comparisons(model, dialect),
        "blocking_rules_to_generate_predictions": [],
        "retain_matching_columns": True,  # with them Splink tells the levels
        "retain_intermediate_calculation_columns": True,
    }


def explain(levels: Sequence[int], model: Model, weight: float | None = None) -> list[dict[str, Any]]:
    """Why a pair weighs what it weighs, in bits: {"what", "level", "weight"}, adding up to ``weight`` where given.

    What the levels leave over is the prior together with the rarity of the values that are shared.
    """
    said: list[dict[str, Any]] = [
        {"what": name, "level": COMPARISONS[name][-1 - level], "weight": model.weight(name, level)}
        for name, level in zip(COMPARISONS, levels, strict=True)
        if level >= 0
    ]
    if weight is not None:
        rest = weight - math.fsum(float(one["weight"]) for one in said)
        said.append({"what": RARITY, "level": "", "weight": rest})
    return said
