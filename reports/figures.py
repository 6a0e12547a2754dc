"""The figures of roles that follow from the ledger and advertising reports alone; without data a reason, no value."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date

from channels.models import Company
from reports.acquisition import company_cost, recall_of
from reports.analysis import weekly
from reports.analysis.kpi import roles
from reports.analysis.kpi.figure import SPANS, WINDOW, Figure, Kpi, nothing
from reports.analysis.kpi.pages import silos
from reports.analysis.kpi.spans import local_win
from reports.analysis.kpi.stored import kept, kept_flag
from reports.analysis.lifetime.acquired import Recall
from reports.analysis.medians import median
from reports.analysis.said import Said
from reports.analysis.stored import fingerprint
from reports.analysis.weekly import Floats
from reports.models import Report
from reports.order_values import order_values
from reports.questions import Question, Told
from reports.silos import present
from reports.weeks import Books

METHOD = "weekly sums of the ledger"
RIPE = 4  # weeks after which an order's fees and returns are mostly known

NO_WEEKS = Said("No whole week of orders is known yet.")
NO_COSTS = Said("Goods of these weeks lack a cost, or money an exchange rate.")
NO_ADVERTISING = Said("No advertising is in the books.")
NO_REPORTS = Said("No advertising report tells it.")
_OF_ADVERTISING = {"mer": "ratio", "cpa": "{}/order", "tacos": "share"}


def ask_figures(company: Company, of: Books) -> Question:
    """Body: ``figures`` by code; ``middle_order`` with its ends and ``new_customer_cost``, null where not known.

    ``page_flags`` has K21 of all channels.
    """
    values = order_values(company, of.weeks[-WINDOW:][0], through(of)) if of.weeks else []
    there, recall = present(company, of), recall_of(company, of)

    def ask() -> Told:
        found = {code: figure_of(code, of) for code in _BUILT}
        middle, new = median(values), new_customer_cost(of, recall)
        if middle:
            found["aov"] = _with(found["aov"], Said(
                "Net revenue by order; the middle one came to {median}, {low} to {high}.", _money(of.currency, middle)
            ))  # fmt: skip
        if new:
            found["cpa"] = _with(found["cpa"], Said(
                "Spend by order; by new customer, on channels that know theirs, it was {cost}.",
                {"cost": _amount(new[0], of.currency)},
            ))  # fmt: skip
        return Told({}, {
            "figures": {code: kept(one) for code, one in found.items()}, "page_flags": [kept_flag(silos(there))],
            "middle_order": _ends(middle), "new_customer_cost": _ends(new),
        })  # fmt: skip

    data = {"books": fingerprint(of), "orders": fingerprint(values), "present": fingerprint(there),
            "recall": fingerprint(recall)}  # fmt: skip
    return Question(Report.Kind.FIGURES, "all", through(of), METHOD, data, ask)


def new_customer_cost(of: Books, recall: Recall | None) -> tuple[float, float | None, float | None] | None:
    """Of channels whose buyers are known, with its ends: the acquisition cost of the customers' report."""
    if not of.known or not advertised(of):
        return None
    cost = company_cost(of, recall)
    return None if cost["value"] is None else (cost["value"], cost["low"], cost["high"])


def _with(of: Figure, text: Said) -> Figure:
    return of if of.kpi.value is None else replace(of, kpi=replace(of.kpi, text=text))


def _ends(of: tuple[float, float | None, float | None] | None) -> dict[str, float | None] | None:
    return dict(zip(("value", "low", "high"), of, strict=True)) if of else None


def _money(currency: str, middle: tuple[float, float, float]) -> dict[str, str | int | float]:
    names = ("median", "low", "high")
    return {name: _amount(one, currency) for name, one in zip(names, middle, strict=True)}


def _amount(value: float, currency: str) -> str:
    return f"{value:,.2f} {currency}"


def through(of: Books) -> date:
    """The first day after the last week that is known; long ago where none is."""
    return of.through or date.min


def figure_of(code: str, of: Books) -> Figure:
    if not of.weeks:
        return Figure(absent(code, "", NO_WEEKS), none(of))
    if code in _OF_ADVERTISING and not advertised(of):
        return Figure(absent(code, _OF_ADVERTISING[code].format(of.currency), NO_ADVERTISING), none(of))
    return _BUILT[code](of)


def advertised(of: Books) -> bool:
    return bool(weekly.known_sum(of.advertising, len(of.weeks)))


def none(of: Books) -> Floats:
    """The series of a figure that has none."""
    return weekly.by_week({}, of.weeks, of.weeks)


def absent(code: str, unit: str, why: Said) -> Kpi:
    return nothing(code, unit, why, dict.fromkeys(SPANS))


def ratio(made: Kpi, top: Floats, bottom: Floats) -> Figure:
    return Figure(made, weekly.ratio(top, bottom))


def _contribution(of: Books) -> Figure:
    made = roles.contribution(of.cm3, of.currency)
    if made.value is None:
        return Figure(replace(made, text=NO_COSTS), of.cm3)
    return Figure(replace(made, maturity=weekly.maturity(min(len(of.weeks), WINDOW), RIPE)), of.cm3)


def _mer(of: Books) -> Figure:
    spend = of.advertising + of.shared + of.keeping
    return ratio(roles.mer(of.net, spend), of.net, spend)


def _refund_rate(of: Books) -> Figure:
    refunds, sales = of.refunds[:-RIPE], of.sales[:-RIPE]
    return ratio(roles.refund_rate(refunds, sales), refunds, sales)


def _cpa(of: Books) -> Figure:
    flag = local_win(of.advertising, of.orders, of.cm3)
    return ratio(roles.cpa(of.advertising, of.orders, of.currency, (flag,)), of.advertising, of.orders)


def _aov(of: Books) -> Figure:
    return ratio(roles.aov(of.net, of.orders, of.currency), of.net, of.orders)


def _tacos(of: Books) -> Figure:
    return ratio(roles.tacos(of.advertising, of.net), of.advertising, of.net)


def _acos(of: Books) -> Figure:
    made = roles.acos(of.reported["spend"], of.reported["sales"])
    made = replace(made, text=NO_REPORTS) if made.value is None else made
    return ratio(made, of.reported["spend"], of.reported["sales"])


_BUILT: Mapping[str, Callable[[Books], Figure]] = {
    "contribution": _contribution, "mer": _mer, "refund_rate": _refund_rate, "cpa": _cpa, "aov": _aov,
    "tacos": _tacos, "acos": _acos,
}  # fmt: skip
