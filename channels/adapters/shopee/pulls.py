"""What can be pulled from Shopee with a shop's credentials, in which windows, at which pace."""

from collections.abc import Callable, Iterator
from datetime import timedelta

from channels.adapters.shopee.chains import ads, money, orders
from channels.adapters.shopee.chains.paging import PAGE
from channels.adapters.shopee.client import HOST, HOSTS, Client
from channels.core.errors import Refused
from channels.core.rows import Shop
from channels.core.transport import (
    Answer,
    Calls,
    Connection,
    Credential,
    Credentials,
    Rate,
    Resource,
    Route,
    Source,
    Task,
)

CREDENTIALS = (
    Credential("partner_id", "Partner ID", secret=False, help="Of the app, in Shopee's Open Platform console."),
    Credential("partner_key", "Live API partner key", help="Of the app, in the console; taken as literal text."),
    Credential("shop_id", "Shop ID", secret=False, help="Comes with the seller's authorisation."),
    Credential("merchant_id", "Merchant ID", secret=False, required=False, help="Cross-border sellers only."),
    Credential(
        "refresh_token", "Refresh token", help="Works once, then replaced by itself; no other program may use it."
    ),
    Credential("access_token", "Access token", required=False, help="Renewed by itself every four hours."),
    Credential(
        "access_expires_at", "Access token ends at", secret=False, required=False, help="In seconds since 1970."
    ),
    Credential(
        "host", "Host", secret=False, required=False,
        help=f"By where this server stands: {', '.join(HOSTS[:3])}. Left empty: {HOST}.",
    ),
    Credential(
        "push_url", "Push address as registered", secret=False, required=False,
        help="As it stands in Shopee's console, since it is part of the signature. Left empty: this server's own.",
    ),
    Credential(
        "push_keys", "Push keys", required=False, help="Keys that sign pushed messages, with commas between."
    ),
)  # fmt: skip

# Shopee publishes no numbers; bursts of 1,000 a second were seen to be cut off, 100 a second were not.
RATES = {"shop": Rate(5, 10), "app": Rate(20, 40, shared=True)}

_YEARS = timedelta(days=730)
_FORTNIGHT = timedelta(days=14)  # with the overlap it stays within the 15 days that the vendor takes
_HOUR = timedelta(hours=1)  # changes were seen to come late by minutes, never by so much


def _steps(*sizes: int) -> Callable[[timedelta, int], Calls]:
    """One call for so many records, for each of the sizes; at least one call."""

    def calls(_: timedelta, records: int) -> Calls:
        count = max(1, sum(-(-records // size) for size in sizes))
        return {"shop": count, "app": count}

    return calls


_ADS: Calls = {"shop": 3.0, "app": 3.0}  # the total, the list of campaigns, and a hundred of them

RESOURCES = (
    Resource(
        "shopee.orders", "Orders and their expected income", timedelta(minutes=15),
        (Route("list", _FORTNIGHT, _steps(PAGE, orders.DETAILS, orders.INCOMES)),), depth=_YEARS, overlap=_HOUR,
    ),
    # Adjustments come weeks after the release, and change the order's own detail without any notice.
    Resource(
        "shopee.escrow", "Income of released orders", _HOUR, (Route("list", _FORTNIGHT, _steps(PAGE, 1)),),
        depth=_YEARS, overlap=_HOUR, again=(timedelta(days=7), timedelta(days=30)),
    ),
    # Some gateways take 15 days for too long; a line may be pending for days before it counts.
    Resource(
        "shopee.wallet", "Wallet", _HOUR, (Route("list", timedelta(days=7), _steps(PAGE)),),
        depth=_YEARS, overlap=_HOUR, again=(timedelta(days=3), _FORTNIGHT), serves=lambda shop: not shop.cross_border,
    ),
    Resource(
        "shopee.payouts", "Payouts and their lines", timedelta(hours=6), (Route("list", _FORTNIGHT, _steps(PAGE, 5)),),
        depth=_YEARS, overlap=timedelta(hours=12), serves=lambda shop: shop.cross_border,
    ),
    Resource(
        "shopee.returns", "Returns", _HOUR, (Route("list", _FORTNIGHT, _steps(PAGE)),), depth=_YEARS, overlap=_HOUR,
    ),
    # Clicks count for the orders of 7 days, so figures grow. The vendor keeps six months.
    Resource(
        "shopee.ads", "Advertising by day", timedelta(days=1), (Route("daily", timedelta(days=28), lambda *_: _ADS),),
        depth=timedelta(days=178), lag=timedelta(hours=6), again=(timedelta(days=3), timedelta(days=7)),
        keeps=timedelta(days=180), aligned="day", optional=True,
    ),
)  # fmt: skip


def pages(connection: Connection, task: Task) -> Iterator[Answer]:
    """The answers of a window from ``task.resume`` on."""
    with Client(connection) as client:
        if task.resource == "shopee.orders":
            yield from orders.pages(client, task)
        elif task.resource == "shopee.escrow":
            yield from money.escrow(client, task)
        elif task.resource == "shopee.wallet":
            yield from money.wallet(client, task)
        elif task.resource == "shopee.payouts":
            yield from money.payouts(client, task)
        elif task.resource == "shopee.returns":
            yield from money.returns(client, task)
        elif task.resource == "shopee.ads":
            yield from ads.pages(client, task, connection.shop)
        else:
            raise Refused(f"{task.resource} cannot be pulled from Shopee")


def _application(credentials: Credentials) -> str:
    return credentials.get("partner_id", "")


def _seller(credentials: Credentials, shop: Shop) -> str:
    return credentials.get("shop_id", "")


SOURCE = Source(CREDENTIALS, RESOURCES, RATES, pages, _application, _seller)
