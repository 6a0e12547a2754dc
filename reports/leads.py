"""The figures of services from the leads in the books."""

import math
from collections.abc import Mapping
from datetime import datetime

from channels.followed import Followed, followed
from channels.models import Company
from reports.analysis.kpi.figure import Figure
from reports.analysis.kpi.stored import kept
from reports.analysis.leads.figures import lead_figures
from reports.analysis.stored import fingerprint
from reports.figures import through
from reports.models import Report
from reports.queries import mean_rates
from reports.questions import Question, Told
from reports.weeks import Books

METHOD = "leads by maturity"
_EPOCH = 719_163  # 1970-01-01 as an ordinal


def ask_leads(company: Company, of: Books) -> Question | None:
    """Body: ``figures`` by code. Other currencies at the ledger's mean rate."""
    leads, _ = followed(company.pk)
    if not leads:
        return None
    rates = mean_rates(company.pk) | {company.base_currency: 1.0}
    rows = [_row(one, rates) for one in leads]

    def ask() -> Told:
        made = lead_figures(rows, company.base_currency)
        return Told({}, {"figures": {code: kept(Figure(*one)) for code, one in made.items()}})

    data = {"leads": fingerprint(rows), "currency": company.base_currency}
    return Question(Report.Kind.LEADS, "all", through(of), METHOD, data, ask)


def _row(lead: Followed, rates: Mapping[str, float]) -> tuple[float, ...]:
    worth = sum(float(value) * rates.get(currency, math.nan) for currency, value in lead.values)
    return (
        _day(lead.created_at), _day(lead.qualified_at), _day(lead.won_at), _day(lead.lost_at),
        worth if lead.values else math.nan, math.nan if lead.bot is None else float(lead.bot),
    )  # fmt: skip


def _day(at: datetime | None) -> float:
    return math.nan if at is None else at.timestamp() / 86400 + _EPOCH
