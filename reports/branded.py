"""Brand and non-brand apart: what advertising on searches for the brand costs beside all other."""

from collections.abc import Callable
from dataclasses import replace

from channels.models import Company
from reports.analysis import weekly
from reports.analysis.kpi import roles
from reports.analysis.kpi.brand import unclassified
from reports.analysis.kpi.figure import WINDOW, Figure, Kpi, nothing
from reports.analysis.kpi.stored import kept
from reports.analysis.said import Said
from reports.analysis.stored import fingerprint
from reports.analysis.weekly import CLASSES, Floats
from reports.figures import NO_ADVERTISING, absent, advertised, none, ratio, through
from reports.models import Report
from reports.questions import Question, Told
from reports.weeks import Books

METHOD = "search terms by the lexicon"


def ask_brand(company: Company, of: Books) -> Question | None:
    """Body: ``figures`` by code."""
    if not of.weeks:
        return None
    data = {"advertising": fingerprint(of.advertising, of.reported), "weeks": fingerprint(of.weeks)}

    def ask() -> Told:
        made = (_non_brand(of), _capture(of))
        return Told({}, {"figures": {one.kpi.code: kept(one) for one in made}})

    return Question(Report.Kind.BRAND, "all", through(of), METHOD, data, ask)


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
    if not advertised(of):
        return Figure(absent(code, "share", NO_ADVERTISING), none(of))
    parts = by_class(of)
    spent = {one: max(weekly.known_sum(parts[one], WINDOW), 0.0) for one in CLASSES}
    orders = {one: weekly.known_sum(of.reported[f"{one}_orders"], WINDOW) for one in CLASSES}
    flag = unclassified(spent, orders)
    made = make(parts[name], of.advertising, (flag,))
    if flag.fired:
        return Figure(nothing(code, "share", flag.wrong, made.trend, (flag,)), none(of))
    made = made if made.value is None else replace(made, text=said)
    return ratio(made, parts[name], of.advertising)
