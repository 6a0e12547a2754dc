"""What a customer costs to win: spend by customer new to the company, corrected for persons who were not recognised.

A person whose second account the matcher misses counts as new. Of those it finds, ``matched``, it finds the share
``recall``; so of the new ones (1 − recall) / recall · matched are none (facts/measurement.md §4).
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reports.analysis.estimate import Answer, Bounds, CannotTell, Estimate
from reports.analysis.kpi.ratios import critical, ratio_band
from reports.analysis.lifetime.purchases import Floats
from reports.analysis.proportions import Z90
from reports.analysis.said import Said

METHOD = "spend by new customer"
_BLOCK = 4  # weeks
_DRAWS = 2_000
_FEWEST = 6  # weeks

NO_NEW = Said("Nobody new came in these weeks: there is nobody to divide by.")
NOT_SPENT = Said("Nothing was spent in these weeks.")
FEW_WEEKS = Said("Too few weeks are known for an interval.")
NO_RECALL = Said(
    "Nobody knows how many persons the matching misses: who is here under a second account counts as new, so a "
    "customer costs at least this much."
)


@dataclass(frozen=True, slots=True)
class Recall:
    """Share of second accounts that the matching finds, its interval, and from how many known pairs."""

    value: float
    low: float
    high: float
    pairs: int


@dataclass(frozen=True, slots=True, eq=False)
class Won:
    """Weeks of spend, of persons counted as new, and of accounts found to be no new person; NaN where not known.

    ``recall`` is 1 where there are no second accounts to find, None where it is not known.
    """

    spend: Floats
    new: Floats
    matched: Floats
    recall: Recall | None

    def corrected(self, recall: float) -> Floats:
        """New customers by week, at most all of them mistaken."""
        return np.maximum(self.new - (1 - recall) / recall * self.matched, 0.0)

    @property
    def whole(self) -> NDArray[np.bool_]:
        """The weeks of which all is known."""
        return np.asarray(np.isfinite(self.spend) & np.isfinite(self.new) & np.isfinite(self.matched))

    @property
    def known(self) -> "Won":
        """Those weeks alone."""
        kept = self.whole
        return Won(self.spend[kept], self.new[kept], self.matched[kept], self.recall)


def added(many: Iterable[Floats], weeks: int) -> Floats:
    """Of series by week, none of which is one of zeros."""
    return np.asarray(np.sum([np.zeros(weeks), *many], axis=0), np.float64)


CERTAIN = Recall(1.0, 1.0, 1.0, 0)


def cac(won: Won, unit: str) -> Answer:
    """Σ spend / Σ new. Without a recall only the lower end is known.

    The ends are those of the weeks' ratio at the ends of the recall: wider than 90 %, never narrower. There is no upper
    one where perhaps nobody is new.
    """
    of = won.known
    new = float(of.corrected(of.recall.value if of.recall else 1.0).sum())
    if new <= 0:
        return CannotTell(NO_NEW, unit=unit, method=METHOD)
    bands = [ratio_band(of.spend, of.corrected(one)) for one in _recalls(of)]
    if bands[-1] is None:  # at the best recall most are new
        return CannotTell(FEW_WEEKS, unit=unit, method=METHOD, n=round(new))
    low = max(min(one.low for one in bands if one), 0.0)
    high = max(one.high if one else np.inf for one in bands)
    value = float(of.spend.sum()) / new
    if of.recall is None:
        return Bounds(low, np.inf, unit, round(new), METHOD, (NO_RECALL,))
    return Estimate(value, min(low, value), max(high, value), 0.9, unit, round(new), METHOD, _supposed(of.recall))


def plain_cac(won: Won) -> float | None:
    """Σ spend / Σ new at the likeliest recall, uncorrected where none is known; None where nobody is new."""
    of = won.known
    new = float(of.corrected(of.recall.value if of.recall else 1.0).sum())
    return float(of.spend.sum()) / new if new > 0 else None


def ltv_by_cac(brought: Floats, won: Won, seed: int) -> Answer:
    """Mean of what customers brought by what one of the same weeks cost to win.

    Customers are drawn anew, and spend and new customers in blocks of four weeks that go round; the blocks' deviations
    are widened as errors of so few weeks have to be (``kpi.ratios``). Without a recall it is the upper end.
    """
    of = won.known
    value = plain_cac(of)
    if value is None or len(brought) < 2:
        return CannotTell(NO_NEW, unit="ratio", method=METHOD)
    if value <= 0:
        return CannotTell(NOT_SPENT, unit="ratio", method=METHOD)
    if len(of.spend) < _FEWEST:
        return CannotTell(FEW_WEEKS, unit="ratio", method=METHOD, n=len(brought))
    random = np.random.default_rng(seed)
    costs = _costs(of, random)
    ratios = _means(brought, random) / (value * np.exp(np.log(costs / value) * critical(len(of.spend)) / Z90))
    low, high = (float(one) for one in np.quantile(ratios, [0.05, 0.95]))
    middle = float(brought.mean()) / value
    if of.recall is None:
        return Bounds(-np.inf, high, "ratio", len(brought), METHOD, (NO_RECALL,))
    return Estimate(
        middle, min(low, middle), max(high, middle), 0.9, "ratio", len(brought), METHOD, _supposed(of.recall)
    )


def _recalls(of: Won) -> tuple[float, ...]:
    return (of.recall.low, of.recall.value, of.recall.high) if of.recall else (1.0,)


def _supposed(recall: Recall) -> tuple[Said, ...]:
    if recall.value >= 1:
        return ()
    return (Said(
        "Of every 100 persons with a second account the matching finds {found}, from {pairs} known pairs; the number "
        "of new customers is corrected for the others.", {"found": round(100 * recall.value), "pairs": recall.pairs},
    ),)  # fmt: skip


def _means(brought: Floats, random: np.random.Generator) -> Floats:
    """Of customers drawn anew: beyond a few thousand their means are normal."""
    n = len(brought)
    if n > 5_000:
        return random.normal(brought.mean(), brought.std(ddof=1) / np.sqrt(n), _DRAWS)
    return np.array([brought[random.integers(n, size=n)].mean() for _ in range(_DRAWS)])


def _costs(of: Won, random: np.random.Generator) -> Floats:
    """Cost of a customer in weeks drawn in blocks, at recalls drawn within their interval."""
    n = len(of.spend)
    starts = random.integers(n, size=(_DRAWS, -(-n // _BLOCK)))
    weeks = ((starts[:, :, None] + np.arange(_BLOCK)) % n).reshape(_DRAWS, -1)[:, :n]
    recall = of.recall or CERTAIN
    spread = (recall.high - recall.low) / (2 * Z90)
    found = np.clip(random.normal(recall.value, spread, _DRAWS), max(recall.low / 2, 1e-3), 1.0)
    new = of.new[weeks].sum(axis=1) - (1 - found) / found * of.matched[weeks].sum(axis=1)
    least = 0.1 * of.new.sum()  # a draw of hardly anybody is no price
    return np.asarray(np.maximum(of.spend[weeks].sum(axis=1), 1e-9) / np.maximum(new, max(least, 1e-9)))
