"""Traffic acquisition as Google Analytics 4 exports it: sessions, key events, revenue and cost of a source.

Lines with # stand above; a chart's figures may stand between them and the table, with a blank line behind. An
exploration says its total in the first row. https://support.google.com/analytics/answer/12923437
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from channels.adapters.analytics.ways import way_of
from channels.core.adapter import Format
from channels.core.errors import Refused
from channels.core.exports import BLANK, count_of, day_of, short_key
from channels.core.reading import Head, parse_decimal, plain_name, read_head, records, workbook_rows
from channels.core.rows import Page, Row, Shop, TrafficRow, Unreadable

_NAMES = {
    "pair": ("Session source / medium", "Session source/medium", "会话来源/媒介", "会话 - 来源/媒介"),
    "source": ("Session source", "会话来源"),
    "medium": ("Session medium", "会话媒介"),
    "campaign": ("Session campaign", "会话广告系列"),
    "group": (
        "Session primary channel group (Default Channel Group)", "Session default channel group",
        "Session primary channel group (Default channel group)", "会话默认渠道组", "会话主要渠道组（默认渠道组）",
    ),
    "day": ("Date", "日期"),
    "sessions": ("Sessions", "会话数", "会话"),
    "engaged": ("Engaged sessions", "互动会话数"),
    "key_events": ("Key events", "Conversions", "关键事件", "转化"),
    "revenue": ("Total revenue", "Purchase revenue", "总收入", "购买收入"),
    "spend": ("Ads cost", "Google Ads cost", "Advertiser ad cost", "广告费用", "Google Ads 费用"),
}  # fmt: skip
_FIELDS = {plain_name(name): field for field, names in _NAMES.items() for name in names}
_OF = ("pair", "source", "medium", "campaign", "group")
_STARTS = re.compile(r"#\s*(?:Start date|开始日期)\s*[:：]\s*(\d{8})")
_ENDS = re.compile(r"#\s*(?:End date|结束日期)\s*[:：]\s*(\d{8})")
_BOTH = re.compile(r"#\s*(\d{8})\s*-\s*(\d{8})")
_TITLE = re.compile(r"#\s*(?:Traffic acquisition|流量获取)\b")
_TOTALS = frozenset({"grand total", "total", "totals", "总计"})

Period = tuple[date, date]
Key = tuple[Period, str, str, str, str]  # period, source, medium, campaign, group


@dataclass(slots=True)
class _Sum:
    place: int
    sessions: int = 0
    engaged: int = 0
    key_events: Decimal = Decimal(0)
    revenue: Decimal | None = None
    spend: Decimal | None = None


def fits(head: Head) -> bool:
    """A table of sources and sessions, or a report of that title whose chart stands first."""
    if head.kind not in ("table", "workbook"):
        return False
    chart = bool(head.header) and plain_name(head.header[0]).startswith(("nth ", "第 n "))
    return _is_header(head.header) or (chart and any(map(_TITLE.match, head.above)))


def _is_header(cells: list[str] | tuple[str, ...]) -> bool:
    found = {_FIELDS.get(plain_name(cell), "") for cell in cells}
    return "sessions" in found and bool(found & set(_OF))


def rows(page: Page, shop: Shop) -> Iterator[Row]:
    """Finer rows, such as of devices, are summed. Raises Refused where the export does not say its days."""
    sums: dict[Key, _Sum] = {}
    level, whole = "", _Whole()
    for place, cells, columns in _lines(page, whole):
        level = "campaign" if "campaign" in columns else "group" if _only_group(columns) else "source"
        told = {field: cells[at].strip() for field, at in columns.items() if at < len(cells)}
        if _is_total(cells, told):
            continue
        try:
            _add(place, told, columns, whole, sums)
        except ValueError as error:
            yield Unreadable(place, f"traffic row: {error}", ", ".join(filter(None, told.values()))[:200])
    for key, one in sums.items():
        yield _row(key, one, level, shop.currency)


def _only_group(columns: Mapping[str, int]) -> bool:
    return not columns.keys() & {"pair", "source", "medium"}


@dataclass(slots=True)
class _Whole:
    """The days of all rows, as the lines above say them."""

    starts: date | None = None
    ends: date | None = None

    def see(self, line: str) -> None:
        if both := _BOTH.match(line):
            self.starts, self.ends = self.starts or day_of(both[1]), self.ends or day_of(both[2])
        if (found := _STARTS.match(line)) and not self.starts:
            self.starts = day_of(found[1])
        if (found := _ENDS.match(line)) and not self.ends:
            self.ends = day_of(found[1])

    def period(self) -> Period:
        if self.starts is None or self.ends is None or self.ends < self.starts:
            raise Refused("the export does not say of which days it is: export it with its first lines, or by Date")
        return self.starts, self.ends


def _lines(page: Page, whole: _Whole) -> Iterator[tuple[int, list[str], dict[str, int]]]:
    """(place, cells, where each field stands) of the rows of the table; a blank line or a # ends it."""
    with page.open() as stream:
        head = read_head(stream)
    columns: dict[str, int] = {}
    last = 0
    with page.open() as stream:
        read = workbook_rows(stream) if head.kind == "workbook" else records(stream, head.encoding, head.delimiter)
        for number, cells in read:
            if cells[0].lstrip("\ufeff").startswith("#"):
                whole.see(" ".join(cells))
            elif not columns and _is_header(cells):
                for at, cell in enumerate(cells):
                    columns.setdefault(_FIELDS.get(plain_name(cell), ""), at)
                columns.pop("", None)
            elif columns and number == last + 1:
                yield number, cells, columns
            elif columns:
                return
            last = number if columns else 0
    if not columns:
        raise Refused("the export has no table of sources and sessions: download Traffic acquisition as CSV")


