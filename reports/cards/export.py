"""A card with all that anyone needs to compute it again, as one zip: the same card gives the same bytes."""

import csv
import hashlib
import io
import json
import math
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict
from typing import Any

from reports.analysis.estimate import record
from reports.analysis.event import Event
from reports.analysis.money import Margin
from reports.analysis.panel import Panel
from reports.analysis.said import Said
from reports.analysis.switchback_files import SCHEDULE, schedule_rows
from reports.cards.card import CAPTIONS, Card, Switched, contents, title
from reports.cards.markdown import markdown
from reports.cards.pdf import pdf
from reports.cards.pictures import pictures
from reports.pictures.drawing import svg

Say = Callable[[Said], str]

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the first day that a zip knows; no clock


def exported(card: Card, say: Say = str) -> bytes:
    """card.md, card.pdf, pictures, what its command reads, placebos.csv, answers.json and README.md."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in files(card, say).items():
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), body, zipfile.ZIP_DEFLATED)
    return file.getvalue()


def files(card: Card, say: Say = str) -> dict[str, bytes]:
    """The same by name."""
    given = data(card)
    told = next((given[name] for name in ("panel.csv", "series.csv") if name in given), b"")
    digest = hashlib.sha256(told).hexdigest() if told else ""
    drawings = pictures(card, say)
    blocks = list(contents(card, frozenset(drawings), digest))
    return {
        "card.md": markdown(blocks, say).encode(),
        "card.pdf": pdf(blocks, drawings, say, say(title(card))),
        **{f"pictures/{name}.svg": svg(one, say(CAPTIONS[name])).encode() for name, one in drawings.items()},
        **given,
        "placebos.csv": placebos_csv(card.share.detail).encode(),
        "answers.json": _json(_answers(card)),
        "README.md": readme(card, say, digest).encode(),
    }


def data(card: Card) -> dict[str, bytes]:
    """What the card's command reads."""
    if one := card.switched:
        return {"series.csv": series_csv(one).encode(), "schedule.csv": schedule_csv(one).encode()}
    if card.event is None:
        return {}
    margin = {"margin.json": _json(margin_parts(card.margin))} if card.margin else {}
    return {"panel.csv": panel_csv(card.panel).encode(), "event.json": _json(event_parts(card.event)), **margin}


def panel_csv(panel: Panel) -> str:
    """The panel so that ``read_panel`` reads the same; numbers to the last digit, an empty cell is not known.

    Raises ValueError where regions are not in the order in which reading puts them: draws of placebos follow it.
    """
    if list(panel.regions) != sorted(panel.regions):
        raise ValueError("The regions of a panel that is exported are sorted")
    head = ["week", "region", "channel", "orders"]
    head += ["contribution"] if panel.contribution else []
    head += ["category_index"] if panel.category is not None else []
    return _csv(head + (["currency"] if panel.currency else []), _rows(panel))


def event_parts(event: Event) -> dict[str, Any]:
    """The event so that ``read_event`` reads the same."""
    return {
        "affected": event.affected, "affecting": event.affecting, "regions": list(event.regions),
        "date": event.starts.isoformat(), **({"ends": event.ends.isoformat()} if event.ends else {}),
        "type": event.kind, "random_rollout": event.random_rollout, "attests": sorted(event.attests),
    }  # fmt: skip


def series_csv(one: Switched) -> str:
    """What each block sold, as ``switchback_files.read_series`` reads it."""
    rows = [[block, channel, _cell(sold)] for channel, told in one.orders.items() for block, sold in told.items()]
    return _csv(["block", "channel", "orders"], rows)


def schedule_csv(one: Switched) -> str:
    """The blocks, as ``switchback_files.read_schedule`` reads them."""
    return _csv(SCHEDULE, schedule_rows(one.blocks))


def margin_parts(margin: Margin) -> dict[str, Any]:
    """The margin so that ``read_margin`` reads the same; freedom without end is null."""
    return asdict(margin) | {"freedom": margin.freedom if math.isfinite(margin.freedom) else None}


def placebos_csv(detail: Mapping[str, Any]) -> str:
    """What each placebo came out as, by estimate: the plain one and its detrended twin."""
    draws = [one if isinstance(one, list) else [one] for one in detail.get("placebos", [])]
    columns = draws if draws and len({len(one) for one in draws}) == 1 else []
    lines = ["draw," + ",".join(["plain", "detrended"][: len(columns)] if len(columns) <= 2 else [])]
    lines += [",".join([str(number), *map(_cell, row)]) for number, row in enumerate(zip(*columns, strict=True))]
    return "\n".join(lines) + "\n"


def readme(card: Card, say: Say, digest: str) -> str:
    """What lies here, in short: the part of the card on computing it again."""
    blocks = list(contents(card, frozenset(), digest))
    return markdown([blocks[0], *blocks[next(place for place, one in enumerate(blocks) if _again(one)) :]], say)


def _again(block: object) -> bool:
    return getattr(block, "text", None) == Said("Compute it again")


def _rows(panel: Panel) -> Iterator[list[str]]:
    orders = {channel: series.tolist() for channel, series in panel.orders.items()}
    money = {channel: series.tolist() for channel, series in panel.contribution.items()}
    category = None if panel.category is None else panel.category.tolist()
    for row, region in enumerate(panel.regions):
        for column, week in enumerate(panel.weeks):
            for channel in sorted(panel.channels):
                cells = [week.isoformat(), region, channel, _cell(orders[channel][row][column])]
                if money:
                    cells.append(_cell(money[channel][row][column]) if channel in money else "")
                if category is not None:
                    cells.append(_cell(category[row][column]))
                yield cells + ([panel.currency] if panel.currency else [])


def _csv(head: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerows([head, *rows])
    return file.getvalue()


def _cell(value: float | None) -> str:
    return "" if value is None or not math.isfinite(value) else repr(float(value)).removesuffix(".0")


def _answers(card: Card) -> dict[str, Any]:
    found = {"share": record(card.share), "break_even": record(card.break_even), "verdict": card.verdict.word}
    return found | ({"theta": record(card.theta)} if card.theta is not None else {})


def _json(value: Mapping[str, Any]) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()
