"""Growth that is the company's own: what channels take from each other, as the role pages have it."""

from channels.models import Company
from reports.analysis.estimate import Answer, Bounds, CannotTell, Estimate
from reports.analysis.kpi import roles
from reports.analysis.kpi.figure import Figure
from reports.analysis.kpi.stored import kept
from reports.analysis.stored import stored
from reports.decisions import countries
from reports.figures import none, through
from reports.models import Report
from reports.questions import Question, Told
from reports.weeks import Books

METHOD = "answers on what channels take"


def ask_growth(company: Company, of: Books) -> Question | None:
    """Body: ``figures`` by code."""
    share = _share_taken(company)
    if share is None:
        return None

    def ask() -> Told:
        return Told({}, {"figures": {"cannibalisation": kept(Figure(roles.cannibalisation(share), none(of)))}})

    data = {"taken": stored(share), "weeks": len(of.weeks)}
    return Question(Report.Kind.GROWTH, "all", through(of), METHOD, data, ask)


def _share_taken(company: Company) -> Answer | None:
    """Of the pair of channels that is known best, in the country where most is earned."""
    shares = [one.share for country in countries(company) for one in country.pairs]
    for kind in (Estimate, Bounds, CannotTell):
        if (found := next((one for one in shares if isinstance(one, kind)), None)) is not None:
            return found
    return None
