"""A shop's exports and its API tell the same money under other keys: it counts once, whichever came first."""

import csv
import io
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db.models import Sum
from django.test import override_settings

from channels.adapters import format_of
from channels.core.clock import SharedClock
from channels.load import accept, load, replay_facts
from channels.models import Charge, Company, Fetch, Payout, RawPage, Store
from channels.pull import pull_store
from channels.receive import Arrived, archive, opened, receive
from channels.sandbox.keys import credentials
from channels.sandbox.server import serve
from channels.sandbox.world import make_world
from reports.digest import digests

WORLD = make_world("small", 3)
MONEY = ["shopify.balance", "shopify.payouts"]
LINES = (
    "Transaction Date,Type,Order,Card Brand,Card Source,Payout Status,Payout Date,Payout ID,Available On,Amount,Fee,Net"
    ",Checkout,Payment Method Name,Presentment Amount,Presentment Currency,Currency,VAT"
).split(",")
PAYOUTS = (
    "Payout Date,Status,Charges,Refunds,Adjustments,Marketplace Sales Tax,Advances,Reserved Funds,Fees,Retried Amount,"
    "Total,Currency,Bank Reference"
).split(",")

pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Path]]:
    clock = SharedClock(tmp_path_factory.mktemp("rivals") / "clock")
    clock.set(WORLD.ends_at + timedelta(days=20))
    with serve(WORLD, clock=clock) as sandbox:
        yield sandbox.base, clock.path
        assert sandbox.bugs == []


@pytest.fixture(params=["America/New_York", "Europe/Berlin"])
def store(request: pytest.FixtureRequest, address: tuple[str, Path]) -> Iterator[Store]:
    base, clock = address
    with override_settings(CLOCK=clock, ALLOW_LOOPBACK_ENDPOINTS=True):
        yield shop(base, "Harbor & Leaf", request.param)


def shop(base: str, name: str, zone: str) -> Store:
    market = WORLD.market("shopify")
    company = Company.objects.create(name=name, base_currency=market.currency)
    given: Any = {**credentials(market), "read_all_orders": "yes"}
    return Store.objects.create(
        company=company, name=name, channel="shopify", marketplace=market.marketplace, currency=market.currency,
        timezone=zone, go_live=WORLD.starts_at.date(), endpoint=f"{base}/shopify",
        credentials=given,
    )  # fmt: skip


def pull(store: Store) -> None:
    store.refresh_from_db()
    pull_store(store, MONEY, seconds=60, patience=3_600)
    assert set(store.windows.values_list("state", flat=True)) == {"green"}


@pytest.fixture
def exports(store: Store, address: tuple[str, Path]) -> tuple[bytes, bytes]:
    """(transactions, payouts) as the admin of the same shop would export them."""
    twin = shop(address[0], "Twin", store.timezone)
    pull(twin)
    payouts = {one.ref: one for one in Payout.objects.filter(store=twin)}
    fees = {
        one.document: -one.amount for one in Charge.objects.filter(store=twin, resource="shopify.balance")
        if one.key.endswith("/fee")
    }  # fmt: skip
    lines = Charge.objects.filter(store=twin, resource="shopify.balance").exclude(key__endswith="/fee")
    return (
        table(LINES, (line_of(one, fees.get(one.document, Decimal(0)), payouts, store.zone) for one in lines)),
        table(PAYOUTS, (payout_of(one, store.zone) for one in payouts.values())),
    )


def line_of(line: Charge, fee: Decimal, payouts: dict[str, Payout], zone: ZoneInfo) -> dict[str, str]:
    assert line.posted_at
    payout = payouts.get(line.payout)
    return {
        "Transaction Date": line.posted_at.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S %z"), "Type": line.label.lower(),
        "Order": line.order_ref, "Payout Status": payout.status if payout else "pending",
        "Payout Date": day_of(payout, zone) if payout else "", "Payout ID": line.payout, "Amount": f"{line.amount:.2f}",
        "Fee": f"{fee:.2f}", "Net": f"{line.amount - fee:.2f}", "Currency": line.currency,
    }  # fmt: skip


def payout_of(payout: Payout, zone: ZoneInfo) -> dict[str, str]:
    sums = dict.fromkeys(PAYOUTS[2:11], "0.00")
    return {
        **sums, "Payout Date": day_of(payout, zone), "Status": payout.status, "Charges": f"{payout.stated:.2f}",
        "Total": f"{payout.stated:.2f}", "Currency": payout.currency, "Bank Reference": payout.bank_reference,
    }  # fmt: skip


def day_of(payout: Payout, zone: ZoneInfo) -> str:
    """Shopify dates payouts by the shop's day; an instant of midnight UTC is a day without a time."""
    at = payout.ends_at
    assert at
    return f"{(at if at == at.replace(hour=0, minute=0, second=0) else at.astimezone(zone)):%Y-%m-%d}"


