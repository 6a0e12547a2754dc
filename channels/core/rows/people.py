"""Who bought or asked: buyers and contacts stand in the vault, leads name nobody."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from channels.core.kinds import Consent, Phase


@dataclass(frozen=True, slots=True)
class BuyerRow:
    """Who bought, in clear or as the channel masks it: personal data. Made from a page and its vault, never stored.

    ``buyer`` is the channel's own id of the buyer. ``name`` to ``country`` are the customer's; a recipient with
    another name is a second row with ``part`` 1. ``given`` names the form in which the customer told it elsewhere.
    """

    order: str
    place: int
    part: int = 0
    buyer: str = ""
    username: str = ""
    name: str = ""
    email: str = ""
    phone: str = ""
    street: str = ""
    postcode: str = ""
    city: str = ""
    state: str = ""
    country: str = ""
    given: str = ""


@dataclass(frozen=True, slots=True)
class GivenRow:
    """An order number that a customer gave elsewhere (warranty form, survey), with what he told beside it cut out."""

    key: str
    order: str
    place: int
    form: str = ""
    given_on: date | None = None


@dataclass(frozen=True, slots=True)
class LeadRow:
    """A lead, or a deal where the CRM keeps deals apart; who it is stands in the page's vault.

    A lead names the ``deal`` that came of it, or a deal the ``lead`` that it came of, by key. ``value`` is what the
    deal is worth, or what was sold, in ``currency``. ``bot`` is None where nobody has looked.
    """

    key: str  # the CRM's own id
    place: int
    created_at: datetime
    stage: Phase = Phase.LEAD
    status: str = ""  # the CRM's own words
    source: str = ""
    medium: str = ""
    campaign: str = ""
    qualified_at: datetime | None = None
    opportunity_at: datetime | None = None
    won_at: datetime | None = None
    lost_at: datetime | None = None
    value: Decimal | None = None
    currency: str = ""
    order: str = ""
    is_deal: bool = False
    deal: str = ""
    lead: str = ""
    bot: bool | None = None
    consent: Consent = Consent.UNKNOWN


@dataclass(frozen=True, slots=True)
class ContactRow:
    """What the person of a lead may be known by where the lead was advertised, in clear and as it was written.

    For the memory of whoever may know it, never kept. ``lead`` is the lead's key; the rest is "" where it is not known.
    """

    lead: str
    place: int
    email: str = ""
    phone: str = ""
    gclid: str = ""  # Google's click
    client_id: str = ""  # of Google Analytics' cookie
    fbc: str = ""  # Meta's click, as its cookie has it
    facebook_lead: str = ""  # number of the lead in Meta's own form
