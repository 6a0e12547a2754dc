"""When the own site was out of stock, as far as people confirmed it."""

from datetime import date

from channels.models import Company
from reports.analysis.visits import Span
from reports.models import Event


def stock_outs(company: Company, channels: tuple[str, ...]) -> list[Span]:
    """Of these channels, each once. Stock receipts do not say on whose shelf goods lay, so they tell none."""
    found = Event.objects.filter(
        company=company, kind=Event.Kind.STOCK_OUT, state=Event.State.CONFIRMED, affecting__in=channels
    )
    return sorted(set(found.values_list("starts_on", "ends_on")), key=lambda one: (one[0], one[1] or date.max))
