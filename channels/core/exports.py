"""Reading what advertising networks export for people: columns in several languages, periods, totals, currencies.

Spend is kept by campaign and day (or whatever period a row has), summed over any finer breakdown, so that exports of
campaigns, ad groups or devices tell the same facts and none is counted twice.
"""

import calendar
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from hashlib import sha256

from channels.core.errors import Refused
from channels.core.reading import Head, looks_comma, parse_day, parse_decimal, read_head, table
from channels.core.rows import AdSpendRow, Page, Row, Unreadable

Names = tuple[str, ...]  # of a column, in any letter case; the first that a file has counts
Period = tuple[date, date]
BLANK = frozenset({"", "-", "--", "—", "–"})


@dataclass(frozen=True, slots=True)
class Columns:
    """What a network calls its columns. ``spend`` may have the currency behind it, as in Amount spent (USD)."""

    campaign: Names
    spend: Names
    impressions: Names
    clicks: Names
    orders: Names
    sales: Names
    day: Names
    currency: Names = ()
    account: Names = ()
    week: Names = ()  # begins on the day that it says
    month: Names = ()
    starts: Names = ()
    ends: Names = ()
    others: Names = ()  # columns of reports whose rows do not add up to what a campaign spent

    def fits(self, head: Head) -> bool:
        """Whether a file has what an export of this network cannot lack."""
        need = (self.campaign, self.impressions)
        return (
            head.kind in ("table", "workbook")
            and all(column(head, names) for names in need)
            and bool(spend_column(head, self.spend)[0])
            and not column(head, self.others)
        )


@dataclass(slots=True)
class _Sum:
    place: int
    spend: Decimal = Decimal(0)
    sales: Decimal = Decimal(0)
    orders: Decimal = Decimal(0)
    impressions: int = 0
    clicks: int = 0


def column(head: Head, names: Names) -> str:
    """The file's own spelling of the first of the names that it has; "" where it has none."""
    written = {name.strip().casefold(): name.strip() for name in reversed(head.header)}
    return next((written[name.casefold()] for name in names if name.casefold() in written), "")


def spend_column(head: Head, names: Names) -> tuple[str, str]:
    """The column of the spend and the currency in its name, as far as there is one."""
    if plain := column(head, names):
        return plain, ""
    wanted = {name.casefold() for name in names}
    for name in head.header:
        found = _WITH_CURRENCY.fullmatch(name.strip())
        if found and found["name"].strip().casefold() in wanted:
            return name.strip(), found["currency"]
    return "", ""


_WITH_CURRENCY = re.compile(r"(?P<name>.+?)\s*[(（](?P<currency>[A-Z]{3})[)）]")


def spend_rows(page: Page, columns: Columns) -> Iterator[Row]:
    """Spend by campaign and period. Raises Refused where the export does not say its days or its currency."""
    with page.open() as stream:
        head = read_head(stream)
    reader = _Reader(head, columns, page)
    sums: dict[tuple[str, str, date, date, str], _Sum] = {}
    for place, cells in _cells(page, head):
        try:
            reader.add(place, cells, sums)
        except ValueError as error:
            yield Unreadable(place, f"advertising row: {error}", ", ".join(filter(None, cells.values()))[:200])
    for (account, campaign, starts, ends, currency), one in sums.items():
        yield AdSpendRow(
            key=short_key(*filter(None, (starts.isoformat(), ends.isoformat(), currency, account, campaign))),
            starts_on=starts, ends_on=ends, currency=currency, spend=round(one.spend, 6), place=one.place,
            campaign=campaign[:300], impressions=one.impressions, clicks=one.clicks, orders=round(one.orders),
            sales=round(one.sales, 6),
        )  # fmt: skip


def _cells(page: Page, head: Head) -> Iterator[tuple[int, dict[str, str]]]:
    with page.open() as stream:
        yield from table(stream, head)


