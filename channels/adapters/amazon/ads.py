"""Sponsored Products search-term report (CSV or XLSX, one day or a range a row)."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

from channels.core.adapter import Format
from channels.core.errors import Refused
from channels.core.reading import Head, parse_day, parse_decimal, read_head, table
from channels.core.rows import AdSpendRow, Page, Row, Shop, Unreadable

RESOURCE = "amazon.ads"


def _recognise(head: Head) -> bool:
    return {"Campaign Name", "Ad Group Name", "Customer Search Term", "Impressions", "Spend"} <= set(head.header)


def _rows(page: Page, shop: Shop) -> Iterator[Row]:
    seen: Counter[str] = Counter()
    with page.open() as stream:
        head = read_head(stream)
        sales = next((name for name in head.header if name.startswith(("7 Day Total Sales", "14 Day Total Sales"))), "")
        days = sales.split(" ")[0]
        stream.seek(0)
        for place, cells in table(stream, head):
            try:
                row = _row(cells, place, shop, sales, days)
            except (ValueError, KeyError) as error:
                yield Unreadable(place, f"advertising row: {error}")
                continue
            seen[row.key] += 1
            # The same term twice in a range is legitimate: keep both.
            yield row if seen[row.key] == 1 else _again(row, seen[row.key])


def _again(row: AdSpendRow, number: int) -> AdSpendRow:
    return replace(row, key=f"{row.key}#{number}")


def _row(cells: dict[str, str], place: int, shop: Shop, sales: str, days: str) -> AdSpendRow:
    starts = _day(cells, "Start Date", "Date")
    ends = _day(cells, "End Date", "Date")
    currency = cells.get("Currency") or shop.currency
    if currency != shop.currency:
        raise Refused(f"line {place}: spend is in {currency}, but the store keeps {shop.currency}")
    words = [cells.get(name, "") for name in _WORDS]
    return AdSpendRow(
        key="|".join((starts.isoformat(), ends.isoformat(), *words)), starts_on=starts, ends_on=ends,
        currency=currency, spend=_number(cells, "Spend"), place=place, campaign=words[0], ad_group=words[1],
        targeting=words[2], match_type=words[3], search_term=words[4], sku=cells.get("Advertised SKU", ""),
        impressions=int(_number(cells, "Impressions")), clicks=int(_number(cells, "Clicks")),
        orders=int(_number(cells, f"{days} Day Total Orders (#)")),
        units=int(_number(cells, f"{days} Day Total Units (#)")), sales=_number(cells, sales),
    )  # fmt: skip


_WORDS = ("Campaign Name", "Ad Group Name", "Targeting", "Match Type", "Customer Search Term")


def _day(cells: dict[str, str], *names: str) -> date:
    text = next((cells[name] for name in names if cells.get(name)), "")
    if not text:
        raise ValueError(f"no {names[0]}")
    return parse_day(text)


def _number(cells: dict[str, str], name: str) -> Decimal:
    return parse_decimal(cells[name]) if cells.get(name) else Decimal(0)


FORMAT = Format(RESOURCE, "Amazon Sponsored Products search-term report", _recognise, _rows)
