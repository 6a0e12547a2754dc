"""A panel from a CSV file and an event from a JSON file, as anyone may bring them.

Panel: week, region, channel, orders[, contribution, category_index, currency], one row for a week of a region and
channel. ``week`` is the first day of the week (ISO, always the same weekday) or an ISO week such as 2026-W05. A row
that is absent and an empty cell are "not known", never zero: who sold nothing writes 0. Other columns are ignored.
"""

import csv
import json
import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from reports.analysis.event import Event
from reports.analysis.event_words import PARTS, event_of, iso_day, shown
from reports.analysis.money import Margin
from reports.analysis.panel import Panel, Series

NEEDED = ("week", "region", "channel", "orders")
COLUMNS = (*NEEDED, "contribution", "category_index", "currency")
_OTHER_NAMES = {"category": "category_index"}
_LARGEST = 200_000_000  # bytes of a panel
_LARGEST_OBJECT = 1_000_000
_ROWS = 1_000_000
_CELLS = 5_000_000  # regions × weeks × channels: three names in a file of one line each could ask for any memory
_LONGEST = 200  # characters of a name
_MOST = 1e12  # orders or money of a cell; sums of more lose their last digits

Place = tuple[date, str]
Cell = tuple[date, str, str]


class Unreadable(Exception):
    """A file that cannot be read as what it should be; the message names the file, the place and what to do."""


@dataclass(slots=True)
class _Held:
    """What the rows of a panel say so far; ``lines`` tells where a cell stands."""

    lines: dict[Cell, int] = field(default_factory=dict)
    orders: dict[Cell, float] = field(default_factory=dict)
    contribution: dict[Cell, float] = field(default_factory=dict)
    category: dict[Place, float] = field(default_factory=dict)
    currency: str = ""
    days: dict[str, date] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)


def read_panel(path: Path) -> Panel:
    """The panel of a CSV file in UTF-8. Raises Unreadable."""
    held = _Held()
    with opened(path, _LARGEST) as file:
        rows = csv.reader(_lines(path.name, file), strict=True)
        try:
            header = _header(path.name, next(rows, []))
            for cells in rows:
                if not cells:
                    continue
                if len(cells) != len(header):
                    raise _at(path.name, rows.line_num, f"{len(cells)} fields, but the header has {len(header)}")
                _take(path.name, rows.line_num, dict(zip(header, map(str.strip, cells), strict=False)), held)
        except csv.Error as error:
            raise _at(path.name, rows.line_num, f"no readable CSV ({error}): is a quote or the end missing?") from error
    if not held.lines:
        raise Unreadable(f"{path.name} has no rows: one for each week, region and channel is needed.")
    return _panel(path.name, held)


def read_event(path: Path) -> Event:
    """The event of a JSON file in UTF-8. Raises Unreadable."""
    try:
        return event_of(_object(path, ", ".join(PARTS)))
    except ValueError as error:
        raise Unreadable(f"{path.name}: {error}.") from error


def read_margin(path: Path) -> Margin:
    """What an order brings in, of a JSON file with the fields of ``Margin``. Raises Unreadable."""
    given = _object(path, "channel, mean, standard_error, orders, currency and freedom (null: without end)")
    told: dict[str, Any] = {name: given.get(name) for name in ("mean", "standard_error", "orders", "freedom")}
    told["freedom"] = math.inf if told["freedom"] is None else told["freedom"]
    for name, value in told.items():
        if isinstance(value, bool) or not isinstance(value, int | float) or math.isnan(value):
            raise Unreadable(f"{path.name}: {name} is a number, not {shown(value)}.")
    if not (
        math.isfinite(told["mean"])
        and math.isfinite(told["orders"])
        and 0 <= told["standard_error"] < math.inf
        and told["freedom"] > 0
    ):
        raise Unreadable(f"{path.name}: mean and orders are finite, standard_error 0 or more, freedom above 0.")
    channel, currency = (_name(path.name, 1, name, str(given.get(name, ""))) for name in ("channel", "currency"))
    return Margin(channel, told["mean"], told["standard_error"], int(told["orders"]), currency, told["freedom"])


def fits(panel: Panel, event: Event) -> None:
    """Raises Unreadable where the event names a channel or region that the panel does not have."""
    for what, names, held in (
        ("channel", (event.affected, event.affecting), panel.channels),
        ("region", event.regions, panel.regions),
    ):
        if absent := [one for one in names if one not in held]:
            has = ", ".join(map(shown, held[:10])) + (", …" if len(held) > 10 else "")
            raise Unreadable(f"The event names the {what} {shown(absent[0])}, but the panel has {has}.")


def opened(path: Path, largest: int) -> BinaryIO:
    """The file for reading bytes. Raises Unreadable where it is none, or larger than what anyone needs."""
    try:
        if path.exists() and not path.is_file():
            raise Unreadable(f"{path.name} is no file.")
        if (size := path.stat().st_size) > largest:
            raise Unreadable(f"{path.name} has {size:,} bytes; at most {largest:,} are read.")
        return path.open("rb")
    except (OSError, ValueError) as error:
        raise Unreadable(f"{path.name} cannot be read: {getattr(error, 'strerror', None) or error}.") from error


def _lines(name: str, file: Iterable[bytes]) -> Iterator[str]:
    for number, line in enumerate(file, 1):
        if number > _ROWS + 1:
            raise Unreadable(f"{name} has more than {_ROWS:,} rows: sum it by week, region and channel.")
        if b"\0" in line:
            raise _at(name, number, "a NUL byte, which no text has: save it as CSV in UTF-8")
        try:
            yield line.decode("utf-8-sig" if number == 1 else "utf-8")
        except UnicodeDecodeError as error:
            raise _at(name, number, f"not UTF-8 (byte {error.start + 1}): save it as CSV in UTF-8") from error


