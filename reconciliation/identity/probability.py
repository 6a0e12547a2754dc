"""From weighed pairs of accounts to the probability that stands in the end."""

import math

import pyarrow as pa
from pyarrow import compute

from reconciliation.identity.calibration import Calibration
from reconciliation.identity.competition import compete
from reconciliation.identity.kinds import KINDS, kinds

EXACT = 0.99  # what an exact pair is worth before competition at least, whatever its weight says


def probable(pairs: pa.Table, calibration: Calibration, floor: float) -> pa.Table:
    """Pairs of accounts (``competition.account_pairs``) with ``raw`` after competition and calibrated ``probability``.

    Those below the floor that are not exact either are left out.
    """
    competed = _competed(pairs)
    slope, intercept = _curves(kinds(competed["levels"]), calibration)
    logit = compute.add(intercept, compute.multiply(slope, competed["evidence"]))
    likely = compute.divide(1.0, compute.add(1.0, compute.exp(compute.negate(logit))))
    exact = compute.equal(competed["tier"], 1)
    likely = compute.if_else(exact, compute.max_element_wise(likely, competed["competed"]), likely)
    at = competed.schema.get_field_index("raw")
    found = competed.set_column(at, "raw", competed["competed"]).append_column("probability", likely)
    return found.filter(compute.or_(compute.greater_equal(likely, floor), exact))


def _competed(pairs: pa.Table) -> pa.Table:
    """The pairs after competition, in which exact ones stand as ``EXACT`` at least: the orders of a guest make his own
    values look frequent, so their weight says too little.

    Two exact claims on one account share one certainty. ``weight`` stays what the evidence says.
    """
    weight = pairs["weight"]
    lifted = compute.max_element_wise(weight, math.log2(EXACT / (1 - EXACT)))
    exact = compute.equal(pairs["tier"], 1)
    at = pairs.schema.get_field_index("weight")
    found = compete(pairs.set_column(at, "weight", compute.if_else(exact, lifted, weight)))
    return found.set_column(found.schema.get_field_index("weight"), "weight", weight)


def _curves(found: pa.ChunkedArray, calibration: Calibration) -> tuple[pa.ChunkedArray, pa.ChunkedArray]:
    """Slope and intercept of each pair, by its kind."""
    known = ("", *KINDS)
    at = compute.index_in(found, pa.array(known))
    slopes, intercepts = zip(*(calibration.curve(kind) for kind in known), strict=True)
    return compute.take(pa.array(slopes), at), compute.take(pa.array(intercepts), at)
