"""Events for Google Analytics 4 by its Measurement Protocol: a request's body on each line.

https://developers.google.com/analytics/devguides/collection/protocol/ga4/sending-events (limits, 72 hours back), names:
https://developers.google.com/analytics/devguides/collection/ga4/reference/events. No address or number goes there.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

from reports.conversions.leads import Lead
from reports.conversions.made import QUALIFIED, WON, Conversion, Made, amount, conversions, unknown

NAMES = MappingProxyType({QUALIFIED: "qualify_lead", WON: "close_convert_lead"})
OLDEST = timedelta(hours=72)
MOST_EVENTS, MOST_PARAMS, LONGEST_NAME, LONGEST_VALUE, LARGEST = 25, 25, 40, 100, 130_000


def ga4(leads: Iterable[Lead], now: datetime, names: Mapping[str, str] = NAMES) -> Made:
    """The bodies' text. Only who has a client id, as GA4's cookie gave it, can be told."""
    left_out = Counter[str]()
    made = list(bodies(leads, now, left_out, names))
    held = Counter(one.stage for one, _ in made)
    return Made("".join(json.dumps(body) + "\n" for _, body in made), dict(held), dict(left_out))


def bodies(
    leads: Iterable[Lead], now: datetime, left_out: Counter[str], names: Mapping[str, str] = NAMES
) -> Iterator[tuple[Conversion, dict[str, Any]]]:
    """Each conversion with the body that tells it."""
    for one in conversions(leads, now, OLDEST, left_out):
        if one.lead.client_id:
            yield one, _body(one, names[one.stage])
        else:
            left_out[unknown(one.lead)] += 1


def _body(one: Conversion, name: str) -> dict[str, Any]:
    params: dict[str, Any] = {"transaction_id": one.mark}
    if one.value is not None:
        params |= {"value": float(amount(one.value)), "currency": one.currency}
    return {
        "client_id": one.lead.client_id,
        "timestamp_micros": int(one.at.timestamp()) * 1_000_000,
        "consent": {"ad_user_data": "GRANTED", "ad_personalization": "GRANTED"},
        "events": [{"name": name, "params": params}],
    }


def problems(text: str, now: datetime) -> list[str]:
    """What in the bodies breaks the protocol's rules, by line; empty where nothing does."""
    return [
        f"line {number}: {said}"
        for number, line in enumerate(text.splitlines(), 1)
        for said in _wrong(json.loads(line), len(line.encode()), now)
    ]


_NAME = re.compile(rf"[A-Za-z][A-Za-z0-9_]{{0,{LONGEST_NAME - 1}}}")
_RESERVED = ("_", "firebase_", "ga_", "google_", "gtag.")


def _wrong(body: Mapping[str, Any], size: int, now: datetime) -> list[str]:
    found = [] if size < LARGEST else ["the body is too large"]
    if not isinstance(body.get("client_id"), str) or not body["client_id"]:
        found.append("no client_id")
    at = body.get("timestamp_micros")
    if not isinstance(at, int) or not (now - OLDEST).timestamp() <= at / 1e6 <= now.timestamp():
        found.append("timestamp_micros is no time of the last 72 hours")
    if body.get("consent", {}).get("ad_user_data") != "GRANTED":
        found.append("no consent")
    events = body.get("events", [])
    if not 1 <= len(events) <= MOST_EVENTS:
        found.append("1 to 25 events go into a body")
    return found + [said for event in events for said in _wrong_event(event)]


def _wrong_event(event: Mapping[str, Any]) -> list[str]:
    params = event.get("params", {})
    found = [] if _named(event.get("name", "")) else ["the event's name"]
    found += [f"the parameter's name {name}" for name in params if not _named(name)]
    found += [f"{name} is too long" for name, value in params.items() if len(str(value)) > LONGEST_VALUE]
    if len(params) > MOST_PARAMS:
        found.append("more than 25 parameters")
    if ("value" in params) != ("currency" in params) or not isinstance(params.get("value", 0.0), int | float):
        found.append("a value is a number and has a currency")
    return found


def _named(name: str) -> bool:
    return bool(_NAME.fullmatch(name)) and not name.startswith(_RESERVED)