class _Reader:
    """How the columns of one file are read."""

    def __init__(self, head: Head, columns: Columns, page: Page) -> None:
        self.head, self.columns = head, columns
        self.campaign, self.account = column(head, columns.campaign), column(head, columns.account)
        self.spend, self.currency = spend_column(head, columns.spend)
        self.currency_column = column(head, columns.currency)
        if not (self.currency or self.currency_column):
            raise Refused(f"the export does not say its currency: add the column “{columns.currency[0]}”")
        self.amounts = [self.spend, column(head, columns.sales), column(head, columns.orders)]
        self.counts = [column(head, columns.impressions), column(head, columns.clicks)]
        self.periods = Periods(head, columns, page.request)
        self.comma = any(looks_comma(cells.get(name, "")) for _, cells in _cells(page, head) for name in self.amounts)

    def add(self, place: int, cells: Mapping[str, str], sums: dict[tuple[str, str, date, date, str], _Sum]) -> None:
        """Raises ValueError for a row that cannot be read; totals are left out."""
        campaign = cells.get(self.campaign, "")
        if self._is_total(campaign, cells):
            return
        if campaign in BLANK:
            raise ValueError(f"{self.campaign} is blank")
        if self.head.kind == "table" and len(cells) < len(set(self.head.header)):
            raise ValueError("the row is cut off; download the file again")
        currency = self.currency or cells.get(self.currency_column, "").upper()
        if not re.fullmatch("[A-Z]{3}", currency):
            raise ValueError(f"{currency!r} is not an ISO 4217 code: write three letters such as CNY or USD")
        starts, ends = self.periods.of(cells)
        spend, sales, orders = (self._amount(cells, name) for name in self.amounts)
        impressions, clicks = (self._count(cells, name) for name in self.counts)
        account = cells.get(self.account, "") if self.account else ""
        one = sums.setdefault((account, campaign, starts, ends, currency), _Sum(place))
        one.spend, one.sales, one.orders = one.spend + spend, one.sales + sales, one.orders + orders
        one.impressions, one.clicks = one.impressions + impressions, one.clicks + clicks

    def _is_total(self, campaign: str, cells: Mapping[str, str]) -> bool:
        """Totals have no campaign, or call themselves so; and no day where the others have one."""
        first = next((cell for cell in cells.values() if cell not in BLANK), "")
        named = campaign in BLANK or bool(_TOTAL.match(campaign)) or bool(_TOTAL.match(first))
        return named and self.periods.blank(cells)

    def _amount(self, cells: Mapping[str, str], name: str) -> Decimal:
        text = cells.get(name, "") if name else ""
        value = Decimal(0) if text.strip() in BLANK else parse_decimal(text, comma=self.comma)
        if abs(value) >= 10**12:
            raise ValueError(f"{name} {text!r} is no amount of money")
        return value

    def _count(self, cells: Mapping[str, str], name: str) -> int:
        return count_of(cells.get(name, "") if name else "", comma=self.comma)


_TOTAL = re.compile(r"(total|grand total)\s*([:：]|of\b|$)|(总计|合计|汇总)\s*([:：]|$)|共\s*\d+", re.IGNORECASE)


def count_of(text: str, *, comma: bool = False) -> int:
    value = Decimal(0) if text.strip() in BLANK else parse_decimal(text, comma=comma)
    if value != int(value) or abs(value) >= 2**63:
        raise ValueError(f"{text!r} is no whole number")
    return int(value)


class Periods:
    """Where the days of a row stand: in a column, above the header, or in what was said with the file."""

    def __init__(self, head: Head, columns: Columns, said: Mapping[str, str]) -> None:
        self.day, self.week, self.month = (column(head, one) for one in (columns.day, columns.week, columns.month))
        self.starts, self.ends = column(head, columns.starts), column(head, columns.ends)
        self.whole = _said(said) or next(filter(None, map(period_in, head.above)), None)
        if not (self.day or self.week or self.month or (self.starts and self.ends) or self.whole):
            raise Refused(
                f"the export does not say of which days it is: export it by day, with the column “{columns.day[0]}”"
            )

    def blank(self, cells: Mapping[str, str]) -> bool:
        """Whether a row has no day of its own, where rows have one."""
        name = self.day or self.week or self.month
        return not name or cells.get(name, "").strip() in BLANK or bool(_TOTAL.match(cells[name]))

    def of(self, cells: Mapping[str, str]) -> Period:
        if self.day:
            on = day_of(cells.get(self.day, ""))
            return on, on
        if self.week:
            on = day_of(cells.get(self.week, ""))
            return on, on + timedelta(days=6)
        if self.month:
            on = day_of(cells.get(self.month, "")).replace(day=1)
            return on, on.replace(day=calendar.monthrange(on.year, on.month)[1])
        if self.starts and self.ends:
            starts, ends = day_of(cells.get(self.starts, "")), day_of(cells.get(self.ends, ""))
            if ends < starts or ends - starts > timedelta(days=3_660):
                raise ValueError(f"the period {starts} … {ends} makes no sense")
            return starts, ends
        assert self.whole is not None  # noqa: S101 - checked before
        return self.whole


def _said(request: Mapping[str, str]) -> Period | None:
    """The days that came with a file, first and last."""
    starts, ends = request.get("starts_on", ""), request.get("ends_on", "")
    return (date.fromisoformat(starts), date.fromisoformat(ends)) if starts and ends else None


def period_in(text: str) -> Period | None:
    """The first and last day in a line such as “January 1, 2026 - January 31, 2026” or 2026年1月1日 - 2026年1月31日."""
    for mark in (" - ", " – ", " — ", "至", "~", " to "):
        first, found, last = text.strip(" \"'").partition(mark)
        if found:
            try:
                starts, ends = day_of(first), day_of(last)
            except ValueError:
                continue
            if starts <= ends <= starts + timedelta(days=3_660):
                return starts, ends
    return None


_CHINESE_DAY = re.compile(r"(\d{4})年(\d{1,2})月(?:(\d{1,2})日)?")
_LAYOUTS = ("%B %d, %Y", "%d %B %Y", "%B %Y", "%b %Y", "%Y-%m")


def day_of(text: str) -> date:
    """A calendar day in any of the layouts of these exports; of a month its first. Raises ValueError otherwise."""
    cleaned = text.strip(" \"'")
    if found := _CHINESE_DAY.fullmatch(cleaned):
        return date(int(found[1]), int(found[2]), int(found[3] or 1))
    for layout in _LAYOUTS:
        try:
            return datetime.strptime(cleaned, layout).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    return parse_day(cleaned)


def short_key(*words: str) -> str:
    key = "|".join(words)
    return key if len(key) <= 250 else f"{key[:180]}|{sha256(key.encode()).hexdigest()}"
