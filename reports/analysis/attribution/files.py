"""Journeys from CSV files.

Journeys: journey, touched_at, channel, converted[, intent, value, currency], one row for a touch. ``converted`` (0, 1,
yes, no or how often) and ``value`` are the journey's: they stand in its last row or alike in each of its rows.
Paths: path ("a > b > c"), conversions[, value, nulls], as ChannelAttribution has them, without times.
Other columns are ignored.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from reports.analysis.attribution.intents import filled, intent_of
from reports.analysis.attribution.journeys import UNKNOWN, Floats, Integers, Journeys, from_paths, timed
from reports.analysis.event_words import shown
from reports.analysis.rows import Limits, Row, Unreadable, at, count, currency_of, moment, name_of, renamed, rows

JOURNEY = ("journey", "touched_at", "channel", "converted")
JOURNEY_MORE = ("intent", "value", "currency")
PATH, PATH_MORE = ("path", "conversions"), ("value", "nulls", "currency")
_OTHER_NAMES = {
    "total_conversions": "conversions", "total_conversion_value": "value", "conversion_value": "value",
    "total_null": "nulls", "total_nulls": "nulls", "null": "nulls",
}  # fmt: skip
_LIMITS = Limits(400_000_000, 2_000_000, "sum journeys alike into paths, or bring fewer weeks")
_CHANNELS = 200
_TOUCHES = 20_000_000
_YES_NO = {"yes": 1.0, "true": 1.0, "no": 0.0, "false": 0.0}


@dataclass(slots=True)
class _Held:
    """Touches as they stand in the file; by journey, what it came to and where that stands."""

    journeys: dict[str, int] = field(default_factory=dict)
    channels: dict[str, int] = field(default_factory=dict)
    of: list[int] = field(default_factory=list)
    time: list[float] = field(default_factory=list)
    channel: list[int] = field(default_factory=list)
    intent: list[int] = field(default_factory=list)
    converted: list[float] = field(default_factory=list)
    value: list[float] = field(default_factory=list)
    currency: str = ""


def read_journeys(path: Path) -> tuple[Journeys, dict[str, int]]:
    """The journeys, and counts of what was read. Raises Unreadable."""
    held, strange = _Held(), 0
    what = f"journeys have {', '.join((*JOURNEY, *JOURNEY_MORE))}"
    for line, row in rows(path, _LIMITS, renamed(JOURNEY, JOURNEY_MORE, {}, what)):
        _touch(path.name, line, row, held)
        word = row.get("intent", "")
        intent = intent_of(word)
        strange += intent == UNKNOWN and word.lower() not in ("", "unknown")
        held.intent.append(intent)
    if not held.of:
        raise Unreadable(f"{path.name} has no rows: one for each touch is needed.")
    journeys = _journeys(held)
    value, converted = np.array(held.value), np.array(held.converted)
    return journeys, counts(journeys) | {
        "touches": len(held.of), "intents_of_no_known_word": strange,
        "values_without_conversion": int(((value != 0) & (converted == 0)).sum()),
    }  # fmt: skip


def read_paths(path: Path) -> tuple[Journeys, dict[str, int]]:
    """Journeys without times, and counts of what was read. Raises Unreadable."""
    tally = {"touches": 0, "rows_of_nothing": 0}
    currency = [""]
    journeys = from_paths(_paths(path, tally, currency))
    if not len(journeys.conversions):
        raise Unreadable(f"{path.name} has no rows with conversions or nulls: one for each path is needed.")
    intent = filled(np.full(len(journeys.touch), UNKNOWN), journeys.touch, journeys.channels)
    journeys = Journeys(
        journeys.channels, journeys.touch, journeys.starts, journeys.conversions, journeys.value, journeys.nulls,
        intent=intent, currency=currency[0], capped=journeys.capped,
    )  # fmt: skip
    return journeys, counts(journeys) | tally


def counts(journeys: Journeys) -> dict[str, int]:
    """``touches`` are those looked at; a path counts as many touches as it has, whatever it stands for."""
    unknown = len(journeys.touch) if journeys.intent is None else int((journeys.intent == UNKNOWN).sum())
    return {
        "journeys": len(journeys.conversions), "touches": len(journeys.touch), "capped_journeys": journeys.capped,
        "unknown_intents": unknown,
    }  # fmt: skip


def _paths(path: Path, tally: dict[str, int], currency: list[str]) -> Iterator[tuple[list[str], float, float, float]]:
    channels: set[str] = set()
    what = f"paths have {', '.join((*PATH, *PATH_MORE))}"
    for line, row in rows(path, _LIMITS, renamed(PATH, PATH_MORE, _OTHER_NAMES, what)):
        names = [one.strip() for one in row["path"].split(">")]
        for one in set(names) - channels:
            channels.add(name_of(path.name, line, "path", one))
        _few(path.name, line, len(channels))
        done, value, nulls = (_or_0(path.name, line, one, row) for one in ("conversions", "value", "nulls"))
        currency[0] = currency_of(path.name, line, row.get("currency", ""), currency[0])
        if value and not done:
            raise at(path.name, line, "column value: a path without conversions has none")
        tally["touches"] += len(names) if done or nulls else 0
        if tally["touches"] > _TOUCHES:
            raise Unreadable(f"{path.name} has more than {_TOUCHES:,} touches.")
        if done or nulls:
            yield names, done, value, nulls
        else:
            tally["rows_of_nothing"] += 1


def _touch(name: str, line: int, row: Row, held: _Held) -> None:
    journey, channel = row["journey"], row["channel"]
    if (number := held.journeys.get(journey)) is None:
        number = held.journeys[name_of(name, line, "journey", journey)] = len(held.journeys)
        held.converted.append(0.0)
        held.value.append(0.0)
    if channel not in held.channels:
        held.channels[name_of(name, line, "channel", channel)] = len(held.channels)
        _few(name, line, len(held.channels))
    held.of.append(number)
    held.channel.append(held.channels[channel])
    held.time.append(moment(name, line, "touched_at", row["touched_at"]))
    word = row["converted"].lower()
    done = _YES_NO[word] if word in _YES_NO else _or_0(name, line, "converted", row)
    if done and held.converted[number] not in (0, done):
        raise at(name, line, f"column converted: {shown(word)} after {held.converted[number]:g} of the same journey")
    held.converted[number] = done or held.converted[number]
    value = _or_0(name, line, "value", row)
    if value and held.value[number] not in (0, value):
        raise at(name, line, f"column value: {shown(row['value'])} after {held.value[number]:g} of the same journey")
    held.value[number] = value or held.value[number]
    held.currency = currency_of(name, line, row.get("currency", ""), held.currency)


def _journeys(held: _Held) -> Journeys:
    """In the order of time; what lies between a journey's first touch and its latest ones is left out."""
    made = timed(np.array(held.of, np.int64), np.array(held.time))
    names, touch = tuple(held.channels), np.array(held.channel, np.int64)[made.kept]
    intent = filled(np.array(held.intent, np.int64)[made.kept], touch, names)
    converted: Floats = np.array(held.converted)
    numbers: Integers = np.floor(made.last).astype(np.int64)
    return Journeys(
        names, touch, made.starts, converted, np.where(converted > 0, np.array(held.value), 0.0),
        (converted == 0).astype(float), days=made.days, intent=intent, ends_on=numbers, currency=held.currency,
        capped=made.capped,
    )  # fmt: skip


def _few(name: str, line: int, channels: int) -> None:
    if channels > _CHANNELS:
        raise at(name, line, f"more than {_CHANNELS} channels: join the rarest into one")


def _or_0(name: str, line: int, column: str, row: Row) -> float:
    found = count(name, line, column, row.get(column, ""))
    return 0.0 if np.isnan(found) else found
