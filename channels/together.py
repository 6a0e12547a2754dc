"""Several answers of a chain loaded in one transaction, with the same result as one after the other.

What a page costs the database beside its rows – two dozen statements – is then paid once. That is done for orders with
all that belongs to them, as long as no order stands in two of the pages; other pages are loaded by themselves.
"""

import json
from collections.abc import Iterable, Iterator, Sequence

from django.db import connection

from channels.adapters import format_of
from channels.core.rows import ChargeRow, OrderRow, Row, Unreadable, VisitRow
from channels.goods import Goods
from channels.incoming import Incoming
from channels.load import (
    company_lock,
    list_unreadable,
    load_page_rows,
    next_load,
    read_rows,
    refusing,
    storable,
    write,
)
from channels.merge import merge
from channels.models import RawPage
from channels.tally import Tally

_LOADED, _PENDING = RawPage.State.LOADED, RawPage.State.PENDING

Read = tuple[RawPage, list[Row]]


def load_together(pages: Sequence[RawPage]) -> Tally:
    """Load those of the pages of one company that are pending, in their order; what all of them hold.

    Raises Refused or Conflict, with nothing loaded, where one of them cannot be taken.
    """
    whole = Tally()
    with refusing(), company_lock(pages[0].company_id):
        waiting = RawPage.objects.filter(pk__in=[page.pk for page in pages], state=_PENDING)
        pending = set(waiting.values_list("pk", flat=True))
        number = next_load(pages[0].company_id)
        read = {page.pk: page for page in pages if page.pk in pending}.values()  # a page may have come twice
        for group in _groups((page, list(read_rows(page))) for page in read):
            tallies = _load(group, number)
            _mark(group, number, tallies)
            number += len(group)
            for tally in tallies:
                whole.count(tally)
    return whole


def _groups(read: Iterable[Read]) -> Iterator[list[Read]]:
    """Pages that can be merged as one: of the same format and store, and without an order in common."""
    held: list[Read] = []
    seen: set[str] = set()
    for page, rows in read:
        orders = _orders(page, rows)
        same = held and (held[0][0].resource, held[0][0].store_id) == (page.resource, page.store_id)
        if held and (orders is None or not same or not seen.isdisjoint(orders)):
            yield held
            held, seen = [], set()
        if orders is None:
            yield [(page, rows)]
        else:
            held.append((page, rows))
            seen |= orders
    if held:
        yield held


def _orders(page: RawPage, rows: Sequence[Row]) -> set[str] | None:
    """The orders of a page that tells nothing but orders and what belongs to them; None for other pages."""
    form = format_of(page.resource)
    if form.statement or form.rivals or page.accepted_at:
        return None
    refs = {row.ref for row in rows if type(row) is OrderRow}
    for row in rows:
        kind = type(row)
        if kind is ChargeRow:
            if row.document not in refs or row.order != row.document:  # type: ignore[union-attr]
                return None
        elif kind is VisitRow:
            if row.order not in refs:  # type: ignore[union-attr]
                return None
        elif kind is not OrderRow and kind is not Unreadable:
            return None
    return refs


def _load(group: Sequence[Read], number: int) -> list[Tally]:
    """What each page holds; ``number`` is the load of the first one."""
    if len(group) == 1:
        tally = Tally()
        load_page_rows(group[0][0], group[0][1], number, tally, None)
        return [tally]
    tallies = [Tally() for _ in group]
    rows = Incoming(group[0][0], number)
    for at, (page, told) in enumerate(group):
        rows.turn(page, number + at)
        write(told, rows, Goods(page, number + at), tallies[at])
    rows.flush()
    pages = [page for page, _ in group]
    list_unreadable(list(zip(pages, tallies, strict=True)))
    whole = Tally()
    for tally in tallies:
        whole.count(tally)
    merge(pages, number, whole)
    rows.drop()
    return tallies


def _mark(group: Sequence[Read], number: int, tallies: Sequence[Tally]) -> None:
    for at, ((page, _), tally) in enumerate(zip(group, tallies, strict=True)):
        page.load, page.state, page.conflict = number + at, _LOADED, ""
        page.summary = storable(tally.summary())
    with connection.cursor() as cursor:
        cursor.executemany(
            "UPDATE channels_rawpage SET load = %s, state = %s, conflict = %s, summary = %s::jsonb WHERE id = %s",
            [(page.load, page.state, page.conflict, json.dumps(page.summary), page.pk) for page, _ in group],
        )
