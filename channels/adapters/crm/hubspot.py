"""Exports of HubSpot: contacts and deals, with the names of properties as people see them.

https://knowledge.hubspot.com/import-and-export/export-records: times are those of the account, without a zone.
"""

import re
from datetime import datetime
from types import MappingProxyType

from channels.adapters.crm.columns import Layout, Line
from channels.core.contacts import CONSENT
from channels.core.kinds import Phase
from channels.core.rows import LeadRow

_LIFECYCLE = {
    "subscriber": Phase.LEAD,
    "lead": Phase.LEAD,
    "marketing qualified lead": Phase.QUALIFIED,
    "marketingqualifiedlead": Phase.QUALIFIED,
    "sales qualified lead": Phase.QUALIFIED,
    "salesqualifiedlead": Phase.QUALIFIED,
    "opportunity": Phase.OPPORTUNITY,
    "customer": Phase.WON,
    "evangelist": Phase.WON,
}
_LOST = frozenset({"unqualified", "disqualified"})  # lead statuses
_CAMPAIGN = {"paid search": "first", "paid social": "second", "email marketing": "first", "other campaigns": "first"}
_SOURCE = MappingProxyType(
    {
        "source": ("Original Traffic Source", "Original Source", "Original Source Type"),
        "first": (
            "Original Traffic Source Drill-Down 1", "Original Source Drill-Down 1", "Original Source Data 1",
        ),
        "second": (
            "Original Traffic Source Drill-Down 2", "Original Source Drill-Down 2", "Original Source Data 2",
        ),
    }
)  # fmt: skip


def _contact(line: Line) -> LeadRow:
    """What a contact is worth is its revenue in all, where the account keeps that."""
    lifecycle, status = line.text("lifecycle"), line.text("status")
    stage = _LIFECYCLE.get(lifecycle.casefold(), Phase.LEAD)
    if status.casefold() in _LOST and stage is not Phase.WON:
        stage = Phase.LOST
    return LeadRow(
        key=line.key(), place=line.place, created_at=line.created(), stage=stage,
        status=" / ".join(filter(None, (lifecycle, status))), source=line.text("source"), campaign=_campaign(line),
        qualified_at=_earliest(line.moment("marketing_at"), line.moment("sales_at")),
        opportunity_at=line.moment("opportunity_at"), won_at=line.moment("won_at"), value=line.value(),
        currency=line.currency(), deal=_only(line.text("deals")), consent=line.consent(),
    )  # fmt: skip


def _deal(line: Line) -> LeadRow:
    """A deal closes on its close date; before, that is a hope and none of its times."""
    words = line.text("status")
    plain = re.sub(r"\s*\(.*\)$", "", words).replace(" ", "").casefold()  # the pipeline may stand behind the stage
    won = line.flag("is_won") if line.text("is_won") else plain == "closedwon"
    lost = line.flag("is_lost") if line.text("is_lost") else plain == "closedlost"
    closed = line.moment("closed_at")
    return LeadRow(
        key=line.key(), place=line.place, created_at=line.created(), is_deal=True, status=words,
        stage=Phase.WON if won else Phase.LOST if lost else Phase.OPPORTUNITY, source=line.text("source"),
        campaign=_campaign(line), opportunity_at=line.created(), won_at=closed if won else None,
        lost_at=closed if lost and not won else None, value=line.value(), currency=line.currency(),
        lead=_only(line.text("contacts")),
    )  # fmt: skip


def _campaign(line: Line) -> str:
    """Which drill-down of the source names the campaign depends on the source."""
    which = _CAMPAIGN.get(line.text("source").replace("_", " ").casefold(), "")
    return line.text(which)[:300] if which else ""


def _only(numbers: str) -> str:
    """The first of several, as HubSpot separates them."""
    return re.split(r"[;,]", numbers)[0].strip()


def _earliest(*moments: datetime | None) -> datetime | None:
    return min(filter(None, moments), default=None)


CONTACTS = Layout(
    "crm.hubspot_contacts",
    "HubSpot contacts",
    required={
        "key": ("Record ID", "Contact ID"),
        "created_at": ("Create Date",),
        "lifecycle": ("Lifecycle Stage",),
    },
    optional={
        "status": ("Lead Status",),
        "marketing_at": ("Became a Marketing Qualified Lead Date", "Became a marketing qualified lead date"),
        "sales_at": ("Became a Sales Qualified Lead Date",),
        "opportunity_at": ("Became an Opportunity Date",),
        "won_at": ("Became a Customer Date",),
        "value": ("Total Revenue",),
        "currency": ("Currency",),
        "deals": ("Associated Deal IDs",),
        **CONSENT,
        **_SOURCE,
    },
    never=("Deal Stage",),
    build=_contact,
)
DEALS = Layout(
    "crm.hubspot_deals",
    "HubSpot deals",
    required={
        "key": ("Record ID", "Deal ID"),
        "created_at": ("Create Date",),
        "status": ("Deal Stage",),
    },
    optional={
        "closed_at": ("Close Date",),
        "value": ("Amount",),
        "currency": ("Currency", "Deal Currency Code"),
        "is_won": ("Is Closed Won",),
        "is_lost": ("Is Closed Lost",),
        "contacts": ("Associated Contact IDs",),
        **_SOURCE,
    },
    never=("Lifecycle Stage",),
    build=_deal,
    of_people=False,
)
FORMATS = (CONTACTS.format, DEALS.format)
