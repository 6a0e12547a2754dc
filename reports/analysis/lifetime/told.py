"""What is told of transactions: cohorts, repeat curve, what customers are worth by age, and what to expect of them."""

import math
from datetime import date
from typing import Any

import numpy as np

from reports.analysis.estimate import Answer, CannotTell, record
from reports.analysis.lifetime import gamma_gamma
from reports.analysis.lifetime.ahead import Bought, purchases_ahead, value_ahead, weeks_ahead
from reports.analysis.lifetime.cohorts import MONTH, Cohort, Worth, begun, cohorts, repeat, too_young, worth
from reports.analysis.lifetime.files import Transactions
from reports.analysis.lifetime.purchases import Floats, Integers
from reports.analysis.proportions import wilson
from reports.analysis.said import Said
from reports.analysis.survival import Curve

_REPEAT_MONTHS = (1, 2, 3, 6, 9, 12, 18, 24)
_HUGE = 0.1  # of all money in one transaction


def told(of: Transactions, until: int | None = None, weeks: int | None = None, yearly: float = 0.0) -> dict[str, Any]:
    """All as JSON, as of a day, else of that of the last transaction. Raises ValueError where nobody bought by then."""
    until = int(of.day.max()) if until is None else until
    seen = of.day <= until
    customer, day, money, value = of.customer[seen], of.day[seen], of.money[seen], of.value[seen]
    bought = value >= 0
    if not bought.any():
        raise ValueError("nobody bought anything by then")
    first = begun(of.customer, np.minimum(of.day, until + 1), (of.day <= until) & (of.value >= 0))
    buyers = first <= until
    notes = [_money(of), *huge(money, of.currency)]
    mine = buyers[customer]
    customer, day, money, bought = customer[mine], day[mine], money[mine], bought[mine]
    ahead = Bought(customer[bought], day[bought], money[bought])
    return {
        "as_of": date.fromordinal(until).isoformat(), "currency": of.currency,
        "money": "value" if of.contribution is None else "contribution", "notes": [str(one) for one in notes],
        "counts": of.counts | {
            "customers": int(buyers.sum()), "after_as_of": int((~seen).sum()),
            "refunds_of_nobody": int((~mine).sum()),
        },
        "cohorts": [_cohort(one) for one in cohorts(customer, day, money, first, until)],
        "repeat": _repeat(repeat(customer[bought], day[bought], first, until), until - first[buyers]),
        "ltv": [_worth(one) for one in worth(customer, day, money, first, until, yearly)],
        "ltv_by_source": _by_source(of, customer, day, money, first, until, yearly),
        "expected": _expected(ahead, until, weeks, of.currency),
    }  # fmt: skip


def _expected(bought: Bought, until: int, weeks: int | None, currency: str) -> dict[str, Any]:
    weeks = weeks or weeks_ahead(int(bought.day.min()), until)
    found: dict[str, Any] = {"weeks": weeks, "correlation": _finite(gamma_gamma.correlation(bought.until(until)))}
    if weeks is None:
        few = CannotTell(
            Said("Purchases of {weeks} weeks are known; a forecast takes {least}.",
                 {"weeks": (until - int(bought.day.min())) // 7, "least": 21}),
            Said("Look at the cohorts' value so far."), method="BG/NBD",
        )  # fmt: skip
        return found | {"purchases": record(few), "value": record(few)}
    answers: dict[str, Answer] = {
        "purchases": purchases_ahead(bought, until, weeks),
        "value": value_ahead(bought, until, weeks, currency or "value"),
    }  # fmt: skip
    return found | {
        name: record(one) | {"back_test": [
            {**test, "day": date.fromordinal(test["day"]).isoformat()} for test in one.detail.get("tests", [])
        ]} for name, one in answers.items()
    }  # fmt: skip


def _money(of: Transactions) -> Said:
    if of.contribution is not None:
        return Said("LTV is of contribution.")
    if (lacking := of.counts["without_contribution"]) < of.counts["transactions"]:
        return Said("LTV is of value, not of contribution: {n} transactions do not say theirs.", {"n": lacking})
    return Said("LTV is of value, not of contribution: no transaction says what it cost.")


def huge(money: Floats, currency: str) -> list[Said]:
    """Where one transaction is more than a tenth of all; money that is not known is left out."""
    money = money[np.isfinite(money)]
    total, most = float(money[money > 0].sum()), float(money.max(initial=0.0))
    if len(money) < 2 / _HUGE or most <= _HUGE * total:
        return []
    share: dict[str, str | int | float] = {"amount": round(most, 2), "currency": currency}
    share["share"] = round(100 * most / total)
    return [Said("One transaction of {amount} {currency} is {share} % of all: means and intervals hang on it.", share)]


def _cohort(of: Cohort) -> dict[str, Any]:
    return {
        "month": of.month.isoformat()[:7], "customers": of.size,
        "cells": [{"active": one.active, "money": one.money, "mature": one.mature} for one in of.cells],
    }  # fmt: skip


def _repeat(of: Curve, followed: Integers) -> dict[str, Any]:
    """By the months that somebody is followed for. Where nobody has come again, Wilson's end of those followed."""
    days = [round(months * MONTH) for months in _REPEAT_MONTHS]
    still = [int((followed >= one).sum()) for one in days]
    place = np.searchsorted(of.times, days, side="right")
    share, low, high = (np.concatenate([[0.0], one])[place] for one in (of.done, of.low, of.high))
    return {
        "customers": of.n, "level": 0.9,
        "by_month": [
            {"months": months, "share": float(share[n]), "low": float(low[n]),
             "high": float(high[n]) if share[n] else wilson(0, still[n])[1]}
            for n, months in enumerate(_REPEAT_MONTHS) if still[n]
        ],
        "median_days": _finite(of.quantile(0.5)[0]),
    }  # fmt: skip


def _worth(of: Worth) -> dict[str, Any]:
    reason = None
    if of.value is None:
        reason = str(too_young(of.customers, of.months))
    return {"months": of.months, "value": of.value, "low": of.low, "high": of.high, "level": 0.9,
            "customers": of.customers, "reason": reason}  # fmt: skip


def _by_source(
    of: Transactions, customer: Integers, day: Integers, money: Floats, first: Integers, until: int, yearly: float
) -> dict[str, Any]:  # fmt: skip
    found = {}
    for number, name in enumerate(of.sources):
        here = of.source[customer] == number
        if here.any():
            own = np.where(of.source == number, first, until + 1)
            found[name] = [_worth(one) for one in worth(customer[here], day[here], money[here], own, until, yearly)]
    return found


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
