"""Events for Meta's Conversions API, as its integration of CRMs takes them: a request's body on each line.

https://developers.facebook.com/documentation/ads-commerce/conversions-api/conversion-leads-integration/payload-specification
and …/conversions-api/parameters/customer-information-parameters. One event that is too old fails its whole request.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from reports.conversions.identifiers import hashed
from reports.conversions.leads import Lead
from reports.conversions.made import QUALIFIED, WON, Conversion, Made, amount, conversions, unknown

NAMES = MappingProxyType({QUALIFIED: "Qualified Lead", WON: "Converted Lead"})  # of the CRM's stages, free to choose
OLDEST = timedelta(days=7)
MOST_EVENTS, LONGEST_NAME = 1_000, 50
_MARGIN = timedelta(hours=1)  # for the way from the file to Meta


def meta(leads: Iterable[Lead], now: datetime, names: Mapping[str, str] = NAMES) -> Made:
    """The bodies' text, at most a thousand events in each. Known by Meta's lead, click, hashed address or number."""
    left_out = Counter[str]()
    made = list(events(leads, now, left_out, names))
    held = Counter(one.stage for one, _ in made)
    told = [event for _, event in made]
    bodies = (told[start : start + MOST_EVENTS] for start in range(0, len(told), MOST_EVENTS))
    return Made("".join(json.dumps({"data": body}) + "\n" for body in bodies), dict(held), dict(left_out))


def events(
    leads: Iterable[Lead], now: datetime, left_out: Counter[str], names: Mapping[str, str] = NAMES
) -> Iterator[tuple[Conversion, dict[str, Any]]]:
    """Each conversion with the event that tells it."""
    for one in conversions(leads, now, OLDEST - _MARGIN, left_out):
        if known := _known_by(one.lead):
            yield one, _event(one, names[one.stage], known)
        else:
            left_out[unknown(one.lead)] += 1


def _known_by(lead: Lead) -> dict[str, Any]:
    known: dict[str, Any] = {}
    if lead.facebook_lead:
        known["lead_id"] = int(lead.facebook_lead)
    if lead.email:
        known["em"] = [hashed(lead.email)]
    if lead.phone:
        known["ph"] = [hashed(lead.phone.removeprefix("+"))]
    if lead.fbc:
        known["fbc"] = lead.fbc
    return known


def _event(one: Conversion, name: str, known: dict[str, Any]) -> dict[str, Any]:
    custom: dict[str, Any] = {"event_source": "crm", "lead_event_source": "Plumbline"}
    if one.value is not None:
        custom |= {"value": float(amount(one.value)), "currency": one.currency}
    return {
        "event_name": name,
        "event_time": int(one.at.timestamp()),
        "event_id": one.mark,
        "action_source": "system_generated",
        "user_data": known,
        "custom_data": custom,
    }


def problems(text: str, now: datetime) -> list[str]:
    """What in the bodies breaks Meta's rules, by line and event; empty where nothing does."""
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        events = json.loads(line).get("data", [])
        if not 1 <= len(events) <= MOST_EVENTS:
            found.append(f"line {number}: 1 to 1,000 events go into a request")
        for place, event in enumerate(events, 1):
            found += [f"line {number}, event {place}: {said}" for said in _wrong(event, now)]
    return found


_SOURCES = frozenset(
    "email website app phone_call chat physical_store system_generated business_messaging other".split()
)
_USER = {"em": r"[0-9a-f]{64}", "ph": r"[0-9a-f]{64}", "fbc": r"fb\.\d\.\d{10,13}\..+", "lead_id": r"\d{15,17}"}


def _wrong(event: Mapping[str, Any], now: datetime) -> list[str]:
    found = [] if 1 <= len(event.get("event_name", "")) <= LONGEST_NAME else ["event_name"]
    at = event.get("event_time")
    if not isinstance(at, int) or not (now - OLDEST).timestamp() <= at <= now.timestamp():
        found.append("event_time is no second of the last 7 days")
    if event.get("action_source") not in _SOURCES:
        found.append("action_source")
    user = event.get("user_data", {})
    if not user:
        found.append("user_data is empty")
    for name, value in user.items():
        texts = value if isinstance(value, list) else [str(value)]
        if name not in _USER or not all(re.fullmatch(_USER[name], text) for text in texts):
            found.append(f"user_data.{name} is not as it must be")
    custom = event.get("custom_data", {})
    if custom.get("event_source") != "crm" or not custom.get("lead_event_source"):
        found.append("custom_data does not say its CRM")
    if ("value" in custom) != ("currency" in custom) or not isinstance(custom.get("value", 0.0), int | float):
        found.append("a value is a number and has a currency")
    return found
