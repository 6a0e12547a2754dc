"""Growth that is the company's own: contribution less what channels took from each other, and how it was foreseen."""

import math
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from channels.models import Company
from reports.analysis import weekly
from reports.analysis.estimate import Answer, Bounds, CannotTell, Estimate
from reports.analysis.forecast import AHEAD, forecast, forecasts
from reports.analysis.kpi import growth, roles
from reports.analysis.kpi.figure import SPANS, WINDOW, Figure, Kpi, changes, nothing
from reports.analysis.kpi.growth import YEAR
from reports.analysis.kpi.slopes import Slope, held
from reports.analysis.kpi.stored import kept
from reports.analysis.said import Said
from reports.analysis.stored import fingerprint, restored, stored
from reports.analysis.taken import Took, Weekly, once, sums, told
from reports.analysis.taken import weekly as by_week
from reports.analysis.weekly import Floats
from reports.decisions import Country, countries, margin_of
from reports.figures import RIPE, none, through
from reports.frames import COUNTED
from reports.models import Report
from reports.questions import Question, Told
from reports.reads import rows
from reports.weeks import WEEK, Books

METHOD = "contribution less κ · orders · margin; last year's weeks at the recent level"
HELD = 26  # weeks of the slope with spend held

NO_PAIR = Said("No two channels of one country have been compared yet.")
NOT_MEASURED = Said("What channels took from each other was not measured.")
SOME = Said("Contribution after advertising, less what channels took from each other in {known} of {pairs} pairs.")
FEW_WEEKS = Said("{weeks} weeks are known; {least} are needed.")
_ORDERS = f"""
SELECT upper(o.country), st.channel, date_trunc('week', (o.ordered_at AT TIME ZONE st.timezone))::date, count(*)
FROM channels_order o JOIN channels_store st ON st.id = o.store_id AND {COUNTED}
WHERE upper(o.country) = ANY(%(countries)s) GROUP BY 1, 2, 3
"""

Orders = Mapping[str, Mapping[str, Floats]]  # country → channel → by week


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """What of a company's channels is known of the same weeks as its books; ``pairs`` have a direction each."""

    orders: Orders
    pairs: int  # of channels in a country, told or not
    took: tuple[Took, ...]
    share: Answer | None
    halo: Answer | None

    @property
    def taken(self) -> Estimate | Bounds | None:
        """Over the last 13 weeks."""
        return sums(self.took, self.currency, {one: float(one.orders[-WINDOW:].sum()) for one in self.took})

    @property
    def grown(self) -> Estimate | Bounds | None:
        """By how much that grew within a year."""
        before = slice(-WINDOW - YEAR, -YEAR)
        more = {one: float(one.orders[-WINDOW:].sum() - one.orders[before].sum()) for one in self.took}
        return sums(self.took, self.currency, more)

    @property
    def currency(self) -> str:
        return next((one.margin.currency for one in self.took), "")


def ask_growth(company: Company, of: Books) -> Question | None:
    """Body, beside ``figures`` by code, all in money of the books and by week of ``weeks``.

    ``contribution`` (CM3), ``taken`` {low, value, high}: what channels took from each other, ``value`` null where a
    share has bounds only; ``pairs``: {country, affecting, affected, share, margin, orders, taken} of the last 13 weeks;
    ``orders`` by country and channel; ``foreseen``: net revenue of ``net`` as it was foreseen at most 13 weeks before,
    and ``next`` that of the next 13; ``held``: slope of contribution by week with spend held, or null.
    """
    found = known(company, of)
    if not of.weeks and found.share is None and found.halo is None:
        return None
    data = {
        "books": fingerprint(of.weeks, of.cm3, of.net, of.advertising, of.shared), "orders": fingerprint(found.orders),
        "pairs": found.pairs, "took": [_pair(one, stored(one.share)) for one in found.took],
        "taken": stored(found.share) if found.share else None, "halo": stored(found.halo) if found.halo else None,
    }  # fmt: skip
    return Question(Report.Kind.GROWTH, "all", through(of), METHOD, data, lambda: _told(of, found))


def _pair(one: Took, share: Any) -> dict[str, Any]:
    return {
        "country": one.country, "affecting": one.affecting, "affected": one.affected, "share": share,
        "margin": _ends(one.margin.mean, one.margin.mean - one.margin.half, one.margin.mean + one.margin.half),
    }  # fmt: skip


def _ends(value: Any, low: Any, high: Any) -> dict[str, Any]:
    return {"value": value, "low": low, "high": high}


