"""Gamma-Gamma: the mean value of a customer's purchases (Fader and Hardie 2013).

It supposes that how much a customer spends says nothing of how often he comes; see ``correlation``.
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.special import gammaln

from reports.analysis.lifetime.purchases import Floats, Purchases

MOST_CORRELATION = 0.3  # of how often and how much, beyond which the model is not used


@dataclass(frozen=True, slots=True)
class Model:
    p: float
    q: float
    gamma: float
    log_likelihood: float
    n: int


def correlation(of: Purchases) -> float:
    """Of the number of repeats and their mean value, over those who came again; 0 where it is not defined."""
    some = (of.repeats > 0) & (of.spend > 0)
    if some.sum() < 3 or of.repeats[some].std() == 0 or of.spend[some].std() == 0:
        return 0.0
    return float(np.corrcoef(of.repeats[some], of.spend[some])[0, 1])


def fit(of: Purchases) -> Model:
    """By maximum likelihood over customers who came again and paid. Raises ValueError for fewer than ten."""
    some = (of.repeats > 0) & (of.spend > 0)
    if some.sum() < 10:
        raise ValueError("Fewer than ten customers bought again: their values cannot be modelled.")
    x, z = of.repeats[some].astype(float), of.spend[some]
    scale = float(z.mean())  # the search begins near 1 in every currency

    def negative(logs: Floats) -> float:
        p, q, gamma = np.exp(logs)
        terms = (
            gammaln(p * x + q) - gammaln(p * x) - gammaln(q) + q * np.log(gamma) + (p * x - 1) * np.log(z / scale)
            + p * x * np.log(x) - (p * x + q) * np.log(gamma + x * z / scale)
        )  # fmt: skip
        return -float(terms.mean())

    found = minimize(negative, np.log([2.0, 3.0, 1.0]), method="Nelder-Mead",
                     options={"xatol": 1e-9, "fatol": 1e-12, "maxiter": 5_000})  # fmt: skip
    p, q, gamma = np.exp(found.x).tolist()
    return Model(p, q, gamma * scale, -float(found.fun) * len(x) - len(x) * float(np.log(scale)), len(x))


def expected_spend(model: Model, of: Purchases) -> Floats:
    """The mean value of a purchase to expect of each customer; of whom nothing is known, that of all. Needs q > 1."""
    p, q, gamma, x = model.p, model.q, model.gamma, of.repeats
    return np.asarray(p * (gamma + x * of.spend) / (p * x + q - 1))
