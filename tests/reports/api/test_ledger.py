import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoAssertNumQueries
from rest_framework.test import APIClient

from reconciliation.models import LedgerEntry
from tests.reports.api.making import NOON, make_client, make_company, make_entry, make_page, make_store

pytestmark = pytest.mark.django_db
URL = "/api/v1/ledger/"


@pytest.fixture
def reader() -> APIClient:
    return make_client("reconciliation.ledgerentry")


def ids(reader: APIClient, **query: Any) -> list[int]:
    reply = reader.get(URL, query)
    assert reply.status_code == 200, reply.json()
    return [row["id"] for row in reply.json()["results"]]


def walk(reader: APIClient, url: str) -> list[int]:
    """All ids, page by page."""
    found: list[int] = []
    following: str | None = url
    while following:
        page = reader.get(following).json()
        found += [row["id"] for row in page["results"]]
        following = page["next"]
    return found


def test_entry_is_answered_whole(reader: APIClient) -> None:
    store = make_store(make_company())
    page = make_page(store)
    entry = make_entry(
        store, "-3", kind="commission", label="ItemFees/Commission", order_ref="114-1", sku="MUG", key="k",
        base_amount=Decimal("-3.25"), rate=Decimal("1.0842"), rate_source="ecb", rate_on=date(2026, 1, 30),
        ordered_on=date(2026, 1, 28), payout="112", page=page, place=7,
    )  # fmt: skip
    assert reader.get(URL).json() == {
        "next": None,
        "results": [
            {
                "id": entry.pk, "company": store.company_id, "store": store.pk, "store_name": "Amazon DE",
                "channel": "amazon", "paying_store": store.pk, "paying_store_name": "Amazon DE", "source": "test",
                "key": "k", "part": 0, "stage": "settled", "kind": "commission", "label": "ItemFees/Commission",
                "order": "114-1", "sku": "MUG", "quantity": 0, "amount": "-3.00", "currency": "EUR",
                "base_amount": "-3.25", "base_currency": "USD", "rate": "1.0842", "rate_source": "ecb",
                "rate_on": "2026-01-30", "ordered_on": "2026-01-28", "shipped_on": None, "posted_on": "2026-01-15",
                "released_on": None, "deposited_on": None, "booked_on": None, "payout": "112", "page": page.pk,
                "place": 7, "revision": 1, "reversal": False, "recorded_at": "2026-02-01T12:00:00Z",
            }
        ],
    }  # fmt: skip
    assert reader.get(f"{URL}{entry.pk}/").json() == reader.get(URL).json()["results"][0]


def test_company_entry_without_store_and_rate_has_nulls(reader: APIClient) -> None:
    make_entry(None, "-5.5", company=make_company(), currency="JPY", base_amount=None, rate=None)
    row = reader.get(URL).json()["results"][0]
    shown = ("store", "store_name", "channel", "paying_store", "amount", "base_amount", "rate")
    assert [row[name] for name in shown] == [None, None, None, None, "-5.5", None, None]


def test_filters_choose(reader: APIClient) -> None:
    company = make_company()
    amazon, shopify = make_store(company), make_store(company, "Shopify", channel="shopify", currency="USD")
    sale = make_entry(amazon, order_ref="A1", sku="MUG", payout="P1")
    fee = make_entry(amazon, "-1", earning_store=shopify, kind="fulfilment", stage="deferred", order_ref="S1")
    back = make_entry(shopify, "-2", kind="refund", currency="USD", reversal=True, posted_on=date(2026, 2, 3))
    far = make_entry(make_store(make_company("Other"), "Far"), posted_on=None, shipped_on=date(2026, 3, 1))
    expected: list[tuple[dict[str, Any], list[int]]] = [
        ({"company": company.pk}, [back.pk, fee.pk, sale.pk]),
        ({"store": shopify.pk}, [back.pk, fee.pk]),
        ({"store": f"{shopify.pk},{amazon.pk}"}, [back.pk, fee.pk, sale.pk]),
        ({"paying_store": amazon.pk}, [fee.pk, sale.pk]),
        ({"channel": "shopify"}, [back.pk, fee.pk]),
        ({"kind": "refund,fulfilment"}, [back.pk, fee.pk]),
        ({"stage": "deferred"}, [fee.pk]),
        ({"order": "A1"}, [sale.pk]),
        ({"sku": "MUG"}, [sale.pk]),
        ({"payout": "P1"}, [sale.pk]),
        ({"currency": "USD"}, [back.pk]),
        ({"reversal": "true"}, [back.pk]),
        ({"reversal": "false"}, [far.pk, fee.pk, sale.pk]),
        ({"undated": "posted"}, [far.pk]),
        ({"posted_since": "2026-01-15", "posted_until": "2026-02-03"}, [fee.pk, sale.pk]),
        ({"posted_since": "2026-01-16"}, [back.pk]),
        ({"shipped_since": "2026-03-01", "shipped_until": "2026-03-02"}, [far.pk]),
        ({"shipped_until": "2026-03-01"}, []),
        ({"after_id": fee.pk}, [far.pk, back.pk]),
        ({"store": 2**63 - 1}, []),
    ]
    assert [(query, ids(reader, **query)) for query, _ in expected] == expected


