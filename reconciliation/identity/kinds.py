"""Kinds of pairs by what of the names was compared: a bit is worth as much as the model's levels hold, kind by kind."""

from collections.abc import Sequence

import pyarrow as pa
import pyarrow.compute as pc

from reconciliation.identity.linking.levels import CONTRARY
from reconciliation.identity.linking.model import COMPARISONS

CLEAR = "clear"  # clear names that agree, or nearly
APART = "apart"  # clear names that contradict each other
MASKED = "masked"
BOTH = "both masked"
BARE = "bare"  # no names to compare
KINDS = (CLEAR, APART, MASKED, BOTH, BARE)

_NAME, _MASKED = (list(COMPARISONS).index(name) for name in ("name", "name_masked"))
_NAME_LABELS = COMPARISONS["name"][::-1]  # by level
_BOTH = len(COMPARISONS["name_masked"]) - 1


def kind(levels: Sequence[int] | None) -> str:
    """The kind of a pair with these levels; "" where they are not those of the model's comparisons."""
    if levels is None or len(levels) != len(COMPARISONS):
        return ""
    name, masked = levels[_NAME], levels[_MASKED]
    if masked >= 0:
        return BOTH if masked == _BOTH else MASKED
    if name < 0:
        return BARE
    return APART if name < len(_NAME_LABELS) and _NAME_LABELS[name] in CONTRARY else CLEAR


def kinds(levels: pa.ChunkedArray) -> pa.ChunkedArray:
    """The same of a column of levels."""
    known = pc.fill_null(pc.equal(pc.list_value_length(levels), len(COMPARISONS)), False)
    nothing = pa.scalar([-1] * len(COMPARISONS), levels.type)
    whole = pc.if_else(known, levels, nothing)
    name, masked = (pc.list_element(whole, place) for place in (_NAME, _MASKED))
    contrary = pa.array([level for level, label in enumerate(_NAME_LABELS) if label in CONTRARY], name.type)
    named = pc.if_else(pc.less(name, 0), BARE, pc.if_else(pc.is_in(name, contrary), APART, CLEAR))
    veiled = pc.if_else(pc.equal(masked, _BOTH), BOTH, MASKED)
    return pc.if_else(known, pc.if_else(pc.less(masked, 0), named, veiled), "")
