import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from tests.reports.api.making import make_client, make_company, make_entry, make_order, make_store

pytestmark = pytest.mark.django_db
URL = "/api/v1/orders/"


@pytest.fixture
def reader() -> APIClient:
    return make_client("channels.order")


def refs(reader: APIClient, **query: Any) -> list[str]:
    reply = reader.get(URL, query)
    assert reply.status_code == 200, reply.json()
    return [row["order"] for row in reply.json()["results"]]


def test_order_is_answered_with_its_lines_and_the_way_to_its_money(reader: APIClient) -> None:
    store = make_store(make_company())
    order = make_order(store, "114-1", "MUG", country="DE", shipped_at=datetime(2026, 1, 16, 8, tzinfo=UTC))
    expected = {
        "id": order.pk, "company": store.company_id, "store": store.pk, "store_name": "Amazon DE",
        "channel": "amazon", "order": "114-1", "name": "", "currency": "EUR", "status": "", "cancelled": False,
        "ordered_at": "2026-01-15T09:00:00Z", "shipped_at": "2026-01-16T08:00:00Z", "updated_at": None,
        "recorded_at": "2026-02-01T12:00:00Z", "country": "DE", "sales_channel": "", "business": False,
        "mirror": False, "mirror_of": "", "serves": "",
        "items": [{"key": "1", "sku": "MUG", "title": "Mug", "quantity": 1}],
        "ledger": f"http://testserver/api/v1/ledger/?paying_store={store.pk}&order=114-1",
    }  # fmt: skip
    assert reader.get(URL).json() == {"next": None, "results": [expected]}
    entry = make_entry(store, "9.90", order_ref="114-1")
    served = make_entry(make_store(store.company, "FBA"), "-1", earning_store=store, order_ref="114-1")
    make_entry(store, "7", order_ref="114-2")
    detail = reader.get(f"{URL}{order.pk}/").json()
    assert [(row["id"], row["amount"]) for row in detail.pop("entries")] == [(entry.pk, "9.90"), (served.pk, "-1.00")]
    assert detail == expected


def test_filters_choose(reader: APIClient) -> None:
    company = make_company()
    amazon, shopify = make_store(company), make_store(company, "Shopify", channel="shopify")
    make_order(amazon, "A", "MUG", "CUP", ordered_at=datetime(2026, 1, 4, tzinfo=UTC), status="Shipped", country="DE")
    make_order(amazon, "B", "CUP", ordered_at=datetime(2026, 1, 3, tzinfo=UTC), cancelled=True, currency="SEK")
    make_order(shopify, "C", ordered_at=datetime(2026, 1, 2, tzinfo=UTC), name="#1001")
    make_order(shopify, "D", ordered_at=datetime(2026, 1, 1, tzinfo=UTC), is_mirror=True)
    expected: list[tuple[dict[str, Any], list[str]]] = [
        ({"company": company.pk}, ["A", "B", "C", "D"]),
        ({"store": shopify.pk}, ["C", "D"]),
        ({"channel": "amazon"}, ["A", "B"]),
        ({"order": "D,A"}, ["A", "D"]),
        ({"name": "#1001"}, ["C"]),
        ({"sku": "CUP,MUG"}, ["A", "B"]),
        ({"sku": "MUG"}, ["A"]),
        ({"status": "Shipped"}, ["A"]),
        ({"currency": "SEK"}, ["B"]),
        ({"country": "DE"}, ["A"]),
        ({"cancelled": "true"}, ["B"]),
        ({"mirror": "false"}, ["A", "B", "C"]),
        ({"updated_since": "2026-02-01T12:00:00Z"}, ["A", "B", "C", "D"]),
        ({"updated_since": "2026-02-01T12:00:01Z"}, []),
        ({"ordering": "ordered_at"}, ["D", "C", "B", "A"]),
    ]
    assert [(query, refs(reader, **query)) for query, _ in expected] == expected


@pytest.mark.parametrize(
    ("zone", "instant", "day"),
    [
        ("Europe/Berlin", "2026-01-14T23:00:00Z", "2026-01-15"),
        ("Europe/Berlin", "2026-01-14T22:59:59Z", "2026-01-14"),
        ("Europe/Berlin", "2026-07-14T22:00:00Z", "2026-07-15"),
        ("Pacific/Kiritimati", "2026-01-14T10:00:00Z", "2026-01-15"),
        ("Pacific/Pago_Pago", "2026-01-15T10:59:59Z", "2026-01-14"),
        ("America/Los_Angeles", "2026-03-08T08:00:00Z", "2026-03-08"),
    ],
)
def test_a_day_is_the_stores_own(reader: APIClient, zone: str, instant: str, day: str) -> None:
    store = make_store(make_company(), timezone=zone)
    make_order(store, "A", ordered_at=datetime.fromisoformat(instant))
    after = date.fromordinal(date.fromisoformat(day).toordinal() + 1).isoformat()
    assert refs(reader, ordered_since=day, ordered_until=after) == ["A"]
    assert (refs(reader, ordered_since=after), refs(reader, ordered_until=day)) == ([], [])


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_the_first_and_the_last_day_are_days(reader: APIClient, day: str) -> None:
    assert (refs(reader, ordered_since=day), refs(reader, shipped_until=day)) == ([], [])


def test_as_of_is_refused_because_orders_have_no_past(reader: APIClient) -> None:
    assert reader.get(URL, {"as_of": "2026-01-01T00:00:00Z"}).json()["code"] == "unknown_parameter"


def test_a_page_takes_two_queries(reader: APIClient, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    store = make_store(make_company())
    for number in range(20):
        make_order(store, str(number), "MUG", "CUP")
    reader.get(URL)
    with django_assert_num_queries(2):
        reader.get(URL)


def test_json_export_equals_the_pages(reader: APIClient) -> None:
    store = make_store(make_company())
    for number in range(5):
        make_order(store, str(number), *["MUG", "CUP"][: number % 3])
    shown = reader.get(URL, {"page_size": 3}).json()
    shown = shown["results"] + reader.get(shown["next"]).json()["results"]
    body = json.loads(reader.get(URL, {"format": "json"}).getvalue())
    assert (body["results"], body["totals"]) == (shown, {"rows": 5, "sums": {}})


def test_csv_export_has_a_line_for_each_order_line(reader: APIClient) -> None:
    store = make_store(make_company())
    one = make_order(store, "1", "MUG", "-CUP")
    none = make_order(store, "0", ordered_at=datetime(2026, 1, 1, tzinfo=UTC))
    lines = reader.get(URL, {"format": "csv"}).getvalue().decode().splitlines()
    assert lines[1] == (
        "id,company,store,store_name,channel,order,name,currency,status,cancelled,ordered_at,shipped_at,updated_at,"
        "recorded_at,country,sales_channel,business,mirror,mirror_of,serves,line_key,line_sku,line_title,line_quantity,"
        "ledger"
    )
    same = f'{one.pk},{store.company_id},{store.pk},"Amazon DE","amazon","1","","EUR","",false,2026-01-15T09:00:00Z,,,'
    same += '2026-02-01T12:00:00Z,"","",false,false,"",""'
    link = f'"http://testserver/api/v1/ledger/?paying_store={store.pk}&order=1"'
    assert lines[2:4] == [f'{same},"1","MUG","Mug",1,{link}', f'{same},"2","\'-CUP","\'-Cup",2,{link}']
    assert lines[4].startswith(f"{none.pk},")
    assert lines[4].split(",")[20:24] == ["", "", "", ""]
    assert lines[5] == "# end: rows 3"
