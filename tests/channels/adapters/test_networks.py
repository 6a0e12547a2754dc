"""Exports of other advertising networks and of Search Console: columns in two languages, days, totals, currencies."""

import io
from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from channels import adapters as package
from channels.adapters import adapters
from channels.core.adapter import recognise
from channels.core.errors import Refused
from channels.core.exports import day_of, period_in
from channels.core.reading import read_head
from channels.core.rows import AdSpendRow, Page, Row, SearchRow, Shop, Unreadable

SAMPLES = Path(package.__file__).parent
SHOP = Shop("amazon", "", "USD", "UTC")
GOOGLE = "Day,Campaign,Currency code,Impr.,Clicks,Cost,Conversions,Conv. value\n"
QUERIES = "Top queries,Clicks,Impressions,CTR,Position\nharbor leaf,10,100,10%,1.2\n"


def read(body: str | bytes, **said: str) -> list[Row]:
    data = body.encode() if isinstance(body, str) else body
    [(_, form)] = recognise(read_head(io.BytesIO(data)), adapters())
    page = Page(form.resource, lambda: io.BytesIO(data), "", datetime(2026, 11, 1, tzinfo=UTC), said)
    return list(form.rows(page, SHOP))


def sample(name: str) -> list[Row]:
    return read((SAMPLES / name).read_bytes())


def spend(rows: Iterable[Row]) -> list[tuple[str, str, str, str, str]]:
    return [
        (row.campaign, row.starts_on.isoformat(), row.ends_on.isoformat(), row.currency, f"{row.spend:.2f}")
        for row in rows
        if isinstance(row, AdSpendRow)
    ]


@pytest.mark.parametrize(
    ("name", "rows", "currency", "total", "clicks"),
    [
        ("google/samples/campaigns_2026-09.csv", 15, "EUR", "8574.30", 2926),
        ("google/samples/campaigns_2026-08_excel.csv", 2, "CNY", "35272.85", 12559),
        ("meta/samples/ads_manager_2026-09.csv", 6, "USD", "523.37", 951),
        ("meta/samples/ads_manager_2026-08_zh.csv", 2, "CNY", "11188.40", 3272),
        ("tiktok/samples/campaign_report_2026-09.csv", 4, "USD", "182.80", 924),
        ("tiktok/samples/campaign_report_2026-08_zh.xlsx", 3, "CNY", "364.50", 1809),
    ],
)
def test_a_sample_adds_up_to_the_total_that_it_states(
    name: str, rows: int, currency: str, total: str, clicks: int
) -> None:
    found = [row for row in sample(name) if isinstance(row, AdSpendRow)]
    assert (len(found), {row.currency for row in found}) == (rows, {currency})
    assert (sum(row.spend for row in found), sum(row.clicks for row in found)) == (Decimal(total), clicks)


def test_a_row_is_kept_with_all_that_it_says() -> None:
    [row] = read(GOOGLE + '2026-09-01,Brand,EUR,"1,200",96,41.20,7.50,"1,312.40"\n')
    assert row == AdSpendRow(
        key="2026-09-01|2026-09-01|EUR|Brand", starts_on=date(2026, 9, 1), ends_on=date(2026, 9, 1), currency="EUR",
        spend=Decimal("41.20"), place=2, campaign="Brand", impressions=1200, clicks=96, orders=8,
        sales=Decimal("1312.40"),
    )  # fmt: skip


def test_a_finer_breakdown_says_the_same() -> None:
    whole = "Day,Campaign,Currency code,Impr.,Cost\n2026-09-01,Brand,EUR,30,3.00\n"
    parts = "Day,Campaign,Ad group,Device,Currency code,Impr.,Cost\n" + "".join(
        f"2026-09-01,Brand,{group},{device},EUR,{views},{cost}\n"
        for group, device, views, cost in (("a", "Phone", 10, "1.25"), ("a", "TV", 15, "0.75"), ("b", "TV", 5, "1.00"))
    )
    assert read(whole) == read(parts)


def test_the_period_above_the_header_counts_where_rows_have_no_day() -> None:
    head = 'Campaign report\n"January 1, 2026 - January 31, 2026"\n'
    body = head + "Campaign,Currency code,Impr.,Cost\nBrand,EUR,1,31.00\nTotal: Account,EUR,1,31.00\n"
    assert spend(read(body)) == [("Brand", "2026-01-01", "2026-01-31", "EUR", "31.00")]


@pytest.mark.parametrize(
    ("column", "cell", "starts", "ends"),
    [
        ("Week", "2026-08-31", "2026-08-31", "2026-09-06"),
        ("Month", "2026-02-01", "2026-02-01", "2026-02-28"),
        ("Month", "February 2028", "2028-02-01", "2028-02-29"),
        ("日期", "2026年9月1日", "2026-09-01", "2026-09-01"),
    ],
)
def test_weeks_and_months_are_periods(column: str, cell: str, starts: str, ends: str) -> None:
    rows = read(f"{column},Campaign,Currency code,Impr.,Cost\n{cell},Brand,EUR,1,5\n")
    assert spend(rows) == [("Brand", starts, ends, "EUR", "5.00")]


def test_days_can_come_beside_the_file() -> None:
    body = "Campaign name,Cost,Impressions,Currency\nHL,12.00,100,USD\n"
    with pytest.raises(Refused, match="does not say of which days"):
        read(body)
    assert spend(read(body, starts_on="2026-09-01", ends_on="2026-09-03")) == [
        ("HL", "2026-09-01", "2026-09-03", "USD", "12.00")
    ]


