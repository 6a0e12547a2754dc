"""What customers will buy in the weeks ahead, with an interval from how wrong the same forecast was before.

The forecast is BG/NBD, for value with Gamma-Gamma. Its own errors (a bootstrap of customers) miss the truth: the world
moves away from the model by more than chance. So the forecast is repeated as of past days, at least 13 weeks after the
first, and the logarithms of what came over what was forecast are measured. The interval is the wider of two: their
conformal quantile, and Student's t around no error with as many degrees of freedom as such windows lie side by side, up
to three.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from scipy.special import stdtrit

from reports.analysis.estimate import Answer, CannotTell, Check, Estimate
from reports.analysis.lifetime import bg_nbd, gamma_gamma
from reports.analysis.lifetime.purchases import Floats, Integers, Purchases, purchases
from reports.analysis.said import Said

LEAST_WEEKS = 13
LEAST_REPEATERS = 500
SPANS = (52, 26, 13, 8, 4)  # weeks ahead, the longest that was seen twice
LEVEL = 0.9
_CUTS = 6
_MOST_APART = 3.0
_FADING = 0.6  # of an error's weight, from one window to the one before
_LEAST_PAID = 0.95  # of repeat buyers who brought more than nothing, for Gamma-Gamma


@dataclass(frozen=True, slots=True, eq=False)
class Bought:
    """Purchases, one by one: customer and day as numbers, money that each brought. ``fits`` keeps models by day."""

    customer: Integers
    day: Integers
    money: Floats
    fits: dict[int, bg_nbd.Model | None] = field(default_factory=dict)

    def until(self, day: int) -> Purchases:
        return purchases(self.customer, self.day, self.money, day)


Forecast = Callable[[Bought, int, int], float]  # as of a day, for the weeks after it
Came = Callable[[Purchases], float]


@dataclass(frozen=True, slots=True)
class Miss:
    """As of ``day``: what was forecast, and what came."""

    day: int
    forecast: float
    came: float

    @property
    def error(self) -> float:
        return float(np.log(self.came / self.forecast)) if self.came > 0 < self.forecast else np.inf


def weeks_ahead(begun: int, until: int) -> int | None:
    """The longest span that can be tested twice side by side; None where the history is too short for any."""
    weeks = (until - begun) / 7
    return next((one for one in SPANS if weeks >= LEAST_WEEKS + 2 * one), None)


def purchases_ahead(bought: Bought, until: int, weeks: int) -> Answer:
    """Days with a purchase, of all customers known by ``until`` together."""
    return _answer(bought, until, weeks, _purchases, _came, "purchases", "BG/NBD")


def value_ahead(bought: Bought, until: int, weeks: int, currency: str) -> Answer:
    """Money of those purchases. Refused where how much customers spend and how often they come go together."""
    now = bought.until(until)
    correlation = gamma_gamma.correlation(now)
    if abs(correlation) > gamma_gamma.MOST_CORRELATION:
        return CannotTell(
            Said("How often customers come and how much they spend go together (correlation {r}); Gamma-Gamma supposes "
                 "that they do not.", {"r": round(correlation, 2)}),
            Said("Look at the cohorts' value so far."), unit=currency, method="BG/NBD with Gamma-Gamma",
        )  # fmt: skip
    repeaters = now.repeats > 0
    if repeaters.any() and (now.spend[repeaters] > 0).mean() < _LEAST_PAID:
        return CannotTell(
            Said("More than one repeat buyer in twenty brought nothing or a loss; Gamma-Gamma knows gains alone."),
            Said("Look at the cohorts' value so far."), unit=currency, method="BG/NBD with Gamma-Gamma",
        )  # fmt: skip
    return _answer(bought, until, weeks, _value, _worth, currency, "BG/NBD with Gamma-Gamma")


def interval(errors: Floats, beside: float) -> float:
    """Half the width, in logarithms, that holds the next error in 90 %; ``beside`` is how many windows lie apart.

    ``errors`` by time. A forecast that is wrong as to how people buy errs the same way again, and ever more as a shop
    ages: so no more than three windows count as apart, and the latest errors count most. (With buyers by the clock the
    plain error of all windows held what came in 78 %, `make simulate`.)
    """
    sizes = np.sort(np.abs(errors))
    rank = min(int(np.ceil(LEVEL * (len(sizes) + 1))), len(sizes))
    apart, fading = min(beside, _MOST_APART), _FADING ** np.arange(len(errors))[::-1]
    rms = max(float(np.sqrt(np.average(errors**2, weights=of))) for of in (fading, np.ones(len(errors))))
    spread = float(stdtrit(apart, (1 + LEVEL) / 2)) * rms * np.sqrt(1 + 1 / apart)
    return max(float(sizes[rank - 1]), float(spread))


def back_test(bought: Bought, until: int, weeks: int, forecast: Forecast, came: Came) -> list[Miss]:
    """The forecast as of past days, of which all weeks ahead are known; those that it refuses are left out."""
    first = int(bought.day.min()) + 7 * LEAST_WEEKS
    last = until - 7 * weeks
    days: list[int] = np.unique(np.linspace(first, last, _CUTS).astype(int)).tolist() if last >= first else []
    found = []
    for day in days:
        told = forecast(bought, day, weeks)
        if np.isfinite(told) and told > 0:
            found.append(Miss(day, told, _between(bought, day, weeks, came)))
    return found


def _answer(
    bought: Bought, until: int, weeks: int, forecast: Forecast, came: Came, unit: str, method: str
) -> Answer:  # fmt: skip
    if refused := _refused(bought, until, weeks):
        return CannotTell(refused, Said("Look at the cohorts' value so far."), unit=unit, method=method)
    beside = 1 + (until - 7 * weeks - int(bought.day.min()) - 7 * LEAST_WEEKS) / (7 * weeks)
    if beside < 2:
        return CannotTell(
            Said("The forecast cannot be tested on the past: {weeks} weeks ahead take {least} weeks of history.",
                 {"weeks": weeks, "least": LEAST_WEEKS + 2 * weeks}),
            Said("Look fewer weeks ahead."), unit=unit, method=method,
        )  # fmt: skip
    value = forecast(bought, until, weeks)
    misses = back_test(bought, until, weeks, forecast, came) if np.isfinite(value) else []
    errors = np.array([one.error for one in misses if np.isfinite(one.error)])
    if len(errors) < 2:
        return CannotTell(
            Said("Who has left cannot be told from who comes seldom, today or as of past days: who is still a customer "
                 "is not known."),
            Said("Look at the cohorts' value so far."), unit=unit, method=method,
        )  # fmt: skip
    half = interval(errors, beside)
    tests = [{"day": one.day, "forecast": one.forecast, "came": one.came} for one in misses]
    mean = Said("As of {n} past days, what came was {percent} % of what was forecast, on average.",
                {"n": len(errors), "percent": round(100 * float(np.exp(errors.mean())))})  # fmt: skip
    return Estimate(
        value, float(value * np.exp(-half)), float(value * np.exp(half)), LEVEL, unit, len(np.unique(bought.customer)),
        method, checks=(Check("back_test", None, mean, float(np.exp(errors.mean()))),),
        detail={"weeks": weeks, "tests": tests},
    )  # fmt: skip


def _refused(bought: Bought, until: int, weeks: int) -> Said | None:
    history = (until - int(bought.day.min())) / 7
    if history < LEAST_WEEKS:
        return Said("Purchases of {weeks} weeks are known; a forecast takes {least}.",
                    {"weeks": int(history), "least": LEAST_WEEKS})  # fmt: skip
    if (came_again := int((bought.until(until).repeats > 0).sum())) < LEAST_REPEATERS:
        return Said("{n} customers came again; a forecast takes {least}.", {"n": came_again, "least": LEAST_REPEATERS})
    return None


def _fitted(bought: Bought, day: int) -> bg_nbd.Model | None:
    """None where nobody came again, or a or b lies at the bound: then who is alive is not identified."""
    if day not in bought.fits:
        try:
            found = bg_nbd.fit(bought.until(day))
        except ValueError:
            bought.fits[day] = None
        else:
            bought.fits[day] = found if found.identified else None
    return bought.fits[day]


def _purchases(bought: Bought, day: int, weeks: int) -> float:
    model = _fitted(bought, day)
    return float("nan") if model is None else float(bg_nbd.expected(model, bought.until(day), weeks).sum())


def _value(bought: Bought, day: int, weeks: int) -> float:
    model, of = _fitted(bought, day), bought.until(day)
    try:
        spend = gamma_gamma.fit(of)
    except ValueError:
        return float("nan")
    if model is None or spend.q <= 1:
        return float("nan")
    paid = Purchases(of.repeats, of.last, of.age, np.maximum(of.spend, 0.0))
    return float(bg_nbd.expected(model, of, weeks) @ gamma_gamma.expected_spend(spend, paid))


def _came(of: Purchases) -> float:
    return float(of.repeats.sum())


def _worth(of: Purchases) -> float:
    return float(of.repeats @ of.spend)


def _between(bought: Bought, day: int, weeks: int, came: Came) -> float:
    """What the customers known by a day brought in the weeks after it."""
    there = np.zeros(int(bought.customer.max()) + 1, np.bool_)
    there[bought.customer[bought.day <= day]] = True
    known = there[bought.customer]
    mine = Bought(bought.customer[known], bought.day[known], bought.money[known])
    return came(mine.until(day + 7 * weeks)) - came(mine.until(day))
