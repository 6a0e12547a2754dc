"""Performance on Search: clicks and impressions of a query, by day or for a whole period.

https://support.google.com/webmasters/answer/12919797: Queries.csv of the export leaves the period out; what other
programs take from the API has a date on each row. Rare queries are left out by Google, so sums are below its totals.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

from channels.core.adapter import Format
from channels.core.exports import Columns, Periods, column, count_of, short_key
from channels.core.reading import Head, read_head, table
from channels.core.rows import Page, Row, SearchRow, Shop, Unreadable

QUERY = ("Top queries", "Query", "Queries", "热门查询", "查询", "查询内容")
CLICKS = ("Clicks", "点击次数", "点击量")
IMPRESSIONS = ("Impressions", "展示", "展示次数")
POSITION = ("Position", "Average position", "排名", "平均排名")
FINER = (
    ("Country", "国家/地区", "国家"),
    ("Device", "设备"),
    ("Page", "Top pages", "网页", "热门网页"),
    ("Search type",),
)
DAYS = Columns(
    campaign=(), spend=(), impressions=(), clicks=(), orders=(), sales=(),
    day=("Date", "Day", "日期"), starts=("Start date", "开始日期"), ends=("End date", "结束日期"),
)  # fmt: skip


def fits(head: Head) -> bool:
    return head.kind in ("table", "workbook") and all(
        column(head, names) for names in (QUERY, CLICKS, IMPRESSIONS, POSITION)
    )


def rows(page: Page, _shop: Shop) -> Iterator[Row]:
    """A finer breakdown stays rows of their own, whose counts add up. Raises Refused where no day is said."""
    with page.open() as stream:
        head = read_head(stream)
        periods = Periods(head, DAYS, page.request)
        names = [column(head, one) for one in (QUERY, CLICKS, IMPRESSIONS)]
        finer = [name for one in FINER if (name := column(head, one))]
        seen: Counter[int] = Counter()
        stream.seek(0)
        for place, cells in table(stream, head):
            try:
                row = _row(place, cells, names, finer, periods)
            except ValueError as error:
                yield Unreadable(place, f"search row: {error}", ", ".join(cells.values())[:200])
                continue
            seen[hash(row.key)] += 1
            again = seen[hash(row.key)]
            yield row if again == 1 else replace(row, key=f"{row.key}#{again}")


def _row(place: int, cells: dict[str, str], names: list[str], finer: list[str], periods: Periods) -> SearchRow:
    query, clicks, impressions = names
    words = cells.get(query, "")
    if not words or clicks not in cells or impressions not in cells:
        raise ValueError("the row is cut off; download the file again")
    if len(words) > 500:
        raise ValueError("the query has more than 500 characters")
    starts, ends = periods.of(cells)
    more = [cells.get(name, "") for name in finer]
    return SearchRow(
        key=short_key(starts.isoformat(), ends.isoformat(), "", words, *more), starts_on=starts, ends_on=ends,
        query=words, asin="", place=place, clicks=count_of(cells[clicks]), impressions=count_of(cells[impressions]),
    )  # fmt: skip


FORMAT = Format("search_console.queries", "Google Search Console queries", fits, rows)
