"""Conversions to Google's Data Manager API: a request is taken or not as a whole, and its records are looked at later.

https://developers.google.com/data-manager/api/reference/rest/v1/events/ingest (fields, at most 2,000 events),
…/reference/rest/v1/Consent, …/devguides/concepts/understand-errors (what is wrong with a record fails the request and
is named by its place), …/devguides/diagnostics and …/reference/rest/v1/requestStatus/retrieve (what became of it).
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC
from typing import Any

from channels.core.transport import Credentials
from reports.conversions.made import Conversion, amount
from reports.conversions.sending.grants import NoGrant, customer, granted
from reports.conversions.sending.network import (
    UNDER_REVIEW,
    Answered,
    Fate,
    Prepared,
    Reviewed,
    all_alike,
    code,
    fate_of,
)  # fmt: skip
from reports.conversions.sending.wire import Reply, Unsent, Unsure, Wire

_ITS_OWN = "https://datamanager.googleapis.com"
_STAGES = ("qualified", "won")
_AT = re.compile(r"events\[(\d+)\]")
_DONE = frozenset({"SUCCESS", "PARTIAL_SUCCESS", "FAILED", "FAILURE"})


def body(one: Conversion, known: tuple[str, str, str], _given: Credentials) -> dict[str, Any]:
    click, email, phone = known
    event: dict[str, Any] = {
        "destinationReferences": [one.stage],
        "transactionId": one.mark,
        "eventTimestamp": one.at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "consent": {"adUserData": "CONSENT_GRANTED", "adPersonalization": "CONSENT_GRANTED"},
    }
    if one.value is not None:
        event |= {"conversionValue": float(amount(one.value)), "currency": one.currency}
    if click:
        event["adIdentifiers"] = {"gclid": click}
    told = [("emailAddress", email), ("phoneNumber", phone)]
    if several := [{name: value} for name, value in told if value]:
        event["userData"] = {"userIdentifiers": several}
    return event


def send(wire: Wire, base: str, given: Credentials, several: Sequence[Prepared]) -> Iterator[Answered]:
    """What is wrong is left out and the rest sent once more, which then has nothing wrong in it."""
    left = list(several)
    try:
        token = granted(wire, base, given)
        reply = _post(wire, base, given, token, left)
        if wrong := _wrong(reply):
            yield from (_refused(one, wrong[at]) for at, one in enumerate(left) if at in wrong)
            left = [one for at, one in enumerate(left) if at not in wrong]
            if not left:
                return
            reply = _post(wire, base, given, token, left)
    except (Unsent, Unsure, NoGrant) as error:  # what came twice is known by its transaction id
        yield from all_alike(left, Fate.LATER, str(error))
        return
    yield from all_alike(left, *_judged(reply))


def _post(wire: Wire, base: str, given: Credentials, token: str, several: Sequence[Prepared]) -> Reply:
    told = {
        "destinations": _destinations(given, several), "events": [one.body for one in several], "encoding": "HEX",
    }  # fmt: skip
    return wire.post(f"{base or _ITS_OWN}/v1/events:ingest", json=told, headers=_headers(token))


def _headers(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def review(wire: Wire, base: str, given: Credentials, said: Sequence[str]) -> Iterator[Reviewed]:
    """What became of requests that were taken, by what was said of them then; nothing of those still looked at."""
    try:
        headers = _headers(granted(wire, base, given))
        for one in said:
            address = f"{base or _ITS_OWN}/v1/requestStatus:retrieve"
            reply = wire.get(address, params={"requestId": one.removeprefix(UNDER_REVIEW)}, headers=headers)
            told = _dicts(reply.document.get("requestStatusPerDestination"))
            states = [code(destination.get("requestStatus")) for destination in told]
            if reply.status == 200 and states and all(state in _DONE for state in states):
                yield _reviewed(one, told, states)
    except (Unsent, Unsure, NoGrant):  # it can be asked later as well
        return


def _reviewed(one: str, told: list[Mapping[str, Any]], states: list[str]) -> Reviewed:
    errors = [
        f"{code(count.get('reason'))} {code(count.get('recordCount', ''))}".strip()
        for destination in told
        for count in _dicts(_dict(destination.get("errorInfo")).get("errorCounts"))
    ]
    failed = not any(state in ("SUCCESS", "PARTIAL_SUCCESS") for state in states)
    words = "/".join(sorted(set(states)))
    return Reviewed(one, Fate.REFUSED if failed else Fate.SENT, ", ".join([words, *errors])[:200])


def _refused(one: Prepared, words: list[str]) -> Answered:
    return Answered(one.mark, Fate.REFUSED, ", ".join(words)[:200])


def _judged(reply: Reply) -> tuple[Fate, str]:
    """A request without a fault in its records that is not taken waits for a person or for Google."""
    request = reply.document.get("requestId")
    if reply.status == 200 and request:
        return Fate.SENT, f"{UNDER_REVIEW}{code(request)}"
    fate = fate_of(reply.status)
    status = code(_dict(reply.document.get("error")).get("status", ""))
    told = ", ".join(dict.fromkeys([status, *(word for _, word in _violations(reply))]))
    return (Fate.LATER if fate is Fate.SENT or reply.status == 400 else fate), f"status {reply.status} {told}".strip()[
        :200
    ]


def _wrong(reply: Reply) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    if reply.status != 400:
        return found
    for field, word in _violations(reply):
        if at := _AT.search(field):
            found.setdefault(int(at[1]), []).append(word)
    return found


def _violations(reply: Reply) -> Iterator[tuple[str, str]]:
    """Field and reason of what is wrong with a request; the description may repeat what was sent."""
    for detail in _dicts(_dict(reply.document.get("error")).get("details")):
        for one in _dicts(detail.get("fieldViolations")):
            yield str(one.get("field", "")), code(one.get("reason", "?"))
        if reason := detail.get("reason"):
            yield "", code(reason)


def _destinations(given: Credentials, several: Sequence[Prepared]) -> list[dict[str, Any]]:
    account = {"accountType": "GOOGLE_ADS", "accountId": customer(given["customer_id"])}
    manager = customer(given.get("login_customer_id", ""))
    login = {"loginAccount": {"accountType": "GOOGLE_ADS", "accountId": manager}} if manager else {}
    return [
        {"reference": stage, "operatingAccount": account, **login, "productDestinationId": given[f"{stage}_action"]}
        for stage in _STAGES
        if any(one.stage == stage for one in several)
    ]


def _dict(node: Any) -> Mapping[str, Any]:
    return node if isinstance(node, dict) else {}


def _dicts(node: Any) -> list[Mapping[str, Any]]:
    return [one for one in node if isinstance(one, dict)] if isinstance(node, list) else []
