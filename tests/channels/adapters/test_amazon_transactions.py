"""Transactions and payout groups of the Finances API."""

import io
import json
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from channels.adapters import amazon as package
from channels.adapters.amazon import groups, transactions
from channels.adapters.amazon.breakdowns import kind_at
from channels.core.adapter import Format
from channels.core.kinds import Kind, Role, Stage
from channels.core.reading import read_head
from channels.core.rows import ChargeRow, DisbursementRow, Page, Row, Shop, Unreadable

D = Decimal
DE, FR = "A1PA6795UKMFR9", "A13V1IB3VIYZZH"
SHOP = Shop("amazon", DE, "EUR", "Europe/Berlin")
SAMPLES = Path(package.__file__).parent / "samples"
ORDER = "304-4410927-1183502"
Json = dict[str, Any]


def read(form: Format, document: Any, shop: Shop = SHOP) -> list[Row]:
    body = json.dumps(document).encode()
    assert form.recognise(read_head(io.BytesIO(body)))
    return list(form.rows(Page("", lambda: io.BytesIO(body), "", datetime(2026, 11, 1, tzinfo=UTC)), shop))


def eur(amount: Any) -> Json:
    return {"currencyAmount": amount, "currencyCode": "EUR"}


def node(kind: str, amount: Any, *below: Json) -> Json:
    return {"breakdownType": kind, "breakdownAmount": eur(amount), "breakdowns": list(below)}


def item(*nodes: Json, sku: str = "HL-CUP-2", units: int = 1) -> Json:
    context = {"contextType": "ProductContext", "sku": sku, "asin": "B0HLCUP002", "quantityShipped": units}
    return {"breakdowns": list(nodes) or None, "contexts": [context], "relatedIdentifiers": None}


def told(total: Any, *items: Json, nodes: Any = None, **fields: Any) -> Json:
    return {
        "transactionType": "Shipment", "transactionId": "T1", "transactionStatus": "RELEASED",
        "postedDate": "2026-10-23T12:40:00Z", "totalAmount": eur(total), "items": list(items) or None,
        "breakdowns": nodes, "contexts": None,
        "relatedIdentifiers": [{"relatedIdentifierName": "ORDER_ID", "relatedIdentifierValue": ORDER}],
        "marketplaceDetails": {"marketplaceId": DE}, "sellingPartnerMetadata": {"marketplaceId": DE},
    } | fields  # fmt: skip


def charges(*found: Json, shop: Shop = SHOP) -> list[Row]:
    return read(transactions.FORMAT, {"payload": {"transactions": list(found)}}, shop)


def brief(rows: list[Row]) -> list[tuple[str, Kind, Decimal]]:
    return [(one.key, one.kind, one.amount) for one in rows if isinstance(one, ChargeRow)]


PRICE = node("ProductCharges", 24.9, node("OurPricePrincipal", 24.9))
FEE = node("AmazonFees", -3.74, node("Commission", -3.74, node("Base", -3.14), node("Tax", -0.6)))


def test_leaves_of_the_items_are_the_lines() -> None:
    posted = datetime(2026, 10, 23, 12, 40, tzinfo=UTC)
    rows = charges(told(21.16, item(PRICE, FEE), nodes=[node("Sales", 24.9), node("Expenses", -3.74)]))
    line = ChargeRow(
        key="T1/1/ProductCharges>OurPricePrincipal", document="T1", kind=Kind.REVENUE,
        label="Shipment / ProductCharges / OurPricePrincipal", amount=D("24.9"), currency="EUR", place=1,
        role=Role.HELD, stage=Stage.SETTLED, order=ORDER, sku="HL-CUP-2", quantity=1, posted_at=posted,
        shipped_at=posted, released_at=posted,
    )  # fmt: skip
    assert rows[0] == line
    assert brief(rows)[1:] == [
        ("T1/1/AmazonFees>Commission>Base", Kind.COMMISSION, D("-3.14")),
        ("T1/1/AmazonFees>Commission>Tax", Kind.COMMISSION, D("-0.6")),
    ]


