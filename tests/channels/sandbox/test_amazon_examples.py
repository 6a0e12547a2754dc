"""Our replies against the shape of Amazon's official examples: the same keys and JSON types, where they have them."""

import json
from pathlib import Path
from typing import Any

import pytest

from channels.sandbox.amazon.brand import CATALOG, QUERIES
from channels.sandbox.amazon.reports import SETTLEMENT, render
from channels.sandbox.wire import Reply
from tests.channels.sandbox.amazon_world import START, Caller, day, make_order, make_test_world
from tests.making import SHARED

EXAMPLES = SHARED / "amazon" / "api_examples"
FILES = SHARED / "amazon" / "files"
pytestmark = pytest.mark.skipif(not EXAMPLES.is_dir(), reason="Amazon's official examples (../shared) are not here")

# What Amazon's examples of an order have and a shop of tea has not, or the sandbox does not serve.
NOT_SERVED = {
    "expense", "packages", "payment", "associatedOrders", "associatedOrderItems", "fulfillmentOrders", "measurement",
    "serialNumbers", "customization", "priceDesignation", "conditionNote", "picking", "packing", "shipping",
    "deliverByWindow", "labelPrintingWindow", "cancellationExecution", "buyerName", "buyerCompanyName", "companyName",
    "addressLine2", "addressLine3", "districtOrCounty", "municipality", "extendedFields", "status",
    "taxCalculationBreakdowns", "deliveryPreference",
}  # fmt: skip


def _examples(name: str, operation: str) -> list[dict[str, Any]]:
    every = json.loads((EXAMPLES / f"{name}.json").read_text())
    return [one for one in every if one["operation"] == operation]


def _shape(value: Any, path: str = "") -> dict[str, str]:
    """JSON type by key path; a list's members stand under []. Numbers are one type, null is none."""
    if isinstance(value, dict):
        found = {path: "object"}
        for key, below in value.items():
            found |= _shape(below, f"{path}.{key}")
        return found
    if isinstance(value, list):
        found = {path: "array"}
        for below in value:
            found |= _shape(below, f"{path}[]")
        return found
    if value is None:
        return {}
    kinds = {str: "string", bool: "boolean", int: "number", float: "number"}
    return {path: kinds[type(value)]}


def _agree(ours: dict[str, str], theirs: dict[str, str], extra: frozenset[str] = frozenset()) -> None:
    """Types agree where both have a path; ours has nothing that is in no example, but ``extra`` from the model."""
    assert {path: ours[path] for path in ours.keys() & theirs.keys()} == {
        path: theirs[path] for path in ours.keys() & theirs.keys()
    }
    assert {path for path in ours.keys() - theirs.keys() if not path.startswith(tuple(extra) or "-")} == set()


def _all(examples: list[dict[str, Any]], status: int) -> dict[str, str]:
    found: dict[str, str] = {}
    for one in examples:
        if one["status"] == status:
            found |= _shape(one["response"])
    return found


def _body(reply: Reply, status: int = 200) -> Any:
    assert reply.status == status
    return json.loads(reply.body)


@pytest.fixture
def caller(tmp_path: Path) -> Caller:
    own = make_order(4, 3, fulfilled_by="MERCHANT", shipped_at=day(4), business=True)
    world = make_test_world()
    return Caller(tmp_path, make_test_world((*world.orders, own)))


EVERYTHING = "BUYER,RECIPIENT,PROCEEDS,EXPENSE,PROMOTION,CANCELLATION,FULFILLMENT,PACKAGES,TAX,PAYMENT"


def _order_examples() -> dict[str, str]:
    """What an order is in the examples of both operations."""
    found = {}
    for operation, path in (("searchOrders", ".orders[]"), ("getOrder", ".order")):
        for name, kind in _all(_examples("orders_2026-01-01", operation), 200).items():
            if name.startswith(path):
                found[name.removeprefix(path)] = kind
    return found


def test_an_order_has_the_examples_shape(caller: Caller) -> None:
    theirs = _order_examples()
    page = _body(caller.orders(createdAfter=START.isoformat(), includedData=EVERYTHING))
    ours = {name: kind for order in page["orders"] for name, kind in _shape(order).items()}

    _agree(ours, theirs)
    missing = {path for path in theirs.keys() - ours.keys() if not set(path.replace("[]", "").split(".")) & NOT_SERVED}
    assert {path for path in missing if not path.startswith((".tax", ".orderItems[].programs"))} == set()
    one = _body(caller.get(f"/orders/2026-01-01/orders/{page['orders'][0]['orderId']}", includedData=EVERYTHING))
    assert one == {"order": page["orders"][0]}


def test_a_page_of_orders_has_the_examples_shape(caller: Caller) -> None:
    theirs = _all(_examples("orders_2026-01-01", "searchOrders"), 200)
    page = _body(caller.orders(createdAfter=START.isoformat(), maxResultsPerPage=3))
    updated = _body(caller.orders(lastUpdatedAfter=START.isoformat()))
    ours = _shape({**page, "orders": []}) | _shape({**updated, "orders": []})
    assert ours == {path: kind for path, kind in theirs.items() if not path.startswith(".orders[]")}


