"""What goes wrong at this Amazon: faults of one answer, drawn each time, and faults of a record, which it keeps."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from channels.sandbox.amazon.replies import Json, error
from channels.sandbox.amazon.seals import share
from channels.sandbox.wire import Faults, Reply
from channels.sandbox.world.model import Market, Order, World

HANG = 90.0  # seconds: longer than a client waits
LATE_ORDER = timedelta(minutes=20)
LATE_TRANSACTION = timedelta(hours=48)

_HTML = b"<html><head><title>504 Gateway Time-out</title></head><body><h1>504 Gateway Time-out</h1></body></html>"


def broken_reply(faults: Faults) -> Reply | None:
    """An answer that has nothing to do with the request, where the service or the way to it fails."""
    if faults.strike("error"):
        return (
            error(500, "InternalFailure", "We encountered an internal error. Please try again.", ""),
            Reply(503),
            Reply(504, _HTML, media_type="text/html"),
            Reply(502, b"", media_type="text/plain"),
        )[faults.draw(4)]
    if faults.strike("timeout"):
        return Reply(504, hang=HANG)
    return None


def cut_reply(faults: Faults, reply: Reply) -> Reply:
    """The reply, or the first half of it and a broken line."""
    if len(reply.body) < 2 or not faults.strike("cut"):
        return reply
    return Reply(
        reply.status, reply.body, reply.headers, reply.media_type, cut_after=len(reply.body) // 2, hang=reply.hang
    )


class Lasting:
    """Faults that belong to a record: decided by a hash, so the same record has them in every answer and every run.

    The rate of the faults is the share of records that have one. Each is counted once, when it first shows.
    """

    def __init__(self, faults: Faults) -> None:
        self._faults = faults
        self._shown: set[tuple[str, str]] = set()
        self._lock = threading.Lock()

    def has(self, kind: str, *key: object) -> bool:
        if kind not in self._faults.kinds or share(kind, *key) >= self._faults.rate:
            return False
        self.count(kind, *key)
        return True

    def count(self, kind: str, *key: object) -> None:
        mark = (kind, "|".join(map(str, key)))
        with self._lock:
            if mark not in self._shown:
                self._shown.add(mark)
                self._faults.struck[kind] += 1

    def visible_at(self, at: datetime, longest: timedelta, *key: object) -> datetime:
        """When something that happened at a moment can be seen."""
        if "late" not in self._faults.kinds or not self.has("late", *key):
            return at
        return at + longest * share("delay", *key)

    def withholds(self, order: Order, chosen: Order | None) -> bool:
        """Whether an answer that holds this order fails for good."""
        if "withhold" not in self._faults.kinds or chosen is None or order.ref != chosen.ref:
            return False
        self.count("withhold", order.ref)
        return True


def withheld(world: World, seller: str) -> Order | None:
    """The order that the fault ``withhold`` takes from the seller: every page or document that holds it fails.

    So the windows that its last visible change falls into (or into their overlap) never close.
    """
    markets = {market.code for market in world.markets if market.channel == "amazon" and market.seller == seller}
    return chosen_of([order for order in world.orders if order.market in markets], seller)


def chosen_of(orders: list[Order], seller: str) -> Order | None:
    return min(orders, key=lambda order: share("withhold", seller, order.ref), default=None)


def withheld_window(world: World, market: Market) -> tuple[Order, tuple[datetime, ...]] | None:
    """The withheld order of the market's seller and the moments of its changes; None where it is another market's."""
    order = withheld(world, market.seller)
    return (order, order.changes()) if order and order.market == market.code else None


def change_types(faults: Faults, body: Json, changes: tuple[Callable[[Json], None], ...]) -> None:
    """Give one field of the answer another JSON type, in place. Nothing happens where the field is not there."""
    if not changes or not faults.strike("changed_type"):
        return
    try:
        changes[faults.draw(len(changes))](body)
    except (LookupError, TypeError):
        return