def _header(name: str, cells: list[str]) -> list[str]:
    found = ["_".join(cell.strip().lower().replace("_", " ").split()) for cell in cells]
    found = [_OTHER_NAMES.get(cell, cell) for cell in found]
    if missing := [one for one in NEEDED if one not in found]:
        raise _at(name, 1, f"no column {', '.join(missing)}; a panel has {', '.join(COLUMNS)}, separated by commas")
    if twice := [one for one in COLUMNS if found.count(one) > 1]:
        raise _at(name, 1, f"column {twice[0]} stands twice")
    return found


def _take(name: str, line: int, row: Mapping[str, str], held: _Held) -> None:
    day = held.days.get(row["week"]) or _first_day(name, line, row["week"], held)
    region, channel = row["region"], row["channel"]
    if region not in held.names or channel not in held.names:
        held.names |= {_name(name, line, "region", region), _name(name, line, "channel", channel)}
    cell = (day, region, channel)
    if (first := held.lines.setdefault(cell, line)) != line:
        raise _at(name, line, f"week {day}, {shown(region)}, {shown(channel)} stands in line {first} already: add them")
    orders = _number(name, line, "orders", row["orders"])
    if orders is not None:
        if orders < 0:
            raise _at(name, line, f"column orders: {shown(row['orders'])} is negative; returns stay in contribution")
        held.orders[cell] = orders
    if (money := _number(name, line, "contribution", row.get("contribution", ""))) is not None:
        held.contribution[cell] = money
    index = _number(name, line, "category_index", row.get("category_index", ""))
    if index is not None and held.category.setdefault((day, region), index) != index:
        raise _at(name, line, "column category_index: another value for the same week and region stands above")
    if (currency := row.get("currency", "").upper()) and currency != (held.currency or currency):
        raise _at(name, line, f"column currency: {shown(currency)} after {held.currency}; convert them into one")
    held.currency = currency or held.currency


def _first_day(name: str, line: int, text: str, held: _Held) -> date:
    try:
        day = iso_day(text)
    except ValueError as error:
        raise _at(name, line, f"column week: {shown(text)} is no day such as 2026-02-02 or week 2026-W06") from error
    other = next(iter(held.days.values()), day)
    if other.weekday() != day.weekday():
        raise _at(name, line, f"column week: {day} is a {day:%A}, but the rows above begin on a {other:%A}")
    held.days[text] = day
    return day


def _name(name: str, line: int, column: str, text: str) -> str:
    if not text:
        raise _at(name, line, f"column {column} is empty")
    if len(text) > _LONGEST or not text.isprintable():
        raise _at(name, line, f"column {column}: {shown(text)} is no name of at most {_LONGEST} printable characters")
    return text


def _number(name: str, line: int, column: str, text: str) -> float | None:
    if not text:
        return None
    try:
        value = float(text) if text.isascii() and "_" not in text else math.nan
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise _at(name, line, f"column {column}: {shown(text)} is no number such as 1234.5 (empty means not known)")
    if abs(value) > _MOST:
        raise _at(name, line, f"column {column}: {shown(text)} is beyond {_MOST:,.0f}: say it in larger units")
    return value


def _panel(name: str, held: _Held) -> Panel:
    weeks = tuple(sorted({week for week, _, _ in held.lines}))
    regions = tuple(sorted({region for _, region, _ in held.lines}))
    channels = tuple(sorted({channel for _, _, channel in held.lines}))
    if (cells := len(weeks) * len(regions) * len(channels)) > _CELLS:
        raise Unreadable(f"{name} spans {cells:,} cells of weeks × regions × channels; at most {_CELLS:,} are read.")
    column = {one: number for number, one in enumerate(weeks)}
    row = {one: number for number, one in enumerate(regions)}

    def filled(values: Iterable[tuple[date, str, float]]) -> Series:
        found: Series = np.full((len(regions), len(weeks)), np.nan)
        for week, region, value in values:
            found[row[region], column[week]] = value
        return found

    def series(values: Mapping[Cell, float]) -> dict[str, Series]:
        apart: dict[str, list[tuple[date, str, float]]] = {one: [] for one in channels}
        for (week, region, channel), value in values.items():
            apart[channel].append((week, region, value))
        return {one: filled(rows) for one, rows in apart.items()}

    category = ((week, region, index) for (week, region), index in held.category.items())
    return Panel(
        weeks,
        regions,
        orders=series(held.orders),
        contribution=series(held.contribution) if held.contribution else {},
        category=filled(category) if held.category else None,
        currency=held.currency,
    )


def _object(path: Path, what: str) -> dict[str, Any]:
    """The one object of a JSON file."""
    try:
        with opened(path, _LARGEST_OBJECT) as file:
            given = json.loads(file.read().decode("utf-8-sig"), object_pairs_hook=_once)
    except UnicodeDecodeError as error:
        raise Unreadable(f"{path.name}: not UTF-8 (byte {error.start + 1}): save it as JSON in UTF-8.") from error
    except json.JSONDecodeError as error:
        raise Unreadable(f"{path.name}, line {error.lineno}, column {error.colno}: no JSON ({error.msg}).") from error
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"{path.name}: {error}.") from error
    if not isinstance(given, dict):
        raise Unreadable(f"{path.name}: it is one JSON object with {what}.")
    return given


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"{shown(key)} stands twice")
        found[key] = value
    return found


def _at(name: str, line: int, what: str) -> Unreadable:
    return Unreadable(f"{name}, line {line}: {what}.")
