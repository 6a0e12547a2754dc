"""Kinds of pairs by what of the names was compared: a bit is worth as much as the model's levels hold, kind by kind."""

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from reconciliation.identity.linking.levels import CONTRARY, NAMELESS, TOLD
from reconciliation.identity.linking.model import COMPARISONS

CLEAR = "clear"  # clear names that agree, or nearly
APART = "apart"  # clear names that contradict each other
TOLD_BY = "user name"  # one side's is made of the other side's name
MASKED = "masked"
BOTH = "both masked"
BARE = "bare"  # no names to compare
KINDS = (CLEAR, APART, TOLD_BY, MASKED, BOTH, BARE)

_NAME, _MASKED = (list(COMPARISONS).index(name) for name in ("name", "name_masked"))


def _levels(comparison: str, labels: Sequence[str]) -> list[int]:
    return [level for level, label in enumerate(reversed(COMPARISONS[comparison])) if label in labels]


_APART = _levels("name", CONTRARY)
_BOTH = _levels("name_masked", COMPARISONS["name_masked"][:1])
_BARE = _levels("name_masked", NAMELESS)
_TOLD = _levels("name_masked", TOLD)


def kind(levels: Sequence[int] | None) -> str:
    """The kind of a pair with these levels; "" where they are not those of the model's comparisons."""
    if levels is None or len(levels) != len(COMPARISONS):
        return ""
    name, masked = levels[_NAME], levels[_MASKED]
    if name >= 0:
        return APART if name in _APART else CLEAR
    if masked in _BOTH:
        return BOTH
    if masked in _TOLD:
        return TOLD_BY
    return BARE if masked < 0 or masked in _BARE else MASKED


def kinds(levels: pa.ChunkedArray) -> pa.ChunkedArray:
    """The same of a column of levels."""
    known = pc.fill_null(pc.equal(pc.list_value_length(levels), len(COMPARISONS)), False)
    nothing = pa.scalar([-1] * len(COMPARISONS), levels.type)
    whole = pc.if_else(known, levels, nothing)
    name, masked = (pc.list_element(whole, place) for place in (_NAME, _MASKED))

    def among(level: pa.ChunkedArray, values: Sequence[int]) -> pa.ChunkedArray:
        return pc.is_in(level, pa.array(values, level.type))

    bare = pc.or_(pc.less(masked, 0), among(masked, _BARE))
    veiled = pc.if_else(
        among(masked, _BOTH), BOTH, pc.if_else(among(masked, _TOLD), TOLD_BY, pc.if_else(bare, BARE, MASKED))
    )
    named = pc.if_else(among(name, _APART), APART, CLEAR)
    return pc.if_else(known, pc.if_else(pc.less(name, 0), veiled, named), "")
