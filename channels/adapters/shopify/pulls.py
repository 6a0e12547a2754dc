"""What can be pulled from a shop, by which routes, at which pace, with which credentials."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

from channels.adapters.shopify import documents
from channels.adapters.shopify.nodes import MISREAD
from channels.core.errors import Changed, Refused
from channels.core.rows import Shop
from channels.core.transport import (
    Answer,
    Connection,
    Credential,
    Credentials,
    Rate,
    Resource,
    Route,
    Source,
    Task,
)

if TYPE_CHECKING:
    from channels.adapters.shopify.client import Client

DAY = timedelta(days=1)
VISIBLE = 60 * DAY  # orders older than this need read_all_orders
LEAD = 14 * DAY  # the first payouts hold money from before them, of orders from before them
AGES = (3 * DAY, 7 * DAY, 14 * DAY)  # payouts come days after their money, and change their status

# Points of a record, once the vendor has given back what a page did not use: counted on the sandbox's worlds.
_ORDER = 42.0  # with the few that are asked for once more by themselves
_REFUNDED = 60.0  # of an order with refunds, which a bulk file does not tell in full
_REFUNDED_SHARE = 0.1
_MOVEMENT = 4.0

CREDENTIALS = (
    Credential("shop", "Shop", secret=False, help="example.myshopify.com"),
    Credential("access_token", "Access token", required=False, help="shpat_…; not with client id and secret"),
    Credential("client_id", "Client id", secret=False, required=False),
    Credential("client_secret", "Client secret", required=False, help="also signs webhooks"),
    Credential("client_secret_old", "Client secret before rotation", required=False),
    Credential("personal", "Ask for buyers' fields (yes)", secret=False, required=False),
    Credential("read_all_orders", "Orders older than 60 days are granted (yes)", secret=False, required=False),
)

ORDERS = Resource(
    name="shopify.orders",
    title="Orders",
    every=timedelta(minutes=30),
    routes=(
        Route("pages", 7 * DAY, lambda length, records: {"graphql": 2 + records * _ORDER}),
        Route("bulk", 365 * DAY, lambda length, records: {"graphql": 50 + records * _REFUNDED_SHARE * _REFUNDED}),
    ),
    depth=VISIBLE,
    lead=LEAD,
    lag=timedelta(minutes=2),
    overlap=timedelta(minutes=30),  # the search index is behind
    again=(3 * DAY,),  # customer journeys that were not ready
    keeps=VISIBLE,
    lifted_by="read_all_orders",
)
PAYOUTS = Resource(
    name="shopify.payouts",
    title="Payouts",
    every=timedelta(hours=6),
    routes=(Route("pages", 31 * DAY, lambda length, records: {"graphql": 2 + 2 * (length / DAY)}),),
    depth=VISIBLE,
    lag=timedelta(minutes=5),
    overlap=timedelta(hours=2),
    again=AGES,
)
BALANCE = Resource(
    name="shopify.balance",
    title="Balance transactions",
    every=timedelta(hours=3),
    routes=(Route("pages", 7 * DAY, lambda length, records: {"graphql": 2 + records * _MOVEMENT}),),
    depth=VISIBLE,
    lead=LEAD,
    lag=timedelta(minutes=5),
    overlap=timedelta(hours=1),
    again=AGES,
)


def pages(connection: Connection, task: Task) -> Iterator[Answer]:
    """The answers of a window from ``task.resume`` on. An answer of another shape than its type is Changed."""
    from channels.adapters.shopify import chains  # noqa: PLC0415 - slow import
    from channels.adapters.shopify.client import Client  # noqa: PLC0415 - slow import, of ShopifyAPI

    found: dict[tuple[str, str], Callable[[Client, Task], Iterator[Answer]]] = {
        ("shopify.orders", "pages"): chains.orders,
        ("shopify.orders", "bulk"): chains.bulk_orders,
        ("shopify.payouts", "pages"): chains.payouts,
        ("shopify.balance", "pages"): chains.balance,
    }
    with Client(connection) as client:
        try:
            if task.resource == "shopify.orders" and task.until < connection.clock.now() - VISIBLE:
                _check_depth(client)
            yield from found[task.resource, task.route](client, task)
        except MISREAD as error:
            raise Changed(f"Shopify's answer has another shape: {type(error).__name__}: {error}"[:300]) from error


def _check_depth(client: Client) -> None:
    """Raises Refused where Shopify would hide orders this old, and so say that there are none."""
    if client.connection.credentials.get("read_all_orders", "").strip().lower() == "yes":
        return
    installation = client.ask(documents.SCOPES, {}, points=2.0).data.get("currentAppInstallation") or {}
    if "read_all_orders" not in {one.get("handle") for one in installation.get("accessScopes") or ()}:
        raise Refused("Shopify shows orders of the last 60 days only; the app needs the scope read_all_orders")


def application(given: Credentials) -> str:
    """Buckets are one for each app and shop."""
    return given.get("client_id") or given.get("access_token", "")


def seller(given: Credentials, shop: Shop) -> str:
    return given.get("shop", "").strip().lower()


SOURCE = Source(
    credentials=CREDENTIALS,
    resources=(ORDERS, PAYOUTS, BALANCE),
    # A standard plan's; the vendor says what a shop's own are.
    rates={"graphql": Rate(per_second=100.0, burst=2_000.0)},
    pages=pages,
    application=application,
    seller=seller,
)
