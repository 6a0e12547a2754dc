"""The bare python-amazon-sp-api against the sandbox, over HTTP, on a generated world."""

import csv
import io
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from sp_api.api import Reports
from sp_api.api.finances.finances_2024_06_19 import FinancesV20240619
from sp_api.api.finances.finances_v0 import FinancesV0
from sp_api.api.orders.orders_2026_01_01 import OrdersV20260101
from sp_api.auth import AccessTokenClient
from sp_api.auth.access_token_client import cache
from sp_api.base import SellingApiRequestThrottledException
from sp_api.base.credential_provider import FromCodeCredentialProvider

from channels.core.clock import SharedClock
from channels.sandbox.keys import credentials
from channels.sandbox.server import Running, serve
from channels.sandbox.wire import Faults
from channels.sandbox.world import make_world
from channels.sandbox.world.model import Market, World

WORLD = make_world("small", 7)
US = WORLD.market("amazon.us")
SETTLEMENT = "GET_V2_SETTLEMENT_REPORT_DATA_FLAT_FILE_V2"
ALL_ORDERS = "GET_FLAT_FILE_ALL_ORDERS_DATA_BY_LAST_UPDATE_GENERAL"


_opened: list[Any] = []


@pytest.fixture
def running(tmp_path: Path) -> Iterator[Running]:
    cache.clear()  # the package keeps tokens for the process
    clock = SharedClock(tmp_path / "clock")
    clock.set(WORLD.ends_at + timedelta(hours=1))
    with serve(WORLD, clock=clock) as running:
        yield running
        while _opened:
            client = _opened.pop()
            client.close()
            client._auth._transport.close()  # which the package leaves open
    cache.clear()
    assert running.bugs == []


def _client(kind: type, running: Running, market: Market = US) -> Any:
    """As the package is pointed at another host (facts §2.1)."""
    host = running.base.removeprefix("http://")
    login = type(
        "LocalLogin", (AccessTokenClient,), {"scheme": "http://", "host": f"{host}/amazon", "path": "/auth/o2/token"}
    )
    given = {name: value for name, value in credentials(market).items() if name != "seller_id"}
    place = SimpleNamespace(endpoint=f"{running.base}/amazon", marketplace_id=market.marketplace, region="us-east-1")
    client = kind(
        marketplace=place, credentials=given, credential_providers=(FromCodeCredentialProvider,),
        auth_token_client_class=login, timeout=30,
    )  # fmt: skip
    _opened.append(client)
    return client


def _placed(world: World, market: Market) -> list[str]:
    return sorted(order.ref for order in world.of(market.code))


@pytest.mark.parametrize("code", ["amazon.us", "amazon.de"])
def test_every_order_comes_once(running: Running, code: str) -> None:
    market = WORLD.market(code)
    orders = _client(OrdersV20260101, running, market)
    query = {
        "createdAfter": WORLD.starts_at.isoformat(),
        "maxResultsPerPage": 7,
        "includedData": ["PROCEEDS", "FULFILLMENT"],
    }
    seen: list[str] = []
    token = ""
    while True:
        answer = orders.search_orders(**query, **({"paginationToken": token} if token else {}))
        assert answer.rate_limit == "0.0056"
        seen += [order["orderId"] for order in answer.payload["orders"]]
        token = (answer.pagination or {}).get("nextToken", "")
        if not token:
            break
    assert sorted(seen) == _placed(WORLD, market)
    one = orders.get_order(seen[0], includedData=["RECIPIENT"]).payload["order"]
    assert (one["orderId"], "recipient" in one) == (seen[0], True)


