"""The envelope around every answer of Shopee's Open Platform v2, and the values inside it.

``{"request_id", "error", "message", "response"}``; an error is told by ``error``, even with HTTP 200. Times are UTC
epoch seconds, 0 for none. A file is one such answer, or a JSON list of several of one kind.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from channels.core.errors import Changed, Refused
from channels.core.reading import Head, load_json
from channels.core.rows import Page, Row, Shop, Unreadable

Node = dict[str, Any]
Record = tuple[int, Node]  # place in the page from 1 → the record

_TOO_MUCH = Decimal(10) ** 14
_LATEST = 4_102_444_800  # the year 2100; a larger number is not in seconds


def answers(document: Any) -> list[Node]:
    """The answers in a document; empty where it is none of Shopee's."""
    found = document if isinstance(document, list) else [document]
    return found if all(isinstance(one, dict) for one in found) else []


def fits(shape: Callable[[Node], bool]) -> Callable[[Head], bool]:
    """Recognises a document all of whose answers have the shape."""

    def recognise(head: Head) -> bool:
        found = answers(head.document) if head.kind == "json" else []
        return bool(found) and all(shape(one) for one in found)

    return recognise


def refusal(answer: Node) -> str:
    """What the vendor says went wrong, or ``""``; a blank or "-" stands in its own samples for no error."""
    error = text(answer, "error")
    return "" if error in ("", "-") else f"{error}: {text(answer, 'message') or 'no message'}"


def read(page: Page) -> Iterator[Node]:
    """The answers of a page. Raises Refused with the vendor's words, Changed where the page is none of its own."""
    document = page.document
    if document is None:
        with page.open() as stream:
            document = load_json(stream)
    found = answers(document)
    if not found:
        raise Changed(f"{page.resource}: the page is no answer of Shopee's API")
    for answer in found:
        if told := refusal(answer):
            raise Refused(f"Shopee refuses {page.resource}: {told}")
        yield answer


def records(page: Page, find: Callable[[Node], Any]) -> Iterator[Record]:
    """Every record that ``find`` picks out of the answers, numbered through. Raises Changed where it finds no list."""
    place = 0
    for answer in read(page):
        found = find(answer)
        if not isinstance(found, list):
            raise Changed(f"{page.resource}: the answer has keys {sorted(answer)}, and not its list of records")
        for record in found:
            place += 1
            yield place, record if isinstance(record, dict) else {}


def each(found: Iterable[Record], rows: Callable[[int, Node], Iterable[Row]]) -> Iterator[Row]:
    """The rows of every record; one that cannot be read gives its reason and no money."""
    for place, record in found:
        try:
            done = list(rows(place, record))
        except (ValueError, ArithmeticError, OSError) as error:
            yield Unreadable(place, str(error), excerpt=text(record, "order_sn") or text(record, "return_sn"))
        else:
            yield from done


def inner(node: Node, key: str) -> Node:
    """The object under a key; empty where there is none."""
    found = node.get(key)
    return found if isinstance(found, dict) else {}


def listed(node: Node, key: str) -> list[Node]:
    """The objects listed under a key; empty where there are none."""
    found = node.get(key)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


def text(node: Node, key: str) -> str:
    """The value as trimmed text; ``""`` where it is missing or null."""
    value = node.get(key)
    return "" if value is None else str(value).replace("\0", "").strip()


def ident(node: Node, key: str, limit: int = 40) -> str:
    """An identifier, ``""`` where there is none; real ones are short. Raises ValueError for one beyond the limit."""
    value = text(node, key)
    if len(value) > limit:
        raise ValueError(f"{key} is longer than {limit} characters")
    return value


def word(node: Node, key: str) -> str:
    """The identifier or status that must be there. Raises ValueError where it is not."""
    value = ident(node, key)
    if not value:
        raise ValueError(f"{key} is missing")
    return value


def currency(node: Node, key: str, shop: Shop) -> str:
    """The ISO 4217 code, the store's where none is told. Raises ValueError for other words."""
    code = text(node, key) or shop.currency
    if len(code) != 3 or not code.isascii() or not code.isupper():
        raise ValueError(f"{key} is not a currency code: {code[:40]!r}")
    return code


def maybe(node: Node, key: str) -> Decimal | None:
    """The exact number, or None where it is missing, null or blank. Raises ValueError where it is no number."""
    value = node.get(key)
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    if isinstance(value, bool) or not isinstance(value, (int, Decimal, str)):
        raise ValueError(f"{key} is not a number")
    try:
        number = Decimal(value)
    except InvalidOperation as error:
        raise ValueError(f"{key} is not a number: {value!r}") from error
    if not number.is_finite() or abs(number) >= _TOO_MUCH:
        raise ValueError(f"{key} is not a number Plumbline can keep: {str(value)[:40]}")
    return number


def amount(node: Node, key: str) -> Decimal:
    """The number that must be there. Raises ValueError where it is missing or no number."""
    number = maybe(node, key)
    if number is None:
        raise ValueError(f"{key} is missing")
    return number


def count(node: Node, key: str) -> int:
    """A whole number of units; 0 where it is missing. Raises ValueError for a broken one."""
    number = maybe(node, key) or Decimal(0)
    if number != number.to_integral_value() or abs(number) >= 1_000_000_000:
        raise ValueError(f"{key} is not a count: {number}")
    return int(number)


def instant(node: Node, key: str) -> datetime | None:
    """The UTC time, or None for 0, null or missing. Raises ValueError where it is no time in seconds."""
    seconds = maybe(node, key)
    if not seconds:
        return None
    if not 0 < seconds < _LATEST:
        raise ValueError(f"{key} is not a time in seconds: {seconds}")
    return datetime.fromtimestamp(int(seconds), UTC)


def plain(number: Decimal) -> str:
    """The number as a key part: the same text for 5, 5.0 and 5.00."""
    return f"{number.normalize():f}" if number else "0"


def sku_of(item: Node, model: str = "model_sku") -> str:
    """The seller's SKU of the model, else of the item, else ``item_id:model_id``."""
    own = ident(item, model, 150) or ident(item, "item_sku", 150)
    return own or f"{ident(item, 'item_id')}:{ident(item, 'model_id') or '0'}"
