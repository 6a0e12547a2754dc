"""Conversions to the Google Ads API, which takes the good ones of a request and tells what the others lack.

For accounts that used it before 15 June 2026: since then Google answers others with
CUSTOMER_NOT_ALLOWLISTED_FOR_THIS_FEATURE and sends them to the Data Manager API.
https://developers.google.com/google-ads/api/reference/rpc/v26/UploadClickConversionsRequest (partial_failure must be
true), …/ClickConversion (fields, time as yyyy-mm-dd hh:mm:ss+hh:mm), …/ConversionUploadErrorEnum.ConversionUploadError
(at most 2,000 in a request), https://developers.google.com/google-ads/api/docs/best-practices/partial-failures.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC
from typing import Any

from channels.core.transport import Credentials
from reports.conversions.made import Conversion, amount
from reports.conversions.sending.grants import NoGrant, customer, granted
from reports.conversions.sending.network import Answered, Fate, Prepared, all_alike, code, fate_of
from reports.conversions.sending.wire import Unsent, Unsure, Wire

VERSION = "v26"
_ITS_OWN = "https://googleads.googleapis.com"
_HERE_ALREADY = frozenset({"ORDER_ID_ALREADY_IN_USE", "CLICK_CONVERSION_ALREADY_EXISTS"})
_LATER = frozenset({"TOO_RECENT_EVENT", "TOO_RECENT_CONVERSION_ACTION", "INTERNAL_ERROR", "TRANSIENT_ERROR"})
_MOST_SAID = 200


def body(one: Conversion, known: tuple[str, str, str], given: Credentials) -> dict[str, Any]:
    click, email, phone = known
    action = given[f"{one.stage}_action"]
    told: dict[str, Any] = {
        "conversionAction": f"customers/{customer(given['customer_id'])}/conversionActions/{action}",
        "conversionDateTime": one.at.astimezone(UTC).isoformat(sep=" ", timespec="seconds"),
        "orderId": one.mark,
        "consent": {"adUserData": "GRANTED", "adPersonalization": "GRANTED"},
    }
    if one.value is not None:
        told |= {"conversionValue": float(amount(one.value)), "currencyCode": one.currency}
    if click:
        told["gclid"] = click
    people = [("hashedEmail", email), ("hashedPhoneNumber", phone)]
    if several := [{name: value} for name, value in people if value]:
        told["userIdentifiers"] = several
    return told


def send(wire: Wire, base: str, given: Credentials, several: Sequence[Prepared]) -> Iterator[Answered]:
    try:
        headers = _headers(given, granted(wire, base, given))
        url = f"{base or _ITS_OWN}/{VERSION}/customers/{customer(given['customer_id'])}:uploadClickConversions"
        told = {"conversions": [one.body for one in several], "partialFailure": True}
        reply = wire.post(url, json=told, headers=headers)
    except (Unsent, Unsure, NoGrant) as error:  # what came twice is known by its order id
        yield from all_alike(several, Fate.LATER, str(error))
        return
    if fate_of(reply.status) is not Fate.SENT:  # of the account or the request, and no conversion's fault
        said = ", ".join(sorted({one for _, one in _errors(reply.document.get("error"))}))
        yield from all_alike(several, Fate.LATER, f"status {reply.status} {said}".strip()[:_MOST_SAID])
        return
    yield from _each(several, reply.document)


def _each(several: Sequence[Prepared], document: Mapping[str, Any]) -> Iterator[Answered]:
    failed: dict[int, list[str]] = {}
    for place, word in _errors(document.get("partialFailureError")):
        failed.setdefault(place, []).append(word)
    results = document.get("results")
    taken = results if isinstance(results, list) else []
    for place, one in enumerate(several):
        if said := failed.get(place):
            yield Answered(one.mark, _fate(said), ", ".join(said)[:_MOST_SAID])
        elif place < len(taken) and taken[place]:
            yield Answered(one.mark, Fate.SENT)
        else:  # neither taken nor refused by its place
            told = ", ".join(failed.get(-1, [])) or "no result"
            yield Answered(one.mark, Fate.LATER, told[:_MOST_SAID])


def _fate(said: list[str]) -> Fate:
    if all(one in _HERE_ALREADY for one in said):
        return Fate.SENT
    return Fate.LATER if any(one in _LATER for one in said) else Fate.REFUSED


def _errors(status: Any) -> Iterator[tuple[int, str]]:
    """Place of the conversion, -1 where none is told, and the code of each error of a google.rpc.Status."""
    for detail in _dicts(_dict(status).get("details")):
        for error in _dicts(detail.get("errors")):
            path = _dicts(_dict(error.get("location")).get("fieldPathElements"))
            places = [one.get("index", 0) for one in path if one.get("fieldName") == "conversions"]
            place = places[0] if places and isinstance(places[0], int) else -1
            for word in _dict(error.get("errorCode")).values():
                yield place, code(word)


def _dict(node: Any) -> Mapping[str, Any]:
    return node if isinstance(node, dict) else {}


def _dicts(node: Any) -> list[Mapping[str, Any]]:
    return [one for one in node if isinstance(one, dict)] if isinstance(node, list) else []


def _headers(given: Credentials, token: str) -> dict[str, str]:
    headers = {"Authorization": f"Bearer {token}", "developer-token": given["developer_token"]}
    if manager := customer(given.get("login_customer_id", "")):
        headers["login-customer-id"] = manager
    return headers
