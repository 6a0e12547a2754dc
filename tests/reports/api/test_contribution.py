import json
from datetime import date, timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from tests.reports.api.making import NOON, make_client, make_company, make_entry, make_store

pytestmark = pytest.mark.django_db
URL = "/api/v1/contribution/"


@pytest.fixture
def reader() -> APIClient:
    return make_client("reconciliation.ledgerentry")


def rows(reader: APIClient, **query: Any) -> list[dict[str, Any]]:
    reply = reader.get(URL, query)
    assert reply.status_code == 200, reply.json()
    found: list[dict[str, Any]] = reply.json()["results"]
    return found


def test_contribution_is_answered_whole(reader: APIClient) -> None:
    store = make_store(make_company())
    make_entry(store, "100", order_ref="A", quantity=2)
    make_entry(store, "-15", kind="commission", order_ref="A")
    make_entry(store, "-40", kind="cogs", stage="cost", quantity=2)
    reply = reader.get(URL, {"as_of": "2026-02-01T12:00:00Z"}).json()
    assert reply == {
        "meta": {
            "export": "contribution",
            "tiers": "cm_v1",
            "as_of": "2026-02-01T12:00:00Z",
            "filters": "as_of=2026-02-01T12%3A00%3A00Z",
        },
        "results": [
            {
                "channel": "amazon", "period": "2026-01-01", "currency": "USD", "net_revenue": "100.00",
                "cm1": "60.00", "cm2": "45.00", "cm3a": "45.00", "cm3b": "45.00", "units": 2, "orders": 1,
                "cost_coverage": "1.0000", "fx_coverage": "1.0000", "mapping_coverage": "1.0000",
                "settled_share": "1.0000",
            }
        ],
    }  # fmt: skip


def test_parameters_reach_the_question(reader: APIClient) -> None:
    company = make_company()
    amazon, shopify = make_store(company), make_store(company, "Shopify", channel="shopify", currency="USD")
    make_entry(amazon, "10", shipped_on=date(2026, 1, 31))
    make_entry(shopify, "20", currency="GBP", posted_on=date(2026, 2, 3))
    make_entry(amazon, "40", sku="MUG", posted_on=None, recorded_at=NOON + timedelta(1))
    expected: list[tuple[dict[str, Any], list[tuple[Any, ...]]]] = [
        ({}, [("amazon", "2026-01-01", "10.00"), ("shopify", "2026-02-01", "20.00"), ("amazon", None, "40.00")]),
        ({"since": "2026-01-15", "until": "2026-02-03"}, [("amazon", "2026-01-01", "10.00")]),
        ({"by": "store", "store": shopify.pk}, [("Shopify", "2026-02-01", "20.00")]),
        ({"by": "company", "period": "week", "until": "2026-02-01"}, [("Example Ltd", "2026-01-12", "10.00")]),
        ({"by": "product", "store": amazon.pk, "as_of": "2026-02-02T12:00:00Z", "basis": "ordered"}, [
            ("", None, "10.00"), ("MUG", None, "40.00"),
        ]),
        ({"channel": "shopify", "currency": "original"}, [("shopify", "2026-02-01", "20.00")]),
        ({"basis": "shipped", "period": "day", "as_of": "2026-02-01T12:00:00Z"}, [
            ("amazon", "2026-01-31", "10.00"), ("shopify", None, "20.00"),
        ]),
        ({"channel": "shopify,amazon", "store": amazon.pk, "until": "2027-01-01"}, [("amazon", "2026-01-01", "10.00")]),
    ]  # fmt: skip
    found = [
        (
            query,
            [
                (row[str(query.get("by", "channel"))], row["period"], row["net_revenue"])
                for row in rows(reader, **query)
            ],
        )
        for query, _ in expected
    ]
    assert found == expected
    assert [row["currency"] for row in rows(reader, channel="shopify", currency="original")] == ["GBP"]


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ({"by": "sku"}, ("by", "invalid_choice")),
        ({"period": "year"}, ("period", "invalid_choice")),
        ({"since": "01/02/2026"}, ("since", "invalid")),
        ({"as_of": "2026-01-01"}, ("as_of", "invalid")),
        ({"channel": "ebay"}, ("channel", "invalid")),
        ({"store": "99999"}, ("store", "invalid")),
        ({"kind": "refund"}, ("kind", "unknown_parameter")),
        ({"page_size": "5"}, ("page_size", "unknown_parameter")),
    ],
)
def test_what_makes_no_sense_is_refused_by_name(
    reader: APIClient, query: dict[str, str], problem: tuple[str, str]
) -> None:
    make_store(make_company())
    body = reader.get(URL, query).json()
    assert [(item["parameter"], item["code"]) for item in body["problems"]] == [problem]


def test_several_companies_are_not_mixed(reader: APIClient) -> None:
    one, two = make_company(), make_company("Other", "EUR")
    for company in (one, two):
        make_entry(make_store(company, f"store of {company}"), "10")
    assert reader.get(URL).json()["problems"][0]["parameter"] == "company"
    assert [row["currency"] for row in rows(reader, company=two.pk)] == ["EUR"]
    assert [row["company"] for row in rows(reader, by="company")] == ["Example Ltd", "Other"]


def test_exports_equal_the_answer(reader: APIClient) -> None:
    store = make_store(make_company(), channel="=1+1")
    make_entry(store, "10", posted_on=None, base_amount=None, rate=None)
    answer = reader.get(URL, {"as_of": "2026-02-01T12:00:00Z"}).json()
    body = json.loads(reader.get(URL, {"as_of": "2026-02-01T12:00:00Z", "format": "json"}).getvalue())
    assert body == {**answer, "totals": {"rows": 1, "sums": {}}}
    lines = reader.get(URL, {"as_of": "2026-02-01T12:00:00Z", "format": "csv"}).getvalue().decode().splitlines()
    assert lines == [
        "\ufeff# plumbline contribution | tiers cm_v1 | as_of 2026-02-01T12:00:00Z | filters as_of=2026-02-01T12%3A00%3A00Z",
        (
            "channel,period,currency,net_revenue,cm1,cm2,cm3a,cm3b,units,orders,"
            "cost_coverage,fx_coverage,mapping_coverage,settled_share"
        ),
        '"\'=1+1",,"USD",,,,,,0,0,,0.0000,,',
        "# end: rows 1",
    ]
