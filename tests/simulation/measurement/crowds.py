"""No event: what of a crowd can be seen, as the bounds ask for it."""

import numpy as np
from numpy.random import Generator

from reports.analysis.bounds import Customers, Found, bounds
from reports.analysis.estimate import Answer, Estimate
from tests.simulation.measurement.customers import AUDITED, WINDOW, Crowd, Crowded, crowded
from tests.simulation.measurement.question import Expected, Family, Question
from tests.simulation.measurement.worlds import A, B

Z = 1.6449
DAYS = 7


def crowd_family(recall: float, searches: bool, heavy: bool) -> Family:
    def make(rng: Generator, run: int) -> Question:
        one = crowded(rng, Crowd(recall=recall, heavy=heavy))
        return Question(one.truth, lambda seed: _asked(one, searches), "crowd")

    name = (
        f"no event, recall {recall}" + ("" if searches else ", no searches") + (", heavy buyers found" if heavy else "")
    )
    why = "κ lies between what B's buyers stopped buying on A and all that they and the brand's searchers buy on B."
    if heavy:
        return Family(name, Expected.APART, "Matching finds heavy buyers more easily, against its assumption.", make)
    return Family(name, Expected.BOUNDS, why, make)


def _asked(one: Crowded, searches: bool) -> Answer:
    count = len(one.matched)
    early, late = one.week < WINDOW, one.week >= WINDOW
    before = np.bincount(one.person[early & ~one.on_b], minlength=count)
    on_b = np.bincount(one.person[late & one.on_b], minlength=count)
    linked = one.matched & one.ours & (on_b > 0)
    first, last = np.full(count, WINDOW, dtype=float), np.zeros(count)
    np.minimum.at(first, one.person[early & ~one.on_b], one.week[early & ~one.on_b])
    np.maximum.at(last, one.person[early & ~one.on_b], one.week[early & ~one.on_b])
    orders = np.bincount(one.person[late & ~one.on_b], minlength=count)
    customers = Customers(
        (before - 1)[one.ours].astype(float), DAYS * (WINDOW - last)[one.ours], DAYS * (WINDOW - first)[one.ours],
        orders[one.ours].astype(float), linked[one.ours].astype(float),
    )  # fmt: skip
    found = Found(on_b[linked].astype(float), np.ones(int(linked.sum())))
    new = late & one.on_b & ~one.ours[one.person]
    brand = _share(int((new & one.searched).sum()), int(new.sum())) if searches else None
    return bounds(
        A, B, float(one.b_orders), found, customers, _share(one.found, AUDITED), brand, newcomers_search_brand=searches
    )


def _share(hits: int, count: int) -> Estimate:
    """A share with its Wilson interval."""
    share, part = hits / count, Z**2 / count
    middle, half = (
        (share + part / 2) / (1 + part),
        Z * np.sqrt(share * (1 - share) / count + part / (4 * count)) / (1 + part),
    )
    return Estimate(
        share, min(share, float(middle - half)), max(share, float(middle + half)), 0.9, "share", count, "Wilson"
    )
