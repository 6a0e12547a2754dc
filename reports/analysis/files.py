"""A panel from a CSV file and an event from a JSON file, as anyone may bring them.

Panel: week, region, channel, orders[, contribution, category_index, currency], one row for a week of a region and
channel. ``week`` is the first day of the week (ISO, always the same weekday) or an ISO week such as 2026-W05. A row
that is absent and an empty cell are "not known", never zero: who sold nothing writes 0. Other columns are ignored.
"""

import json
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from reports.analysis.event import Event
from reports.analysis.event_words import PARTS, event_of, iso_day, shown
from reports.analysis.money import Margin
from reports.analysis.panel import Panel, Series
from reports.analysis.rows import Limits, Unreadable, amount, at, name_of, once, opened, rows

NEEDED = ("week", "region", "channel", "orders")
COLUMNS = (*NEEDED, "contribution", "category_index", "currency")
_OTHER_NAMES = {"category": "category_index"}
_LIMITS = Limits(200_000_000, 1_000_000, "sum it by week, region and channel")
_LARGEST_OBJECT = 1_000_000
_CELLS = 5_000_000  # regions × weeks × channels: three names in a file of one line each could ask for any memory

Place = tuple[date, str]
Cell = tuple[date, str, str]


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
    for line, row in rows(path, _LIMITS, _header):
        _take(path.name, line, row, held)
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
    channel, currency = (name_of(path.name, 1, name, str(given.get(name, ""))) for name in ("channel", "currency"))
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


def _header(name: str, found: list[str]) -> list[str]:
    found = [_OTHER_NAMES.get(cell, cell) for cell in found]
    if missing := [one for one in NEEDED if one not in found]:
        raise at(name, 1, f"no column {', '.join(missing)}; a panel has {', '.join(COLUMNS)}, separated by commas")
    return once(name, found, COLUMNS)


def _take(name: str, line: int, row: Mapping[str, str], held: _Held) -> None:
    day = held.days.get(row["week"]) or _first_day(name, line, row["week"], held)
    region, channel = row["region"], row["channel"]
    if region not in held.names or channel not in held.names:
        held.names |= {name_of(name, line, "region", region), name_of(name, line, "channel", channel)}
    cell = (day, region, channel)
    if (first := held.lines.setdefault(cell, line)) != line:
        raise at(name, line, f"week {day}, {shown(region)}, {shown(channel)} stands in line {first} already: add them")
    orders = amount(name, line, "orders", row["orders"])
    if orders is not None:
        if orders < 0:
            raise at(name, line, f"column orders: {shown(row['orders'])} is negative; returns stay in contribution")
        held.orders[cell] = orders
    if (money := amount(name, line, "contribution", row.get("contribution", ""))) is not None:
        held.contribution[cell] = money
    index = amount(name, line, "category_index", row.get("category_index", ""))
    if index is not None and held.category.setdefault((day, region), index) != index:
        raise at(name, line, "column category_index: another value for the same week and region stands above")
    if (currency := row.get("currency", "").upper()) and currency != (held.currency or currency):
        raise at(name, line, f"column currency: {shown(currency)} after {held.currency}; convert them into one")
    held.currency = currency or held.currency


def _first_day(name: str, line: int, text: str, held: _Held) -> date:
    try:
        day = iso_day(text)
    except ValueError as error:
        raise at(name, line, f"column week: {shown(text)} is no day such as 2026-02-02 or week 2026-W06") from error
    other = next(iter(held.days.values()), day)
    if other.weekday() != day.weekday():
        raise at(name, line, f"column week: {day} is a {day:%A}, but the rows above begin on a {other:%A}")
    held.days[text] = day
    return day


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
