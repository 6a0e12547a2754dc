"""What a page is of and what in it could not be read."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, BinaryIO


@dataclass(frozen=True, slots=True)
class Shop:
    """What an adapter must know of the store whose page it reads."""

    channel: str
    marketplace: str
    currency: str
    timezone: str
    cross_border: bool = False


@dataclass(frozen=True, slots=True)
class Page:
    """A response or file exactly as it came; ``open`` gives its bytes anew each time."""

    resource: str
    open: Callable[[], BinaryIO]
    media_type: str
    fetched_at: datetime
    request: Mapping[str, str] = field(default_factory=dict)  # what was asked for it, where it came over the wire
    document: Any = None  # its JSON where that has been read for its buyers; numbers may be rounded, texts are exact


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A line that could not be read: where, and why, and what to do next."""

    place: int
    reason: str
    excerpt: str = ""
