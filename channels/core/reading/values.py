"""Amounts, instants, days and column names as vendors write them."""

import re
import unicodedata
from collections.abc import Callable
from datetime import UTC, date, datetime, tzinfo
from decimal import Decimal


def parse_decimal(text: str, *, comma: bool | None = None) -> Decimal:
    """An amount such as ``-1,234.50``, ``1.234,56``, ``$5``, ``(3.20)``; ``comma`` says which mark is the decimal one.

    Without it, a mark that can only be the decimal one is, and ``1,234`` is a thousand. Raises ValueError where it is
    no number, or where the other mark does not stand between thousands.
    """
    cleaned = text.strip().translate(_IGNORED)
    cleaned = _CURRENCY_BEHIND.sub("", _CURRENCY_BEFORE.sub(r"\1", cleaned))
    negative = cleaned[:1] == "(" and cleaned[-1:] == ")" and cleaned[1:2] not in ("+", "-")
    cleaned = cleaned[1:-1] if negative else cleaned
    mark, group = (",", ".") if (looks_comma(cleaned) if comma is None else comma) else (".", ",")
    whole, _, part = cleaned.partition(mark)
    grouped = group not in cleaned or (group not in part and _GROUPED.fullmatch(whole.replace(group, ",")))
    number = f"{whole.replace(group, '')}.{part}" if part else whole.replace(group, "")
    if not grouped or not _NUMBER.fullmatch(number):
        raise ValueError(f"not a number: {text!r}")
    return -Decimal(number) if negative else Decimal(number)


# Blanks and apostrophes between thousands, and the apostrophe before a number that a spreadsheet keeps as text.
_IGNORED = {ord(mark): None for mark in " '’\u00a0\u2009\u202f"} | {ord("\u2212"): "-"}
_CURRENCY_BEFORE = re.compile(r"^([+-]?)[^\d.,()+-]{1,3}")
_CURRENCY_BEHIND = re.compile(r"(?<=\d)([A-Z]{3}|[$€£¥₫฿₱₹元])$")
_NUMBER = re.compile(r"[+-]?(\d+(\.\d+)?|\.\d+)([eE][+-]?\d{1,2})?", re.ASCII)
_GROUPED = re.compile(r"[+-]?[1-9]\d{0,2}(,\d{2,3})*,\d{3}", re.ASCII)  # India groups by two
_COMMA = re.compile(r"[+-]?(\d{1,3}(\.\d{3})+,\d+|\d{1,3}(\.\d{3}){2,}|(?![1-9]\d{0,2},\d{3}$)\d+,\d+)", re.ASCII)


def looks_comma(text: str) -> bool:
    """Whether an amount can only be one with a decimal comma (``95,00``, ``1.234,56``, ``0,125``)."""
    return bool(_COMMA.fullmatch(text.strip()))


_LAYOUTS = (
    "%d.%m.%Y %H:%M:%S", "%d.%m.%Y", "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y/%m/%d",
    "%b %d, %Y", "%m/%d/%Y", "%d-%m-%Y", "%d %b %Y",
)  # fmt: skip


def parse_instant(text: str, zone: tzinfo = UTC) -> datetime:
    """An instant in UTC from the layouts that vendors write; one without a zone is in ``zone``.

    Raises ValueError where no layout fits.
    """
    cleaned = text.strip()
    try:
        value = datetime.fromisoformat(cleaned)  # also takes Z and +0200 from Python 3.11 on
    except ValueError:
        value = _parse_layouts(cleaned)
    try:
        return (value if value.tzinfo else value.replace(tzinfo=zone)).astimezone(UTC)
    except OverflowError as error:  # the first and the last day of the calendar
        raise ValueError(f"not a date or time: {text!r}") from error


def _parse_layouts(text: str) -> datetime:
    marked = text.removesuffix(" UTC").removesuffix(" GMT")
    in_utc = marked != text
    for parse in (datetime.fromisoformat, *(_strptime(layout) for layout in _LAYOUTS)):
        try:
            value = parse(_OFFSET_GAP.sub(r"\1\2", marked))
        except ValueError:
            continue
        return value.replace(tzinfo=UTC) if in_utc and not value.tzinfo else value
    raise ValueError(f"not a date or time: {text!r}")


_OFFSET_GAP = re.compile(r"(:\d\d) ([+-]\d{4})$")


def _strptime(layout: str) -> Callable[[str], datetime]:
    return lambda text: datetime.strptime(text, layout)  # noqa: DTZ007 the caller adds the zone


def parse_day(text: str) -> date:
    """A calendar day from any of the layouts. Raises ValueError where none fits."""
    return parse_instant(text, UTC).date() if not _DAY.fullmatch(text.strip()) else date.fromisoformat(text.strip())


_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def plain_name(title: str) -> str:
    """A column name without case, marks of a required field, and the differences of _, - and space."""
    return re.sub(r"[\s_\-]+", " ", unicodedata.normalize("NFKC", title).replace("*", "")).strip().casefold()
