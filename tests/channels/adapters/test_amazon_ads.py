"""Sponsored Products search-term report."""

import io
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from openpyxl import Workbook

from channels.adapters.amazon import ads
from channels.core.errors import Refused
from channels.core.reading import read_head
from channels.core.rows import AdSpendRow, Page, Row, Shop, Unreadable

D = Decimal
SHOP = Shop("amazon", "Amazon.de", "EUR", "Europe/Berlin")
DAILY = (
    "Date,Currency,Campaign Name,Ad Group Name,Targeting,Match Type,Customer Search Term,Impressions,Clicks,Spend,"
    "7 Day Total Sales ,7 Day Total Orders (#),7 Day Total Units (#)"
)
LINE = "2026-08-01,EUR,SP Matcha,Breit,matcha,BROAD,matcha tee,202,4,2.48,26.90,1,2"


def read(body: str | bytes, shop: Shop = SHOP) -> list[Row]:
    content = body.encode() if isinstance(body, str) else body
    assert ads.FORMAT.recognise(read_head(io.BytesIO(content)))
    return list(ads.FORMAT.rows(Page("", lambda: io.BytesIO(content), "", datetime(2026, 10, 1, tzinfo=UTC)), shop))


def spend(place: int = 2, key: str = "", **changes: object) -> AdSpendRow:
    named: dict[str, object] = {
        "key": key or "2026-08-01|2026-08-01|SP Matcha|Breit|matcha|BROAD|matcha tee", "starts_on": date(2026, 8, 1),
        "ends_on": date(2026, 8, 1), "currency": "EUR", "spend": D("2.48"), "place": place, "campaign": "SP Matcha",
        "ad_group": "Breit", "targeting": "matcha", "match_type": "BROAD", "search_term": "matcha tee",
        "impressions": 202, "clicks": 4, "orders": 1, "units": 2, "sales": D("26.90"),
    }  # fmt: skip
    return AdSpendRow(**(named | changes))  # type: ignore[arg-type]


def test_a_day_a_row() -> None:
    assert read(f"{DAILY}\n{LINE}\n") == [spend()]


def test_a_range_a_row_and_fourteen_days() -> None:
    header = DAILY.replace("Date", "Start Date,End Date", 1).replace("7 Day", "14 Day")
    line = LINE.replace("2026-08-01", '"Aug 01, 2026","Aug 14, 2026"')
    key = "2026-08-01|2026-08-14|SP Matcha|Breit|matcha|BROAD|matcha tee"
    assert read(f"{header}\n{line}\n") == [spend(key=key, ends_on=date(2026, 8, 14))]


def test_workbook_says_the_same() -> None:
    book, out = Workbook(), io.BytesIO()
    book.active.append(DAILY.split(","))
    book.active.append([datetime(2026, 8, 1), *LINE.split(",")[1:7], 202, 4.0, 2.48, 26.9, 1, 2])
    book.save(out)
    assert read(out.getvalue()) == [spend(sales=D("26.9"))]


def test_the_same_term_twice_is_kept_twice() -> None:
    rows = read(f"{DAILY}\n{LINE}\n{LINE}\n{LINE}\n")
    key = spend().key
    assert rows == [spend(), spend(3, f"{key}#2"), spend(4, f"{key}#3")]


def test_long_words_are_cut_and_their_keys_differ() -> None:
    lines = [LINE.replace("matcha tee", "m" * 600 + end) for end in "ab"]
    first, second = read("\n".join((DAILY, *lines)))
    assert isinstance(first, AdSpendRow)
    assert isinstance(second, AdSpendRow)
    assert first.search_term == second.search_term == "m" * 500
    assert len(first.key) <= 300
    assert len({first.key, second.key}) == 2


@pytest.mark.parametrize(
    ("text", "amount"),
    [("2.48", "2.48"), ("2.4799999999999998", "2.48"), ("€2.48", "2.48"), ('"2,48"', "2.48"), ("", "0")],
)
def test_spend_as_consoles_write_it(text: str, amount: str) -> None:
    assert read(f"{DAILY}\n{LINE.replace('2.48', text)}\n") == [spend(spend=D(amount))]


def test_blank_currency_is_the_stores() -> None:
    assert read(f"{DAILY}\n{LINE.replace('EUR', '')}\n") == [spend()]


def test_other_currency_is_refused_and_both_are_named() -> None:
    with pytest.raises(Refused, match="line 2: spend is in USD, but the store keeps EUR"):
        read(f"{DAILY}\n{LINE.replace('EUR', 'USD')}\n")


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("2026-08-01", "", "no Start Date"),
        ("2026-08-01", "soon", "not a date or time: 'soon'"),
        ("2.48", "free", "not a number: 'free'"),
        ("2.48", "9e30", "Spend '9e30' is no amount of money"),
        (",202,", ",1.5,", "Impressions '1.5' is no whole number"),
        (",202,", ",9999999999,", "Impressions '9999999999' is no whole number"),
        (",1,2", ",1", "the row is cut off; download the file again"),
    ],
)
def test_row_that_cannot_be_read_says_why(old: str, new: str, reason: str) -> None:
    bad, good = read(f"{DAILY}\n{LINE.replace(old, new)}\n{LINE}\n")
    assert isinstance(bad, Unreadable)
    assert (bad.place, bad.reason) == (2, f"advertising row: {reason}")
    assert good == spend(3)


def test_report_without_sales_columns_has_none() -> None:
    header = ",".join(DAILY.split(",")[:10])
    line = ",".join(LINE.split(",")[:10])
    assert read(f"{header}\n{line}\n") == [spend(sales=D(0), orders=0, units=0)]