def test_transactions_own_breakdowns_are_read_where_an_item_has_none() -> None:
    rows = charges(told(6.22, item(), nodes=[node("Sales", 6.22, node("FBAInventoryReimbursement", 6.22))]))
    assert brief(rows) == [("T1//Sales>FBAInventoryReimbursement", Kind.REIMBURSEMENT, D("6.22"))]
    assert isinstance(rows[0], ChargeRow)
    assert rows[0].sku == "HL-CUP-2"


@pytest.mark.parametrize("nodes", [None, []])
def test_money_without_breakdowns_counts_as_the_rest(nodes: Any) -> None:
    assert brief(charges(told(6.22, nodes=nodes))) == [("T1//Rest>not in its breakdowns", Kind.UNMAPPED, D("6.22"))]


def test_what_breakdowns_leave_of_the_total_counts() -> None:
    assert brief(charges(told(30, item(PRICE)))) == [
        ("T1/1/ProductCharges>OurPricePrincipal", Kind.REVENUE, D("24.9")),
        ("T1//Rest>not in its breakdowns", Kind.UNMAPPED, D("5.1")),
    ]


def test_what_parts_leave_of_a_breakdown_counts_under_its_own_name() -> None:
    fees = node("AmazonFees", -5, node("Commission", -3))
    assert brief(charges(told(-5, item(fees)))) == [
        ("T1/1/AmazonFees>Commission", Kind.COMMISSION, D(-3)), ("T1/1/AmazonFees", Kind.UNMAPPED, D(-2)),
    ]  # fmt: skip


def test_zero_of_nothing_makes_no_lines() -> None:
    assert charges(told(0)) == []


@pytest.mark.parametrize(
    ("status", "related", "contexts", "expected"),
    [
        ("DEFERRED", {}, [{"maturityDate": "2026-11-02T00:00:00Z"}], (Role.HELD, Stage.DEFERRED, "2026-11-02")),
        ("DEFERRED", {}, None, (Role.HELD, Stage.DEFERRED, "")),
        ("DEFERRED_RELEASED", {}, [{"maturityDate": "2026-11-02T00:00:00Z"}], (Role.HELD, Stage.SETTLED, "2026-11-02")),
        ("DEFERRED_RELEASED", {"RELEASE_TRANSACTION_ID": "T2"}, None, (Role.COMPARE, Stage.SETTLED, "2026-10-23")),
        ("RELEASED", {"DEFERRED_TRANSACTION_ID": "T0"}, None, (Role.HELD, Stage.SETTLED, "2026-10-23")),
        (None, {}, None, (Role.HELD, Stage.SETTLED, "2026-10-23")),
        ("PARTLY_RELEASED", {}, None, (Role.HELD, Stage.SETTLED, "2026-10-23")),
    ],
)
def test_state_of_the_money(status: str | None, related: dict[str, str], contexts: Any, expected: Any) -> None:
    names = [{"relatedIdentifierName": name, "relatedIdentifierValue": value} for name, value in
             {"ORDER_ID": ORDER, **related}.items()]  # fmt: skip
    [row] = charges(told(24.9, item(PRICE), transactionStatus=status, relatedIdentifiers=names, contexts=contexts))
    assert isinstance(row, ChargeRow)
    released = row.released_at.date().isoformat() if row.released_at else ""
    assert (row.role, row.stage, released) == expected


@pytest.mark.parametrize(
    "related", [None, [], [{"relatedIdentifierName": "ORDER_ID", "relatedIdentifierValue": "8129762527551"}]]
)
def test_money_without_an_order_is_compared_only(related: Any) -> None:
    [row] = charges(told(-30, item(node("AmazonFees", -30, node("Subscription", -30))), relatedIdentifiers=related))
    assert isinstance(row, ChargeRow)
    assert (row.role, row.order, row.kind) == (Role.COMPARE, "", Kind.SUBSCRIPTION)


def test_units_are_on_the_first_price_only() -> None:
    rows = charges(told(49.8, item(PRICE, PRICE, units=2)))
    path = "T1/1/ProductCharges>OurPricePrincipal"
    assert [(one.key, one.quantity) for one in rows if isinstance(one, ChargeRow)] == [(path, 2), (f"{path}#2", 0)]


