"""Leads and deals from CSV files: our own layout, Olist's, and exports of HubSpot and Salesforce.

Leads: lead, created_at, source[, qualified_at, opportunity_at, deal, and what tells bots: bot, honeypot, form_seconds,
disposable_email, invalid_phone]. Deals: lead, won_at, value[, currency, status, stage, deal]. A deal belongs to the
lead that it names, else to the lead that names it (Salesforce keeps the converted opportunity with the lead). A deal
with a status, else a stage, is won where that says so; without either where it has a day.
"""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from reports.analysis.event_words import shown
from reports.analysis.rows import (
    Limits,
    Row,
    Unreadable,
    amount,
    at,
    count,
    currency_of,
    moment,
    name_of,
    once,
    rows,
)

LEADS = ("lead", "created_at", "source")
BOTS = ("bot", "honeypot", "disposable_email", "invalid_phone")
FORM = "form_seconds"
LEADS_MORE = ("qualified_at", "opportunity_at", "deal", *BOTS, FORM)
DEALS = ("lead", "won_at", "value")
DEALS_MORE = ("currency", "status", "stage", "deal")
SPEND = ("source", "amount")

# Words of headers by layout, in lower case with _ for blanks: ours, Olist's, HubSpot's labels and property names,
# Salesforce's labels and field names.
_LEAD_WORDS = {
    "lead": ("lead", "mql_id", "record_id", "contact_id", "hs_object_id", "lead_id", "id"),
    "created_at": ("created_at", "first_contact_date", "create_date", "createdate", "created_date", "createddate"),
    "source": ("source", "origin", "original_source", "original_traffic_source", "hs_analytics_source", "lead_source",
               "leadsource"),
    "qualified_at": ("qualified_at", "became_a_sales_qualified_lead_date", "hs_lifecyclestage_salesqualifiedlead_date",
                     "became_a_marketing_qualified_lead_date", "hs_lifecyclestage_marketingqualifiedlead_date"),
    "opportunity_at": ("opportunity_at", "became_an_opportunity_date", "hs_lifecyclestage_opportunity_date",
                       "converted_date", "converteddate"),
    "bot": ("bot", "spam", "is_bot"), "honeypot": ("honeypot",), "disposable_email": ("disposable_email",),
    "invalid_phone": ("invalid_phone",), FORM: (FORM,),
    "deal": ("deal", "converted_opportunity", "converted_opportunity_id", "convertedopportunityid"),
}  # fmt: skip
_DEAL_WORDS = {
    "lead": ("lead", "mql_id", "associated_contact_ids", "associated_contact_id", "associated_contact", "lead_id"),
    "won_at": ("won_at", "won_date", "close_date", "closedate"),
    "value": ("value", "declared_monthly_revenue", "amount"),
    "currency": ("currency", "deal_currency_code", "opportunity_currency", "currencyisocode", "amount_currency"),
    "status": ("status", "is_closed_won", "hs_is_closed_won", "won", "iswon"),
    "stage": ("stage", "stagename", "deal_stage", "dealstage"),
    "deal": ("deal", "opportunity_id", "record_id", "deal_id", "hs_object_id", "id"),
}  # fmt: skip
_LIMITS = Limits(200_000_000, 1_000_000, "bring fewer years")
_SOURCES = 1_000
_WON = {"won", "closed_won", "closedwon", "true", "yes", "1", "customer"}
_LOST = {"lost", "closed_lost", "closedlost"}
_BOT = {"1", "true", "yes", "bot", "spam"}
_FASTEST = 3.0  # seconds in which a person fills a form
_NO_BOT = {"", "0", "false", "no", "human"}
NOT_GIVEN = "(not given)"


@dataclass(slots=True)
class Lead:
    """Times are days since the year 1, None where not known. ``lost`` where a deal of it was lost."""

    source: int
    created: float | None
    qualified: float | None = None
    opportunity: float | None = None
    bot: bool = False
    won: float | None = None
    value: float = 0.0
    lost: bool = False


@dataclass(slots=True)
class Leads:
    """What both files say together. ``says`` names the optional columns that the leads' file has."""

    leads: list[Lead] = field(default_factory=list)
    sources: dict[str, int] = field(default_factory=dict)
    currency: str = ""
    says: frozenset[str] = frozenset()
    counts: dict[str, int] = field(default_factory=dict)
    latest: float = 0.0  # the last moment of any column
    by_lead: dict[str, int] = field(default_factory=dict)
    by_deal: dict[str, int] = field(default_factory=dict)
    deals: set[str] = field(default_factory=set)

    def counted(self, what: str) -> None:
        self.counts[what] += 1


_COUNTS = (
    "rows_of_leads", "rows_of_deals", "leads_without_date", "leads_without_source", "duplicate_leads",
    "duplicate_deals", "deals_without_lead", "deals_not_won", "deals_without_date", "deals_before_their_lead",
    "deals_without_value", "further_deals_of_a_lead",
)  # fmt: skip


def read_leads(leads: Path, deals: Path) -> Leads:
    """Raises Unreadable."""
    held = Leads(counts=dict.fromkeys(_COUNTS, 0))
    known: set[str] = set()

    def lead_columns(name: str, header: list[str]) -> list[str]:
        found = _named(name, header, _LEAD_WORDS, LEADS, "leads")
        known.update(found)
        return found

    for line, row in rows(leads, _LIMITS, lead_columns):
        _lead(leads.name, line, row, held)
    if not held.leads:
        raise Unreadable(f"{leads.name} has no rows: one for each lead is needed.")
    held.says = frozenset(known & set(LEADS_MORE))
    for line, row in rows(deals, _LIMITS, lambda name, header: _deal_columns(name, header, held)):
        _deal(deals.name, line, row, held)
    return held


