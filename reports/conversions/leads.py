"""Leads with what they may be known by, from a CSV file.

lead, consent[, created_at, qualified_at, won_at, value, currency, email, phone, gclid, client_id, fbc, facebook_lead,
bot, opted_out]; names as HubSpot and Salesforce write them do as well. No message shows what a cell holds.
"""

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta, tzinfo
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from channels.core.contacts import CONSENT, IDENTIFIERS
from channels.core.kinds import Consent
from reports.analysis.rows import Limits, Row, at, renamed, rows, word
from reports.conversions.identifiers import email_of, phone_of

NEEDED = ("lead", "consent")
MORE = (
    "created_at", "qualified_at", "won_at", "value", "currency", "email", "phone", "gclid", "client_id", "fbc",
    "facebook_lead", "bot", "opted_out",
)  # fmt: skip
_OTHER_NAMES = {word(name): field for field, names in {**IDENTIFIERS, **CONSENT}.items() for name in names} | {
    "record_id": "lead", "contact_id": "lead", "lead_id": "lead", "id": "lead",
    "create_date": "created_at", "created_date": "created_at", "became_a_sales_qualified_lead_date": "qualified_at",
    "became_a_marketing_qualified_lead_date": "qualified_at", "converted_date": "qualified_at",
    "became_a_customer_date": "won_at", "total_revenue": "value",
}  # fmt: skip
_LIMITS = Limits(400_000_000, 1_000_000, "bring fewer months")
_YES = frozenset({"yes", "true", "1", "granted", "y"})
_NO = frozenset({"no", "false", "0", "denied", "n"})
_FREELY_GIVEN = "freely given consent"  # HubSpot's words; a legitimate interest is none
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_MOST = Decimal(10) ** 12


@dataclass(frozen=True, slots=True)
class Lead:
    """A lead with what it may be known by, in clear: never to be shown. Times are aware; ``value`` is of the sale."""

    number: str
    agreed: Consent
    created_at: datetime | None = None
    qualified_at: datetime | None = None
    won_at: datetime | None = None
    value: Decimal | None = None
    currency: str = ""
    email: str = ""
    phone: str = ""  # E.164
    gclid: str = ""
    client_id: str = ""
    fbc: str = ""
    facebook_lead: str = ""
    bot: bool = False
    gone: bool = False  # what it was known by is no longer kept


def read_leads(path: Path, now: datetime, zone: tzinfo = UTC, calling_code: str = "") -> list[Lead]:
    """Every lead of the file. Times without a zone are in ``zone``; a day is its last moment, today is ``now``.

    Who has refused in one row has refused in all of the same lead, address or number. Raises Unreadable.
    """
    what = f"leads have {', '.join(NEEDED)} and more"
    read = [
        _lead(_Cells(path.name, line, row, now, zone), calling_code)
        for line, row in rows(path, _LIMITS, renamed(NEEDED, MORE, _OTHER_NAMES, what))
    ]
    return refused_everywhere(read)


def refused_everywhere(leads: list[Lead]) -> list[Lead]:
    """The leads, where a refusal counts for all that are the same person's as far as that is seen, over any steps.

    Of a lead that stands twice, each row must agree.
    """
    bearers: dict[tuple[str, str], list[int]] = defaultdict(list)
    for place, lead in enumerate(leads):
        for mark in _marks(lead):
            bearers[mark].append(place)
    refused = {place for place, lead in enumerate(leads) if lead.agreed is Consent.NO}
    waiting = list(refused)
    while waiting:
        for mark in _marks(leads[waiting.pop()]):
            found = set(bearers.pop(mark, ())) - refused
            refused |= found
            waiting.extend(found)
    unsure = {lead.number for lead in leads if lead.agreed is Consent.UNKNOWN}
    return [_agreeing(lead, place in refused, lead.number in unsure) for place, lead in enumerate(leads)]


def _agreeing(lead: Lead, refused: bool, unsure: bool) -> Lead:
    agreed = Consent.NO if refused else Consent.UNKNOWN if unsure else lead.agreed
    return lead if agreed is lead.agreed else replace(lead, agreed=agreed)


