"""What a link would weigh had contact not spoken, so that what place finds can be told from what contact upholds.

A link too weak for place alone is not in the table unless contact agrees, too. Counted as found by place, such links
would make the families look as if they found the same persons, and recapture would understate the others.
"""

import math
from collections.abc import Sequence

from reconciliation.identity.linking.levels import LEVELS
from reconciliation.identity.linking.model import Model

CONTACTS = frozenset(("phone", "email", "username"))


def by_place(levels: Sequence[int], weight: float | None, model: Model, floor: float) -> bool:
    """Whether a link of this weight in bits would reach the floor, a probability, without its contacts.

    True where the weight is not known: what is linked by an exact rule needs none.
    """
    if weight is None or not math.isfinite(weight):
        return True
    told = zip(LEVELS, levels, strict=False)
    said = sum(
        _bits(model, place, level)
        for place, (one, level) in enumerate(told)
        if one.name in CONTACTS and 0 < level < len(one.levels)
    )
    return weight - said >= math.log2(floor / (1 - floor))


def _bits(model: Model, place: int, level: int) -> float:
    """Bits of a level, taking the shared value to be as rare as values get."""
    one = LEVELS[place]
    reached = one.levels[-1 - level]
    if not reached.rarity:
        return model.weight(one.name, level)
    agrees = float(model.parameters["levels"][one.name]["m"][-1 - level])
    return math.log2(agrees / max(reached.least, model.chance(reached.rarity)))
