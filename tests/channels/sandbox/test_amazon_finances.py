from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from channels.sandbox.wire import Faults
from tests.channels.sandbox.amazon_world import (
    OPEN,
    SETTLED,
    SHIPPED,
    START,
    Caller,
    body_of,
    day,
    make_test_world,
    refusal,
)


def _chain(caller: Caller, **query: Any) -> tuple[list[dict[str, Any]], int]:
    """The transactions of all pages, and how many pages showed none."""
    seen: list[dict[str, Any]] = []
    empty, token = 0, ""
    while True:
        page = body_of(caller.transactions(**query, **({"nextToken": token} if token else {})))["payload"]
        seen += page["transactions"]
        empty += not page["transactions"]
        token = page.get("nextToken", "")
        if not token:
            return seen, empty
        caller.clock.sleep(4)


def _sale(caller: Caller, **query: Any) -> dict[str, Any]:
    found, _ = _chain(caller, postedAfter=day(1).isoformat(), postedBefore=day(1.9).isoformat(), **query)
    assert len(found) == 1
    return found[0]


def _usd(amount: float) -> dict[str, Any]:
    return {"currencyAmount": amount, "currencyCode": "USD"}


def _leaves(nodes: list[dict[str, Any]]) -> dict[str, float]:
    """Amount by breakdown type, Base and Tax under the name of their fee."""
    found = {}
    for node in nodes:
        below = node["breakdowns"] or []
        if below and below[0]["breakdownType"] != "Base":
            found.update(_leaves(below))
        else:
            found[node["breakdownType"]] = node["breakdownAmount"]["currencyAmount"]
    return found


def test_a_shipment_is_deferred_then_released_under_the_same_id_and_date(tmp_path: Path) -> None:
    caller = Caller(tmp_path, at=5)
    held = _sale(caller)
    caller.clock.sleep(timedelta(days=7).total_seconds())
    released = _sale(caller)

    assert (held["transactionStatus"], released["transactionStatus"]) == ("DEFERRED", "DEFERRED_RELEASED")
    assert held["contexts"] == [
        {"contextType": "DeferredContext", "deferralReason": "DD7", "maturityDate": "2026-08-13T00:00:00Z"}
    ]
    for name in ("transactionId", "postedDate", "totalAmount", "items", "breakdowns"):
        assert held[name] == released[name]
    names = [[one["relatedIdentifierName"] for one in each["relatedIdentifiers"]] for each in (held, released)]
    assert names == [["ORDER_ID", "SHIPMENT_ID"], ["ORDER_ID", "SHIPMENT_ID", "FINANCIAL_EVENT_GROUP_ID"]]


def test_both_levels_of_breakdowns_tell_the_same_money(tmp_path: Path) -> None:
    sale = _sale(Caller(tmp_path))
    item = sale["items"][0]

    assert (sale["totalAmount"], item["totalAmount"]) == (_usd(27.48), _usd(27.48))
    assert _leaves(item["breakdowns"]) == {
        "OurPricePrincipal": 40.0, "OurPriceTax": 3.6, "ShippingPrincipal": 5.0, "ShippingTax": 0.5,
        "MarketplaceFacilitatorTax-Principal": -4.1, "OurPriceDiscount": -4.0, "Commission": -5.4,
        "FBAPerUnitFulfillmentFee": -8.12,
    }  # fmt: skip
    assert {one["breakdownType"]: one["breakdownAmount"] for one in sale["breakdowns"]} == {
        "Sales": _usd(41.0), "Expenses": _usd(-13.52),
    }  # fmt: skip
    assert item["contexts"] == [
        {"asin": "B0HLTEA001", "sku": "HL-TEA", "quantityShipped": 2, "fulfillmentNetwork": "AFN",
         "contextType": "ProductContext"}
    ]  # fmt: skip


def test_every_transaction_comes_once_and_a_reserve_is_none(tmp_path: Path) -> None:
    seen, _ = _chain(Caller(tmp_path), postedAfter=START.isoformat())
    assert [(one["transactionType"], one["totalAmount"]["currencyAmount"]) for one in seen] == [
        ("Shipment", 27.48), *sorted([("ServiceFee", -7.48), ("FBAInventoryReimbursement", 14.0)], key=_by_id(seen)),
        ("Refund", -17.3),
    ]  # fmt: skip
    assert len({one["transactionId"] for one in seen}) == 4


def _by_id(seen: list[dict[str, Any]]) -> Any:
    ids = {one["transactionType"]: one["transactionId"] for one in seen}
    return lambda pair: ids[pair[0]]


def test_a_reimbursement_has_its_detail_at_the_transaction_only(tmp_path: Path) -> None:
    seen, _ = _chain(Caller(tmp_path), postedAfter=START.isoformat())
    found = next(one for one in seen if one["transactionType"] == "FBAInventoryReimbursement")
    assert found["items"][0]["breakdowns"] is None
    assert _leaves(found["breakdowns"]) == {"FBAInventoryReimbursement": 14.0}


def test_the_period_is_half_open_and_more_than_180_days_are_nothing(tmp_path: Path) -> None:
    caller = Caller(tmp_path)
    posted = day(1.5).isoformat()
    at, _ = _chain(caller, postedAfter=posted, postedBefore=day(1.6).isoformat())
    before, _ = _chain(caller, postedAfter=day(1.4).isoformat(), postedBefore=posted)
    long, _ = _chain(caller, postedAfter=(day(29) - timedelta(days=181)).isoformat(), postedBefore=day(29).isoformat())
    assert (len(at), len(before), len(long)) == (1, 0, 0)