def read_spend(path: Path) -> tuple[dict[str, float], str]:
    """Spend by source and its currency. Raises Unreadable."""
    found: dict[str, float] = {}
    currency = ""
    for line, row in rows(path, _LIMITS, lambda name, header: _plain(name, header, SPEND)):
        source = name_of(path.name, line, "source", row["source"])
        spent = count(path.name, line, "amount", row["amount"])
        if np.isnan(spent):
            raise at(path.name, line, "column amount is empty: write 0 where nothing was spent")
        found[source] = found.get(source, 0.0) + spent
        currency = currency_of(path.name, line, row.get("currency", ""), currency)
    if not found:
        raise Unreadable(f"{path.name} has no rows: one for each source is needed.")
    return found, currency


def _lead(name: str, line: int, row: Row, held: Leads) -> None:
    held.counted("rows_of_leads")
    own = name_of(name, line, "lead", row["lead"])
    if own in held.by_lead:
        held.counted("duplicate_leads")
        return
    source = row["source"] or NOT_GIVEN
    if not row["source"]:
        held.counted("leads_without_source")
    if source not in held.sources:
        held.sources[name_of(name, line, "source", source)] = len(held.sources)
        if len(held.sources) > _SOURCES:
            raise at(name, line, f"column source: more than {_SOURCES:,} sources: join the rarest into one")
    created, qualified, opportunity = (
        _time(name, line, column, row, held) for column in ("created_at", "qualified_at", "opportunity_at")
    )
    if created is None:
        held.counted("leads_without_date")
    held.by_lead[own] = len(held.leads)
    if deal := row.get("deal", ""):
        held.by_deal[deal] = len(held.leads)
    held.leads.append(Lead(held.sources[source], created, qualified, opportunity, _is_bot(name, line, row)))


def _is_bot(name: str, line: int, row: Row) -> bool:
    """By any of the columns that tell; whatever stands in a honeypot, no person wrote."""
    for column in BOTS:
        word = row.get(column, "").lower()
        if word in _BOT or (column == "honeypot" and word not in _NO_BOT):
            return True
        if word not in _NO_BOT:
            raise at(name, line, f"column {column}: {shown(word)} is neither 1 nor 0")
    return count(name, line, FORM, row.get(FORM, "")) < _FASTEST


def _deal(name: str, line: int, row: Row, held: Leads) -> None:
    held.counted("rows_of_deals")
    value = amount(name, line, "value", row["value"])
    held.currency = currency_of(name, line, row.get("currency", ""), held.currency)
    when = _time(name, line, "won_at", row, held)
    status, stage = ("_".join(row.get(one, "").lower().split()) for one in ("status", "stage"))
    if own := row.get("deal", ""):
        if own in held.deals:
            held.counted("duplicate_deals")
            return
        held.deals.add(own)
    place = next((held.by_lead[one] for one in _names(row.get("lead", "")) if one in held.by_lead), None)
    if place is None and (place := held.by_deal.get(own)) is None:
        held.counted("deals_without_lead")
        return
    lead = held.leads[place]
    if (status or stage or "won") not in _WON:
        held.counted("deals_not_won")
        lead.lost |= bool({status, stage} & _LOST)
        return
    if when is None:
        held.counted("deals_without_date")
        return
    if value is None:
        held.counted("deals_without_value")
    if lead.won is not None:
        held.counted("further_deals_of_a_lead")
    elif lead.created is not None and when < lead.created:
        held.counted("deals_before_their_lead")
    lead.won = when if lead.won is None else min(lead.won, when)
    lead.value += value or 0.0


def _names(text: str) -> list[str]:
    """The leads that a deal names; HubSpot lists several contacts with ; between."""
    return [one.strip() for one in text.split(";") if one.strip()]


def _time(name: str, line: int, column: str, row: Row, held: Leads) -> float | None:
    if not (text := row.get(column, "")):
        return None
    found = moment(name, line, column, text)
    held.latest = max(held.latest, found)
    return found


def _deal_columns(name: str, header: list[str], held: Leads) -> list[str]:
    """A deal names its lead, or its lead names it."""
    found = _named(name, header, _DEAL_WORDS, (), "deals")
    by_lead = {"deal"} <= set(found) & held.says
    return _named(name, header, _DEAL_WORDS, DEALS[1:] if by_lead else DEALS, "deals")


def _named(
    name: str, header: list[str], words: dict[str, tuple[str, ...]], needed: tuple[str, ...], what: str
) -> list[str]:  # fmt: skip
    """The header in our words; of several words for a column that a header has, the first one here counts."""
    found = list(header)
    for column, others in words.items():
        if (word := next((one for one in others if one in header), None)) is not None:
            once(name, header, (word,))
            found[header.index(word)] = column
            found = [f"{one} of the file" if one == column and n != header.index(word) else one
                     for n, one in enumerate(found)]  # fmt: skip
    if missing := [one for one in needed if one not in found]:
        known = "; ".join(f"{one}: {', '.join(words[one])}" for one in missing)
        raise at(name, 1, f"no column {', '.join(missing)}; {what} have one of these names for each ({known})")
    return found


def _plain(name: str, header: list[str], needed: tuple[str, ...]) -> list[str]:
    if missing := [one for one in needed if one not in header]:
        raise at(name, 1, f"no column {', '.join(missing)}; spend has source, amount[, currency], separated by commas")
    return once(name, header, (*needed, "currency"))
