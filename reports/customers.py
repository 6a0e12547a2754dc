"""Customers in the books: what it costs to win them, what they bring, and who comes again."""

from collections.abc import Callable
from dataclasses import replace

from channels.models import Company
from channels.words import channel_label
from reports.analysis import customers, weekly
from reports.analysis.kpi import roles
from reports.analysis.kpi.figure import WINDOW, Figure, ratio_kpi
from reports.analysis.kpi.stored import kept
from reports.analysis.said import Said
from reports.analysis.stored import fingerprint
from reports.analysis.weekly import Floats
from reports.figures import NO_ADVERTISING, absent, advertised, none, ratio, through
from reports.models import Report
from reports.questions import Question, Told
from reports.weeks import KNOWN, Books

METHOD = "orders of known persons"
RETAINED = 3  # the month of which retention is told
_YEAR = 365  # days
_QUARTER = 90  # days

NO_PERSONS = Said("No channel tells who its buyers are, or none of them may be matched.")
YOUNG = Said("Customers have to be known for {days} days first; none of these weeks is that old.")


def ask_customers(company: Company, of: Books) -> Question | None:
    """Body: ``figures`` by code."""
    if not of.weeks:
        return None

    def ask() -> Told:
        made = [make(of) for make in (_cac, _ltv12, _ltv_cac, _retention, _repeat_share, _frequency, _quality)]
        return Told({}, {"figures": {one.kpi.code: kept(one) for one in made}})

    return Question(Report.Kind.CUSTOMERS, "all", through(of), METHOD, {"books": fingerprint(of)}, ask)


def spend_on_known(of: Books) -> Floats:
    """All advertising but that of stores whose buyers are not known."""
    return of.advertising - of.hidden_advertising


def _cac(of: Books) -> Figure:
    if not of.known:
        return Figure(absent("cac", f"{of.currency}/customer", NO_PERSONS), none(of))
    if not advertised(of):
        return Figure(absent("cac", f"{of.currency}/customer", NO_ADVERTISING), none(of))
    spend, new = spend_on_known(of), _new(of)
    made = roles.cac(spend, new, of.currency)
    if of.hidden and made.value is not None:
        without = ", ".join(map(channel_label, of.hidden))
        made = replace(made, text=Said(
            "Advertising by customer new to the company, without {channels}: their buyers are not known, and what "
            "was spent there is left out.", {"channels": without},
        ))  # fmt: skip
    return ratio(made, spend, new)


def _of_cohorts(code: str, of: Books, days: int, unit: str, bottom: Callable[[Books], Floats]) -> Figure:
    """Contribution in so many days by cohort, of those that are that old; they ended as long ago."""
    if not of.known:
        return Figure(absent(code, unit, NO_PERSONS), none(of))
    old = customers.closed(of.buyers, days)
    if not old:
        return Figure(absent(code, unit, replace(YOUNG, values={"days": days})), none(of))
    money = weekly.known_with(customers.first_money(of.buyers, days), of.cm2)
    top, under = money[:old], bottom(of)[:old]
    return ratio(ratio_kpi(code, top, under, unit), top, under)


def _new(of: Books) -> Floats:
    return weekly.where(customers.new_customers(of.buyers), of.told, KNOWN)


def _ltv12(of: Books) -> Figure:
    made = _of_cohorts("ltv12", of, _YEAR, f"{of.currency}/customer", _new)
    said = Said("Contribution of a customer in 12 months; what was spent to keep them is not known.")
    return made if made.kpi.value is None else replace(made, kpi=replace(made.kpi, text=said))


def _ltv_cac(of: Books) -> Figure:
    if not advertised(of):
        return Figure(absent("ltv_cac", "ratio", NO_ADVERTISING), none(of))
    made = _of_cohorts("ltv_cac", of, _YEAR, "ratio", spend_on_known)
    if made.kpi.value is None:
        return made
    old = customers.closed(of.buyers, _YEAR)
    cohorts = slice(max(old - WINDOW, 0), old)
    month = customers.payback(of.buyers, cohorts, float(spend_on_known(of)[cohorts].sum()))
    text = Said("Contribution of a customer by what it cost to win them; not paid back yet.")
    if month is not None:
        text = Said("Contribution of a customer by what it cost to win them; paid back in month {month}.",
                    {"month": month})  # fmt: skip
    return replace(made, kpi=replace(made.kpi, text=text))


def _retention(of: Books) -> Figure:
    days = round(RETAINED * customers.MONTH) + 1
    old = customers.closed(of.buyers, days)
    if not of.known or not old:
        why = replace(YOUNG, values={"days": days}) if of.known else NO_PERSONS
        return Figure(absent("retention", "share", why), none(of))
    again, size = customers.retained(of.buyers, RETAINED)[:old], _new(of)[:old]
    return ratio(roles.retention(again, size, RETAINED, 1.0), again, size)


def _repeat_share(of: Books) -> Figure:
    if not of.known:
        return Figure(absent("repeat_share", "share", NO_PERSONS), none(of))
    again = weekly.where(customers.repeat_revenue(of.buyers), of.told, KNOWN)
    return ratio(roles.repeat_share(again, of.known_net), again, of.known_net)


def _quality(of: Books) -> Figure:
    return _of_cohorts("customer_quality", of, _QUARTER, f"{of.currency}/customer", _new)


def _frequency(of: Books) -> Figure:
    if not of.known:
        return Figure(absent("purchase_frequency", "orders/customer", NO_PERSONS), none(of))
    orders, persons = customers.frequency(of.buyers)
    made = roles.purchase_frequency(orders, persons)
    if made.value is None:
        made = replace(made, text=replace(YOUNG, values={"days": _YEAR}))
    return ratio(made, orders, persons)
