import json
from datetime import UTC, datetime
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from tests.reports.api.making import make_client, make_company, make_entry, make_payout, make_store

pytestmark = pytest.mark.django_db
URL = "/api/v1/payouts/"


@pytest.fixture
def reader() -> APIClient:
    return make_client("channels.payout")


def refs(reader: APIClient, **query: Any) -> list[str]:
    reply = reader.get(URL, query)
    assert reply.status_code == 200, reply.json()
    return [row["payout"] for row in reply.json()["results"]]


def test_payout_is_answered_with_what_was_posted_for_it(reader: APIClient) -> None:
    store = make_store(make_company())
    payout = make_payout(store, "P1", "90.50")
    make_entry(store, "100", payout="P1")
    make_entry(store, "-10", payout="P1", kind="unmapped")
    make_entry(store, "5", payout="P2")
    assert reader.get(URL).json() == {
        "next": None,
        "results": [
            {
                "id": payout.pk, "company": store.company_id, "store": store.pk, "store_name": "Amazon DE",
                "channel": "amazon", "payout": "P1", "currency": "EUR", "stated": "90.50", "lines": "90.00",
                "residual": "0.50", "unmapped": "-10.00", "itemised": True, "starts_at": None,
                "ends_at": "2026-01-31T12:00:00Z", "deposited_at": None, "status": "", "bank_reference": "",
                "paid_amount": None, "paid_currency": "", "recorded_at": "2026-02-01T12:00:00Z",
                "ledger": f"http://testserver/api/v1/ledger/?paying_store={store.pk}&payout=P1",
            }
        ],
    }  # fmt: skip
    assert reader.get(f"{URL}{payout.pk}/").json() == reader.get(URL).json()["results"][0]


def test_same_payout_id_in_two_stores_keeps_its_own_money(reader: APIClient) -> None:
    company = make_company()
    one, two = make_store(company), make_store(company, "Amazon FR")
    make_payout(one, "P", "1")
    make_payout(two, "P", "2")
    make_entry(one, "1", payout="P")
    rows = reader.get(URL, {"ordering": "id"}).json()["results"]
    assert [(row["store"], row["lines"], row["residual"]) for row in rows] == [
        (one.pk, "1.00", "0.00"),
        (two.pk, "0.00", "2.00"),
    ]


def test_filters_choose(reader: APIClient) -> None:
    company = make_company()
    amazon, shopify = make_store(company), make_store(company, "Shopify", channel="shopify", timezone="UTC")
    make_payout(amazon, "A", "1", deposited_at=datetime(2026, 1, 14, 23, tzinfo=UTC), status="paid")
    make_payout(shopify, "B", "2", ends_at=datetime(2026, 1, 14, 23, tzinfo=UTC), currency="USD")
    make_payout(shopify, "C", "3", ends_at=None)
    expected: list[tuple[dict[str, Any], list[str]]] = [
        ({"company": company.pk}, ["C", "A", "B"]),
        ({"store": amazon.pk}, ["A"]),
        ({"channel": "shopify"}, ["C", "B"]),
        ({"payout": "B,A"}, ["A", "B"]),
        ({"currency": "USD"}, ["B"]),
        ({"status": "paid"}, ["A"]),
        ({"deposited_since": "2026-01-15", "deposited_until": "2026-01-16"}, ["A"]),
        ({"ended_since": "2026-01-14", "ended_until": "2026-01-15"}, ["B"]),
        ({"updated_since": "2026-02-01T12:00:01Z"}, []),
        ({"ordering": "ends_at"}, ["B", "A", "C"]),
    ]
    assert [(query, refs(reader, **query)) for query, _ in expected] == expected


def test_a_page_takes_two_queries(reader: APIClient, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    store = make_store(make_company())
    for number in range(20):
        make_payout(store, str(number), "1")
    reader.get(URL)
    with django_assert_num_queries(2):
        reader.get(URL)


def test_export_equals_the_pages_and_adds_up(reader: APIClient) -> None:
    store = make_store(make_company())
    for number in range(5):
        make_payout(
            store, str(number), f"{number}.10", ends_at=None if number % 2 else datetime(2026, 1, 1, tzinfo=UTC)
        )
    make_entry(store, "4", payout="4")
    first = reader.get(URL, {"page_size": 3}).json()
    shown = first["results"] + reader.get(first["next"]).json()["results"]
    body = json.loads(reader.get(URL, {"format": "json"}).getvalue())
    sums = {"stated": "10.50", "lines": "4.00", "residual": "6.50", "unmapped": "0.00"}
    totals = {"rows": 5, "sums": {name: {"EUR": amount} for name, amount in sums.items()}}
    assert (body["results"], body["totals"]) == (shown, totals)
