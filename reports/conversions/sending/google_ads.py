"""Conversions to the Google Ads API, which takes the good ones of a request and tells what the others lack.

https://developers.google.com/google-ads/api/reference/rpc/v26/UploadClickConversionsRequest (partial_failure must be
true), …/ClickConversion (fields, time as yyyy-mm-dd hh:mm:ss+hh:mm), …/ConversionUploadErrorEnum.ConversionUploadError
(at most 2,000 in a request), https://developers.google.com/google-ads/api/docs/best-practices/partial-failures,
https://developers.google.com/identity/protocols/oauth2/web-server#offline (an access token for the refresh token).
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from channels.core.transport import Credential, Credentials
from reports.conversions.google_ads import known_conversions
from reports.conversions.leads import Lead
from reports.conversions.made import Conversion, amount
from reports.conversions.sending.network import Answered, Fate, Network, Prepared, all_alike, code, fate_of, prepared
from reports.conversions.sending.wire import Unsent, Unsure, Wire

VERSION = "v26"
_ITS_OWN, _GRANTS = "https://googleads.googleapis.com", "https://oauth2.googleapis.com"
_HERE_ALREADY = frozenset({"ORDER_ID_ALREADY_IN_USE", "CLICK_CONVERSION_ALREADY_EXISTS"})
_LATER = frozenset({"TOO_RECENT_EVENT", "TOO_RECENT_CONVERSION_ACTION", "INTERNAL_ERROR", "TRANSIENT_ERROR"})
_MOST_SAID = 200
_ACCOUNT, _ACTION = "[0-9]{3}-?[0-9]{3}-?[0-9]{4}", "[0-9]{1,20}"


class _NoGrant(Exception):
    """No access token is given for the credentials."""


def made(leads: Iterable[Lead], now: datetime, left_out: Counter[str], given: Credentials) -> Iterator[Prepared]:
    """Only stages that have a conversion action in the account."""
    for one, known in known_conversions(leads, now, left_out):
        if action := given.get(f"{one.stage}_action", ""):
            yield prepared(one, _body(one, known, f"customers/{_customer(given)}/conversionActions/{action}"))
        else:
            left_out["no conversion action for it"] += 1


def _body(one: Conversion, known: tuple[str, str, str], action: str) -> dict[str, Any]:
    click, email, phone = known
    body: dict[str, Any] = {
        "conversionAction": action,
        "conversionDateTime": one.at.astimezone(UTC).isoformat(sep=" ", timespec="seconds"),
        "orderId": one.mark,
        "consent": {"adUserData": "GRANTED", "adPersonalization": "GRANTED"},
    }
    if one.value is not None:
        body |= {"conversionValue": float(amount(one.value)), "currencyCode": one.currency}
    if click:
        body["gclid"] = click
    told = [("hashedEmail", email), ("hashedPhoneNumber", phone)]
    if several := [{name: value} for name, value in told if value]:
        body["userIdentifiers"] = several
    return body


def send(wire: Wire, base: str, given: Credentials, several: Sequence[Prepared]) -> Iterator[Answered]:
    try:
        headers = _headers(given, _granted(wire, base, given))
        url = f"{base or _ITS_OWN}/{VERSION}/customers/{_customer(given)}:uploadClickConversions"
        told = {"conversions": [one.body for one in several], "partialFailure": True}
        reply = wire.post(url, json=told, headers=headers)
    except (Unsent, Unsure, _NoGrant) as error:  # what came twice is known by its order id
        yield from all_alike(several, Fate.LATER, str(error))
        return
    fate = fate_of(reply.status)
    if fate is not Fate.SENT:
        said = ", ".join(sorted({one for _, one in _errors(reply.document.get("error"))}))
        yield from all_alike(several, fate, f"status {reply.status} {said}".strip()[:_MOST_SAID])
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


def _granted(wire: Wire, base: str, given: Credentials) -> str:
    form = {name: given[name] for name in ("client_id", "client_secret", "refresh_token")}
    reply = wire.post(f"{base or _GRANTS}/token", form=form | {"grant_type": "refresh_token"})
    token = reply.document.get("access_token")
    if reply.status != 200 or not isinstance(token, str) or not token:
        raise _NoGrant(f"no access token: status {reply.status} {code(reply.document.get('error', ''))}".strip())
    return token


def _headers(given: Credentials, token: str) -> dict[str, str]:
    headers = {"Authorization": f"Bearer {token}", "developer-token": given["developer_token"]}
    if manager := given.get("login_customer_id", "").replace("-", ""):
        headers["login-customer-id"] = manager
    return headers


def _customer(given: Credentials) -> str:
    return given["customer_id"].replace("-", "")


NETWORK = Network(
    "Google Ads",
    (
        Credential("customer_id", "Customer ID", secret=False, help="of the account that has the conversion actions"),
        Credential("login_customer_id", "Manager's customer ID", secret=False, required=False),
        Credential("developer_token", "Developer token", help="of the manager account: API Center"),
        Credential("client_id", "OAuth client ID", secret=False),
        Credential("client_secret", "OAuth client secret"),
        Credential("refresh_token", "Refresh token", help="with the scope adwords"),
        Credential(
            "qualified_action", "Conversion action of qualified leads", secret=False, required=False, help="number"
        ),
        Credential("won_action", "Conversion action of won leads", secret=False, required=False, help="number"),
    ),
    forms={"customer_id": _ACCOUNT, "login_customer_id": _ACCOUNT, "qualified_action": _ACTION, "won_action": _ACTION},
    most=2_000,
    knows_again=True,
    prepared=made,
    send=send,
)
