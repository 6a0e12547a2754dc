"""Events to Meta's Conversions API, whose requests fail as a whole: they are halved until the bad event stands alone.

https://developers.facebook.com/documentation/ads-commerce/conversions-api/using-the-api (address, events_received; an
event older than 7 days fails all), …/handling-duplicate-pixel-and-server-events (event_id),
https://developers.facebook.com/docs/graph-api/guides/error-handling (code, error_subcode, is_transient).
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from channels.core.transport import Credential, Credentials
from reports.conversions.leads import Lead
from reports.conversions.meta import MOST_EVENTS, events
from reports.conversions.sending.network import Answered, Fate, Network, Prepared, all_alike, code, fate_of, prepared
from reports.conversions.sending.wire import Reply, Unsent, Unsure, Wire

VERSION = "v25.0"
_ITS_OWN = "https://graph.facebook.com"
_PARAMETER = 100
_LATER = frozenset({1, 2, 4, 10, 17, 32, 102, 190, 200, 341, 613, 80004})  # down, too many, or the token is not taken


def made(leads: Iterable[Lead], now: datetime, left_out: Counter[str], _given: Credentials) -> Iterator[Prepared]:
    for one, event in events(leads, now, left_out):
        yield prepared(one, event)


def send(wire: Wire, base: str, given: Credentials, several: Sequence[Prepared]) -> Iterator[Answered]:
    body: dict[str, Any] = {"data": [one.body for one in several], "access_token": given["access_token"]}
    if test := given.get("test_event_code"):
        body["test_event_code"] = test
    try:
        reply = wire.post(f"{base or _ITS_OWN}/{VERSION}/{given['dataset_id']}/events", json=body)
    except (Unsent, Unsure) as error:  # what came twice is known by its event_id
        yield from all_alike(several, Fate.LATER, str(error))
        return
    fate, said = _judged(reply, len(several))
    if fate is Fate.REFUSED and len(several) > 1 and _code_of(reply) == _PARAMETER:
        half = len(several) // 2
        yield from send(wire, base, given, several[:half])
        yield from send(wire, base, given, several[half:])
        return
    yield from all_alike(several, fate, said)


def _judged(reply: Reply, count: int) -> tuple[Fate, str]:
    fate = fate_of(reply.status)
    if fate is Fate.SENT:
        received = reply.document.get("events_received")
        return (fate, "") if received == count else (Fate.LATER, f"{code(received)} of {count} received")
    error = _error(reply)
    if error.get("is_transient") is True or _code_of(reply) in _LATER:
        fate = Fate.LATER
    said = "/".join(code(error[name]) for name in ("code", "error_subcode") if name in error)
    return fate, f"status {reply.status} {said}".strip()


def _error(reply: Reply) -> dict[str, Any]:
    error = reply.document.get("error")
    return error if isinstance(error, dict) else {}


def _code_of(reply: Reply) -> int:
    found = _error(reply).get("code")
    return found if isinstance(found, int) else 0


NETWORK = Network(
    "Meta",
    (
        Credential("dataset_id", "Dataset", secret=False, help="number of the dataset, also called pixel"),
        Credential("access_token", "Access token", help="Events Manager → Settings → Conversions API"),
        Credential("test_event_code", "Test code", secret=False, required=False, help="while you try it out: TEST…"),
    ),
    forms={"dataset_id": "[0-9]{5,20}"},
    most=MOST_EVENTS,
    knows_again=True,
    prepared=made,
    send=send,
)