def _marks(lead: Lead) -> set[tuple[str, str]]:
    told = {"number": lead.number, "email": lead.email, "phone": lead.phone, "client_id": lead.client_id}
    told |= {"gclid": lead.gclid, "fbc": lead.fbc, "facebook_lead": lead.facebook_lead}
    return {(name, mark) for name, mark in told.items() if mark}


@dataclass(frozen=True, slots=True)
class _Cells:
    name: str
    line: int
    row: Row
    now: datetime
    zone: tzinfo

    def text(self, column: str) -> str:
        return self.row.get(column, "")

    def moment(self, column: str) -> datetime | None:
        cell = self.row.get(column, "")
        if not cell:
            return None
        try:
            if _DAY.fullmatch(cell):
                first = datetime.combine(date.fromisoformat(cell), datetime.min.time(), self.zone)
                last = (first + timedelta(days=1, seconds=-1)).astimezone(UTC)
                return last if first > self.now else min(last, self.now)
            found = datetime.fromisoformat(cell)
            return (found if found.tzinfo else found.replace(tzinfo=self.zone)).astimezone(UTC)
        except (ValueError, OverflowError):
            what = "no day such as 2026-02-02 or time such as 2026-02-02T10:30:00+01:00"
            raise at(self.name, self.line, f"column {column} has {what}") from None

    def value(self) -> Decimal | None:
        cell = self.row.get("value", "")
        if not cell:
            return None
        try:
            found = Decimal(cell) if cell.isascii() and "_" not in cell else Decimal("nan")
        except InvalidOperation:
            found = Decimal("nan")
        if not (found.is_finite() and 0 <= found <= _MOST):
            raise at(self.name, self.line, "column value has no number such as 1234.5 from 0 on")
        return found

    def currency(self) -> str:
        code = self.row.get("currency", "").upper()
        if code and not re.fullmatch("[A-Z]{3}", code):
            raise at(self.name, self.line, "column currency has no code such as USD")
        return code

    def agreed(self) -> Consent:
        word = self.row["consent"].lower()
        if self.row.get("opted_out", "").lower() in _YES or word in _NO:
            return Consent.NO
        return Consent.YES if word in _YES or word.startswith(_FREELY_GIVEN) else Consent.UNKNOWN


def _lead(cells: _Cells, calling_code: str) -> Lead:
    number = cells.text("lead")
    if not number:
        raise at(cells.name, cells.line, "column lead is empty")
    value, currency = cells.value(), cells.currency()
    if value is not None and not currency:
        raise at(cells.name, cells.line, "a value without a currency; add the column currency")
    return Lead(
        number, cells.agreed(), cells.moment("created_at"), cells.moment("qualified_at"), cells.moment("won_at"),
        value, currency, **known_by(cells.row, calling_code), bot=cells.text("bot").lower() in _YES,
    )  # fmt: skip


_FORMS = {
    "gclid": re.compile(r"[A-Za-z0-9_-]{10,200}"),
    "client_id": re.compile(r"[A-Za-z0-9._-]{3,100}"),
    "fbc": re.compile(r"fb\.[0-9]\.[0-9]{10,13}\.[A-Za-z0-9_-]{10,500}"),
    "facebook_lead": re.compile(r"[0-9]{15,17}"),
}
_COOKIE = re.compile(r"GA\d\.\d\.")  # stands before the client id in Analytics' cookie


def known_by(told: Mapping[str, str], calling_code: str = "") -> dict[str, Any]:
    """What a lead is known by, each in its one form; "" for what has none. A cookie of Analytics does as client_id."""
    cells = {name: told.get(name, "").strip() for name in IDENTIFIERS}
    cells["client_id"] = _COOKIE.sub("", cells["client_id"], count=1)
    found = {name: cells[name] if form.fullmatch(cells[name]) else "" for name, form in _FORMS.items()}
    return {"email": email_of(cells["email"]), "phone": phone_of(cells["phone"], calling_code), **found}
