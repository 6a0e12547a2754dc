"""Brand and non-brand apart: what searches for the brand cost and bring beside all others, and what they are booked as.

The body of the report, money in base currency, shares of 1, null what is not known:

- ``weeks``: Mondays, at most 52; ``window``: how many of the last the sums are of.
- ``company``, and each of ``channels`` with its ``channel`` ("" for what is of none) and the share of its goods that
  have a cost (``costed``): of ``spend``, ``clicks``, ``orders`` and ``contribution`` the ``brand``, ``non_brand`` and
  ``unknown`` part and the ``total`` that they add up to, each with its ``sum``, weekly ``series`` and ``trend`` over
  4, 13, 26 and 52 weeks (null for a class where more than 5 % of these and as many weeks before is unknown).
- ``paid``: of each network, and of all under "", the ``classes`` of what it claims, return on ad spend as reported
  (``roas``) and at both priors of what brand advertising brings, and the return that pays (``break_even``).
- ``credits``: of each marketplace beside an own shop, what part of its contribution it did not bring.
- ``searches``: of each channel and market, and of all, how often the brand was searched, and ``clicks`` in the search
  results by class; where these hold those on advertising (``with_ads``), they are no others than above.
- ``flags``: K9 and K7; ``figures`` by code.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from channels.models import Company
from reports.ads import lexicon_in_use
from reports.analysis import weekly
from reports.analysis.estimate import Answer
from reports.analysis.kpi import roles
from reports.analysis.kpi.brand import MOST_UNKNOWN, credited, unclassified
from reports.analysis.kpi.figure import WINDOW, Figure, Kpi, changes, nothing
from reports.analysis.kpi.reach import vanity
from reports.analysis.kpi.searches import index_told
from reports.analysis.kpi.stored import kept, kept_flag
from reports.analysis.said import Said
from reports.analysis.stored import fingerprint, stored
from reports.analysis.weekly import CLASSES, Floats
from reports.brand_credit import Credit, Searched, brand_searches, credit_told, credits_of, paid, search_told, searched
from reports.brand_weeks import MEASURES, Apart, Parts, apart, series
from reports.figures import NO_ADVERTISING, absent, advertised, none, ratio, through
from reports.models import Report
from reports.questions import Question, Told
from reports.weeks import Books

METHOD = "search terms and visits by the lexicon"
_SHOWN = 52


def ask_brand(company: Company, of: Books) -> Question | None:
    if not of.weeks:
        return None
    made = apart(company, of)
    found = searched(company, lexicon_in_use(company), of.weeks)
    beside = credits_of(company, of.weeks)
    data = {
        "books": fingerprint(of.weeks, of.advertising, of.cm2, of.orders, of.reported["impressions"]),
        "apart": fingerprint(made), "searched": fingerprint(found),
        "credits": [
            fingerprint([one.country, one.marketplace, one.shop, one.orders, one.known, one.measured],
                        stored(one.taken), stored(one.break_even)) for one in beside
        ],
    }  # fmt: skip
    return Question(Report.Kind.BRAND, "all", through(of), METHOD, data, lambda: _told(of, made, found, beside))


def _told(of: Books, made: Apart, found: list[Searched], beside: list[Credit]) -> Told:
    searches = brand_searches(found, len(of.weeks))
    answers: dict[str, Answer] = {
        f"over_credit {one.country} {one.marketplace}→{one.shop}": credited(one.taken, one.break_even) for one in beside
    }
    flags = (
        unclassified(_sums(made.company["spend"]), _sums(made.company["orders"])),
        vanity(of.reported["impressions"], searches, of.cm2),
    )
    return Told(answers, {
        "weeks": [one.isoformat() for one in of.weeks[-_SHOWN:]], "window": min(WINDOW, len(of.weeks)),
        "currency": of.currency, "company": _measures(made.company),
        "channels": [
            {"channel": name, "costed": made.costed.get(name), **_measures(parts)}
            for name, parts in made.channels.items()
        ],
        "paid": paid(made), "credits": [credit_told(one, found) for one in beside],
        "searches": {"all": index_told(searches), "each": [search_told(one) for one in found]},
        "flags": [kept_flag(one) for one in flags],
        "figures": {one.kpi.code: kept(one) for one in (_non_brand(of, made), _capture(of, made))},
    })  # fmt: skip


def _measures(of: Mapping[str, Parts]) -> dict[str, dict[str, Any]]:
    return {
        name: {
            one: {"sum": weekly.known_sum(of[name][one], WINDOW), "series": weekly.shown(of[name][one], _SHOWN),
                  "trend": _trend(of[name], one)} for one in (*CLASSES, "total")
        } for name in MEASURES
    }  # fmt: skip


def _trend(of: Parts, name: str) -> dict[int, float | None]:
    """That of a class only where nearly all is classed: else what is known of it may have changed and not itself."""
    found = changes(of[name])
    return found if name == "total" else {span: one if _known(of, 2 * span) else None for span, one in found.items()}


def _sums(of: Parts) -> dict[str, float]:
    """By class; what is below nothing, as where advertising was paid back, is nothing."""
    return {one: max(weekly.known_sum(of[one], WINDOW), 0.0) for one in CLASSES}


def _non_brand(of: Books, made: Apart) -> Figure:
    """Of contribution where that is classed, else of advertising."""
    earned, total = made.company["contribution"], of.cm2
    flag = unclassified(_sums(made.company["spend"]), _sums(made.company["orders"]))
    if not flag.fired and _known(earned):
        said = Said("Share of contribution that is not from searches for the brand; what is unknown counts to neither.")
        figure = roles.non_brand_share(earned["non_brand"], total, (flag,))
        if figure.value is not None:
            return ratio(replace(figure, text=said), earned["non_brand"], total)
    said = Said("Share of advertising that is not on searches for the brand; what is unknown counts to neither.")
    return _classed("non_brand_share", roles.non_brand_share, "non_brand", said, of, made)


def _known(of: Parts, weeks: int = WINDOW) -> bool:
    """Whether at least 95 % of what the last weeks had is of a class."""
    whole = weekly.known_sum(abs(of["total"]), weeks)
    return whole > 0 and weekly.known_sum(abs(of["unknown"]), weeks) <= MOST_UNKNOWN * whole


def _capture(of: Books, made: Apart) -> Figure:
    said = Said("Share of advertising on searches for the brand; who had been here before is not told.")
    return _classed("demand_capture", roles.demand_capture, "brand", said, of, made)


def _classed(code: str, make: Callable[..., Kpi], name: str, said: Said, of: Books, made: Apart) -> Figure:
    """A class's share of the ledger's advertising, held back where K9 fires."""
    if not advertised(of):
        return Figure(absent(code, "share", NO_ADVERTISING), none(of))
    flag = unclassified(_sums(made.company["spend"]), _claimed(made))
    part: Floats = made.company["spend"][name]
    figure = make(part, of.advertising, (flag,))
    if flag.fired:
        return Figure(nothing(code, "share", flag.wrong, figure.trend, (flag,)), none(of))
    return ratio(figure if figure.value is None else replace(figure, text=said), part, of.advertising)


def _claimed(made: Apart) -> dict[str, float]:
    """Orders that advertising reports claim, by class."""
    return {one: weekly.known_sum(series(made.reported, "orders", made.weeks, one), WINDOW) for one in CLASSES}
