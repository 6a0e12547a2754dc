"""Sponsored Products search-term report (CSV or XLSX, one day or a range a row)."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal
from hashlib import sha256

from channels.core.adapter import Format
from channels.core.errors import Refused
from channels.core.reading import Head, parse_day, parse_decimal, read_head, table
from channels.core.rows import AdSpendRow, Page, Row, Shop, Unreadable

RESOURCE = "amazon.ads"


def _recognise(head: Head) -> bool:
    return {"Campaign Name", "Ad Group Name", "Customer Search Term", "Impressions", "Spend"} <= set(head.header)


def _rows(page: Page, shop: Shop) -> Iterator[Row]:
    seen: Counter[int] = Counter()  # by hash: a million terms take a lot of room
    with page.open() as stream:
        head = read_head(stream)
        sales = next((name for name in head.header if name.startswith(("7 Day Total Sales", "14 Day Total Sales"))), "")
        width = len(set(head.header)) if head.kind == "table" else 0  # a workbook leaves out its last blanks
        stream.seek(0)
        for place, cells in table(stream, head):
            try:
                if len(cells) < width:
                    raise ValueError("the row is cut off; download the file again")
                row = _row(cells, place, shop, sales)
            except ValueError as error:
                yield Unreadable(place, f"advertising row: {error}", ", ".join(cells.values())[:200])
                continue
            seen[hash(row.key)] += 1
            number = seen[hash(row.key)]
            # The same term twice in a range is legitimate: keep both.
            yield row if number == 1 else replace(row, key=f"{row.key}#{number}")


def _row(cells: dict[str, str], place: int, shop: Shop, sales: str) -> AdSpendRow:
    starts = _day(cells, "Start Date", "Date")
    ends = _day(cells, "End Date", "Date")
    currency = cells.get("Currency") or shop.currency
    if currency != shop.currency:
        raise Refused(f"line {place}: spend is in {currency}, but the store keeps {shop.currency}")
    words = [cells.get(name, "")[:limit] for name, limit in _WORDS.items()]
    days = sales.partition(" ")[0]
    return AdSpendRow(
        key=_key(starts.isoformat(), ends.isoformat(), *words), starts_on=starts, ends_on=ends,
        currency=currency, spend=_money(cells, "Spend"), place=place, campaign=words[0], ad_group=words[1],
        targeting=words[2], match_type=words[3], search_term=words[4], sku=cells.get("Advertised SKU", "")[:150],
        impressions=_count(cells, "Impressions"), clicks=_count(cells, "Clicks"),
        orders=_count(cells, f"{days} Day Total Orders (#)"),
        units=_count(cells, f"{days} Day Total Units (#)"), sales=_money(cells, sales),
    )  # fmt: skip


# What is advertised and searched, with the length that is kept.
_WORDS = {"Campaign Name": 300, "Ad Group Name": 300, "Targeting": 500, "Match Type": 60, "Customer Search Term": 500}


def _key(*words: str) -> str:
    key = "|".join(words)
    return key if len(key) <= 250 else f"{key[:180]}|{sha256(key.encode()).hexdigest()}"


def _day(cells: dict[str, str], *names: str) -> date:
    text = next((cells[name] for name in names if cells.get(name)), "")
    if not text:
        raise ValueError(f"no {names[0]}")
    return parse_day(text)


def _money(cells: dict[str, str], name: str) -> Decimal:
    text = cells.get(name, "") if name else ""
    value = parse_decimal(text) if text else Decimal(0)
    if abs(value) >= 10**12:
        raise ValueError(f"{name} {text!r} is no amount of money")
    return round(value, 6)  # spreadsheets write 1.4799999999999998


def _count(cells: dict[str, str], name: str) -> int:
    value = _money(cells, name)
    if value != int(value) or abs(value) >= 2**31:
        raise ValueError(f"{name} {cells[name]!r} is no whole number")
    return int(value)


FORMAT = Format(RESOURCE, "Amazon Sponsored Products search-term report", _recognise, _rows)
