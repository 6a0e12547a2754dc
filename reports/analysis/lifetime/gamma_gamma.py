"""Gamma-Gamma: the mean value of a customer's purchases (Fader and Hardie 2013).

It supposes that how much a customer spends says nothing of how often he comes; see ``correlation``.
"""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import minimize
from scipy.special import digamma, gammaln

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

    counts, place = np.unique(x, return_inverse=True)  # gamma functions depend on the number of repeats alone
    share = np.bincount(place) / len(x)
    xz, logs_of = x * z / scale, float((x * np.log(x * z / scale)).mean())
    less = float(np.log(z / scale).mean())

    def negative(logs: Floats) -> tuple[float, Floats]:
        """Minus the mean log-likelihood and its gradient, by the logarithms of p, q and γ."""
        p, q, gamma = np.exp(logs)
        both, px = np.log(gamma + xz), p * counts
        whole = share @ (gammaln(px + q) - gammaln(px)) - gammaln(q) + q * np.log(gamma)
        value = whole + p * logs_of - less - float(((p * x + q) * both).mean())
        d_p = share @ (counts * (digamma(px + q) - digamma(px))) + logs_of - float((x * both).mean())
        d_q = share @ digamma(px + q) - digamma(q) + np.log(gamma) - float(both.mean())
        d_gamma = q / gamma - float(((p * x + q) / (gamma + xz)).mean())
        return -float(value), -np.array([d_p * p, d_q * q, d_gamma * gamma])

    found = minimize(negative, np.log([2.0, 3.0, 1.0]), method="L-BFGS-B", jac=True, bounds=[(-12.0, 12.0)] * 3,
                     options={"ftol": 1e-14, "gtol": 1e-9, "maxiter": 1_000})  # fmt: skip
    p, q, gamma = np.exp(found.x).tolist()
    return Model(p, q, gamma * scale, -float(found.fun) * len(x) - len(x) * float(np.log(scale)), len(x))


def expected_spend(model: Model, of: Purchases) -> Floats:
    """The mean value of a purchase to expect of each customer; of whom nothing is known, that of all. Needs q > 1."""
    p, q, gamma, x = model.p, model.q, model.gamma, of.repeats
    return np.asarray(p * (gamma + x * of.spend) / (p * x + q - 1))
