"""Leads as JSON, one or a list, as ``POST /api/v1/leads/`` takes them: fields named as the own sheet's columns."""

from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

from channels.adapters.crm.columns import Line
from channels.adapters.crm.own import row
from channels.core.adapter import Format, Personal
from channels.core.contacts import IDENTIFIERS
from channels.core.reading import Head, load_json, read_head
from channels.core.rows import ContactRow, Page, Row, Shop, Unreadable

_CELLS = {"lead": "key", "stage": "status"}  # field → what the own sheet's lines call it
WORDS = (
    "lead", "created_at", "source", "medium", "campaign", "stage", "qualified_at", "opportunity_at", "won_at",
    "lost_at", "value", "currency", "order", "bot", "consent", "opted_out",
)  # fmt: skip
NEEDED = frozenset({"lead", "created_at"})
_FIELDS = frozenset({*WORDS, *IDENTIFIERS})


def fits(head: Head) -> bool:
    """Records with nothing in them that is not known: what else they held could name a person and would stay."""
    records = _records(head.document) if head.kind == "json" else []
    return bool(records) and all(
        isinstance(one, dict) and NEEDED <= one.keys() <= _FIELDS and all(map(_is_plain, one.items()))
        for one in records
    )


def _is_plain(field: tuple[str, Any]) -> bool:
    """A value by itself that tells nobody, unless its field is cut out anyway."""
    name, value = field
    return not isinstance(value, dict | list) and (name in IDENTIFIERS or "@" not in _text(value))


def rows(page: Page, shop: Shop) -> Iterator[Row]:
    """The leads in their order, from 1; one that stands twice counts as its last record has it."""
    zone = ZoneInfo(shop.timezone)
    for place, record in _numbered(page):
        cells = {_CELLS.get(name, name): _text(record.get(name)) for name in WORDS}
        line = Line(place, cells, zone, shop.currency, day_first=False)
        try:
            yield row(line)
        except ValueError as error:
            yield Unreadable(place, f"lead: {error}", line.text("key")[:100])


def contacts(page: Page, _shop: Shop) -> Iterator[ContactRow]:
    for place, record in _numbered(page):
        told = {name: _text(record.get(name)) for name in IDENTIFIERS}
        if (number := _text(record["lead"])) and any(told.values()):
            yield ContactRow(number, place, **told)


def _numbered(page: Page) -> Iterator[tuple[int, dict[str, Any]]]:
    document = page.document
    if document is None:
        with page.open() as stream:
            encoding = read_head(stream).encoding
        with page.open() as stream:
            document = load_json(stream, encoding)
    yield from enumerate(_records(document), 1)


def _records(document: Any) -> list[Any]:
    return document if isinstance(document, list) else [document]


def _text(value: Any) -> str:
    """As a cell of a table would have it; a number as it was written."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "" if value is None else str(value).strip()


FORMAT = Format(
    "crm.leads_json",
    "Leads (JSON)",
    fits,
    rows,
    personal=Personal(paths=frozenset(path for name in IDENTIFIERS for path in (name, f"*.{name}"))),
    kept_as="crm.leads",
    contacts=contacts,
)