def known(company: Company, of: Books) -> Known:
    made = countries(company)
    shares = [one.share for country in made for one in country.pairs]
    whole = list(Report.objects.filter(company=company, kind=Report.Kind.INCREMENTAL).order_by("subject"))
    orders = _orders(company, [one.subject for one in whole], of)
    took = [one for report in whole for one in _took(report, orders[report.subject])]
    pairs = sum(len(one.data["taken"]) * (len(one.data["taken"]) - 1) // 2 for one in whole)
    return Known(orders, pairs, tuple(once(took, WINDOW)), _best(shares), _best(list(_halos(made))))


def _orders(company: Company, subjects: list[str], of: Books) -> Orders:
    """Orders of each country by channel and week, as the panels of measurement count them."""
    sold: dict[str, dict[str, dict[date, float]]] = {country: defaultdict(dict) for country in sorted(subjects)}
    for country, channel, week, many in rows(_ORDERS, {"company": company.pk, "countries": subjects}):
        sold[country][channel][week] = float(many)
    return {
        country: {channel: weekly.by_week(one, of.weeks) for channel, one in sorted(channels.items())}
        for country, channels in sold.items()
    }


def _took(report: Report, orders: Mapping[str, Floats]) -> Iterator[Took]:
    """As the question of a country's channels had it: of launches, delistings and stock-outs, else bounds."""
    for affecting, of in sorted(report.data["taken"].items()):
        for affected, one in sorted(of.items()):
            share, margin = told(restored(one)), margin_of(report.data["margins"].get(affected))
            if share is not None and margin is not None and affecting in orders:
                yield Took(report.subject, affecting, affected, share, margin, orders[affecting])


def _halos(made: list[Country]) -> Iterator[Answer]:
    """Newest first."""
    yield from (answer for one in made for report, answer in one.questions if report.kind == Report.Kind.HALO)


def _best(answers: list[Answer]) -> Answer | None:
    """The one that is known best; of equals the first."""
    for kind in (Estimate, Bounds, CannotTell):
        if (found := next((one for one in answers if isinstance(one, kind)), None)) is not None:
            return found
    return None


def _told(of: Books, found: Known) -> Told:
    went = by_week(found.took, len(of.weeks))
    taken = found.taken
    foreseen = forecasts(of.net)
    ahead = [of.weeks[-1] + n * WEEK for n in range(1, AHEAD + 1)] if of.weeks else []
    body = {
        "weeks": of.weeks, "currency": of.currency, "contribution": of.cm3,
        "taken": _ends(went.value, went.low, went.high), "pairs": [_shown(one) for one in found.took],
        "orders": found.orders, "net": of.net, "foreseen": foreseen,
        "next": {"weeks": ahead, "net": forecast(of.net, len(ahead))},
        "held": _slope(held(of.cm3[-HELD:], (of.advertising + of.shared)[-HELD:])), "figures": {
            one.kpi.code: kept(one) for one in _figures(of, found, went, taken, foreseen)
        },
    }  # fmt: skip
    return Told({} if taken is None else {"taken": taken}, body)


def _shown(one: Took) -> dict[str, Any]:
    share, orders = one.share, float(one.orders[-WINDOW:].sum())
    went = sums([one], one.margin.currency, {one: orders})
    value = share.value if isinstance(share, Estimate) else None
    return {**_pair(one, _ends(value, share.low, share.high)), "orders": orders, "taken": _plain(went)}


def _plain(answer: Estimate | Bounds | None) -> dict[str, Any] | None:
    if answer is None:
        return None
    return _ends(answer.value if isinstance(answer, Estimate) else None, answer.low, answer.high)


def _slope(made: Slope | None) -> dict[str, Any] | None:
    return _ends(made.value, made.low, made.high) | {"weeks": made.n} if made else None


def _figures(
    of: Books, found: Known, went: Weekly, taken: Estimate | Bounds | None, foreseen: Floats
) -> Iterator[Figure]:  # fmt: skip
    own = of.cm3 if went.value is None else of.cm3 - went.value  # with bounds alone, before what was taken
    if taken is not None and math.isfinite(of.cm3[-WINDOW:].sum()):
        yield Figure(_contribution(of, found, own, taken), own)
    if of.weeks:
        yield _growth_share(of, found, own)
        yield _predictability(of, foreseen)
    for make, answer in ((roles.cannibalisation, found.share), (roles.halo_share, found.halo)):
        if answer is not None:
            yield Figure(make(answer), none(of))


def _contribution(of: Books, found: Known, own: Floats, taken: Estimate | Bounds) -> Kpi:
    made = roles.contribution(of.cm3, of.currency, taken)
    if len(found.took) < found.pairs:
        made = replace(made, text=Said(SOME.template, {"known": len(found.took), "pairs": found.pairs}))
    return replace(made, trend=changes(own), maturity=weekly.maturity(min(len(of.weeks), WINDOW), RIPE))


def _growth_share(of: Books, found: Known, own: Floats) -> Figure:
    if not found.took:
        why = NOT_MEASURED if found.pairs else NO_PAIR
        return Figure(nothing("growth_share", "share", why, dict.fromkeys(SPANS)), none(of))
    return Figure(growth.growth_share(own, of.cm3, found.grown), none(of))


def _predictability(of: Books, foreseen: Floats) -> Figure:
    made = growth.predictability(foreseen, of.net)
    if made.value is None:
        made = replace(made, text=Said(FEW_WEEKS.template, {"weeks": len(of.weeks), "least": 2 * AHEAD}))
    return Figure(made, weekly.ratio(abs(foreseen - of.net), of.net))
