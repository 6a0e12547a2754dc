"""Leads followed to what came of them: deals that stand apart in a CRM are folded into the lead that they came of."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from channels.core.kinds import Consent
from channels.models import Lead


@dataclass(frozen=True, slots=True)
class Followed:
    """A lead with its own times and, where it has deals, theirs. ``values`` is what was won, by currency."""

    store: int
    key: str
    created_at: datetime
    source: str
    medium: str
    campaign: str
    qualified_at: datetime | None
    opportunity_at: datetime | None
    won_at: datetime | None
    lost_at: datetime | None
    values: tuple[tuple[str, Decimal], ...]
    orders: tuple[str, ...]
    bot: bool | None
    resource: str
    consent: Consent

    @property
    def mark(self) -> "Mark":
        return self.store, self.resource, self.key


Mark = tuple[int, str, str]  # store, resource and the lead's own number


def followed(company_id: int) -> tuple[list[Followed], int]:
    """Every lead of the company, from the first, and how many deals have no lead here. Nobody's name is known here.

    A lead with deals was won when the first of them was, and lost when the last of them was where none is open or won.
    """
    facts = list(Lead.objects.filter(store__company=company_id).order_by("created_at", "pk"))
    deals = {_mark(one, one.key): one for one in facts if one.is_deal}
    by_lead: dict[Mark, list[Lead]] = {}
    for deal in deals.values():
        if deal.lead:
            by_lead.setdefault(_mark(deal, deal.lead), []).append(deal)
    taken: set[int] = set()  # a deal counts once
    found = []
    for lead in (one for one in facts if not one.is_deal):
        named = deals.get(_mark(lead, lead.deal)) if lead.deal else None
        known = [named] if named and named.lead in ("", lead.key) else []  # what the deal says of its lead counts first
        several = dict.fromkeys([*by_lead.get(_mark(lead, lead.key), []), *known])
        own = [deal for deal in several if deal.pk not in taken]
        taken.update(deal.pk for deal in own)
        found.append(_with(_alone(lead), own) if own else _alone(lead))
    return found, len(deals) - len(taken)


def _mark(one: Lead, key: str) -> Mark:
    """A lead's or a deal's number within its store and CRM: crm.hubspot_deals and crm.hubspot_contacts are of one."""
    return one.store_id, one.resource.partition("_")[0], key


def _alone(lead: Lead) -> Followed:
    won = ((lead.currency, lead.value),) if lead.won_at and lead.value is not None else ()
    return Followed(
        lead.store_id, lead.key, lead.created_at, lead.source, lead.medium, lead.campaign, lead.qualified_at,
        lead.opportunity_at, lead.won_at, lead.lost_at, won, (lead.order_ref,) if lead.order_ref else (), lead.bot,
        lead.resource, Consent(lead.consent),
    )  # fmt: skip


def _with(lead: Followed, deals: list[Lead]) -> Followed:
    """Deals know their money better than the lead does; where none is won, the lead's own word stands."""
    won = [deal for deal in deals if deal.stage == "won"]
    totals: dict[str, Decimal] = {}
    for deal in won:
        if deal.value is not None:
            totals[deal.currency] = totals.get(deal.currency, Decimal(0)) + deal.value
    won_at = _first(deal.won_at for deal in won) or lead.won_at
    lost = not won_at and all(deal.stage == "lost" for deal in deals)
    return replace(
        lead,
        opportunity_at=_first([lead.opportunity_at, *(deal.opportunity_at for deal in deals)]),
        won_at=won_at,
        lost_at=max((deal.lost_at for deal in deals if deal.lost_at), default=None) if lost else None,
        values=tuple(sorted(totals.items())) if won else lead.values,
        orders=tuple(dict.fromkeys([*lead.orders, *(deal.order_ref for deal in deals if deal.order_ref)])),
    )


def _first(moments: Iterable[datetime | None]) -> datetime | None:
    return min((at for at in moments if at), default=None)
