"""From weighed pairs of accounts to the probability that stands in the end."""

import pyarrow as pa
from pyarrow import compute

from reconciliation.identity.calibration import Calibration
from reconciliation.identity.competition import compete

EXACT = 0.99  # what an exact pair that nothing contradicts is worth at least, whatever its weight says


def probable(pairs: pa.Table, calibration: Calibration, floor: float) -> pa.Table:
    """Pairs of accounts (``competition.account_pairs``) with ``raw`` after competition and calibrated ``probability``.

    Those below the floor that are not exact either are left out.
    """
    competed = compete(pairs)
    logit = compute.add(calibration.intercept, compute.multiply(calibration.slope, competed["evidence"]))
    likely = compute.divide(1.0, compute.add(1.0, compute.exp(compute.negate(logit))))
    exact = compute.equal(competed["tier"], 1)
    likely = compute.if_else(exact, compute.max_element_wise(likely, EXACT), likely)
    at = competed.schema.get_field_index("raw")
    found = competed.set_column(at, "raw", competed["competed"]).append_column("probability", likely)
    return found.filter(compute.or_(compute.greater_equal(likely, floor), exact))
