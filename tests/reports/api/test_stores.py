import json
from datetime import date
from typing import Any

import pytest
from django.db import connection

from tests.reports.api.making import make_client, make_company, make_store

pytestmark = pytest.mark.django_db
URL = "/api/v1/stores/"


def test_store_is_answered_without_its_credentials() -> None:
    store = make_store(make_company(), credentials={"secret": "s3cret"}, go_live=date(2026, 1, 1))
    reply = make_client("channels.store").get(URL)
    assert reply.json() == {
        "next": None,
        "results": [
            {
                "id": store.pk, "name": "Amazon DE", "company": store.company_id, "company_name": "Example Ltd",
                "base_currency": "USD", "channel": "amazon", "marketplace": "A1PA6795UKMFR9", "currency": "EUR",
                "timezone": "Europe/Berlin", "cross_border": False, "prices_include_tax": False,
                "ads_by_card": False, "go_live": "2026-01-01",
            }
        ],
    }  # fmt: skip


def test_stores_answer_when_their_credentials_cannot_be_read() -> None:
    """Lost CREDENTIAL_KEYS stop pulling, not reading."""
    make_store(make_company())
    with connection.cursor() as cursor:
        cursor.execute("UPDATE channels_store SET credentials = 'not a token'")
    assert make_client("channels.store").get(URL).status_code == 200


def test_filters_choose() -> None:
    company, other = make_company(), make_company("Other")
    amazon, shopify = make_store(company), make_store(company, "Shopify", channel="shopify", currency="USD")
    far = make_store(other, "Far", currency="JPY")
    reader = make_client("channels.store")
    expected: list[tuple[dict[str, Any], list[int]]] = [
        ({"company": company.pk}, [amazon.pk, shopify.pk]),
        ({"channel": "shopify"}, [shopify.pk]),
        ({"store": f"{far.pk},{amazon.pk}"}, [amazon.pk, far.pk]),
        ({"currency": "JPY,USD"}, [shopify.pk, far.pk]),
        ({"ordering": "-id"}, [far.pk, shopify.pk, amazon.pk]),
    ]
    found = [(query, [row["id"] for row in reader.get(URL, query).json()["results"]]) for query, _ in expected]
    assert found == expected


def test_export_equals_the_page() -> None:
    company = make_company()
    for number in range(3):
        make_store(company, f"store {number}")
    reader = make_client("channels.store")
    body = json.loads(reader.get(URL, {"format": "json"}).getvalue())
    assert body["results"] == reader.get(URL).json()["results"]
    assert body["totals"] == {"rows": 3, "sums": {}}