def test_as_of_and_updated_since_look_at_when_we_knew(reader: APIClient) -> None:
    store = make_store(make_company())
    early = make_entry(store, recorded_at=NOON)
    late = make_entry(store, recorded_at=NOON + timedelta(seconds=1))
    assert ids(reader, as_of="2026-02-01T12:00:00Z") == [early.pk]
    assert ids(reader, as_of="2026-02-01T20:00:01+08:00") == [late.pk, early.pk]
    assert ids(reader, updated_since="2026-02-01T12:00:01Z") == [late.pk]


@pytest.mark.parametrize("ordering", ["-posted_on", "posted_on", "-recorded_at", "recorded_at", "-id", "id"])
@pytest.mark.parametrize("size", [1, 2, 3, 7])
def test_pages_show_every_row_once_with_ties_and_undated_rows(reader: APIClient, ordering: str, size: int) -> None:
    store = make_store(make_company())
    days = [date(2026, 1, 2), None, date(2026, 1, 1), date(2026, 1, 2), None, date(2026, 1, 2), None]
    rows = [
        make_entry(store, posted_on=day, recorded_at=NOON + timedelta(microseconds=place // 2))
        for place, day in enumerate(days)
    ]
    field = ordering.removeprefix("-")
    expected = sorted(
        rows,
        key=lambda row: (getattr(row, field) is None, getattr(row, field) or 0, row.pk),
        reverse=ordering[0] == "-",
    )
    assert walk(reader, f"{URL}?page_size={size}&ordering={ordering}") == [row.pk for row in expected]


def test_rows_that_arrive_between_pages_move_nothing(reader: APIClient) -> None:
    store = make_store(make_company())
    rows = [make_entry(store, posted_on=date(2026, 1, day)) for day in (5, 4, 3, 2)]
    undated = make_entry(store, posted_on=None)
    first = reader.get(URL, {"page_size": 3}).json()
    make_entry(store, posted_on=date(2026, 1, 9))
    make_entry(store, posted_on=None)
    tie = make_entry(store, posted_on=date(2026, 1, 4))  # a higher id than the last row shown: it belongs before it
    between = make_entry(store, posted_on=date(2026, 1, 3))
    assert [row["id"] for row in first["results"]] == [undated.pk, rows[0].pk, rows[1].pk]
    assert walk(reader, first["next"]) == [between.pk, rows[2].pk, rows[3].pk]
    assert tie.pk not in walk(reader, first["next"])


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ("stroe=1", ("stroe", "unknown_parameter")),
        ("store=1&store=2", ("store", "repeated_parameter")),
        ("store=", ("store", "empty_parameter")),
        ("store=x", ("store", "invalid")),
        ("store=99999999999999999999", ("store", "max_value")),
        ("kind=refund,none", ("kind", "invalid_choice")),
        ("reversal=yes", ("reversal", "invalid_choice")),
        ("posted_since=01/02/2026", ("posted_since", "invalid")),
        ("posted_since=2026-02-30", ("posted_since", "invalid")),
        ("as_of=2026-01-31", ("as_of", "invalid")),
        ("as_of=2026-01-31T10:00:00", ("as_of", "invalid")),
        ("updated_since=2026-01-31T10:00:00+08:00", ("updated_since", "invalid")),
        ("order=%00", ("order", "null_characters_not_allowed")),
        ("ordering=amount", ("ordering", "invalid")),
        ("page_size=1001", ("page_size", "invalid")),
        ("page_size=0", ("page_size", "invalid")),
        ("page_size=%C2%B2", ("page_size", "invalid")),
        ("cursor=x", ("cursor", "invalid")),
        ("cursor=WyItaWQiLCAxLCAxXQ==", ("cursor", "invalid")),
        ("cursor=WyItcG9zdGVkX29uIiwgInllcyIsIDFd", ("cursor", "invalid")),
        ("cursor=W10=", ("cursor", "invalid")),
        ("format=xlsx", ("format", "invalid")),
    ],
)
def test_parameters_that_make_no_sense_are_refused_by_name(
    reader: APIClient, query: str, problem: tuple[str, str]
) -> None:
    reply = reader.get(f"{URL}?{query}")
    body = reply.json()
    assert (reply.status_code, body["code"]) == (400, problem[1])
    assert [(item["parameter"], item["code"]) for item in body["problems"]] == [problem]


def test_detail_takes_no_parameters(reader: APIClient) -> None:
    entry = make_entry(make_store(make_company()))
    assert reader.get(f"{URL}{entry.pk}/?kind=refund").status_code == 400
    assert reader.get(f"{URL}{entry.pk + 1}/").json() == {
        "code": "not_found", "detail": "Not found.",
    }  # fmt: skip