def test_the_account_language_decides_what_a_comma_is() -> None:
    body = (
        "Day;Campaign;Currency code;Impr.;Cost\n2026-09-01;Brand;EUR;1.200;1.118,90\n2026-09-02;Brand;EUR;2.000;2.500\n"
    )
    assert [(row.spend, row.impressions) for row in read(body) if isinstance(row, AdSpendRow)] == [
        (Decimal("1118.90"), 1200), (Decimal(2500), 2000),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "row",
    ["Total: Account,--, --,EUR,9,9.00", "Total, --,,EUR,9,9.00", "总计：帐号,--,,EUR,9,9.00", ",,,EUR,9,9.00",
     "Total of 3 results,-,-,EUR,9,9.00", "共 3 条结果,-,-,EUR,9,9.00"],
)  # fmt: skip
def test_totals_are_left_out(row: str) -> None:
    body = "Campaign status,Campaign,Day,Currency code,Impr.,Cost\nEnabled,Total comfort,2026-09-01,EUR,1,1.00\n"
    assert spend(read(f"{body}{row}\n")) == [("Total comfort", "2026-09-01", "2026-09-01", "EUR", "1.00")]


def test_what_cannot_be_read_is_listed_and_the_rest_is_kept() -> None:
    rows = read(
        GOOGLE + "2026-09-01,Brand,EUR,1,1,1.00,0,0\n2026-09-02,,EUR,1,1,2.00,0,0\nsoon,Brand,EUR,1,1,3.00,0,0\n"
        "2026-09-03,Brand,EUR,1.5,1,4.00,0,0\n2026-09-03,Brand,euro,1,1,5.00,0,0\n2026-09-04,Bra"
    )
    assert spend(rows) == [("Brand", "2026-09-01", "2026-09-01", "EUR", "1.00")]
    assert [(row.place, row.reason) for row in rows if isinstance(row, Unreadable)] == [
        (3, "advertising row: Campaign is blank"),
        (4, "advertising row: not a date or time: 'soon'"),
        (5, "advertising row: '1.5' is no whole number"),
        (6, "advertising row: 'EURO' is not an ISO 4217 code: write three letters such as CNY or USD"),
        (7, "advertising row: the row is cut off; download the file again"),
    ]


def test_an_export_without_its_currency_is_refused() -> None:
    with pytest.raises(Refused, match="does not say its currency: add the column “Currency code”"):
        read("Day,Campaign,Impr.,Cost\n2026-09-01,Brand,1,1.00\n")


@pytest.mark.parametrize(
    "header",
    ["Day,Campaign,Search keyword,Currency code,Impr.,Cost", "Day,Campaign,Search term,Currency code,Impr.,Cost"],
)
def test_reports_that_leave_spend_out_are_known_by_nobody(header: str) -> None:
    cells = ",".join("x" for _ in header.split(","))
    assert recognise(read_head(io.BytesIO(f"{header}\n{cells}\n".encode())), adapters()) == []


def test_a_period_is_found_in_words() -> None:
    january = (date(2026, 1, 1), date(2026, 1, 31))
    for text in (
        "January 1, 2026 - January 31, 2026", "2026年1月1日 - 2026年1月31日", "2026-01-01 – 2026-01-31",
        "2026年1月1日至2026年1月31日", "1 Jan 2026 to 31 Jan 2026", '"Jan 1, 2026 - Jan 31, 2026"',
    ):  # fmt: skip
        assert period_in(text) == january, text
    assert [period_in(text) for text in ("Campaign report", "A - B", "2026-02-01 - 2026-01-01", "")] == [None] * 4
    assert day_of("2026年9月") == date(2026, 9, 1)


def test_queries_are_counts_of_a_day_and_a_finer_breakdown_adds_up() -> None:
    rows = sample("search_console/samples/queries_by_day_2026-09.csv")
    found = [row for row in rows if isinstance(row, SearchRow)]
    assert len(found) == len(rows) == len({row.key for row in rows if isinstance(row, SearchRow)}) == 24
    assert found[0] == SearchRow(
        key="2026-09-01|2026-09-01||harbor and leaf|usa", starts_on=date(2026, 9, 1), ends_on=date(2026, 9, 1),
        query="harbor and leaf", asin="", place=2, clicks=61, impressions=340,
    )  # fmt: skip
    assert sum(row.clicks or 0 for row in found if row.query == "harbor and leaf") == 61 + 62 + 63 + 15 + 16 + 17


def test_queries_without_days_need_them_said() -> None:
    with pytest.raises(Refused, match="does not say of which days it is: export it by day, with the column “Date”"):
        read(QUERIES)
    [row] = read(QUERIES, starts_on="2026-08-01", ends_on="2026-08-31")
    assert isinstance(row, SearchRow)
    assert (row.starts_on, row.ends_on, row.clicks, row.impressions) == (date(2026, 8, 1), date(2026, 8, 31), 10, 100)


def test_a_query_that_was_cut_off_is_unreadable() -> None:
    rows = read(
        QUERIES + "linen,1\n,2,3,1%,4\n" + "q" * 501 + ",1,2,3%,4\n", starts_on="2026-08-01", ends_on="2026-08-02"
    )
    assert [(row.place, row.reason) for row in rows if isinstance(row, Unreadable)] == [
        (3, "search row: the row is cut off; download the file again"),
        (4, "search row: the row is cut off; download the file again"),
        (5, "search row: the query has more than 500 characters"),
    ]
