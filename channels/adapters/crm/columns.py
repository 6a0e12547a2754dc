"""Reading CRM exports: known by their columns, of which only those that are read stay; all others may name a person."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, tzinfo
from decimal import Decimal
from zoneinfo import ZoneInfo

from channels.core.adapter import Format, Personal
from channels.core.contacts import IDENTIFIERS
from channels.core.kinds import Consent
from channels.core.privacy import PLACEHOLDER
from channels.core.reading import Head, parse_decimal, parse_instant, plain_name, read_head, table
from channels.core.rows import ContactRow, LeadRow, Page, Row, Shop, Unreadable

Names = tuple[str, ...]
TELLING_NOBODY = "[^@]*"  # an e-mail address in a column of words is one of a person
_LONGEST: dict[str, int] = {"source": 200, "medium": 200, "campaign": 300, "status": 200}
_SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})(.*)")
_YES = frozenset({"1", "true", "yes", "y", "granted", "是", "有", "同意"})
_NO = frozenset({"0", "false", "no", "n", "denied", "否", "无", "不同意"})


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of one export, field → the names it goes by, and what each of its lines becomes.

    A file fits that has all of ``required`` and none of ``never``. Times without a zone are in the store's.
    """

    resource: str
    title: str
    required: Mapping[str, Names]
    optional: Mapping[str, Names]
    build: "Callable[[Line], LeadRow]"
    never: Names = ()
    of_people: bool = True  # its lines may say how a person is reached

    def fits(self, head: Head) -> bool:
        places = _places(self, head.header)
        has = {plain_name(title) for title in head.header}
        return (
            head.kind in ("table", "workbook")
            and places.keys() >= self.required.keys()
            and not any(plain_name(name) in has for name in self.never)
        )

    def rows(self, page: Page, shop: Shop) -> Iterator[Row]:
        """The lines; a record that stands twice counts as its last line has it."""
        with page.open() as stream:
            head = read_head(stream)
        titles = {head.header[at]: name for name, at in _places(self, head.header).items()}
        day_first = _day_first(cell for _, cells in _cells(page, head) for cell in cells.values())
        zone = ZoneInfo(shop.timezone)
        for place, cells in _cells(page, head):
            known = {titles[title]: cell for title, cell in cells.items() if title in titles}
            line = Line(place, known, zone, shop.currency, day_first)
            try:
                if head.kind == "table" and len(cells) < len(set(head.header)):
                    raise ValueError("the row is cut off; download the file again")
                yield self.build(line)
            except ValueError as error:
                yield Unreadable(place, f"lead: {error}", line.text("key")[:100])

    def contacts(self, page: Page, _shop: Shop) -> Iterator[ContactRow]:
        """Whom the lines name; those without a number of their own are left out."""
        with page.open() as stream:
            head = read_head(stream)
        key = head.header[_places(self, head.header)["key"]]
        for place, cells in _cells(page, head):
            named = {plain_name(title): cell for title, cell in cells.items()}
            told = {field: _first(named, names) for field, names in IDENTIFIERS.items()}
            if (number := cells.get(key, "")) and any(told.values()):
                yield ContactRow(number, place, **told)

    @property
    def format(self) -> Format:
        names = frozenset(name for group in (self.required, self.optional) for each in group.values() for name in each)
        return Format(
            self.resource,
            self.title,
            self.fits,
            self.rows,
            personal=Personal(stay=names, unless=dict.fromkeys(names, TELLING_NOBODY)),
            contacts=self.contacts if self.of_people else None,
        )


def _cells(page: Page, head: Head) -> Iterator[tuple[int, dict[str, str]]]:
    with page.open() as stream:
        yield from table(stream, head)


def _places(layout: Layout, header: tuple[str, ...]) -> dict[str, int]:
    """Where each field stands; the first of its names that the header has counts."""
    written: dict[str, int] = {}
    for at, title in enumerate(header):
        written.setdefault(plain_name(title), at)
    return {
        field: written[named]
        for group in (layout.required, layout.optional)
        for field, names in group.items()
        if (named := next((one for name in names if (one := plain_name(name)) in written), ""))
    }


def _first(named: Mapping[str, str], names: Names) -> str:
    return next((cell for name in names if (cell := named.get(plain_name(name), ""))), "")


def _day_first(cells: Iterable[str]) -> bool:
    """Whether days with slashes are day/month/year: one that can be nothing else says so for the whole file."""
    found = (_SLASHED.fullmatch(cell) for cell in cells)
    return any(int(one[1]) > 12 >= int(one[2]) for one in found if one)


@dataclass(frozen=True, slots=True)
class Line:
    """One record by field. Raises ValueError for what cannot be read."""

    place: int
    cells: Mapping[str, str]
    zone: tzinfo
    home: str  # currency of the store
    day_first: bool

    def text(self, name: str) -> str:
        """The cell; "" where it held an e-mail address, whether that has been cut out yet or not."""
        cell = self.cells.get(name, "")
        return "" if "@" in cell or PLACEHOLDER in cell else cell[: _LONGEST.get(name)]

    def key(self) -> str:
        found = self.text("key")
        if not found:
            raise ValueError("it has no number of its own")
        return found

    def moment(self, name: str) -> datetime | None:
        cell = self.text(name)
        if not cell:
            return None
        if found := _SLASHED.fullmatch(cell):
            month, day = (found[2], found[1]) if self.day_first else (found[1], found[2])
            cell = f"{found[3]}-{int(month):02}-{int(day):02}{_clock(found[4])}"
        return parse_instant(cell, self.zone)

    def created(self) -> datetime:
        found = self.moment("created_at")
        if found is None:
            raise ValueError("it does not say when it was created")
        return found

    def value(self) -> Decimal | None:
        cell = self.text("value")
        if cell in ("", "-", "--", "–", "—"):
            return None
        found = parse_decimal(cell)
        if found < 0:
            raise ValueError(f"its value {cell!r} is negative")
        return round(found, 6)

    def currency(self) -> str:
        """As the line says it, otherwise the store's; nothing where there is no value."""
        code = self.text("currency").upper() or (self.home if self.value() is not None else "")
        if code and not re.fullmatch("[A-Z]{3}", code):
            raise ValueError(f"{code!r} is not an ISO 4217 code such as USD")
        return code

    def flag(self, name: str) -> bool | None:
        """Yes or no; None where the cell is empty or says neither."""
        word = self.text(name).casefold()
        return True if word in _YES else False if word in _NO else None

    def consent(self) -> Consent:
        """What a column of consent says, unless the person has opted out. A legitimate interest is no consent."""
        if self.flag("opted_out"):
            return Consent.NO
        word, flag = self.text("consent").casefold(), self.flag("consent")
        if flag is not None:
            return Consent.YES if flag else Consent.NO
        return Consent.YES if word.startswith("freely given consent") else Consent.UNKNOWN


def _clock(text: str) -> str:
    """The time behind a day, 12 or 24 hours, as ISO 8601 writes it."""
    if not (found := re.fullmatch(r",?\s+(\d{1,2}):(\d\d)(:\d\d)?\s*([AaPp][Mm])?", text)):
        if text.strip():
            raise ValueError(f"not a time: {text[:40]!r}")
        return ""
    hour = int(found[1])
    if found[4]:
        if not 1 <= hour <= 12:
            raise ValueError(f"not a time: {text[:40]!r}")
        hour = hour % 12 + 12 * (found[4].casefold() == "pm")
    return f" {hour:02}:{found[2]}{found[3] or ''}"
