"""Leads in the books, from the advertising that they came of to the orders that came of them."""

import math
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models import Max

from channels.followed import Followed, followed
from channels.models import Company, Lead, Store, UnreadableLine
from reports.ads import campaign_weeks
from reports.analysis.attribution.naming import nobodys
from reports.analysis.leads.body import Given, Spent, told_body, window
from reports.analysis.leads.matching import Words
from reports.analysis.leads.traced import One
from reports.analysis.said import Said
from reports.analysis.stored import fingerprint, pair
from reports.lead_orders import Sold, sold
from reports.models import Report
from reports.queries import mean_rates
from reports.questions import Question, Told
from reports.weeks import Books

METHOD = "leads by maturity, with spend and orders"
_EPOCH = 719_163  # 1970-01-01 as an ordinal
_OTHER = 0.01  # of an order, from which on the CRM tells another amount


def ask_leads(company: Company, of: Books) -> Question | None:
    """Leads of the CRM with spend by source, medium and campaign, and with the ledger's money of their orders.

    Body: ``all``, ``sources`` and ``campaigns`` with the same fields (``reports/README.md``), of the weeks ``since`` …
    ``until``; ``ranks``, ``flags``, ``notes_said`` and ``figures`` by code. Money in base currency, other currencies at
    the ledger's mean rate; what an order came to counts instead of the CRM's value.
    """
    leads, stray = followed(company.pk)
    if not leads:
        return None
    leads.sort(key=lambda one: (one.created_at, one.key))
    orders, again = sold(company, leads)
    rates = mean_rates(company.pk) | {company.base_currency: 1.0}
    latest = Lead.objects.filter(store__company=company).aggregate(at=Max("page__fetched_at"))["at"]
    traced = [_one(lead, orders.get(place), rates, latest) for place, lead in enumerate(leads)]
    notes = _notes(company, leads, traced, orders, stray=stray, again=again)
    words = [Words(*map(nobodys, (one.source, one.medium, one.campaign))) for one in leads]
    given = _given(company, leads, traced, words, notes)

    def ask() -> Told:
        return Told({}, told_body(given))

    data = {
        "leads": fingerprint(given.leads, given.words), "spend": fingerprint(given.spend, given.all_spend),
        "currency": given.currency, "notes": [pair(one) for one in notes],
    }  # fmt: skip
    through = datetime.fromordinal(window(given)[1]).date()
    return Question(Report.Kind.LEADS, "all", through, METHOD, data, ask)


def _given(
    company: Company, leads: Sequence[Followed], traced: Sequence[One], words: Sequence[Words], notes: list[Said]
) -> Given:  # fmt: skip
    """With the advertising of the channels that the leads are for; a marketplace's own sells goods there."""
    stores = {one.store for one in leads}
    channels = set(Store.objects.filter(pk__in=stores).values_list("channel", flat=True))
    spend, every, elsewhere = list[Spent](), dict[int, float](), 0.0
    for one in campaign_weeks(company):
        week = one.week.toordinal()
        every[week] = every.get(week, 0.0) + one.spend
        if one.channel in channels:
            spend.append(Spent(week, one.network, one.campaign, one.spend))
        elif math.isfinite(one.spend):
            elsewhere += one.spend
    if elsewhere > 0:
        said: dict[str, str | int | float] = {"amount": round(elsewhere), "currency": company.base_currency}
        notes.append(Said("Advertising of channels that no lead is for is left out: {amount} {currency} in all.", said))
    return Given(traced, words, _joined(spend), every, company.base_currency, notes)


def _joined(spend: Sequence[Spent]) -> list[Spent]:
    """One for each campaign and week, whatever was searched."""
    sums: dict[tuple[int, str, str], float] = {}
    for one in spend:
        key = (one.week, one.network, one.campaign)
        sums[key] = sums.get(key, 0.0) + one.amount
    return [Spent(*key, amount) for key, amount in sorted(sums.items())]


def _one(lead: Followed, order: Sold | None, rates: Mapping[str, float], latest: datetime) -> One:
    """An order in the books says that the lead was won, whatever the CRM says.

    What lies behind the ``latest`` telling, such as the day on which a deal was hoped to close, was then at the latest.
    """

    def day(at: datetime | None) -> float:
        return _day(None if at is None else min(at, latest))

    told = sum(float(value) * rates.get(currency, math.nan) for currency, value in lead.values)
    won = day(lead.won_at)
    if order is not None and math.isnan(won):
        won = min(order.at / 86400 + _EPOCH, _day(latest))
    value = told if lead.values else 0.0 if math.isnan(won) else math.nan
    return One(
        day(lead.created_at), day(lead.qualified_at), day(lead.opportunity_at), won, day(lead.lost_at),
        math.nan if lead.bot is None else float(lead.bot), value,
        value if order is None else order.revenue,
        order.contribution if order is not None else 0.0 if math.isnan(won) else math.nan,
    )  # fmt: skip


def _day(at: datetime | None) -> float:
    return math.nan if at is None else at.timestamp() / 86400 + _EPOCH


def _notes(
    company: Company, leads: Sequence[Followed], traced: Sequence[One], orders: Mapping[int, Sold], *,
    stray: int, again: int,
) -> list[Said]:  # fmt: skip
    """What did not fit together, counted."""
    missing = sum(bool(lead.orders) and place not in orders for place, lead in enumerate(leads))
    both = [(one.value, one.revenue) for place, one in enumerate(traced) if place in orders and orders[place].orders]
    other = [pair for pair in both if abs(pair[0] - pair[1]) > _OTHER * max(abs(pair[1]), 1.0)]
    unread = UnreadableLine.objects.filter(page__company=company, page__resource__startswith="crm.").count()
    counts: list[tuple[str, Any]] = [
        (_UNREAD.template, unread), (_STRAY.template, stray), (_AGAIN.template, again),
        (_NO_ORDER.template, missing),
        (_EARLY.template, sum(one.won < one.created for one in traced)),
        (_NO_VALUE.template, sum(math.isfinite(one.won) and math.isnan(one.revenue) for one in traced)),
    ]  # fmt: skip
    found = [Said(template, {"n": n}) for template, n in counts if n]
    if other:
        crm, books = (round(sum(one[place] for one in other)) for place in (0, 1))
        said: dict[str, str | int | float] = {"n": len(other), "all": len(both), "crm": crm, "books": books}
        said["currency"] = company.base_currency
        found.append(Said(_OTHERWISE.template, said))
    return found


_UNREAD = Said("{n} lines of the CRM’s files could not be read, such as leads without a day: they count nowhere.")
_STRAY = Said("{n} deals belong to no lead: they count nowhere.")
_AGAIN = Said("{n} orders are named by a further lead: they count with the first.")
_NO_ORDER = Said("{n} leads name an order that is not in the books: the CRM’s value counts.")
_EARLY = Said("{n} leads were won before they came in: they count as won at once.")
_NO_VALUE = Said("{n} won leads have a value that is not known, or no exchange rate for it.")
_OTHERWISE = Said(
    "{n} of {all} orders came to another amount than the CRM says: {books} {currency} in the books, {crm} in the CRM."
)
