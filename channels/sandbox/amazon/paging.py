"""Pages: tokens that carry where a chain stands, and the faults that pages have."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256

from channels.sandbox.amazon.replies import Json, invalid
from channels.sandbox.amazon.seals import seal, unseal
from channels.sandbox.wire import Faults, Request


@dataclass
class Paging:
    """One request's place in its chain. A token is good for a while and for the same filters only.

    A token knows the place its page began at, so that the page before can be given once more (``repeated_page``).
    """

    faults: Faults
    now: datetime
    kind: str = ""
    filters: str = ""
    token_given: str = ""
    place: Json = field(default_factory=dict)
    nonce: int = 0

    def start(
        self, kind: str, request: Request, filters: Iterable[str], name: str, now: datetime, lives: timedelta
    ) -> Json:
        """Where the page begins: empty at the first. Raises Refusal where the token is none of this chain's."""
        self.kind, self.token_given = kind, request.get(name)
        asked = sorted((key, value) for key, value in request.query if key in set(filters))
        self.filters = sha256(repr(asked).encode()).hexdigest()[:16]
        if self.token_given:
            held = unseal(kind, self.token_given)
            if held is None or held["filters"] != self.filters or now.timestamp() - held["at"] > lives.total_seconds():
                raise invalid(f"{name} is invalid or has expired, or the other parameters are not those it came with")
            self.place = held["place"]
            if "previous" in held and self.faults.strike("repeated_page"):
                # The page before, whose next token is the very one that was sent.
                self.place = held["previous"]
        return self.place

    def token(self, place: Mapping[str, object]) -> str:
        """The token of the page that begins at the place."""
        held = {"filters": self.filters, "at": self.now.timestamp(), "place": place, "previous": self.place}
        return seal(self.kind, held)

    def again(self, **marks: object) -> str:
        """A token that leads to the page that was asked for: after a page without records."""
        held = {"filters": self.filters, "at": self.now.timestamp(), "place": {**self.place, **marks}}
        return seal(self.kind, held)

    def is_empty(self) -> bool:
        """Whether this page shows nothing though there is something."""
        return self.faults.strike("empty_page")
