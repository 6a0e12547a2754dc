"""Campaigns and visits: what impressions, clicks and sessions bring."""

from dataclasses import replace

from channels.models import Company
from reports.analysis import weekly
from reports.analysis.kpi import roles
from reports.analysis.kpi.figure import Figure
from reports.analysis.kpi.stored import kept
from reports.analysis.said import Said
from reports.analysis.stored import fingerprint
from reports.figures import NO_REPORTS, ratio, through
from reports.models import Report
from reports.questions import Question, Told
from reports.weeks import Books

METHOD = "advertising reports"


def ask_campaigns(company: Company, of: Books) -> Question | None:
    """Body: ``figures`` by code."""
    if not of.weeks:
        return None
    data = {"books": fingerprint(of.weeks, of.reported, of.cm2, of.net)}

    def ask() -> Told:
        return Told({}, {"figures": {"value_per_mille": kept(_value_per_mille(of))}})

    return Question(Report.Kind.CAMPAIGNS, "all", through(of), METHOD, data, ask)


def _value_per_mille(of: Books) -> Figure:
    """The networks' own sales at the company's margin before advertising."""
    worth = of.reported["sales"] * weekly.share(of.cm2, of.net)
    made = roles.value_per_mille(worth, of.reported["impressions"], of.currency)
    said = Said("Contribution of the sales that networks credit themselves with, by 1,000 impressions.")
    made = replace(made, text=NO_REPORTS if made.value is None else said)
    return ratio(made, worth, of.reported["impressions"] / 1000)
