"""What tests import: companies, stores, and the files that channels give, each with what matters as arguments."""

import csv
import io
import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

from channels.load import load
from channels.models import Company, RawPage, Store
from channels.receive import Received, receive

SHARED = Path(__file__).parents[2] / "shared" / "data"
NOON = datetime(2026, 9, 1, 12, tzinfo=UTC)
_minutes = count(1)

_SETTLEMENT = (
    "settlement-id settlement-start-date settlement-end-date deposit-date total-amount currency transaction-type "
    "order-id merchant-order-id adjustment-id shipment-id marketplace-name amount-type amount-description amount "
    "fulfillment-id posted-date posted-date-time order-item-code merchant-order-item-id merchant-adjustment-item-id "
    "sku quantity-purchased promotion-id"
).split()
_ORDERS = (
    "amazon-order-id purchase-date last-updated-date order-status fulfillment-channel sales-channel product-name sku "
    "item-status quantity currency item-price item-tax ship-city ship-postal-code ship-country"
).split()


def make_company(name: str = "Maple", base: str = "USD") -> Company:
    return Company.objects.create(name=name, base_currency=base)


def make_store(company: Company | None = None, name: str = "Maple US", **given: Any) -> Store:
    fields = {"channel": "amazon", "currency": "USD"}
    return Store.objects.create(company=company or make_company(), name=name, **{**fields, **given})


def settlement(
    *lines: Mapping[str, str], total: str, number: str = "900", currency: str = "USD", deposit: str = "2026-07-02"
) -> bytes:
    """A settlement report V2; each line says what differs from a sale."""
    first = {
        "settlement-id": number, "settlement-start-date": "2026-06-16 00:00:00 UTC", "total-amount": total,
        "settlement-end-date": "2026-06-30 23:59:59 UTC", "deposit-date": f"{deposit} 00:00:00 UTC",
        "currency": currency,
    }  # fmt: skip
    sale = {
        "settlement-id": number, "currency": currency, "transaction-type": "Order", "order-id": "114-0000001-0000001",
        "marketplace-name": "Amazon.com", "amount-type": "ItemPrice", "amount-description": "Principal",
        "posted-date": "2026-06-17", "posted-date-time": "2026-06-17 08:14:22 UTC", "sku": "A",
        "quantity-purchased": "1",
    }  # fmt: skip
    return _table(_SETTLEMENT, [first, *({**sale, **line} for line in lines)])


def line(amount: str, words: str = "Principal", **cells: str) -> dict[str, str]:
    """A line of a settlement: its amount, the channel's words, other cells by column with _ for -."""
    sort = "ItemPrice" if words in ("Principal", "Shipping") else "ItemFees"
    given = {name.replace("_", "-"): cell for name, cell in cells.items()}
    return {"amount": amount, "amount-type": sort, "amount-description": words, **given}


def orders(*lines: Mapping[str, str]) -> bytes:
    """An all-orders report; each line says what differs from an order of one piece."""
    order = {
        "amazon-order-id": "114-0000001-0000001", "purchase-date": "2026-06-15T10:00:00+00:00",
        "last-updated-date": "2026-06-16T10:00:00+00:00", "order-status": "Shipped", "fulfillment-channel": "Amazon",
        "sales-channel": "Amazon.com", "product-name": "Matcha", "sku": "A", "item-status": "Shipped",
        "quantity": "1", "currency": "USD", "item-price": "20.00", "ship-city": "Springfield",
        "ship-postal-code": "12345", "ship-country": "US",
    }  # fmt: skip
    return _table(_ORDERS, [{**order, **line} for line in lines])


