"""A switchback from two CSV files: what each block sold by channel, and the schedule that was drawn.

Series: block, channel, orders[, category_index]. Schedule: block, start, end, pair, on. An empty cell of orders is "not
known". Days are ISO, numbers, or times such as 2026-02-02T06:00. Where the end of a block is the start of another, ends
are the first moment without it, else (days only) the last day with it. Other columns are ignored.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from pathlib import Path

from reports.analysis.event_words import shown
from reports.analysis.rows import Limits, Row, Unreadable, at, count, name_of, once, rows
from reports.analysis.schedule import Block

SERIES = ("block", "channel", "orders")
SCHEDULE = ("block", "start", "end", "pair", "on")
_CATEGORY = "category_index"
_YES = {
    **dict.fromkeys(("1", "1.0", "on", "true", "yes"), True), **dict.fromkeys(("0", "0.0", "off", "false", "no"), False)
}  # fmt: skip
_LIMITS = Limits(20_000_000, 100_000)
_BLOCKS = 4_000  # a block a day for ten years; the weights need memory as its square
_DAY_0, _DIGITS = datetime(2000, 1, 1), 5  # noqa: DTZ001 of days that are numbered


@dataclass(slots=True)
class Sold:
    """Orders by channel and block; NaN is not known. ``category`` is by block."""

    orders: dict[str, dict[str, float]] = field(default_factory=dict)
    category: dict[str, float] = field(default_factory=dict)


def read_series(path: Path) -> Sold:
    """What each block sold. Raises Unreadable."""
    found, lines = Sold(), dict[tuple[str, str], int]()
    for line, row in _rows(path, SERIES):
        block, channel = (name_of(path.name, line, one, row[one]) for one in ("block", "channel"))
        if (first := lines.setdefault((block, channel), line)) != line:
            raise at(
                path.name, line, f"block {shown(block)}, {shown(channel)} stands in line {first} already: add them"
            )
        found.orders.setdefault(channel, {})[block] = count(path.name, line, "orders", row["orders"])
        index = count(path.name, line, _CATEGORY, row.get(_CATEGORY, ""))
        if not math.isnan(index) and found.category.setdefault(block, index) != index:
            raise at(path.name, line, f"column {_CATEGORY}: another value for the same block stands above")
    if not lines:
        raise Unreadable(f"{path.name} has no rows: one for each block and channel is needed.")
    return found


def read_schedule(path: Path) -> tuple[Block, ...]:
    """The blocks, by time. Raises Unreadable."""
    rows: dict[str, tuple[int, Row]] = {}
    for line, row in _rows(path, SCHEDULE):
        block = name_of(path.name, line, "block", row["block"])
        if block in rows:
            raise at(path.name, line, f"block {shown(block)} stands in line {rows[block][0]} already: name it once")
        rows[block] = (line, row)
    if not rows:
        raise Unreadable(f"{path.name} has no rows: one for each block is needed.")
    if len(rows) > _BLOCKS:
        raise Unreadable(f"{path.name} has {len(rows):,} blocks; at most {_BLOCKS:,} are read.")
    starts = {name: _moment(path.name, line, "start", row["start"]) for name, (line, row) in rows.items()}
    ends = {name: _moment(path.name, line, "end", row["end"]) for name, (line, row) in rows.items()}
    last_day = all(one.time() == time() for one in (*starts.values(), *ends.values())) and not _touching(starts, ends)
    longer = timedelta(days=last_day)
    blocks = (
        Block(name, starts[name], ends[name] + longer, name_of(path.name, line, "pair", row["pair"]),
              _switch(path.name, line, row["on"]))
        for name, (line, row) in rows.items()
    )  # fmt: skip
    return tuple(sorted(blocks, key=lambda one: one.starts))


def fits(sold: Sold, blocks: tuple[Block, ...]) -> None:
    """Raises Unreadable where a block is sold in that the schedule does not have."""
    known = {one.name for one in blocks}
    if strange := sorted({block for one in sold.orders.values() for block in one} - known):
        raise Unreadable(
            f"The series names block {shown(strange[0])}, which the schedule does not have: "
            f"give the schedule that was drawn, and no other block."
        )


def schedule_rows(blocks: tuple[Block, ...]) -> Iterator[tuple[str, str, str, str, int]]:
    """The lines of a schedule, in the order of SCHEDULE; ends are the first day without the block."""
    for one in blocks:
        yield one.name, one.starts.date().isoformat(), one.ends.date().isoformat(), one.pair, int(one.on)


def _rows(path: Path, needed: tuple[str, ...]) -> Iterator[tuple[int, Row]]:
    return rows(path, _LIMITS, lambda name, found: _header(name, found, needed))


def _header(name: str, found: list[str], needed: tuple[str, ...]) -> list[str]:
    if missing := [one for one in needed if one not in found]:
        raise at(name, 1, f"no column {', '.join(missing)}; it has {', '.join(needed)}, separated by commas")
    return once(name, found, (*needed, _CATEGORY))


def _moment(name: str, line: int, column: str, text: str) -> datetime:
    if text.isdecimal() and len(text) <= _DIGITS:
        return _DAY_0 + timedelta(days=int(text))
    try:
        found = datetime.fromisoformat(text)
    except ValueError as error:
        raise at(name, line, f"column {column}: {shown(text)} is no day such as 2026-02-02") from error
    if found.tzinfo is not None:
        raise at(name, line, f"column {column}: {shown(text)} has a time zone; write all times of one place")
    return found


def _switch(name: str, line: int, text: str) -> bool:
    if (found := _YES.get(text.lower())) is None:
        raise at(name, line, f"column on: {shown(text)} is neither 1 nor 0")
    return found


def _touching(starts: Mapping[str, datetime], ends: Mapping[str, datetime]) -> bool:
    begins = {moment: name for name, moment in starts.items()}
    return any(begins.get(moment, name) != name for name, moment in ends.items())