def test_a_page_takes_two_queries_and_reads_no_credentials(
    reader: APIClient, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    store = make_store(make_company())
    for number in range(20):
        make_entry(make_store(store.company, f"store {number}"))
    reader.get(URL)  # permissions are read once for a user object
    with django_assert_num_queries(2) as queries:
        reader.get(URL)
    assert not [query for query in queries.captured_queries if "credentials" in query["sql"]]


def test_json_export_equals_the_pages(reader: APIClient) -> None:
    store = make_store(make_company())
    for number in range(23):
        make_entry(store, f"{number}.10", posted_on=date(2026, 1, number % 3 + 1) if number % 4 else None)
    make_entry(store, "1.005", kind="refund")
    reply = reader.get(URL, {"format": "json", "kind": "revenue", "as_of": "2026-02-01T12:00:00Z"})
    body = json.loads(reply.getvalue())
    shown: list[Any] = []
    url: str | None = f"{URL}?kind=revenue&page_size=5"
    while url:
        page = reader.get(url).json()
        shown += page["results"]
        url = page["next"]
    assert body == {
        "meta": {
            "export": "ledger", "tiers": "cm_v1", "as_of": "2026-02-01T12:00:00Z",
            "filters": "kind=revenue&as_of=2026-02-01T12%3A00%3A00Z",
        },
        "results": shown,
        "totals": {"rows": 23, "sums": {"amount": {"EUR": "255.30"}, "base_amount": {"USD": "255.30"}}},
    }  # fmt: skip
    assert reply.headers["X-Plumbline-Filters"] == "kind=revenue&as_of=2026-02-01T12%3A00%3A00Z"


def test_csv_export_is_text_that_no_spreadsheet_executes(reader: APIClient) -> None:
    store = make_store(make_company())
    entry = make_entry(
        store, "-12.5", label='=HYPERLINK("http://x")', order_ref="5934567890123456789", sku="商品,1", key="+1", base_amount=None,
        rate=None,
    )  # fmt: skip
    reply = reader.get(URL, {"format": "csv", "as_of": "2026-02-01T12:00:00Z"})
    ids = f"{entry.pk},{store.company_id},{store.pk}"
    assert reply.getvalue().decode() == (
        "\ufeff# plumbline ledger | tiers cm_v1 | as_of 2026-02-01T12:00:00Z | filters as_of=2026-02-01T12%3A00%3A00Z\r\n"
        "id,company,store,store_name,channel,paying_store,paying_store_name,source,key,part,stage,kind,label,order,sku,"
        "quantity,amount,currency,base_amount,base_currency,rate,rate_source,rate_on,ordered_on,shipped_on,posted_on,"
        "released_on,deposited_on,booked_on,payout,page,place,revision,reversal,recorded_at\r\n"
        f'{ids},"Amazon DE","amazon",{store.pk},"Amazon DE","test","\'+1",0,"settled",'
        '"revenue","\'=HYPERLINK(""http://x"")","5934567890123456789","商品,1",0,-12.50,"EUR",,"USD",,"",,,,2026-01-15,'
        ',,,"",,0,1,false,2026-02-01T12:00:00Z\r\n'
        "# end: rows 1 | amount EUR -12.50\r\n"
    )
    assert reply.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert reply.headers["Content-Disposition"] == 'attachment; filename="plumbline-ledger.csv"'


def test_export_without_rows_still_has_both_ends(reader: APIClient) -> None:
    reply = reader.get(URL, {"format": "json"})
    assert json.loads(reply.getvalue())["totals"] == {"rows": 0, "sums": {}}
    lines = reader.get(URL, {"format": "csv"}).getvalue().decode().splitlines()
    assert (len(lines), lines[-1]) == (3, "# end: rows 0")


def test_export_of_several_batches_reads_with_a_cursor(reader: APIClient) -> None:
    store = make_store(make_company())
    LedgerEntry.objects.bulk_create(
        LedgerEntry(
            company=store.company, paying_store=store, earning_store=store, source="test", key=str(number),
            stage="settled", kind="revenue", label="x", amount=1, currency="EUR",
            recorded_at=datetime(2026, 1, 1, tzinfo=UTC),
        )
        for number in range(2001)
    )  # fmt: skip
    with CaptureQueriesContext(connection) as queries:
        body = json.loads(reader.get(URL, {"format": "json"}).getvalue())
    keys = [row["key"] for row in body["results"]]
    assert (keys, body["totals"]["rows"]) == ([str(number) for number in reversed(range(2001))], 2001)
    assert len([query for query in queries if "ledgerentry" in query["sql"]]) <= 1


def test_ledger_needs_its_permission() -> None:
    assert make_client("channels.store").get(URL).status_code == 403