def test_transactions_have_the_examples_shape(caller: Caller) -> None:
    theirs = _all(_examples("finances_2024-06-19", "listTransactions"), 200)
    # The official example is thin: the fields of the model that real answers have are known from other captures.
    for name in ("list_transactions_SE_airbyte_fixture.json", "list_transactions_GB_edge_cases_SELFMADE.json"):
        theirs |= _shape(json.loads((FILES / name).read_text()))
    found: dict[str, str] = {}
    token = ""
    while True:
        query = {"postedAfter": START.isoformat(), **({"nextToken": token} if token else {})}
        page = _body(caller.transactions(**query))
        found |= _shape(page)
        token = page["payload"].get("nextToken", "")
        if not token:
            break
    _agree(found, theirs)
    missing = theirs.keys() - found.keys()
    assert {path for path in missing if "breakdowns" not in path} <= {".payload.nextToken"}


def test_groups_have_the_examples_shape(caller: Caller) -> None:
    theirs = _all(_examples("finances_v0", "listFinancialEventGroups"), 200)
    path = "/finances/v0/financialEventGroups"
    ours = _shape(_body(caller.get(path, FinancialEventGroupStartedAfter=START.isoformat(), MaxResultsPerPage=1)))
    assert ours == theirs


def test_reports_have_the_examples_shape(caller: Caller) -> None:
    path = "/reports/2021-06-30"
    created = _body(
        caller.post(f"{path}/reports", reportType=CATALOG, marketplaceIds=[caller.market.marketplace],
                    dataStartTime="2026-08-02", dataEndTime="2026-08-08", reportOptions={"reportPeriod": "WEEK"}), 202,
    )  # fmt: skip
    assert _shape(created) == _all(_examples("reports_2021-06-30", "createReport"), 202)
    caller.clock.sleep(3000)
    known = frozenset(
        {".marketplaceIds", ".reportDocumentId", ".reports[].marketplaceIds", ".reports[].reportDocumentId"}
    )
    shown = _body(caller.get(f"{path}/reports/{created['reportId']}"))
    _agree(_shape(shown), _all(_examples("reports_2021-06-30", "getReport"), 200), extra=known)
    listed = _body(caller.get(f"{path}/reports", reportTypes=f"{SETTLEMENT},{CATALOG}", pageSize=1))
    theirs = _all(_examples("reports_2021-06-30", "getReports"), 200)
    _agree(_shape(listed), theirs, extra=known)
    assert theirs.keys() <= _shape(listed).keys()
    document = _body(caller.get(f"{path}/documents/{shown['reportDocumentId']}"))
    theirs = _all(_examples("reports_2021-06-30", "getReportDocument"), 200)
    _agree(_shape(document), theirs, extra=frozenset({".compressionAlgorithm"}))


def test_errors_have_the_examples_shape(caller: Caller) -> None:
    wrong = [
        ("orders_2026-01-01", "searchOrders", caller.orders(createdAfter="TEST_CASE_400")),
        ("finances_2024-06-19", "listTransactions", caller.transactions(postedBefore="2022-03-07")),
        ("finances_v0", "listFinancialEventGroups", caller.get(
            "/finances/v0/financialEventGroups", FinancialEventGroupStartedBefore="2027-01-01",
        )),
        ("reports_2021-06-30", "createReport", caller.post("/reports/2021-06-30/reports", reportType="BAD")),
        ("reports_2021-06-30", "getReport", caller.get("/reports/2021-06-30/reports/badReportId1")),
        ("reports_2021-06-30", "getReports", caller.get("/reports/2021-06-30/reports", reportTypes="X",
                                                        processingStatuses="BAD_VALUE")),
    ]  # fmt: skip
    for name, operation, reply in wrong:
        theirs = _all(_examples(name, operation), 400)
        _agree(_shape(_body(reply, 400)), theirs, extra=frozenset({".errors[].details"}))
    start = _body(caller.transactions(postedBefore="2022-03-07"), 400)
    assert start == next(
        one["response"] for one in _examples("finances_2024-06-19", "listTransactions") if one["status"] == 400
    )


@pytest.mark.parametrize(
    ("kind", "name", "options"),
    [
        (QUERIES, "official_example_sellingPartnerSearchQueryPerformanceReport.json", {"asin": "B0HLTEA001"}),
        (CATALOG, "official_example_sellingPartnerSearchCatalogPerformanceReport.json", {"asins": "B0HLTEA001"}),
    ],
)
def test_brand_analytics_have_the_examples_shape(caller: Caller, kind: str, name: str, options: dict[str, str]) -> None:
    created = _body(
        caller.post("/reports/2021-06-30/reports", reportType=kind, marketplaceIds=[caller.market.marketplace],
                    dataStartTime="2026-08-02", dataEndTime="2026-08-08",
                    reportOptions={"reportPeriod": "WEEK", **options}), 202,
    )  # fmt: skip
    caller.clock.sleep(3000)
    report = caller.vendor.reports.find(
        created["reportId"], caller.vendor.books[caller.market.seller], caller.clock.now()
    )
    body, _ = render(report, caller.vendor.books[caller.market.seller])
    theirs = _shape(json.loads((FILES / name).read_text()))
    ours = _shape(json.loads(body))
    _agree(ours, theirs)
    assert not {
        path for path in theirs.keys() - ours.keys() if "ShippingImpression" not in path and "DayShipping" not in path
    }