def test_money_adds_up_to_the_world(running: Running) -> None:
    finances = _client(FinancesV20240619, running)
    query = {"postedAfter": WORLD.starts_at.isoformat(), "postedBefore": WORLD.ends_at.isoformat()}
    total, token = Decimal(0), ""
    while True:
        page = finances.list_transactions(**query, **({"nextToken": token} if token else {}))
        total += sum(
            (Decimal(str(one["totalAmount"]["currencyAmount"])) for one in page.payload["transactions"]), Decimal(0)
        )
        token = page.next_token
        if not token:
            break
        running.app.clock.sleep(2)
    every = [one for statement in WORLD.statements for one in statement.entries] + list(WORLD.pending)
    held = ("reserve", "transfer")
    assert total == sum((one.amount for one in every if one.market == US.code and one.kind not in held), Decimal(0))
    groups = _client(FinancesV0, running).list_financial_event_groups(
        FinancialEventGroupStartedAfter=WORLD.starts_at.isoformat()
    )
    closed = [one for one in groups.payload["FinancialEventGroupList"] if one["ProcessingStatus"] == "Closed"]
    assert len(closed) == len([one for one in WORLD.statements if one.market == US.code])


def test_settlements_are_the_worlds(running: Running) -> None:
    reports = _client(Reports, running)
    listed = reports.get_reports(reportTypes=[SETTLEMENT]).payload["reports"]
    totals = {}
    for one in listed:
        document = reports.get_report_document(one["reportDocumentId"], download=True, character_code="utf-8")
        rows = list(csv.DictReader(io.StringIO(document.payload["document"]), delimiter="\t"))
        amounts = sum((Decimal(row["amount"]) for row in rows[1:]), Decimal(0))
        assert amounts == Decimal(rows[0]["total-amount"])
        totals[rows[0]["settlement-id"]] = amounts
    assert totals == {one.ref: one.total for one in WORLD.statements if one.market == US.code}


def test_an_all_orders_report_holds_every_line(running: Running) -> None:
    reports = _client(Reports, running)
    lines = 0
    for week in (0, 4):
        since = WORLD.starts_at + timedelta(weeks=week)
        made = reports.create_report(
            reportType=ALL_ORDERS, dataStartTime=since.isoformat(),
            dataEndTime=(since + timedelta(weeks=4, seconds=-1)).isoformat(), marketplaceIds=[US.marketplace],
        )  # fmt: skip
        running.app.clock.sleep(60)
        report = reports.get_report(made.payload["reportId"]).payload
        assert report["processingStatus"] == "DONE"
        document = reports.get_report_document(report["reportDocumentId"], download=True, character_code="cp1252")
        lines += len(list(csv.DictReader(io.StringIO(document.payload["document"]), delimiter="\t")))
    changed_later = [order for order in WORLD.of(US.code) if order.changes()[-1] > WORLD.ends_at]
    assert lines == sum(len(order.lines) for order in WORLD.of(US.code)) - sum(len(one.lines) for one in changed_later)


def test_haste_is_refused(running: Running) -> None:
    orders = _client(OrdersV20260101, running)
    for _ in range(20):
        orders.search_orders(createdAfter=WORLD.starts_at.isoformat(), maxResultsPerPage=1)
    with pytest.raises(SellingApiRequestThrottledException):
        orders.search_orders(createdAfter=WORLD.starts_at.isoformat(), maxResultsPerPage=1)
    assert dict(running.traffic.throttled) == {"amazon.searchOrders": 1}


def test_an_expired_address_gives_the_storages_xml(running: Running) -> None:
    reports = _client(Reports, running)
    listed = reports.get_reports(reportTypes=[SETTLEMENT]).payload["reports"]
    where = reports.get_report_document(listed[0]["reportDocumentId"], download=False).payload["url"]
    assert httpx.get(where).status_code == 200
    running.app.clock.sleep(301)
    late = httpx.get(where)
    assert (late.status_code, late.headers["content-type"]) == (403, "application/xml")


def test_a_cut_answer_is_an_error_at_the_client(running: Running) -> None:
    orders = _client(OrdersV20260101, running)
    orders.search_orders(createdAfter=WORLD.starts_at.isoformat())
    running.app._vendors["amazon"].faults = Faults(["cut"], rate=1)  # type: ignore[union-attr]
    with pytest.raises(httpx.RemoteProtocolError):
        orders.search_orders(createdAfter=WORLD.starts_at.isoformat())
