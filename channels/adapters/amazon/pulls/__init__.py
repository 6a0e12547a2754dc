"""The pulling side of Amazon: what there is, by which routes, and where each route's answers come from."""

from collections.abc import Callable, Iterator

from channels.adapters.amazon.client import Client, opened
from channels.adapters.amazon.pulls import brand, finances, orders, settlements
from channels.adapters.amazon.rates import RATES
from channels.core.errors import Refused
from channels.core.transport import Answer, Connection, Credential, Source, Task

_PULLERS: dict[tuple[str, str], Callable[[Client, Task], Iterator[Answer]]] = {
    ("amazon.orders", "search"): orders.search,
    ("amazon.orders", "report"): orders.report,
    ("amazon.transactions", "list"): finances.transactions,
    ("amazon.groups", "list"): finances.groups,
    ("amazon.settlements", "list"): settlements.collect,
    ("amazon.search", "report"): brand.search,
    ("amazon.catalog", "report"): brand.catalog,
    ("amazon.repeat", "report"): brand.repeat,
}


def pages(connection: Connection, task: Task) -> Iterator[Answer]:
    """The answers of a window from where an earlier try got to. The connection is closed when the generator is."""
    puller = _PULLERS.get((task.resource, task.route))
    if puller is None:
        raise Refused(f"Amazon has no {task.resource} by {task.route}")
    with opened(connection) as client:
        yield from puller(client, task)


CREDENTIALS = (
    Credential("refresh_token", "Refresh token", help="What the seller's authorisation gave; begins with Atzr|"),
    Credential("lwa_app_id", "LWA client id", secret=False, help="Developer Console, under the application"),
    Credential("lwa_client_secret", "LWA client secret", help="From the same place; it runs out after 180 days"),
    Credential("seller_id", "Merchant token", secret=False, help="Seller Central, Account info; quotas go by it"),
    Credential(
        "asins", "ASINs", secret=False, required=False,
        help="The brand's own products, separated by blanks: Search Query Performance must be asked for each",
    ),
    Credential(
        "sqs_queue_url", "Notification queue's address", secret=False, required=False,
        help="Of the seller's own SQS queue that Amazon sends notifications to; without one, pulls go by their pace",
    ),
    Credential("aws_region", "AWS region", secret=False, required=False, help="Of the queue, such as us-east-1"),
    Credential(
        "aws_access_key_id", "AWS access key ID", secret=False, required=False,
        help="Of an IAM user who may receive and delete messages of this queue, and nothing else",
    ),
    Credential("aws_secret_access_key", "AWS secret access key", required=False, help="Of the same IAM user"),
)  # fmt: skip

SOURCE = Source(
    credentials=CREDENTIALS,
    resources=(
        orders.RESOURCE,
        finances.TRANSACTIONS,
        finances.GROUPS,
        settlements.RESOURCE,
        *brand.RESOURCES,
    ),
    rates=RATES,
    pages=pages,
    application=lambda credentials: credentials.get("lwa_app_id", ""),
    seller=lambda credentials, shop: credentials.get("seller_id") or shop.marketplace,
)
