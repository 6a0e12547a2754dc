import json
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from reconciliation.models import Resolution
from tests.reports.api.making import NOON, make_client, make_company, make_discrepancy, make_store

pytestmark = pytest.mark.django_db
URL = "/api/v1/discrepancies/"


def test_discrepancy_is_answered_with_its_resolution() -> None:
    store = make_store(make_company())
    row = make_discrepancy(store, "0.5", "s/P1", payout="P1", detail="stated 1.00, lines 0.50")
    reader = make_client("reconciliation.discrepancy")
    expected = {
        "id": row.pk, "company": store.company_id, "store": store.pk, "store_name": "Amazon DE", "channel": "amazon",
        "cause": "residual", "key": "s/P1", "payout": "P1", "order": "", "amount": "0.50", "currency": "EUR",
        "count": 1, "detail": "stated 1.00, lines 0.50", "page": None, "since": "2026-02-01T12:00:00Z",
        "resolved": False, "note": None,
    }  # fmt: skip
    assert reader.get(URL).json() == {"next": None, "results": [expected]}
    for note in ("first", "rounding by the bank"):
        Resolution.objects.create(
            company=store.company, cause="residual", key="s/P1", amount=Decimal("0.5"), note=note
        )  # fmt: skip
    assert reader.get(URL).json()["results"] == [{**expected, "resolved": True, "note": "rounding by the bank"}]
    row.amount = Decimal("0.6")
    row.save()
    assert reader.get(URL).json()["results"] == [{**expected, "amount": "0.60"}]


def test_filters_choose() -> None:
    company = make_company()
    amazon, shopify = make_store(company), make_store(company, "Shopify", channel="shopify")
    first = make_discrepancy(amazon, "1", "a", payout="P1")
    second = make_discrepancy(shopify, "2", "b", order_ref="S1", cause="mirror", since=NOON + timedelta(1))
    third = make_discrepancy(shopify, "3", "c", currency="USD", since=NOON + timedelta(2))
    Resolution.objects.create(company=company, cause="residual", key="c", amount=3, note="fine")
    reader = make_client("reconciliation.discrepancy")
    expected: list[tuple[dict[str, Any], list[int]]] = [
        ({"company": company.pk}, [first.pk, second.pk, third.pk]),
        ({"store": amazon.pk}, [first.pk]),
        ({"channel": "shopify"}, [second.pk, third.pk]),
        ({"cause": "mirror,tax"}, [second.pk]),
        ({"payout": "P1"}, [first.pk]),
        ({"order": "S1"}, [second.pk]),
        ({"currency": "USD"}, [third.pk]),
        ({"resolved": "true"}, [third.pk]),
        ({"resolved": "false"}, [first.pk, second.pk]),
        ({"updated_since": "2026-02-02T12:00:00Z"}, [second.pk, third.pk]),
        ({"ordering": "-since"}, [third.pk, second.pk, first.pk]),
    ]
    found = [(query, [row["id"] for row in reader.get(URL, query).json()["results"]]) for query, _ in expected]
    assert found == expected


def test_export_equals_the_pages(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    store = make_store(make_company())
    for number in range(5):
        make_discrepancy(store, str(number), str(number), currency="" if number == 0 else "EUR")
    reader = make_client("reconciliation.discrepancy")
    first = reader.get(URL, {"page_size": 3}).json()
    with django_assert_num_queries(1):
        rest = reader.get(first["next"]).json()["results"]
    body = json.loads(reader.get(URL, {"format": "json"}).getvalue())
    assert body["results"] == first["results"] + rest
    assert body["totals"] == {"rows": 5, "sums": {"amount": {"": "0.00", "EUR": "10.00"}}}
