"""BG/NBD: how often a customer comes again, and whether he has left (Fader, Hardie and Lee 2005).

While alive a customer buys at a rate that is Gamma(r, α) over customers; after each purchase he leaves with a chance
that is Beta(a, b).
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.special import digamma, gammaln, hyp2f1

from reports.analysis.lifetime.purchases import Floats, Integers, Purchases

_BOUND = 100.0  # a or b beyond: who has left cannot be told from who comes seldom
_START = np.log([0.5, 5.0, 0.8, 2.0])


@dataclass(frozen=True, slots=True)
class Model:
    r: float
    alpha: float  # in weeks
    a: float
    b: float
    log_likelihood: float

    @property
    def identified(self) -> bool:
        return max(self.a, self.b) < _BOUND


def fit(of: Purchases) -> Model:
    """By maximum likelihood. Raises ValueError where nobody came again or the search for the maximum fails."""
    if not (of.repeats > 0).any():
        raise ValueError("Nobody bought a second time: there is nothing to fit.")
    cells, counts = _cells(of)
    found = minimize(
        _negative, _START, (*cells, counts.astype(float)), method="L-BFGS-B", jac=True,
        bounds=[(-12.0, 12.0)] * 4, options={"ftol": 1e-14, "gtol": 1e-9, "maxiter": 500},
    )  # fmt: skip
    if not np.isfinite(found.fun):
        raise ValueError(f"The likelihood has no maximum that can be found: {found.message}")
    r, alpha, a, b = np.exp(found.x).tolist()
    return Model(r, alpha, a, b, -float(found.fun) * float(counts.sum()))


def _cells(of: Purchases) -> tuple[tuple[Integers, Floats, Floats], Integers]:
    """Customers alike in repeats, last purchase and age, once each with their count."""
    days = np.stack([of.repeats, np.rint(of.last * 7).astype(np.int64), np.rint(of.age * 7).astype(np.int64)])
    spans = days.max(axis=1) + 1
    code = (days[0] * spans[1] + days[1]) * spans[2] + days[2]
    code, counts = np.unique(code, return_counts=True)
    rest, age = np.divmod(code, spans[2])
    repeats, last = np.divmod(rest, spans[1])
    return (repeats, last / 7, age / 7), counts


def _negative(
    logs: Floats, repeats: Integers, last: Floats, age: Floats, counts: Floats
) -> tuple[float, Floats]:  # fmt: skip
    """Minus the mean log-likelihood and its gradient, by the logarithms of r, α, a and b."""
    r, alpha, a, b = np.exp(logs)
    at = np.arange(repeats.max() + 1)  # gamma functions depend on the number of repeats alone
    rx, bx = r + repeats, b + repeats
    ln_age, ln_last = np.log(alpha + age), np.log(alpha + last)
    came = repeats > 0
    still, left = -rx * ln_age, np.where(came, np.log(a) - np.log(np.maximum(bx - 1, 1e-300)) - rx * ln_last, -np.inf)
    both = np.logaddexp(still, left)
    gone = np.exp(left - both)  # the chance that he left right after his last purchase
    by_count = gammaln(r + at) - gammaln(r) + gammaln(a + b) + gammaln(b + at) - gammaln(b) - gammaln(a + b + at)
    total = (counts * (by_count[repeats] + r * np.log(alpha) + both)).sum()
    d_r = (digamma(r + at) - digamma(r))[repeats] + np.log(alpha) - (1 - gone) * ln_age - gone * ln_last
    d_alpha = r / alpha - rx * ((1 - gone) / (alpha + age) + gone / (alpha + last))
    d_ab = (digamma(a + b) - digamma(a + b + at))[repeats]
    d_a = d_ab + gone / a
    d_b = d_ab + (digamma(b + at) - digamma(b))[repeats] - np.where(came, gone / np.maximum(bx - 1, 1e-300), 0.0)
    gradient = np.array([(counts * one).sum() for one in (d_r, d_alpha, d_a, d_b)]) * np.array([r, alpha, a, b])
    size = counts.sum()
    return -total / size, -gradient / size


def expected(model: Model, of: Purchases, weeks: float) -> Floats:
    """Purchases that each customer is expected to make in the weeks to come."""
    r, alpha, a, b, x = model.r, model.alpha, model.a, model.b, of.repeats
    shrunk = ((alpha + of.age) / (alpha + of.age + weeks)) ** (r + x)
    series = hyp2f1(r + x, b + x, a + b + x - 1, weeks / (alpha + of.age + weeks))
    return np.asarray((a + b + x - 1) / (a - 1) * (1 - shrunk * series) * alive(model, of))


def alive(model: Model, of: Purchases) -> Floats:
    """The chance that each customer has not left. Who never came again cannot have left, by the model."""
    r, alpha, a, b, x = model.r, model.alpha, model.a, model.b, of.repeats
    odds = np.where(x > 0, a / np.maximum(b + x - 1, 1e-300) * ((alpha + of.age) / (alpha + of.last)) ** (r + x), 0.0)
    return np.asarray(1 / (1 + odds))
