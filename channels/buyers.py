"""Who bought, from archived pages and what the vault still holds of them: in memory, for the caller, never kept."""

import io
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import cache
from typing import Any, BinaryIO

import orjson

from channels.adapters import adapters, format_of
from channels.copying import clean
from channels.core.privacy import PLACEHOLDER, Cut, is_document, put_back, restore
from channels.core.reading import read_head
from channels.core.rows import BuyerRow, Page
from channels.core.writing import dump_bytes
from channels.load import NO_SHOP, storable
from channels.models import RawPage, VaultEntry
from channels.receive import opened
from channels.vault import unsealed

IN_MEMORY = 64_000_000  # bytes; a larger table is put together anew for each reading of it
LONGEST = 300  # characters; what is longer is no name and no address
_TEXTS = ("buyer", "username", "name", "email", "phone", "street", "postcode", "city", "state", "country", "given")
_TELLING = ("buyer", "username", "name", "email", "phone", "street", "postcode")


@cache
def formats_with_buyers() -> frozenset[str]:
    """The resources whose pages tell of buyers."""
    return frozenset(form.resource for adapter in adapters() for form in adapter.formats if form.buyers)


def buyers_of(page: RawPage) -> Iterator[BuyerRow]:
    """The buyers of a page, as far as the vault still holds them; nothing where it holds nothing of the page.

    Rows that tell nobody are left out, and so are records that cannot be read: loading has listed them.
    Raises Refused or Changed for a page that cannot be read at all.
    """
    form = format_of(page.resource)
    if form.buyers is None or (archived := put_together(page)) is None:
        return
    for row in form.buyers(archived, page.store.shop if page.store else NO_SHOP):
        changed: dict[str, Any] = {name: text for name in _TEXTS if (text := _told(was := getattr(row, name))) != was}
        told = replace(row, **changed) if changed else row
        if told.order and any(getattr(told, name) for name in _TELLING):
            yield told


def _told(text: str) -> str:
    """The value; "" for one that is gone, and for one that is none."""
    if not text or PLACEHOLDER in text or len(text) > LONGEST:
        return ""
    return clean(text).strip()


def put_together(page: RawPage) -> Page | None:
    """The page with its personal values put back; None where the vault holds none. Raises Refused or Changed."""

    def as_page(make: Callable[[], BinaryIO], document: Any = None) -> Page:
        return Page(page.resource, make, page.media_type, page.fetched_at, page.request, document)

    entries = VaultEntry.objects.filter(page=page).order_by("place").values_list("place", "sealed")
    if page.size > IN_MEMORY:
        return as_page(lambda: io.BufferedReader(_Pieces(lambda: _pieces(page)))) if entries.exists() else None
    kept = list(entries)
    if not kept:
        return None
    with opened(page) as stream:
        body = stream.read()
    if is_document(body):
        document = _loaded(body)
        for _, cut in _cuts(kept):
            put_back(document, cut)
        return as_page(lambda: io.BytesIO(dump_bytes(document)), document)
    whole = b"".join(restore(io.BytesIO(body), read_head(io.BytesIO(body)), _cuts(kept)))
    return as_page(lambda: io.BytesIO(whole))


def _pieces(page: RawPage) -> Iterator[bytes]:
    entries = VaultEntry.objects.filter(page=page).order_by("place").values_list("place", "sealed")
    with opened(page) as stream:
        head = read_head(stream)
        stream.seek(0)
        yield from restore(stream, head, _cuts(entries.iterator(chunk_size=1_000)))


def _cuts(entries: Iterable[tuple[int, bytes | memoryview]]) -> Iterator[Cut]:
    return ((place, _loaded(unsealed(sealed))) for place, sealed in entries)


def _loaded(body: bytes) -> Any:
    """The JSON; half of a surrogate pair, which the quick reader does not take, becomes a mark."""
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        return storable(json.loads(body))


class _Pieces(io.RawIOBase):
    """A stream of pieces that are made anew when it is read again from its start, which is the only place to go to."""

    def __init__(self, make: Callable[[], Iterator[bytes]]) -> None:
        self._make = make
        self._pieces, self._rest = make(), b""

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        if offset or whence:
            raise io.UnsupportedOperation("only to the start")
        self._pieces, self._rest = self._make(), b""
        return 0

    def readinto(self, buffer: Any) -> int:
        while not self._rest and (piece := next(self._pieces, None)) is not None:
            self._rest = piece
        size = min(len(self._rest), len(buffer))
        buffer[:size], self._rest = self._rest[:size], self._rest[size:]
        return size