def wallet(*lines: tuple[int, str, str]) -> bytes:
    """A Shopee wallet's answer: (minute of 15 June 2026, amount, balance after it) of each line."""
    start = int(datetime(2026, 6, 15, 1, tzinfo=UTC).timestamp())
    listed = [
        f'{{"transaction_id": {1000 + minute}, "status": "COMPLETED", "transaction_type": "ADJUSTMENT_ADD", '
        f'"amount": {amount}, "current_balance": {balance}, "create_time": {start + 60 * minute}, "order_sn": "", '
        f'"buyer_name": "k25823"}}'
        for minute, amount, balance in reversed(lines)
    ]
    return f'{{"error": "", "message": "", "response": {{"transaction_list": [{", ".join(listed)}]}}}}'.encode()


def shopify_orders(*told: Mapping[str, str]) -> bytes:
    """An orders export; each order says what differs from one of Ada's."""
    order = {
        "Name": "#1001", "Email": "ada.byron@example.com", "Financial Status": "paid", "Currency": "USD",
        "Subtotal": "20.00", "Shipping": "0.00", "Taxes": "0.00", "Total": "20.00", "Discount Amount": "0.00",
        "Created at": "2026-06-15 10:00:00 +0000", "Lineitem quantity": "1", "Lineitem name": "Matcha",
        "Lineitem price": "20.00", "Lineitem sku": "A", "Lineitem discount": "0.00", "Payment Method": "PayPal",
        "Refunded Amount": "0.00", "Source": "web", "Shipping Name": "Ada Byron", "Billing Name": "Ada Byron",
        **{f"{whose} {what}": value for whose in ("Billing", "Shipping") for what, value in _AT_HOME.items()},
    }  # fmt: skip
    rows = [{**order, "Id": one.get("Name", "#1001").strip("#"), **one} for one in told]
    names = list({name: None for row in rows for name in row})
    out = io.StringIO()
    writer = csv.DictWriter(out, names, restval="")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue().encode()


_AT_HOME = {
    "Address1": "12 Analytical Row", "City": "Singapore", "Zip": "018956", "Province": "", "Country": "SG",
    "Phone": "+6581234567",
}  # fmt: skip


def shopee_orders(*told: Mapping[str, Any]) -> bytes:
    """Answers of get_order_detail; each order says what differs from one of Ada's as Shopee masks her."""
    address = {
        "name": "A***n", "phone": "******67", "town": "", "district": "", "city": "Singapore", "state": "",
        "region": "SG", "zipcode": "018956", "full_address": "12****",
    }  # fmt: skip
    start = int(datetime(2026, 6, 15, 1, tzinfo=UTC).timestamp())
    listed = []
    for number, one in enumerate(told):
        given = dict(one)
        where = {**address, **given.pop("address", {})}
        listed.append({
            "order_sn": f"2606150000{number:02d}", "region": "SG", "currency": "SGD", "order_status": "COMPLETED",
            "create_time": start + number, "update_time": start + number, "buyer_user_id": 7_000_001,
            "buyer_username": "adabyron", "recipient_address": where,
            "item_list": [{
                "item_id": 1, "model_id": 1, "item_name": "Matcha", "model_sku": "A", "item_sku": "A",
                "model_quantity_purchased": 1, "model_original_price": 20, "model_discounted_price": 20,
            }],
            **given,
        })  # fmt: skip
    return as_json({"error": "", "message": "", "response": {"order_list": listed}})


def _table(names: list[str], rows: Iterable[Mapping[str, str]]) -> bytes:
    text = ["\t".join(names), *("\t".join(row.get(name, "") for name in names) for row in rows)]
    return ("\n".join(text) + "\n").encode()


def as_json(node: Any) -> bytes:
    return json.dumps(node).encode()


def arrive(store: Store, body: bytes, name: str = "file.txt") -> Received:
    """The file is archived, each a minute after the one before."""
    at = NOON + timedelta(minutes=next(_minutes))
    return receive(store.company, store, io.BytesIO(body), name, at)


def take_in(store: Store, body: bytes, name: str = "file.txt") -> RawPage:
    """The file is archived and loaded."""
    page = arrive(store, body, name).page
    load(page)
    return page
