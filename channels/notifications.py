"""Amazon's notifications from the seller's own SQS queue: kept sealed, and only a reason to read again.

ORDER_CHANGE, TRANSACTION_UPDATE and REPORT_PROCESSING_FINISHED come by SQS only, at least once and in no order, the
first in PascalCase, others in camelCase: https://developer-docs.amazon.com/sp-api/docs/notification-type-values.
boto3 is not among our requirements: ``pip install boto3`` where notifications are wanted.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any, Protocol, cast

from django.utils.translation import gettext_noop as _n

from channels.core.errors import Refused, Unavailable
from channels.core.transport import Credentials
from channels.deliveries import Message, take_in
from channels.models import Store
from channels.vault import UNPARSEABLE

AT_ONCE = 10  # messages that SQS gives at most
NOT_KNOWN = _n("no notification that we know")
ROUNDS = 30  # of a poll, so that it ends

RESOURCES: dict[str, tuple[str, ...]] = {
    "ORDER_CHANGE": ("amazon.orders",),
    "TRANSACTION_UPDATE": ("amazon.transactions",),
}
REPORTS: dict[str, tuple[str, ...]] = {
    "GET_V2_SETTLEMENT_REPORT_DATA_FLAT_FILE_V2": ("amazon.settlements",),
    "GET_FLAT_FILE_ALL_ORDERS_DATA_BY_LAST_UPDATE_GENERAL": ("amazon.orders",),
    "GET_BRAND_ANALYTICS_SEARCH_QUERY_PERFORMANCE_REPORT": ("amazon.search",),
    "GET_BRAND_ANALYTICS_SEARCH_CATALOG_PERFORMANCE_REPORT": ("amazon.catalog",),
    "GET_BRAND_ANALYTICS_REPEAT_PURCHASE_REPORT": ("amazon.repeat",),
}


class Queue(Protocol):
    """What is used of boto3's SQS client."""

    def receive_message(self, **asked: Any) -> Mapping[str, Any]: ...

    def delete_message(self, **asked: Any) -> Any: ...


@dataclass(frozen=True, slots=True)
class Note:
    """A notification as far as it is looked at."""

    key: str
    kind: str
    seller: str = ""
    marketplace: str = ""
    report: str = ""


def poll_all() -> str:
    """Empty the queues of all Amazon stores that have one; what failed is said, and the others go on."""
    said = []
    for stores in queues().values():
        try:
            said.append(f"{poll(stores)} messages from the queue of {stores[0]}")
        except (Refused, Unavailable) as error:
            said.append(f"{stores[0]}: {error}")
    return "; ".join(said) or "no store has a queue"


def queues() -> dict[str, list[Store]]:
    """The stores that pull, by the address of their queue: stores of one seller share one."""
    found: dict[str, list[Store]] = {}
    stores = Store.objects.filter(channel="amazon", pulls=True).exclude(credentials__isnull=True)
    for store in stores.select_related("company").order_by("pk"):
        if url := store.credentials.get("sqs_queue_url"):
            found.setdefault(url, []).append(store)
    return found


def poll(stores: list[Store], queue: Queue | None = None) -> int:
    """Take what waits in the queue that these stores share, and count it. A message leaves the queue once it is kept.

    Raises Refused where boto3 or a setting is missing, Unavailable where the queue does not answer.
    """
    credentials = stores[0].credentials
    url = credentials["sqs_queue_url"]
    queue = queue or connect(credentials)
    count = 0
    for _ in range(ROUNDS):
        messages = list(_received(queue, url))
        for one in messages:
            body = str(one.get("Body", "")).encode()
            _keep(stores, body, str(one.get("MessageId", "")))
            _asked(queue.delete_message, QueueUrl=url, ReceiptHandle=one["ReceiptHandle"])
            count += 1
        if not messages:
            break
    return count


def connect(credentials: Credentials) -> Queue:
    """boto3's client with the store's own keys and nothing of the environment's."""
    missing = [
        name for name in ("aws_access_key_id", "aws_secret_access_key", "aws_region") if not credentials.get(name)
    ]
    if missing:
        raise Refused(f"the notification queue needs {', '.join(missing)}; set them in the admin under Stores")
    try:
        boto3 = import_module("boto3")
    except ImportError as error:
        raise Refused("Amazon's notifications need boto3: pip install boto3") from error
    try:
        client = boto3.client(
            "sqs",
            region_name=credentials["aws_region"],
            aws_access_key_id=credentials["aws_access_key_id"],
            aws_secret_access_key=credentials["aws_secret_access_key"],
        )
    except Exception as error:  # noqa: BLE001 - of botocore's own types; one store's slip must not stop the others
        raise Refused(f"the notification queue's settings are not taken: {type(error).__name__}") from None
    return cast(Queue, client)


def _received(queue: Queue, url: str) -> Iterator[Mapping[str, Any]]:
    answer = _asked(queue.receive_message, QueueUrl=url, MaxNumberOfMessages=AT_ONCE, WaitTimeSeconds=0)
    yield from answer.get("Messages") or ()


def _asked(call: Any, **asked: Any) -> Any:
    try:
        return call(**asked)
    except Exception as error:  # noqa: BLE001 - botocore has the types, and its errors may quote what was sent
        raise Unavailable(f"the notification queue does not answer: {type(error).__name__}") from None


def _keep(stores: list[Store], body: bytes, message_id: str) -> None:
    """In the stores that the message speaks of; all that share the queue where it does not say."""
    note = read(body)
    if note is None:
        key = message_id or hashlib.sha256(body).hexdigest()
        take_in(stores[0], Message(key, UNPARSEABLE, body, outcome=NOT_KNOWN))
        return
    resources = REPORTS.get(note.report, ()) if note.report else RESOURCES.get(note.kind, ())
    for store in concerned(stores, note):
        take_in(store, Message(note.key or message_id, note.kind, body, resources=resources))


def concerned(stores: list[Store], note: Note) -> list[Store]:
    for known, given in ((_seller, note.seller), (_marketplace, note.marketplace)):
        stores = [store for store in stores if given in ("", known(store))] or stores
    return stores


def _seller(store: Store) -> str:
    return str(store.credentials.get("seller_id", ""))


def _marketplace(store: Store) -> str:
    return store.marketplace


def read(body: bytes) -> Note | None:
    """The notification in a message, also one that came through SNS; None for what is none."""
    try:
        document = json.loads(body)
        if isinstance(document, dict) and isinstance(document.get("Message"), str):
            document = json.loads(document["Message"])
    except (ValueError, RecursionError):
        return None
    kind = _text(document, "NotificationType")
    if not kind:
        return None
    payload = _node(document, "Payload")
    inner = next((one for one in payload.values() if isinstance(one, dict)), payload)
    summary = _node(inner, "Summary")
    return Note(
        key=_text(_node(document, "NotificationMetadata"), "NotificationId"),
        kind=kind,
        seller=_text(inner, "SellerId"),
        marketplace=_text(summary, "MarketplaceId") or _text(inner, "MarketplaceId"),
        report=_text(inner, "ReportType"),
    )


def _node(node: Any, name: str) -> dict[str, Any]:
    found = _value(node, name)
    return found if isinstance(found, dict) else {}


def _text(node: Any, name: str) -> str:
    found = _value(node, name)
    return found if isinstance(found, str) else ""


def _value(node: Any, name: str) -> Any:
    """A field in either letter case."""
    if not isinstance(node, dict):
        return None
    return node.get(name, node.get(name[0].lower() + name[1:]))
