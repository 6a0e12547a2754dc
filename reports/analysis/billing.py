"""Advertising as the ledger has it, by what reports tell: networks bill in lumps what reports tell by day."""

from collections import deque
from collections.abc import Mapping

import numpy as np

from reports.analysis.weekly import CLASSES, Floats

LATEST = 5  # weeks until a bill is there


def billed(total: Floats, told: Mapping[str, Floats]) -> dict[str, Floats]:
    """A weekly total in three classes that add up to it; ``told`` is spend by class in the weeks when it was spent.

    A bill is of what was told up to its week and not billed yet, the oldest first; what it has beyond that is unknown,
    as are money back and what reports do not class. Weeks of ``total`` that are not known are so in every class.
    """
    spent = np.maximum(np.nan_to_num(np.array([told[one] for one in CLASSES])), 0.0).T
    open_bills: deque[Floats] = deque(maxlen=LATEST)
    parts = np.zeros((len(total), len(CLASSES)))
    for week, bill in enumerate(total):
        open_bills.append(spent[week])
        left = max(float(np.nan_to_num(bill)), 0.0)
        for place, one in enumerate(open_bills):
            whole = float(one.sum())
            taken = one * (min(left, whole) / whole) if whole > 0 else one * 0
            open_bills[place] = np.maximum(one - taken, 0.0)
            left = max(left - float(taken.sum()), 0.0)
            parts[week] += taken
    brand, non_brand = (np.where(np.isnan(total), np.nan, parts[:, CLASSES.index(one)]) for one in CLASSES[:2])
    return {"brand": brand, "non_brand": non_brand, "unknown": total - brand - non_brand}