def test_lines_of_another_marketplace_or_currency_are_not_this_stores() -> None:
    french = told(24.9, item(PRICE), marketplaceDetails={"marketplaceId": FR})
    seller = told(24.9, item(PRICE), marketplaceDetails=None, sellingPartnerMetadata={"marketplaceId": FR})
    nowhere = told(24.9, item(PRICE), marketplaceDetails=None, sellingPartnerMetadata=None)
    off_amazon = told(24.9, item(PRICE), marketplaceDetails={"marketplaceId": "A1MQXOICRS2Z7M"})
    pounds = told(1, totalAmount={"currencyAmount": 1, "currencyCode": "GBP"})
    found = [len(charges(one)) for one in (french, seller, nowhere, off_amazon, pounds)]
    assert found == [0, 0, 1, 1, 0]


@pytest.mark.parametrize(
    "wrong",
    [
        None, 5, {}, told("EUR 5"), told(5, item(node("Tax", "x"))), told(5, postedDate=5), told(5, transactionId=7),
        told(True), told(5, {"breakdowns": 5}), told(5, item(units="two")), told(5, transactionType=None),  # type: ignore[arg-type]
        told(5, relatedIdentifiers=[{}]), told(5, item({"breakdownType": "Tax"})),
        told(5, item({"breakdownType": "Tax", "breakdownAmount": {"currencyAmount": 5, "currencyCode": "SEK"}})),
    ],
)  # fmt: skip
def test_transaction_of_another_shape_is_told_and_the_others_are_read(wrong: Any) -> None:
    rows = charges(told(24.9, item(PRICE)), wrong)
    assert len(brief(rows)) == 1
    assert [(type(one), one.place) for one in rows[1:]] == [(Unreadable, 2)]


@pytest.mark.parametrize(
    ("kind", "transaction", "path"),
    [
        (Kind.REVENUE, "Shipment", "ProductCharges>OurPricePrincipal"),
        (Kind.REFUND, "Refund", "ProductCharges>OurPricePrincipal"),
        (Kind.REFUND, "Refund", "Shipping>ShippingPrincipal"),
        (Kind.SHIPPING_INCOME, "Refund", "AmazonFees>ShippingChargeback>Base"),
        (Kind.SHIPPING_INCOME, "Shipment", "AmazonFees>ShippingChargeback>Tax"),
        (Kind.TAX_COLLECTED, "Shipment", "Tax>OurPriceTax"),
        (Kind.TAX_COLLECTED, "Shipment", "Sales>Tax"),
        (Kind.TAX_COLLECTED, "Shipment", "Tax>SomethingNew"),
        (Kind.TAX_WITHHELD, "Shipment", "TaxWithheld>MarketplaceFacilitatorTax-Principal"),
        (Kind.DISCOUNT, "Shipment", "PromoRebates>Promo"),
        (Kind.COMMISSION, "Refund", "AmazonFees>RefundCommission"),
        (Kind.FULFILMENT, "Shipment", "AmazonFees>FBAPerUnitFulfillmentFee>Base"),
        (Kind.STORAGE, "ServiceFee", "AmazonFees>FBAStorageFee>Base"),
        (Kind.ADVERTISING, "ProductAdsPayment", "AmazonFees>AdvertisingFee"),
        (Kind.UNMAPPED, "Shipment", "AmazonFees>SustainabilitySurcharge>Base"),
        (Kind.UNMAPPED, "Shipment", "AmazonFees>SustainabilitySurcharge>Tax"),
        (Kind.UNMAPPED, "Shipment", "Expenses>AmazonFees"),
        (Kind.FULFILMENT, "Shipment", "AmazonFees>FBAtransportationfee>Base"),
        (Kind.TRANSFER, "ServiceFee", "AmazonFees>SuccessfulCharge"),
        (Kind.COMMISSION, "Order", "ItemFees>Commission"),  # settlement words
        (Kind.RESERVE, "other-transaction", "other-transaction>Current Reserve Amount"),
    ],
)
def test_words_have_the_settlements_kinds(kind: Kind, transaction: str, path: str) -> None:
    assert kind_at(transaction, tuple(path.split(">"))) is kind


