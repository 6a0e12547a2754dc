"""A card with all that anyone needs to compute it again, as one zip: the same card gives the same bytes."""

import csv
import hashlib
import io
import json
import math
import zipfile
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from reports.analysis.estimate import record
from reports.analysis.event import Event
from reports.analysis.panel import Panel
from reports.analysis.said import Said
from reports.cards.card import CAPTIONS, Card, contents, title
from reports.cards.markdown import markdown
from reports.cards.pdf import pdf
from reports.cards.pictures import pictures, svg

Say = Callable[[Said], str]

_EPOCH = (1980, 1, 1, 0, 0, 0)  # the first day that a zip knows; no clock


def exported(card: Card, say: Say = str) -> bytes:
    """card.md, card.pdf, pictures, panel.csv, placebos.csv, event.json, answers.json and README.md."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in files(card, say).items():
            archive.writestr(zipfile.ZipInfo(name, _EPOCH), body, zipfile.ZIP_DEFLATED)
    return file.getvalue()


def files(card: Card, say: Say = str) -> dict[str, bytes]:
    """The same by name."""
    panel = panel_csv(card.panel).encode()
    digest = hashlib.sha256(panel).hexdigest()
    drawings = pictures(card, say)
    blocks = list(contents(card, frozenset(drawings), digest))
    found = {
        "card.md": markdown(blocks, say).encode(),
        "card.pdf": pdf(blocks, drawings, say, say(title(card))),
        **{f"pictures/{name}.svg": svg(one, say(CAPTIONS[name])).encode() for name, one in drawings.items()},
        "panel.csv": panel,
        "placebos.csv": placebos_csv(card.share.detail).encode(),
        "answers.json": _json(_answers(card)),
        "README.md": readme(card, say, digest).encode(),
    }
    return found | ({"event.json": _json(event_parts(card.event))} if card.event else {})


def panel_csv(panel: Panel) -> str:
    """The panel so that ``read_panel`` reads the same; numbers to the last digit, an empty cell is not known.

    Raises ValueError where regions or channels are not in the order in which reading puts them: draws of placebos
    follow that order.
    """
    for what, names in (("regions", panel.regions), ("channels", panel.channels)):
        if list(names) != sorted(names):
            raise ValueError(f"The {what} of a panel that is exported are sorted")
    file = io.StringIO()
    rows = csv.writer(file, lineterminator="\n")
    head = ["week", "region", "channel", "orders"]
    head += ["contribution"] if panel.contribution else []
    head += ["category_index"] if panel.category is not None else []
    rows.writerow(head + (["currency"] if panel.currency else []))
    rows.writerows(_rows(panel))
    return file.getvalue()


def event_parts(event: Event) -> dict[str, Any]:
    """The event so that ``read_event`` reads the same."""
    return {
        "affected": event.affected, "affecting": event.affecting, "regions": list(event.regions),
        "date": event.starts.isoformat(), **({"ends": event.ends.isoformat()} if event.ends else {}),
        "type": event.kind, "random_rollout": event.random_rollout, "attests": sorted(event.attests),
    }  # fmt: skip


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
            for channel in panel.channels:
                cells = [week.isoformat(), region, channel, _cell(orders[channel][row][column])]
                if money:
                    cells.append(_cell(money[channel][row][column]) if channel in money else "")
                if category is not None:
                    cells.append(_cell(category[row][column]))
                yield cells + ([panel.currency] if panel.currency else [])


def _cell(value: float | None) -> str:
    return "" if value is None or not math.isfinite(value) else repr(float(value)).removesuffix(".0")


def _answers(card: Card) -> dict[str, Any]:
    found = {"share": record(card.share), "break_even": record(card.break_even), "verdict": card.verdict.word}
    return found | ({"theta": record(card.theta)} if card.theta is not None else {})


def _json(value: Mapping[str, Any]) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()
