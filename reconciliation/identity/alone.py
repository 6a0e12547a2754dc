"""What a link would weigh had contact not spoken, so that what place finds can be told from what contact upholds.

A link too weak for place alone is not in the table unless contact agrees, too. Counted as found by place, such links
would make the families look as if they found the same persons, and recapture would understate the others.
"""

import math
from collections.abc import Sequence

from reconciliation.identity.linking.levels import LEVELS, Comparison
from reconciliation.identity.linking.model import Model

CONTACTS = frozenset(("phone", "email", "username"))
_MASKED, _FITS, _ALIAS = "name_masked", "mask fits", "user name"  # labels with the last are told by a user name, too


def by_place(levels: Sequence[int], weight: float | None, model: Model, floor: float) -> bool:
    """Whether a link of this weight in bits would reach the floor, a probability, without its contacts.

    True where the weight is not known: what is linked by an exact rule needs none.
    """
    if weight is None or not math.isfinite(weight):
        return True
    told = zip(LEVELS, levels, strict=False)
    said = sum(_upheld(model, one, level) for one, level in told if 0 < level < len(one.levels))
    return weight - said >= math.log2(floor / (1 - floor))


def named(levels: Sequence[int]) -> bool:
    """Whether the names agree, in clear or as far as the mask shows, and not the user name alone."""
    for one, level in zip(LEVELS, levels, strict=False):
        if one.name in {"name", _MASKED} and 0 < level < len(one.levels):
            label = one.levels[-1 - level].label
            return _ALIAS not in label or label.startswith("fits")
    return False


def _upheld(model: Model, one: Comparison, level: int) -> float:
    """Bits of a level that come from contacts."""
    if one.name in CONTACTS:
        return _bits(model, one, level)
    if one.name != _MASKED or _ALIAS not in (label := one.levels[-1 - level].label):
        return 0.0
    labels = [each.label for each in one.levels]
    fits = label.startswith("fits") and _FITS in labels
    mask = _bits(model, one, len(labels) - 1 - labels.index(_FITS)) if fits else 0.0
    return max(0.0, _bits(model, one, level) - mask)


def _bits(model: Model, one: Comparison, level: int) -> float:
    """Bits of a level, taking the shared value to be as rare as values get."""
    reached = one.levels[-1 - level]
    if not reached.rarity:
        return model.weight(one.name, level)
    agrees = float(model.parameters["levels"][one.name]["m"][-1 - level])
    return math.log2(agrees / max(reached.least, model.chance(reached.rarity)))