def test_sample_adds_up_to_its_totals() -> None:
    document = json.loads((SAMPLES / "transactions_2026-10-23.json").read_text(), parse_float=D)
    sums: dict[str, Decimal] = {}
    for row in charges_of(SAMPLES / "transactions_2026-10-23.json"):
        sums[row.document] = sums.get(row.document, D(0)) + row.amount
    assert sums == {
        one["transactionId"]: one["totalAmount"]["currencyAmount"] for one in document["payload"]["transactions"]
    }


def charges_of(path: Path) -> list[ChargeRow]:
    page = Page("", lambda: io.BytesIO(path.read_bytes()), "", datetime(2026, 11, 1, tzinfo=UTC))
    rows = list(transactions.FORMAT.rows(page, SHOP))
    assert [one for one in rows if not isinstance(one, ChargeRow)] == []
    return [one for one in rows if isinstance(one, ChargeRow)]


def test_envelope_may_be_missing_and_a_page_empty() -> None:
    assert read(transactions.FORMAT, {"transactions": [told(24.9, item(PRICE))]})
    assert read(transactions.FORMAT, {"payload": {"transactions": []}}) == []
    others: list[Any] = [{"transactions": []}, {"transactions": [{"id": 1}]}, {"payload": []}, []]
    for other in others:
        assert not transactions.FORMAT.recognise(read_head(io.BytesIO(json.dumps(other).encode())))


# Payout groups

GROUP: Json = {
    "FinancialEventGroupId": "G1", "ProcessingStatus": "Closed", "FundTransferStatus": "Succeeded",
    "OriginalTotal": {"CurrencyCode": "EUR", "CurrencyAmount": 1204.53},
    "ConvertedTotal": {"CurrencyCode": "CNY", "CurrencyAmount": 9636.24}, "FundTransferDate": "2026-10-10T06:00:00Z",
    "TraceId": "HLTRACE0001", "AccountTail": "042", "BeginningBalance": {"CurrencyCode": "EUR", "CurrencyAmount": 12.5},
    "FinancialEventGroupStart": "2026-09-24T18:27:57Z", "FinancialEventGroupEnd": "2026-10-08T18:27:57Z",
}  # fmt: skip


def listed(*found: Any) -> list[Row]:
    return read(groups.FORMAT, {"payload": {"FinancialEventGroupList": list(found)}})


def test_group_is_a_payout_with_the_banks_marks() -> None:
    assert listed(GROUP) == [
        DisbursementRow(
            ref="G1", currency="EUR", amount=D("1204.53"), place=1,
            starts_at=datetime(2026, 9, 24, 18, 27, 57, tzinfo=UTC), ends_at=datetime(2026, 10, 8, 18, 27, 57, tzinfo=UTC),
            sent_at=datetime(2026, 10, 10, 6, tzinfo=UTC), status="Closed / Succeeded", opening=D("12.5"),
            trace="HLTRACE0001", account_tail="042", paid_amount=D("9636.24"), paid_currency="CNY",
        )
    ]  # fmt: skip


def test_open_group_without_a_total_yet_is_nothing_so_far() -> None:
    open_group = {
        "FinancialEventGroupId": "G2",
        "ProcessingStatus": "Open",
        "FinancialEventGroupStart": "2026-10-08T18:27:57Z",
    }
    started = datetime(2026, 10, 8, 18, 27, 57, tzinfo=UTC)
    assert listed(open_group) == [
        DisbursementRow(ref="G2", currency="EUR", amount=D(0), place=1, starts_at=started, status="Open")
    ]


def test_group_of_another_currency_is_another_stores() -> None:
    pounds = {**GROUP, "OriginalTotal": {"CurrencyCode": "GBP", "CurrencyAmount": 5}}
    assert [one.place for one in listed(pounds, GROUP)] == [2]


@pytest.mark.parametrize("wrong", [None, {}, {**GROUP, "FinancialEventGroupId": 5}, {**GROUP, "OriginalTotal": None},
                                   {**GROUP, "OriginalTotal": {"CurrencyCode": "EUR", "CurrencyAmount": "x"}},
                                   {**GROUP, "FundTransferDate": "soon"}])  # fmt: skip
def test_group_of_another_shape_is_told(wrong: Any) -> None:
    rows = listed(GROUP, wrong)
    assert [(type(one), one.place) for one in rows[1:]] == [(Unreadable, 2)]
