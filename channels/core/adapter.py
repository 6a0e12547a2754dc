"""What a source of pages must offer. One folder under ``channels/adapters`` is one source."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

import httpx

from channels.core.reading import Head
from channels.core.rows import BuyerRow, ContactRow, Page, Row, Shop
from channels.core.transport import Source


@dataclass(frozen=True, slots=True)
class Personal:
    """Where personal data stands in a format: column names of a table, or dotted key paths of a JSON document.

    A path part ``*`` stands for any list index or key; ``**.name`` for the key at any depth.
    """

    columns: frozenset[str] = frozenset()  # in any spelling that ``plain_name`` takes for the same
    paths: frozenset[str] = frozenset()
    stay: frozenset[str] = frozenset()  # where given: columns of a table that stay, and every other one is personal
    kept: str = ""  # regular expression of what stays of a table's personal cell, such as an order number in a note
    unless: Mapping[str, str] = field(default_factory=dict)  # column → regular expression of cells that tell nobody


SIGNALS = ("buyer", "username", "name", "email", "phone", "street", "postcode", "city", "state")  # of a BuyerRow


@dataclass(frozen=True, slots=True)
class Signals:
    """Which fields of a buyer may become tokens on this channel, names of SIGNALS.

    ``allowed`` without anybody's decision; ``masked`` likewise, but only as the channel masks them; ``on_decision``
    where the company has decided so on record. ``inside``: serves inside the channel only, never across. What
    customers give elsewhere is not the channel's, and is the company's to decide on.
    """

    allowed: frozenset[str] = frozenset()
    masked: frozenset[str] = frozenset()
    on_decision: frozenset[str] = frozenset()
    inside: frozenset[str] = frozenset()
    why: str = ""  # the rule behind it, for people


@dataclass(frozen=True, slots=True)
class Format:
    """One layout of file or response: how to know it, how to read it, what of it is personal."""

    resource: str  # names the source of the rows, such as amazon.settlement
    title: str  # for people
    recognise: Callable[[Head], bool]
    rows: Callable[[Page, Shop], Iterator[Row]]
    personal: Personal = field(default_factory=Personal)
    statement: bool = False  # a closed statement: another content under the same number is a conflict, not an update
    kept_as: str = ""  # the resource whose facts these are another layout of; their newest version stands
    rivals: tuple[str, ...] = ()  # resources that tell the same money under other keys: one of them per store
    may_be_empty: bool = False  # an answer without records is one too
    buyers: Callable[[Page, Shop], Iterator[BuyerRow]] | None = None  # of the page with its personal values put back
    contacts: Callable[[Page, Shop], Iterator[ContactRow]] | None = None  # of its leads, likewise
    any_store: bool = False  # its files belong to a store of any channel, as all files of such an adapter do
    billed_elsewhere: bool = False  # its spend is in no statement of the store's channel: it posts by itself


@dataclass(frozen=True, slots=True)
class Adapter:
    """A source: ``code`` is the channel it belongs to, or ``""`` for the seller's own sheets and public rates."""

    code: str
    label: str
    formats: tuple[Format, ...]
    marketplaces: Mapping[str, str] = field(default_factory=dict)  # id → name people know
    fetch: Callable[[httpx.Client], bytes] | None = None  # a public file that needs no credentials
    source: Source | None = None  # what can be pulled with a store's credentials
    signals: Signals = field(default_factory=Signals)  # by default nothing of a buyer becomes a token
    any_store: bool = False  # its files belong to a store of any channel, such as other networks' advertising


def recognise(head: Head, adapters: "tuple[Adapter, ...]") -> list[tuple[Adapter, Format]]:
    """The formats that the content fits; more than one is an error of the adapters, none is an unknown file."""
    return [(adapter, one) for adapter in adapters for one in adapter.formats if one.recognise(head)]