def test_transactions_are_found_by_order_group_status_and_marketplace(tmp_path: Path) -> None:
    caller = Caller(tmp_path)
    by_order, _ = _chain(caller, relatedIdentifierName="ORDER_ID", relatedIdentifierValue=SHIPPED.ref)
    group = next(
        one["relatedIdentifierValue"]
        for one in by_order[0]["relatedIdentifiers"]
        if one["relatedIdentifierName"] == "FINANCIAL_EVENT_GROUP_ID"
    )
    by_group, _ = _chain(caller, relatedIdentifierName="FINANCIAL_EVENT_GROUP_ID", relatedIdentifierValue=group)
    released, _ = _chain(caller, postedAfter=START.isoformat(), transactionStatus="RELEASED")
    elsewhere, _ = _chain(caller, postedAfter=START.isoformat(), marketplaceId="A1PA6795UKMFR9")

    assert [one["transactionType"] for one in by_order] == ["Shipment", "Refund"]
    # What a group pays is its settlement without the reserve.
    assert round(sum(one["totalAmount"]["currencyAmount"] for one in by_group), 2) == 34.0
    assert [one["transactionStatus"] for one in released] == ["RELEASED"] * 3
    assert elsewhere == []


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"postedBefore": day(1).isoformat()},
        {"postedAfter": START.isoformat(), "postedBefore": day(29.9995).isoformat()},
        {"postedAfter": day(2).isoformat(), "postedBefore": day(1).isoformat()},
        {"postedAfter": START.isoformat(), "transactionStatus": "PAID"},
        {"relatedIdentifierName": "SETTLEMENT_ID", "relatedIdentifierValue": "1"},
    ],
)
def test_a_wrong_question_is_refused(tmp_path: Path, query: dict[str, str]) -> None:
    assert refusal(Caller(tmp_path).transactions(**query)) == (400, "InvalidInput")


def test_pages_without_transactions_are_usual_also_without_faults(tmp_path: Path) -> None:
    caller = Caller(tmp_path)
    empty = 0
    for hour in range(40):
        seen, without = _chain(
            caller, postedAfter=day(1 + hour / 100).isoformat(), postedBefore=day(1.6 + hour / 100).isoformat()
        )
        empty += without
        assert len(seen) == 1
        caller.clock.sleep(60)
    assert 1 <= empty <= 20


def test_late_transactions_show_up_within_two_days(tmp_path: Path) -> None:
    caller = Caller(tmp_path, faults=Faults(["late"], rate=1), at=1.501)
    assert _chain(caller, postedAfter=START.isoformat())[0] == []
    caller.clock.sleep(timedelta(days=2).total_seconds())
    assert len(_chain(caller, postedAfter=START.isoformat())[0]) == 1


def test_a_new_word_stays_with_its_transaction_and_keeps_the_total(tmp_path: Path) -> None:
    faults = Faults(["new_word"], rate=1)
    caller = Caller(tmp_path, faults=faults)
    for _ in range(2):
        sale = _sale(caller)
        leaves = _leaves(sale["items"][0]["breakdowns"])
        assert (leaves["SustainabilitySurcharge"], round(sum(leaves.values()), 2)) == (-5.4, 27.48)


def test_groups_are_the_settlements_and_the_open_period(tmp_path: Path) -> None:
    caller = Caller(tmp_path)
    path, since = "/finances/v0/financialEventGroups", START.isoformat()
    first = body_of(caller.get(path, FinancialEventGroupStartedAfter=since, MaxResultsPerPage=1))["payload"]
    second = body_of(
        caller.get(path, FinancialEventGroupStartedAfter=since, MaxResultsPerPage=1, NextToken=first["NextToken"])
    )["payload"]
    closed, opened = first["FinancialEventGroupList"][0], second["FinancialEventGroupList"][0]

    assert "NextToken" not in second
    assert closed.pop("FinancialEventGroupId") != SETTLED.ref
    assert closed.pop("AccountTail").isdecimal()
    usd = {"CurrencyCode": "USD"}
    assert closed == {
        "ProcessingStatus": "Closed", "OriginalTotal": {**usd, "CurrencyAmount": 30.0},
        "BeginningBalance": {**usd, "CurrencyAmount": 0.0}, "ConvertedTotal": {**usd, "CurrencyAmount": 30.0},
        "FinancialEventGroupStart": "2026-08-02T00:00:00Z", "FinancialEventGroupEnd": "2026-08-16T00:00:00Z",
        "FundTransferStatus": "Succeeded", "FundTransferDate": "2026-08-17T00:00:00Z", "TraceId": "HLTRACE0001",
    }  # fmt: skip
    assert (opened["ProcessingStatus"], opened["OriginalTotal"]["CurrencyAmount"]) == ("Open", -17.3)


def test_a_group_is_open_until_its_settlement_ends(tmp_path: Path) -> None:
    caller = Caller(tmp_path, at=12)
    groups = body_of(caller.get("/finances/v0/financialEventGroups", FinancialEventGroupStartedAfter=START.isoformat()))
    assert [one["ProcessingStatus"] for one in groups["payload"]["FinancialEventGroupList"]] == ["Open"]


def test_an_order_that_has_not_shipped_has_no_money(tmp_path: Path) -> None:
    caller = Caller(tmp_path, make_test_world((OPEN,), statements=(), pending=()))
    assert _chain(caller, postedAfter=START.isoformat())[0] == []
