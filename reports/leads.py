"""The figures of services from the leads in the books."""

import math
from collections.abc import Mapping
from datetime import datetime

from channels.followed import Followed, followed
from channels.models import Company
from reports.analysis.kpi.figure import Kpi
from reports.analysis.leads.figures import lead_figures
from reports.analysis.weekly import Floats
from reports.queries import mean_rates

_EPOCH = 719_163  # 1970-01-01 as an ordinal


def figures_of_leads(company: Company) -> dict[str, tuple[Kpi, Floats]]:
    """By code, with weekly values; empty without leads. Other currencies at the ledger's mean rate."""
    leads, _ = followed(company.pk)
    if not leads:
        return {}
    rates = mean_rates(company.pk) | {company.base_currency: 1.0}
    return lead_figures([_row(one, rates) for one in leads], company.base_currency)


def _row(lead: Followed, rates: Mapping[str, float]) -> tuple[float, ...]:
    worth = sum(float(value) * rates.get(currency, math.nan) for currency, value in lead.values)
    return (
        _day(lead.created_at), _day(lead.qualified_at), _day(lead.won_at), _day(lead.lost_at),
        worth if lead.values else math.nan, math.nan if lead.bot is None else float(lead.bot),
    )  # fmt: skip


def _day(at: datetime | None) -> float:
    return math.nan if at is None else at.timestamp() / 86400 + _EPOCH
