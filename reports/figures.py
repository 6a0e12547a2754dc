"""Each figure of the roles from a company's books; what data do not tell has no value but a reason."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from channels.models import Company
from channels.words import channel_label
from reports.analysis import customers, weekly
from reports.analysis.estimate import Bounds, Estimate
from reports.analysis.kpi import roles
from reports.analysis.kpi.brand import unclassified
from reports.analysis.kpi.figure import SPANS, WINDOW, Kpi, nothing, ratio_kpi
from reports.analysis.kpi.spans import local_win
from reports.analysis.said import Said
from reports.analysis.weekly import CLASSES, Floats
from reports.decisions import countries
from reports.weeks import KNOWN, Books

RIPE = 4  # weeks after which an order's fees and returns are mostly known
RETAINED = 3  # the month of which retention is told
_YEAR = 365  # days
_QUARTER = 90  # days

NO_WEEKS = Said("No whole week of orders is known yet.")
NO_COSTS = Said("Goods of these weeks lack a cost, or money an exchange rate.")
NO_PERSONS = Said("No channel tells who its buyers are, or none of them may be matched.")
YOUNG = Said("Customers have to be known for {days} days first; none of these weeks is that old.")
NO_JOURNEYS = Said("No journeys are attributed to orders in the books; manage.py attribute reads them from files.")
NO_SESSIONS = Said("Visits are known only of people who bought, so there is no number of sessions to divide by.")
NO_LEADS = Said("No leads are in the books; manage.py leads reads them from files.")
NO_LEAD_COSTS = Said("What leads cost is not known from the books; manage.py leads reads spend beside them.")
NOT_WON = Said("No lead was won yet.")
NO_FORECAST = Said("No forecast was kept to compare with.")
NOT_CAUSED = Said("What marketing caused was not measured week by week.")
NO_PAIR = Said("No two channels of one country have been compared yet.")
NO_HALO = Said("No brand campaign was measured yet.")
NO_ADVERTISING = Said("No advertising is in the books.")
NO_REPORTS = Said("No advertising report tells it.")
_MISSING: dict[str, tuple[str, Said]] = {
    "attributed_revenue": ("", NO_JOURNEYS), "growth_share": ("share", NOT_CAUSED),
    "attribution_spread": ("share", NO_JOURNEYS), "funnel": ("/session", NO_SESSIONS), "cvr": ("share", NO_SESSIONS),
    "stocked_cvr": ("share", NO_SESSIONS), "predictability": ("share", NO_FORECAST), "halo_share": ("share", NO_HALO),
    "cost_per_opportunity": ("/opportunity", NO_LEADS), "qualified_cpl": ("/qualified lead", NO_LEADS),
    "qualification_rate": ("share", NO_LEADS), "cycle_length": ("days", NO_LEADS),
    "lead_to_customer": ("share", NO_LEADS), "bot_share": ("share", NO_LEADS),
    "revenue_per_lead": ("/lead", NO_LEADS), "closed_loop": ("share", NO_LEADS),
}  # fmt: skip
_COSTS_OF_LEADS = ("cost_per_opportunity", "qualified_cpl")
_OF_ADVERTISING = {
    "cac": "{}/customer", "ltv_cac": "ratio", "mer": "ratio", "non_brand_share": "share", "demand_capture": "share",
    "cpa": "{}/order", "tacos": "share",
}  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class Figure:
    """A figure with its weekly values, NaN where there is none."""

    kpi: Kpi
    series: Floats


def figure_of(code: str, company: Company, of: Books) -> Figure:
    empty = _none(of)
    if code in of.leads:
        return Figure(*of.leads[code])
    if code == "cannibalisation":
        return Figure(_cannibalisation(company), empty)
    if code in _MISSING:
        unit, why = _MISSING[code]
        if why is NO_LEADS and of.leads:
            why = NO_LEAD_COSTS if code in _COSTS_OF_LEADS else NOT_WON
        unit = f"{of.currency}{unit}" if not unit or unit.startswith("/") else unit
        return Figure(_nothing(code, unit, why), empty)
    if not of.weeks:
        return Figure(_nothing(code, "", NO_WEEKS), empty)
    if code in _OF_ADVERTISING and not weekly.known_sum(of.advertising, len(of.weeks)):
        return Figure(_nothing(code, _OF_ADVERTISING[code].format(of.currency), NO_ADVERTISING), empty)
    return _BUILT[code](of)


def _none(of: Books) -> Floats:
    return weekly.by_week({}, of.weeks, of.weeks)


def _nothing(code: str, unit: str, why: Said) -> Kpi:
    return nothing(code, unit, why, dict.fromkeys(SPANS))


def _cannibalisation(company: Company) -> Kpi:
    """Of the pair of channels that is known best, in the country where most is earned."""
    shares = [one.share for country in countries(company) for one in country.pairs]
    for kind in (Estimate, Bounds):
        found = next((one for one in shares if isinstance(one, kind)), None)
        if found is not None:
            return roles.cannibalisation(found)
    return roles.cannibalisation(shares[0]) if shares else _nothing("cannibalisation", "share", NO_PAIR)


def _ratio(made: Kpi, top: Floats, bottom: Floats) -> Figure:
    return Figure(made, weekly.ratio(top, bottom))


def _contribution(of: Books) -> Figure:
    made = roles.contribution(of.cm3, of.currency)
    if made.value is None:
        return Figure(replace(made, text=NO_COSTS), of.cm3)
    return Figure(replace(made, maturity=weekly.maturity(min(len(of.weeks), WINDOW), RIPE)), of.cm3)


def spend_on_known(of: Books) -> Floats:
    """All advertising but that of stores whose buyers are not known."""
    return of.advertising - of.hidden_advertising


def _cac(of: Books) -> Figure:
    if not of.known:
        return Figure(_nothing("cac", f"{of.currency}/customer", NO_PERSONS), _none(of))
    spend, new = spend_on_known(of), _new(of)
    made = roles.cac(spend, new, of.currency)
    if of.hidden and made.value is not None:
        without = ", ".join(map(channel_label, of.hidden))
        made = replace(made, text=Said(
            "Advertising by customer new to the company, without {channels}: their buyers are not known, and what "
            "was spent there is left out.", {"channels": without},
        ))  # fmt: skip
    return _ratio(made, spend, new)


def _of_cohorts(code: str, of: Books, days: int, unit: str, bottom: Callable[[Books], Floats]) -> Figure:
    """Contribution in so many days by cohort, of those that are that old; they ended as long ago."""
    if not of.known:
        return Figure(_nothing(code, unit, NO_PERSONS), _none(of))
    old = customers.closed(of.buyers, days)
    if not old:
        return Figure(_nothing(code, unit, replace(YOUNG, values={"days": days})), _none(of))
    money = weekly.known_with(customers.first_money(of.buyers, days), of.cm2)
    top, under = money[:old], bottom(of)[:old]
    return _ratio(ratio_kpi(code, top, under, unit), top, under)


def _new(of: Books) -> Floats:
    return weekly.where(customers.new_customers(of.buyers), of.told, KNOWN)


def _ltv12(of: Books) -> Figure:
    made = _of_cohorts("ltv12", of, _YEAR, f"{of.currency}/customer", _new)
    said = Said("Contribution of a customer in 12 months; what was spent to keep them is not known.")
    return made if made.kpi.value is None else replace(made, kpi=replace(made.kpi, text=said))


def _ltv_cac(of: Books) -> Figure:
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
        return Figure(_nothing("retention", "share", why), _none(of))
    again, size = customers.retained(of.buyers, RETAINED)[:old], _new(of)[:old]
    return _ratio(roles.retention(again, size, RETAINED, 1.0), again, size)


def _repeat_share(of: Books) -> Figure:
    if not of.known:
        return Figure(_nothing("repeat_share", "share", NO_PERSONS), _none(of))
    again = weekly.where(customers.repeat_revenue(of.buyers), of.told, KNOWN)
    return _ratio(roles.repeat_share(again, of.known_net), again, of.known_net)


def _mer(of: Books) -> Figure:
    spend = of.advertising + of.shared
    return _ratio(roles.mer(of.net, spend), of.net, spend)


def by_class(of: Books) -> dict[str, Floats]:
    """The ledger's advertising by class of what was searched; the three add up to it."""
    return weekly.split(of.advertising, of.reported)