def _is_total(cells: list[str], told: Mapping[str, str]) -> bool:
    named = any(cell.strip().casefold() in _TOTALS for cell in (cells[0], cells[-1]))
    return named or not any(told.get(name) for name in (*_OF, "day"))


def _add(
    place: int, told: Mapping[str, str], columns: Mapping[str, int], whole: _Whole, sums: dict[Key, _Sum]
) -> None:  # fmt: skip
    if len(told) < len(columns):
        raise ValueError("the row is cut off; download the file again")
    period = (day_of(told["day"]), day_of(told["day"])) if "day" in columns else whole.period()
    source, medium = told.get("source", ""), told.get("medium", "")
    if "pair" in told:
        source, _, medium = (part.strip() for part in told["pair"].partition(" / "))
    sessions, engaged = (count_of(told.get(name, "")) for name in ("sessions", "engaged"))
    events, revenue, spend = (_amount(told, name) for name in ("key_events", "revenue", "spend"))
    one = sums.setdefault((period, source, medium, told.get("campaign", ""), told.get("group", "")), _Sum(place))
    one.sessions, one.engaged = one.sessions + sessions, one.engaged + engaged
    one.key_events += events or 0
    one.revenue = revenue if one.revenue is None else one.revenue + (revenue or 0)
    one.spend = spend if one.spend is None else one.spend + (spend or 0)


def _amount(told: Mapping[str, str], name: str) -> Decimal | None:
    """None where the export has no such column."""
    if name not in told:
        return None
    return Decimal(0) if told[name] in BLANK else parse_decimal(told[name])


def _row(key: Key, one: _Sum, level: str, currency: str) -> TrafficRow:
    (starts, ends), source, medium, campaign, group = key
    return TrafficRow(
        key=short_key(starts.isoformat(), ends.isoformat(), level, source, medium, campaign, group), starts_on=starts,
        ends_on=ends, level=level, place=one.place, source=source, medium=medium, campaign=campaign,
        channel_group=group, way=way_of(source, medium, campaign, group), sessions=one.sessions, engaged=one.engaged,
        key_events=round(one.key_events, 6), currency=currency,
        revenue=None if one.revenue is None else round(one.revenue, 6),
        spend=None if one.spend is None else round(one.spend, 6),
    )  # fmt: skip


FORMAT = Format("analytics.traffic", "Google Analytics 4 traffic acquisition", fits, rows)
