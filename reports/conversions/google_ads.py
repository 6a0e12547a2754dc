"""Offline conversions for Google Ads: a CSV file for the import of conversions from clicks and leads.

https://support.google.com/google-ads/answer/7014069, https://support.google.com/google-ads-data-manager/answer/14184381
(the first line is the header; a time with its offset), consent: https://support.google.com/google-ads/answer/14310715.
"""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

from reports.conversions.identifiers import google_email, hashed
from reports.conversions.leads import Lead
from reports.conversions.made import QUALIFIED, WON, Conversion, Made, amount, conversions, unknown

NAMES = MappingProxyType({QUALIFIED: "Qualified lead", WON: "Converted lead"})  # of the account's conversion actions
COLUMNS = (
    "Google Click ID", "Email", "Phone Number", "Conversion Name", "Conversion Time", "Conversion Value",
    "Conversion Currency", "Order ID", "Ad User Data", "Ad Personalization",
)  # fmt: skip
OLDEST = timedelta(days=90)  # since the click, which is no later than the lead
LONGEST_NAME = 100


def google_ads(leads: Iterable[Lead], now: datetime, names: Mapping[str, str] = NAMES) -> Made:
    """The file's text. A conversion goes by its click, its hashed address and its hashed number, as far as known."""
    out, held, left_out = io.StringIO(), Counter[str](), Counter[str]()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for one, known in known_conversions(leads, now, left_out):
        held[one.stage] += 1
        writer.writerow(
            (*known, names[one.stage], one.at.astimezone(UTC).isoformat(timespec="seconds"),
             "" if one.value is None else amount(one.value), one.currency, one.mark, "Granted", "Granted")
        )  # fmt: skip
    return Made(out.getvalue(), dict(held), dict(left_out))


def known_conversions(
    leads: Iterable[Lead], now: datetime, left_out: Counter[str]
) -> Iterator[tuple[Conversion, tuple[str, str, str]]]:
    """Each conversion with its click, its hashed address and its hashed number, one of them at least."""
    for one in conversions(leads, now, OLDEST, left_out, from_lead=True):
        email, phone = google_email(one.lead.email), one.lead.phone
        known = (one.lead.gclid, hashed(email) if email else "", hashed(phone) if phone else "")
        if any(known):
            yield one, known
        else:
            left_out[unknown(one.lead)] += 1


def problems(text: str, now: datetime) -> list[str]:
    """What in a file breaks Google's rules, by line; empty where nothing does."""
    read = list(csv.reader(io.StringIO(text)))
    if not read or tuple(read[0]) != COLUMNS:
        return ["line 1: the columns are not those of the template"]
    found = []
    for number, cells in enumerate(read[1:], 2):
        if len(cells) != len(COLUMNS):
            found.append(f"line {number}: {len(cells)} cells")
            continue
        found += [f"line {number}: {said}" for said in _wrong(dict(zip(COLUMNS, cells, strict=True)), now)]
    return found


_RULES = {
    "Google Click ID": r"[A-Za-z0-9_-]*",
    "Email": r"([0-9a-f]{64})?",
    "Phone Number": r"([0-9a-f]{64})?",
    "Conversion Name": rf".{{1,{LONGEST_NAME}}}",
    "Conversion Time": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d",
    "Conversion Value": r"(\d+(\.\d+)?)?",
    "Conversion Currency": r"([A-Z]{3})?",
    "Order ID": r"[A-Za-z0-9_-]{1,64}",
    "Ad User Data": r"Granted",
    "Ad Personalization": r"Granted|Denied",
}


def _wrong(cells: Mapping[str, str], now: datetime) -> list[str]:
    found = [f"{name} is not as it must be" for name, rule in _RULES.items() if not re.fullmatch(rule, cells[name])]
    if not (cells["Google Click ID"] or cells["Email"] or cells["Phone Number"]):
        found.append("neither a click nor an identifier")
    if bool(cells["Conversion Value"]) != bool(cells["Conversion Currency"]):
        found.append("a value and a currency go together")
    if not found and not now - OLDEST <= datetime.fromisoformat(cells["Conversion Time"]) <= now:
        found.append("the time is in the future or too old")
    return found