def _non_brand(of: Books) -> Figure:
    said = Said("Share of advertising that is not on searches for the brand; what is unknown counts to neither.")
    return _classed("non_brand_share", roles.non_brand_share, "non_brand", said, of)


def _capture(of: Books) -> Figure:
    said = Said("Share of advertising on searches for the brand; who had been here before is not told.")
    return _classed("demand_capture", roles.demand_capture, "brand", said, of)


def _classed(code: str, make: Callable[..., Kpi], name: str, said: Said, of: Books) -> Figure:
    """A class's share of the ledger's advertising, held back where K9 fires."""
    parts = by_class(of)
    spent = {one: max(weekly.known_sum(parts[one], WINDOW), 0.0) for one in CLASSES}
    orders = {one: weekly.known_sum(of.reported[f"{one}_orders"], WINDOW) for one in CLASSES}
    flag = unclassified(spent, orders)
    made = make(parts[name], of.advertising, (flag,))
    if flag.fired:
        return Figure(nothing(code, "share", flag.wrong, made.trend, (flag,)), _none(of))
    made = made if made.value is None else replace(made, text=said)
    return _ratio(made, parts[name], of.advertising)


def _quality(of: Books) -> Figure:
    return _of_cohorts("customer_quality", of, _QUARTER, f"{of.currency}/customer", _new)


