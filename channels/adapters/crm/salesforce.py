"""Leads and opportunities of Salesforce: reports with labels, or the Data Export with API names.

https://developer.salesforce.com/docs/atlas.en-us.object_reference.meta/object_reference/sforce_api_objects_lead.htm
"""

from channels.adapters.crm.columns import Layout, Line
from channels.core.contacts import CONSENT
from channels.core.kinds import Phase
from channels.core.rows import LeadRow

_STATUS = {
    "qualified": Phase.QUALIFIED,
    "closed - converted": Phase.QUALIFIED,
    "closed - not converted": Phase.LOST,
    "unqualified": Phase.LOST,
    "disqualified": Phase.LOST,
}


def _lead(line: Line) -> LeadRow:
    """Whoever converts a lead has found it qualified; an opportunity may begin with it, whose money is told apart."""
    status, deal = line.text("status"), line.text("deal")
    converted = line.flag("converted") or bool(line.text("converted_at"))
    stage = _STATUS.get(status.casefold(), Phase.LEAD)
    if converted:
        stage = Phase.OPPORTUNITY if deal else Phase.QUALIFIED
    at = line.moment("converted_at")
    return LeadRow(
        key=line.key(), place=line.place, created_at=line.created(), stage=stage, status=status,
        source=line.text("source"), medium=line.text("medium"), campaign=line.text("campaign"), qualified_at=at,
        opportunity_at=at if deal else None, deal=deal, consent=line.consent(),
    )  # fmt: skip


def _opportunity(line: Line) -> LeadRow:
    """The close date of an open opportunity is a hope and none of its times."""
    words = line.text("status")
    plain = "".join(words.split()).casefold()
    won = line.flag("is_won") if line.text("is_won") else plain == "closedwon"
    closed = line.flag("is_closed") if line.text("is_closed") else plain in ("closedwon", "closedlost")
    at = line.moment("closed_at")
    return LeadRow(
        key=line.key(), place=line.place, created_at=line.created(), is_deal=True, status=words,
        stage=Phase.WON if won else Phase.LOST if closed else Phase.OPPORTUNITY, source=line.text("source"),
        campaign=line.text("campaign"), opportunity_at=line.created(), won_at=at if won else None,
        lost_at=at if closed and not won else None, value=line.value(), currency=line.currency(),
    )  # fmt: skip


LEADS = Layout(
    "crm.salesforce_leads",
    "Salesforce leads",
    required={
        "key": ("Lead ID", "Id"),
        "created_at": ("Create Date", "Created Date", "CreatedDate"),
        "status": ("Lead Status", "Status"),
        "source": ("Lead Source", "LeadSource"),
    },
    optional={
        "medium": ("Medium", "UTM Medium", "utm_medium__c"),
        "campaign": ("Campaign", "UTM Campaign", "utm_campaign__c"),
        "converted": ("Converted", "IsConverted"),
        "converted_at": ("Converted Date", "ConvertedDate"),
        "deal": ("Converted Opportunity ID", "Converted Opportunity", "ConvertedOpportunityId", "Opportunity ID"),
        **CONSENT,
    },
    never=("Stage", "StageName", "Lifecycle Stage"),
    build=_lead,
)
OPPORTUNITIES = Layout(
    "crm.salesforce_opportunities",
    "Salesforce opportunities",
    required={
        "key": ("Opportunity ID", "Id"),
        "created_at": ("Created Date", "Create Date", "CreatedDate"),
        "status": ("Stage", "StageName"),
        "closed_at": ("Close Date", "CloseDate"),
    },
    optional={
        "value": ("Amount",),
        "currency": ("Amount Currency", "Opportunity Currency", "CurrencyIsoCode"),
        "source": ("Lead Source", "LeadSource"),
        "campaign": ("Primary Campaign Source",),
        "is_won": ("Won", "IsWon"),
        "is_closed": ("Closed", "IsClosed"),
    },
    never=("Lead Status", "Deal Stage"),
    build=_opportunity,
    of_people=False,
)
FORMATS = (LEADS.format, OPPORTUNITIES.format)
