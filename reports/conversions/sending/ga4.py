"""Events to Google Analytics 4, each checked by the validation server first, since the protocol itself tells no errors.

https://developers.google.com/analytics/devguides/collection/protocol/ga4/reference (address, api_secret, 2xx whatever
came) and …/ga4/validating-events (/debug/mp/collect, validationMessages with fieldPath and validationCode).
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from channels.core.transport import Credential, Credentials
from reports.conversions.ga4 import bodies
from reports.conversions.leads import Lead
from reports.conversions.sending.network import Answered, Fate, Network, Prepared, code, fate_of, prepared
from reports.conversions.sending.wire import Unsent, Unsure, Wire

_WORLD, _EUROPE = "https://www.google-analytics.com", "https://region1.google-analytics.com"


def made(leads: Iterable[Lead], now: datetime, left_out: Counter[str], _given: Credentials) -> Iterator[Prepared]:
    for one, body in bodies(leads, now, left_out):
        yield prepared(one, body)


def send(wire: Wire, base: str, given: Credentials, several: Sequence[Prepared]) -> Iterator[Answered]:
    address = base or (_EUROPE if given.get("europe", "").strip().lower() == "yes" else _WORLD)
    params = {"measurement_id": given["measurement_id"], "api_secret": given["api_secret"]}
    for place, one in enumerate(several, 1):
        answered = _send(wire, address, params, one)
        yield answered
        if answered.fate in (Fate.LATER, Fate.UNSURE):  # so would the others fare
            yield from (Answered(other.mark, Fate.LATER, "not tried", tried=False) for other in several[place:])
            return


def _send(wire: Wire, address: str, params: dict[str, str], one: Prepared) -> Answered:
    try:
        checked = wire.post(f"{address}/debug/mp/collect", params=params, json=one.body)
    except (Unsent, Unsure) as error:  # nothing is counted there
        return Answered(one.mark, Fate.LATER, f"validation: {error}")
    if (fate := fate_of(checked.status)) is not Fate.SENT:
        return Answered(one.mark, fate, f"validation: status {checked.status}")
    messages = checked.document.get("validationMessages")
    if not isinstance(messages, list):
        return Answered(one.mark, Fate.LATER, "validation: another answer than is known")
    if messages:
        return Answered(one.mark, Fate.REFUSED, _codes(messages))
    try:
        reply = wire.post(f"{address}/mp/collect", params=params, json=one.body)
    except Unsent as error:
        return Answered(one.mark, Fate.LATER, str(error))
    except Unsure as error:
        return Answered(one.mark, Fate.UNSURE, str(error))
    fate = fate_of(reply.status)
    return Answered(one.mark, fate, "" if fate is Fate.SENT else f"status {reply.status}")


def _codes(messages: list[Any]) -> str:
    told = [one if isinstance(one, dict) else {} for one in messages]
    return ", ".join(f"{code(one.get('validationCode'))} {code(one.get('fieldPath', ''))}".strip() for one in told)[
        :200
    ]


NETWORK = Network(
    "Google Analytics 4",
    (
        Credential("measurement_id", "Measurement ID", secret=False, help="G-…, of the web data stream"),
        Credential("api_secret", "API secret", help="Admin → Data streams → Measurement Protocol API secrets"),
        Credential("europe", "Kept in Europe", secret=False, required=False, help="yes: events go to region1"),
    ),
    forms={"measurement_id": "G-[A-Z0-9]{4,20}"},
    most=20,  # of which nobody knows what arrived if the process dies
    knows_again=False,
    prepared=made,
    send=send,
)
