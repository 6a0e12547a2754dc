"""The figures of the role pages on customers, from the books' weeks."""

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from reports.acquisition import last, new_customers, won
from reports.analysis import customers, weekly
from reports.analysis.estimate import Answer, Bounds, CannotTell, Estimate
from reports.analysis.kpi import roles
from reports.analysis.kpi.figure import Figure, Kpi, ratio_kpi
from reports.analysis.lifetime.acquired import NO_RECALL, Recall, cac
from reports.analysis.lifetime.keeping import Keeping, brought_by_week
from reports.analysis.said import Said
from reports.analysis.weekly import Floats
from reports.figures import NO_ADVERTISING, absent, advertised, none, ratio
from reports.weeks import KNOWN, Books

RETAINED = 3  # the month of which retention is told
YEAR = 365  # days
_QUARTER = 90  # days

NO_PERSONS = Said("No channel tells who its buyers are, or none of them may be matched.")
AT_MOST = Said(
    "Contribution of a customer by what it cost to win them; nobody knows how many persons the matching misses, so it "
    "is at most this."
)
YOUNG = Said("Customers have to be known for {days} days first; none of these weeks is that old.")


@dataclass(frozen=True, slots=True, eq=False)
class Found:
    """What was found of the books' customers beside their weeks: ``answers`` by name, and the cohort's payback."""

    recall: Recall | None
    kept: Keeping
    answers: Mapping[str, Answer]
    payback: Mapping[str, Any] | None = None
    year: tuple[float, float] | None = None  # the ends of a customer's value in 12 months


def figures(of: Books, told: Found) -> list[Figure]:
    if not of.known:
        units = {"cac": f"{of.currency}/customer", "ltv12": f"{of.currency}/customer", "ltv_cac": "ratio",
                 "retention": "share", "repeat_share": "share", "purchase_frequency": "orders/customer",
                 "customer_quality": f"{of.currency}/customer"}  # fmt: skip
        return [Figure(absent(code, unit, NO_PERSONS), none(of)) for code, unit in units.items()]
    return [
        _cac(of, told), _ltv12(of, told), _ltv_cac(of, told), _retention(of), _repeat_share(of), _frequency(of, told),
        _of_cohorts("customer_quality", of, told, _QUARTER, f"{of.currency}/customer", new_customers),
    ]  # fmt: skip


def _cac(of: Books, told: Found) -> Figure:
    if not advertised(of):
        return Figure(absent("cac", f"{of.currency}/customer", NO_ADVERTISING), none(of))
    all_weeks = won(of, told.recall)
    new = all_weeks.corrected(told.recall.value if told.recall else 1.0)
    made = roles.cac(all_weeks.spend, new, of.currency)
    if made.value is None:
        return ratio(made, all_weeks.spend, new)
    low, high = _ends(cac(last(all_weeks), made.unit))
    made = replace(made, low=low, high=high, text=_cac_said(of, told, made))
    return ratio(made, all_weeks.spend, new)


def _cac_said(of: Books, told: Found, made: Kpi) -> Said:
    if told.recall is None:
        return NO_RECALL
    if of.hidden:
        return Said(
            "Advertising by customer new to the company, without {channels}: their buyers are not known, and what "
            "was spent there is left out.", {"channels": ", ".join(of.hidden)},
        )  # fmt: skip
    return made.text


def _ends(answer: Answer) -> tuple[float | None, float | None]:
    if isinstance(answer, CannotTell):
        return None, None
    return answer.low, answer.high if math.isfinite(answer.high) else None


def _of_cohorts(
    code: str, of: Books, told: Found, days: int, unit: str, bottom: Callable[[Books], Floats]
) -> Figure:  # fmt: skip
    """What customers brought in so many days by cohort, of those that are that old; they ended as long ago."""
    old = customers.closed(of.buyers, days)
    if not old:
        return Figure(absent(code, unit, replace(YOUNG, values={"days": days})), none(of))
    known = of.cm2 + of.keeping - of.hidden_keeping
    top, under = brought_by_week(of.buyers, told.kept, days, known)[:old], bottom(of)[:old]
    return ratio(ratio_kpi(code, top, under, unit), top, under)


def _ltv12(of: Books, told: Found) -> Figure:
    made = _of_cohorts("ltv12", of, told, YEAR, f"{of.currency}/customer", new_customers)
    if made.kpi.value is None:
        return made
    if told.year is not None and told.year[0] <= made.kpi.value <= told.year[1]:
        made = replace(made, kpi=replace(made.kpi, low=told.year[0], high=told.year[1]))
    if told.kept.entered:
        return made
    said = Said("Contribution of a customer in 12 months; no retention marketing is entered, it is taken as none.")
    return replace(made, kpi=replace(made.kpi, text=said))


def _ltv_cac(of: Books, told: Found) -> Figure:
    if not advertised(of):
        return Figure(absent("ltv_cac", "ratio", NO_ADVERTISING), none(of))
    made = _of_cohorts("ltv_cac", of, told, YEAR, "ratio", lambda books: books.advertising - books.hidden_advertising)
    answer = told.answers.get("ltv_cac")
    if made.kpi.value is None or told.payback is None or told.payback["months"] != 12 or isinstance(answer, CannotTell):
        return made
    if isinstance(answer, Bounds):
        return replace(made, kpi=replace(made.kpi, low=None, high=answer.high, text=AT_MOST))
    if answer is None:
        return made
    kpi = roles.ltv_cac(answer, made.kpi.maturity, told.payback["month"])
    return replace(made, kpi=replace(kpi, trend=made.kpi.trend))


def _retention(of: Books) -> Figure:
    days = round(RETAINED * customers.MONTH) + 1
    old = customers.closed(of.buyers, days)
    if not old:
        return Figure(absent("retention", "share", replace(YOUNG, values={"days": days})), none(of))
    again, size = customers.retained(of.buyers, RETAINED)[:old], new_customers(of)[:old]
    return ratio(roles.retention(again, size, RETAINED, 1.0), again, size)


def _repeat_share(of: Books) -> Figure:
    again = weekly.where(customers.repeat_revenue(of.buyers), of.told, KNOWN)
    return ratio(roles.repeat_share(again, of.known_net), again, of.known_net)


def _frequency(of: Books, told: Found) -> Figure:
    orders, persons = customers.frequency(of.buyers)
    made = roles.purchase_frequency(orders, persons)
    ahead = told.answers.get("purchases_ahead")
    if made.value is None:
        made = replace(made, text=replace(YOUNG, values={"days": YEAR}))
    elif isinstance(ahead, Estimate):
        made = replace(made, text=Said(
            "Orders by customer in 12 months; in the next {weeks} weeks {purchases} purchases of {customers} customers "
            "are expected, {low} to {high}.",
            {"weeks": int(ahead.detail["weeks"]), "purchases": round(ahead.value), "customers": ahead.n,
             "low": round(ahead.low), "high": round(ahead.high)},
        ))  # fmt: skip
    return ratio(made, orders, persons)