def table(names: list[str], rows: Iterator[dict[str, str]]) -> bytes:
    out = io.StringIO()
    writer = csv.DictWriter(out, names, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


def upload(store: Store, body: bytes, name: str) -> RawPage:
    page = receive(store.company, store, io.BytesIO(body), name, SharedClock(Path(clock_of())).now()).page
    load(page)
    return page


def clock_of() -> str:
    from django.conf import settings  # noqa: PLC0415 - the fixture's

    return str(settings.CLOCK)


def lines(store: Store) -> tuple[set[str], Decimal]:
    """By which routes the money that counts came, and its sum."""
    counted = Charge.objects.filter(store=store, withdrawn=False).exclude(role="compare")
    return set(counted.values_list("resource", flat=True)), counted.aggregate(sum=Sum("amount"))["sum"]


def payouts(store: Store) -> tuple[set[str], int, Decimal]:
    found = Payout.objects.filter(store=store)
    return set(found.values_list("resource", flat=True)), found.count(), found.aggregate(sum=Sum("stated"))["sum"]


def test_the_api_takes_the_place_of_exports_that_came_before(store: Store, exports: tuple[bytes, bytes]) -> None:
    for number, body in enumerate(exports):
        assert upload(store, body, f"{number}.csv").state == RawPage.State.LOADED
    (routes, total), (payout_routes, count, paid) = lines(store), payouts(store)
    assert (routes, payout_routes) == ({"shopify.transactions"}, {"shopify.payouts"})
    pull(store)
    assert lines(store) == ({"shopify.balance"}, total)
    assert payouts(store) == ({"shopify.api_payouts"}, count, paid)
    replayed_alike(store)


def test_an_export_that_comes_after_waits_and_replaces_only_when_it_is_accepted(
    store: Store, exports: tuple[bytes, bytes]
) -> None:
    pull(store)
    (_, total), (_, count, paid) = lines(store), payouts(store)
    pages = [upload(store, body, f"{number}.csv") for number, body in enumerate(exports)]
    assert [page.state for page in pages] == [RawPage.State.WAITING] * 2
    assert [page.conflict.split(" already by another route ")[1] for page in pages] == [
        "(Shopify balance transactions (Admin API)). Accept this page only to replace those.",
        "(Shopify payouts (Admin API)). Accept this page only to replace those.",
    ]
    assert lines(store) == ({"shopify.balance"}, total)
    assert payouts(store) == ({"shopify.api_payouts"}, count, paid)
    for page in pages:
        accept(page)
    assert lines(store) == ({"shopify.transactions"}, total)
    assert payouts(store) == ({"shopify.payouts"}, count, paid)
    replayed_alike(store)


def test_what_the_api_says_anew_takes_its_days_back(store: Store, exports: tuple[bytes, bytes]) -> None:
    pull(store)
    (_, total), (_, count, paid) = lines(store), payouts(store)
    for number, body in enumerate(exports):
        accept(upload(store, body, f"{number}.csv"))
    pull(store)  # the same answers again: nothing new was said
    assert lines(store) == ({"shopify.transactions"}, total)
    for fetch in list(Fetch.objects.filter(window__store=store).select_related("page", "window")):
        say_anew(fetch)
    assert lines(store) == ({"shopify.balance"}, total)
    assert payouts(store) == ({"shopify.api_payouts"}, count, paid)
    replayed_alike(store)


def say_anew(fetch: Fetch) -> None:
    """The answer comes again with a change that is none of the money's."""
    page, store = fetch.page, fetch.window.store
    with opened(page) as stream:
        body = stream.read() + b"\n"
    now = SharedClock(Path(clock_of())).now()
    form = format_of(page.resource)
    again = archive([Arrived(store.company, store, form, io.BytesIO(body), page.name, now)])[0].page
    Fetch.objects.create(
        window=fetch.window, attempt=fetch.attempt + 1, number=fetch.number, page=again, closed=fetch.closed,
        fetched_at=now,
    )  # fmt: skip
    load(again)


def replayed_alike(store: Store) -> None:
    before = list(digests())
    replay_facts(store.company_id, lambda _: None)
    assert list(digests()) == before


def test_payouts_on_their_way_count_once_too(store: Store) -> None:
    """An export's payout that is not paid yet is the API's of the same day."""
    row = {**dict.fromkeys(PAYOUTS[2:11], "0.00"), "Payout Date": "2026-02-12", "Status": "in_transit"}
    upload(store, table(PAYOUTS, iter([{**row, "Charges": "5.00", "Total": "5.00", "Currency": "USD"}])), "one.csv")
    document = (
        b'{"data": {"shopifyPaymentsAccount": {"id": "gid://shopify/ShopifyPaymentsAccount/1", "payouts": {"pageInfo": '
        b'{"hasNextPage": false, "endCursor": null}, "nodes": [{"id": "gid://shopify/ShopifyPaymentsPayout/77", '
        b'"legacyResourceId": "77", "issuedAt": "2026-02-12T00:00:00Z", "status": "IN_TRANSIT", "transactionType": '
        b'"DEPOSIT", "externalTraceId": null, "net": {"amount": "5.00", "currencyCode": "USD"}}]}}}}'
    )
    now = SharedClock(Path(clock_of())).now()
    form = format_of("shopify.api_payouts")
    page = archive([Arrived(store.company, store, form, io.BytesIO(document), "api", now)])[0].page
    load(page)
    assert page.state == RawPage.State.WAITING  # a file by hand
    accept(page)
    assert payouts(store) == ({"shopify.api_payouts"}, 1, Decimal("5.00"))
