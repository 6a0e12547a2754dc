"""What the vault still holds of accounts, veiled, for people who compare two of them. In memory only."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from channels.buyers import buyers_of
from channels.copying import clean
from channels.core.adapter import SIGNALS
from channels.core.errors import Changed, Refused
from channels.core.rows import BuyerRow
from channels.models import RawPage, SignalDecision
from channels.policy import admit, policy
from reconciliation.identity.veil import veiled
from reconciliation.models import Account, BuyerSignal

ORDERS = 3  # of an account, the newest, are looked into
LARGEST = 16_000_000  # bytes of a page that is opened for this; some seconds
_FIELDS = (*(one for one in SIGNALS if one != "buyer"), "country")


@dataclass(frozen=True, slots=True)
class Glimpse:
    """``values`` by field, veiled and each once; ``state``: shown, gone (purged or given out by nobody) or large."""

    values: dict[str, tuple[str, ...]]
    state: str = "shown"


def glimpses(accounts: Iterable[Account]) -> dict[int, Glimpse]:
    """What can be shown of each account, by its key; only fields that the store's policy admits today."""
    keys = [one.key for one in accounts]
    signals = {key: _newest(key) for key in keys}
    pages: dict[int, set[str]] = defaultdict(set)
    for found in signals.values():
        for one in found:
            if one.page_id:
                pages[one.page_id].add(one.order_ref)
    rows: dict[tuple[int, str], list[BuyerRow]] = defaultdict(list)
    large = set()
    for page in RawPage.objects.filter(pk__in=pages).select_related("store"):
        if page.size > LARGEST:
            large.add(page.pk)
            continue
        for row in _of(page, pages[page.pk]):
            rows[page.pk, clean(row.order)[:100]].append(row)
    return {
        key: _glimpse([row for one in found for row in rows.get((one.page_id or 0, one.order_ref), ())],
                      large=any(one.page_id in large for one in found))
        for key, found in signals.items()
    }  # fmt: skip


def _newest(key: int) -> Sequence[BuyerSignal]:
    found = BuyerSignal.objects.filter(account=key, part=0).order_by("-obtained_at", "pk")
    return list(found.only("account", "order_ref", "page_id")[:ORDERS])


def _of(page: RawPage, orders: set[str]) -> Iterator[BuyerRow]:
    """The buyers of the orders with what the policy admits, as far as the page and the vault still tell them."""
    if page.store is None or not page.body:
        return
    today = datetime.now(UTC).date()
    rules = {one: policy(page.store, one, today) for one in SignalDecision.Origin.values}
    missing = set(orders)
    try:
        for row in buyers_of(page):
            if clean(row.order)[:100] in orders and not row.part:
                missing.discard(clean(row.order)[:100])
                origin = SignalDecision.Origin.CUSTOMER if row.given else SignalDecision.Origin.CHANNEL
                if (kept := admit(row, rules[origin])) is not None:
                    yield kept
            elif not missing:
                return
    except (Refused, Changed, OSError):
        return  # what cannot be read any more cannot be shown


def _glimpse(rows: Sequence[BuyerRow], *, large: bool) -> Glimpse:
    values: dict[str, dict[str, None]] = {}
    for row in rows:
        for field in _FIELDS:
            if shown := veiled(field, getattr(row, field)):
                values.setdefault(field, {})[shown] = None
    told = {field: tuple(shown) for field, shown in values.items()}
    return Glimpse(told, "shown" if set(told) - {"country"} else "large" if large else "gone")
