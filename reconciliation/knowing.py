"""Pairs that customers made known themselves: a small table of order numbers, to measure what the matcher misses."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, field

from channels.core.errors import Refused
from channels.models import Company, Store
from reconciliation import labels
from reconciliation.models import BuyerSignal

COLUMNS = ("store", "order", "other store", "other order")
MOST = 20_000  # lines
LISTED = 20  # lines that are said to be of no use


@dataclass(slots=True)
class Known:
    """How many pairs are new to the list, were there before or are one account anyway, and lines of no use."""

    new: int = 0
    before: int = 0
    unknown: list[int] = field(default_factory=list)  # numbers of lines whose order nobody's account has


def import_pairs(company: Company, body: bytes) -> Known:
    """Keep the pairs of a CSV with the columns ``COLUMNS``; stores by name. Raises Refused for another table."""
    lines = list(_lines(body))
    stores = {store.name.casefold(): store.pk for store in Store.objects.filter(company=company)}
    wanted = {
        (stores.get(name.casefold(), 0), _number(order))
        for _line, cells in lines for name, order in (cells[:2], cells[2:])
    }  # fmt: skip
    keys = _accounts(company, wanted)
    found, pairs = Known(), []
    for line, (name, order, other_name, other_order) in lines:
        left = keys.get((stores.get(name.casefold(), 0), _number(order)))
        right = keys.get((stores.get(other_name.casefold(), 0), _number(other_order)))
        if left is None or right is None:
            found.unknown.append(line)
        else:
            pairs.append((left, right))
    found.new = labels.know(company, pairs)
    found.before = len(pairs) - found.new
    return found


def _lines(body: bytes) -> Iterator[tuple[int, tuple[str, str, str, str]]]:
    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Refused("the table is not UTF-8 text: save it as CSV UTF-8") from None
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    try:
        names = {(name or "").strip().casefold(): name for name in reader.fieldnames or ()}
        if missing := [one for one in COLUMNS if one not in names]:
            raise Refused(f"the table has no column {', '.join(missing)}")
        for count, row in enumerate(reader, 1):
            if count > MOST:
                raise Refused(f"the table has more than {MOST:,} lines: divide it")
            store, order, other, other_order = ((row[names[one]] or "").strip() for one in COLUMNS)
            yield reader.line_num, (store, order, other, other_order)
    except csv.Error as error:
        raise Refused(f"the table cannot be read at line {reader.line_num}: {error}") from None


def _number(order: str) -> str:
    return order.removeprefix("#").strip()


def _accounts(company: Company, wanted: set[tuple[int, str]]) -> dict[tuple[int, str], int]:
    """The account key of each order, as the channel tells it."""
    found = BuyerSignal.objects.filter(
        store__company=company, order_ref__in={order for _store, order in wanted}, part=0
    ).order_by("-origin")  # the channel's own word last, so that it stays
    return {
        (store, order): account
        for store, order, account in found.values_list("store", "order_ref", "account")
        if (store, order) in wanted
    }
