"""The figures of roles that follow from the ledger and advertising reports alone; without data a reason, no value."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date

from channels.models import Company
from reports.analysis import weekly
from reports.analysis.kpi import roles
from reports.analysis.kpi.figure import SPANS, WINDOW, Figure, Kpi, nothing
from reports.analysis.kpi.spans import local_win
from reports.analysis.kpi.stored import kept
from reports.analysis.said import Said
from reports.analysis.stored import fingerprint
from reports.analysis.weekly import Floats
from reports.models import Report
from reports.questions import Question, Told
from reports.weeks import Books

METHOD = "weekly sums of the ledger"
RIPE = 4  # weeks after which an order's fees and returns are mostly known

NO_WEEKS = Said("No whole week of orders is known yet.")
NO_COSTS = Said("Goods of these weeks lack a cost, or money an exchange rate.")
NO_ADVERTISING = Said("No advertising is in the books.")
NO_REPORTS = Said("No advertising report tells it.")
_OF_ADVERTISING = {"mer": "ratio", "cpa": "{}/order", "tacos": "share"}


def ask_figures(company: Company, of: Books) -> Question:
    """Body: ``figures`` by code."""

    def ask() -> Told:
        return Told({}, {"figures": {code: kept(figure_of(code, of)) for code in _BUILT}})

    return Question(Report.Kind.FIGURES, "all", through(of), METHOD, {"books": fingerprint(of)}, ask)


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
    spend = of.advertising + of.shared
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