def _refund_rate(of: Books) -> Figure:
    refunds, sales = of.refunds[:-RIPE], of.sales[:-RIPE]
    return _ratio(roles.refund_rate(refunds, sales), refunds, sales)


def _cpa(of: Books) -> Figure:
    flag = local_win(of.advertising, of.orders, of.cm3)
    return _ratio(roles.cpa(of.advertising, of.orders, of.currency, (flag,)), of.advertising, of.orders)


def _aov(of: Books) -> Figure:
    return _ratio(roles.aov(of.net, of.orders, of.currency), of.net, of.orders)


def _frequency(of: Books) -> Figure:
    if not of.known:
        return Figure(_nothing("purchase_frequency", "orders/customer", NO_PERSONS), _none(of))
    orders, persons = customers.frequency(of.buyers)
    made = roles.purchase_frequency(orders, persons)
    if made.value is None:
        made = replace(made, text=replace(YOUNG, values={"days": _YEAR}))
    return _ratio(made, orders, persons)


def _value_per_mille(of: Books) -> Figure:
    """The networks' own sales at the company's margin before advertising."""
    worth = of.reported["sales"] * weekly.share(of.cm2, of.net)
    made = roles.value_per_mille(worth, of.reported["impressions"], of.currency)
    said = Said("Contribution of the sales that networks credit themselves with, by 1,000 impressions.")
    made = replace(made, text=NO_REPORTS if made.value is None else said)
    return _ratio(made, worth, of.reported["impressions"] / 1000)


def _tacos(of: Books) -> Figure:
    return _ratio(roles.tacos(of.advertising, of.net), of.advertising, of.net)


def _acos(of: Books) -> Figure:
    made = roles.acos(of.reported["spend"], of.reported["sales"])
    made = replace(made, text=NO_REPORTS) if made.value is None else made
    return _ratio(made, of.reported["spend"], of.reported["sales"])


_BUILT: Mapping[str, Callable[[Books], Figure]] = {
    "contribution": _contribution, "cac": _cac, "ltv12": _ltv12, "ltv_cac": _ltv_cac, "retention": _retention,
    "repeat_share": _repeat_share, "mer": _mer, "non_brand_share": _non_brand, "demand_capture": _capture,
    "customer_quality": _quality, "refund_rate": _refund_rate, "cpa": _cpa, "aov": _aov,
    "purchase_frequency": _frequency, "value_per_mille": _value_per_mille, "tacos": _tacos, "acos": _acos,
}  # fmt: skip
