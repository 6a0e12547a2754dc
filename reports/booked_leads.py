"""Leads of the books on their way back to where they were advertised: what each came to, and whom its page names."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from channels.contacts import contacts
from channels.core.contacts import IDENTIFIERS
from channels.core.rows import ContactRow
from channels.followed import Followed, Mark, followed
from channels.models import Company, Lead, Store
from channels.vault import purge_day
from reports.conversions.leads import Lead as Named
from reports.conversions.leads import known_by, refused_everywhere
from reports.queries import mean_rates


@dataclass(frozen=True, slots=True)
class Booked:
    """The leads of a company by store, in clear: for memory alone. ``unread`` pages cannot say whom they name."""

    by_store: Mapping[int, list[Named]]
    unread: int

    @property
    def all(self) -> list[Named]:
        return [lead for _, leads in sorted(self.by_store.items()) for lead in leads]


def booked(company: Company, today: date, calling_code: str = "") -> Booked:
    """Every lead of the company with what the vault still holds of it. Who refused in one store refused in all.

    What was won in several currencies is told in the company's, at the ledger's mean rates.
    """
    leads, _ = followed(company.pk)
    named, unread = contacts(company.pk)
    rates = {code: Decimal(repr(rate)) for code, rate in mean_rates(company.pk).items()}
    rates[company.base_currency] = Decimal(1)
    read = [_named(one, named.get(one.mark), rates, company.base_currency, calling_code) for one in leads]
    gone = _gone(company, today) - named.keys()
    by_store: dict[int, list[Named]] = {}
    for one, lead in zip(leads, refused_everywhere(read), strict=True):
        by_store.setdefault(one.store, []).append(replace(lead, gone=True) if one.mark in gone else lead)
    return Booked(by_store, unread)


def _gone(company: Company, today: date) -> set[Mark]:
    """The leads of pages whose personal fields are past their day."""
    facts = Lead.objects.filter(store__company=company, is_deal=False)
    stores = {store.pk: store for store in Store.objects.filter(company=company)}
    told = facts.values_list("store_id", "resource", "key", "page__fetched_at")
    return {(store, resource, key) for store, resource, key, at in told if purge_day(stores[store], at) <= today}


def _named(
    lead: Followed, known: ContactRow | None, rates: Mapping[str, Decimal], home: str, calling_code: str
) -> Named:  # fmt: skip
    value, currency = _sale(lead, rates, home)
    told = {name: getattr(known, name) for name in IDENTIFIERS} if known else {}
    return Named(
        "|".join(map(str, lead.mark)), lead.consent, lead.created_at, lead.qualified_at, lead.won_at, value, currency,
        **known_by(told, calling_code), bot=bool(lead.bot),
    )  # fmt: skip


def _sale(lead: Followed, rates: Mapping[str, Decimal], home: str) -> tuple[Decimal | None, str]:
    """What was won; None where nobody says it, or a rate to add it up by is not known."""
    if len(lead.values) == 1:
        [(currency, value)] = lead.values
        return (value, currency) if currency else (None, "")
    if not lead.values or any(currency not in rates for currency, _ in lead.values):
        return None, ""
    return sum((value * rates[currency] for currency, value in lead.values), Decimal(0)), home
