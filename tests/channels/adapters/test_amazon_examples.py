"""Amazon's official examples, and public captures, where a checkout has them beside it: every one is read."""

import io
import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from channels.adapters.amazon import ADAPTER, transactions
from channels.core.adapter import recognise
from channels.core.privacy import redact
from channels.core.reading import read_head
from channels.core.rows import ChargeRow, DisbursementRow, OrderRow, Page, Row, Shop, Unreadable

PUBLIC = Path(__file__).parents[3] / "../shared/data/amazon"
REASON = "Amazon's examples are not beside this checkout: they are public, but not ours to copy"
CURRENCIES = {"A1VC38T7YXB528": "JPY", "A1F83G8C2ARO7P": "GBP", "A2Q3Y263D00KWC": "BRL", "A33AVAJ2PDY3EV": "TRY"}


def load(name: str) -> Any:
    path = PUBLIC / name
    if not path.exists():
        pytest.skip(REASON)
    return json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)


def answers(name: str, *operations: str) -> list[bytes]:
    """The successful answers of these operations, as bytes again."""
    return [
        json.dumps(one["response"], default=float).encode()
        for one in load(f"api_examples/{name}")
        if one["operation"] in operations and one["status"] < 300 and one["response"]
    ]


def rows(body: bytes, shop: Shop) -> tuple[str, list[Row]]:
    [(_, form)] = recognise(read_head(io.BytesIO(body)), (ADAPTER,))
    kept = io.BytesIO()
    list(redact(io.BytesIO(body), read_head(io.BytesIO(body)), form.personal, kept))
    page = Page(form.resource, lambda: io.BytesIO(kept.getvalue()), "", datetime(2026, 11, 1, tzinfo=UTC))
    return form.resource, list(form.rows(page, shop))


def test_orders_are_read_without_their_personal_values() -> None:
    bodies = answers("orders_2026-01-01.json", "searchOrders", "getOrder")
    refs = []
    for body in bodies:
        document = json.loads(body)
        for order in document.get("orders") or [document["order"]]:
            market = order["salesChannel"]["marketplaceId"]
            shop = Shop("amazon", market, CURRENCIES.get(market, "USD"), "UTC")
            resource, found = rows(
                json.dumps(document | {"orders": [order]} if "orders" in document else document).encode(), shop
            )
            assert resource == "amazon.api_orders"
            assert [one for one in found if isinstance(one, Unreadable)] == []
            [row] = [one for one in found if isinstance(one, OrderRow)]
            address = order["recipient"]["deliveryAddress"]
            assert (row.ref, row.country, row.city) == (order["orderId"], address["countryCode"], address["city"])
            goods = sum((one.amount for one in found if isinstance(one, ChargeRow)), Decimal(0))
            assert goods == sum(Decimal(item["proceeds"]["proceedsTotal"]["amount"]) for item in order["orderItems"])
            refs.append(row.ref)
    assert len(refs) == 8


@pytest.mark.parametrize(
    "personal", ["John Smith", "Sarah Thompson", "150-0002", "SW1A 1AA", "+44 20 7946 0958", "Flat 2A", "TR1234567890",
                 "buyer-email", "Oliveira Tecnologia", "Rua das Flores", "Happy Holidays", "PO-2024-12345", "Reading"]
)  # fmt: skip
def test_nothing_personal_is_left_of_an_order(personal: str) -> None:
    for body in answers("orders_2026-01-01.json", "searchOrders", "getOrder"):
        [(_, form)] = recognise(read_head(io.BytesIO(body)), (ADAPTER,))
        kept = io.BytesIO()
        list(redact(io.BytesIO(body), read_head(io.BytesIO(body)), form.personal, kept))
        assert personal.encode() not in kept.getvalue()


def test_transactions_and_groups_are_read() -> None:
    shop = Shop("amazon", "", "USD", "UTC")
    for body in answers("finances_2024-06-19.json", "listTransactions"):
        resource, found = rows(body, shop)
        assert resource == "amazon.transactions"
        assert [one.amount for one in found if isinstance(one, ChargeRow)] == [10]
    for body in answers("finances_v0.json", "listFinancialEventGroups"):
        resource, found = rows(body, shop)
        assert resource == "amazon.groups"
        assert [one.amount for one in found if isinstance(one, DisbursementRow)] == [Decimal("10.34")]


def test_what_is_said_of_reports_is_known() -> None:
    bodies = answers("reports_2021-06-30.json", "getReports", "createReport", "getReport")
    assert [rows(body, Shop("amazon", "", "USD", "UTC")) for body in bodies] == [("amazon.reports", [])] * 3


@pytest.mark.parametrize(
    ("name", "currency", "totals"),
    [
        ("files/list_transactions_SE_airbyte_fixture.json", "SEK", ["294.46"]),
        ("files/list_transactions_GB_edge_cases_SELFMADE.json", "GBP", ["17.00", "-30.00", "6.22"]),
    ],
)
def test_captured_transactions_add_up(name: str, currency: str, totals: list[str]) -> None:
    document = load(name)
    body = json.dumps(document, default=float).encode()
    page = Page("", lambda: io.BytesIO(body), "", datetime(2026, 11, 1, tzinfo=UTC))
    found = list(transactions.FORMAT.rows(page, Shop("amazon", "", currency, "UTC")))
    sums: dict[str, Decimal] = {}
    for row in found:
        assert isinstance(row, ChargeRow)
        assert row.kind != "unmapped", row
        sums[row.document] = sums.get(row.document, Decimal(0)) + row.amount
    assert list(sums.values()) == [Decimal(one) for one in totals]
