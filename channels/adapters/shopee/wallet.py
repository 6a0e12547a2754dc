"""get_wallet_transaction_list: a local seller's wallet, each day of it a statement that must add up.

Amounts are signed, and ``current_balance`` is the balance after the line. Lists come newest first, several lines in
one second; the balances tell their order. Escrow lines pay an order's terms; what has no order posts from here.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import pairwise
from zoneinfo import ZoneInfo

from channels.adapters.shopee.envelope import Node, amount, each, ident, inner, instant, maybe, plain, read, text
from channels.adapters.shopee.wallet_types import Type, type_of
from channels.core.errors import Changed
from channels.core.kinds import Kind, Role
from channels.core.rows import ChargeRow, Page, PayoutRow, Row, Shop


@dataclass(frozen=True, slots=True)
class Line:
    """One wallet transaction. ``moves`` is whether it changed the balance."""

    place: int
    key: str
    at: datetime
    type: Type
    label: str
    amount: Decimal
    balance: Decimal | None
    fee: Decimal
    order: str
    status: str

    @property
    def moves(self) -> bool:
        # A withdrawal leaves the balance when it is created; its completion is a mark without money.
        return self.status == "COMPLETED" and self.type.name != "WITHDRAWAL_COMPLETED"

    def day(self, zone: ZoneInfo) -> date:
        return self.at.astimezone(zone).date()


def shape(answer: Node) -> bool:
    return isinstance(inner(answer, "response").get("transaction_list"), list)


def rows(page: Page, shop: Shop) -> Iterator[Row]:
    """Charges of every line, then a statement of each day that the page has lines of."""
    zone = ZoneInfo(shop.timezone)
    lines: list[Line] = []

    def charges(_: int, line: Node) -> Iterator[ChargeRow]:
        found = _line(line)
        lines.append(found)
        return _charges(found, zone, shop)

    yield from each(_records(page), charges)
    yield from _days([line for line in lines if line.moves], zone, shop)


def _records(page: Page) -> Iterator[tuple[int, Node]]:
    """Lines with their key; a line that two overlapping answers both tell is told once."""
    place, told = 0, set[str]()
    for answer in read(page):
        found = inner(answer, "response").get("transaction_list")
        if not isinstance(found, list):
            raise Changed(f"{page.resource}: the answer has no transaction_list")
        seen: Counter[str] = Counter()
        for line in found:
            place += 1
            node = line if isinstance(line, dict) else {}
            key = _identity(node)
            seen[key] += 1
            key = key if seen[key] == 1 else f"{key}#{seen[key]}"
            if key not in told:
                told.add(key)
                yield place, node | {"key": key, "place": place}


def _identity(line: Node) -> str:
    """The vendor's number where it gives one, else all that tells two lines apart."""
    number = text(line, "transaction_id")[:40]
    if number.strip("0"):
        return number
    words = (text(line, "create_time")[:12], type_of(text(line, "transaction_type")).name, text(line, "order_sn")[:40])
    return "|".join((*words, _figure(line, "amount"), _figure(line, "current_balance")))


def _figure(line: Node, key: str) -> str:
    value = line.get(key)
    return (plain(Decimal(value)) if isinstance(value, (int, Decimal)) else text(line, key))[:20]


def _line(line: Node) -> Line:
    at = instant(line, "create_time")
    if at is None:
        raise ValueError("create_time is missing")
    kind = type_of(text(line, "transaction_type"))
    said = text(line, "txn_title") or text(line, "reason")
    return Line(
        place=line["place"],
        key=line["key"],
        at=at,
        type=kind,
        label=f"{kind.name}: {said}" if said else kind.name,
        amount=amount(line, "amount"),
        balance=maybe(line, "current_balance"),
        fee=abs(maybe(line, "transaction_fee") or Decimal(0)),
        order=ident(line, "order_sn"),
        status=text(line, "status").upper() or "COMPLETED",
    )


def _charges(line: Line, zone: ZoneInfo, shop: Shop) -> Iterator[ChargeRow]:
    """One charge, or two where a withdrawal fee is inside the amount: the bank gets the rest."""
    fee = line.fee.copy_sign(line.amount) if line.type.kind is Kind.TRANSFER and line.moves else Decimal(0)
    yield _charge(line, zone, shop, line.key, line.type.kind, line.label, line.amount - fee)
    if fee:
        yield _charge(line, zone, shop, f"{line.key}/fee", Kind.PAYMENT_FEE, "transaction_fee", fee)


def _charge(line: Line, zone: ZoneInfo, shop: Shop, key: str, kind: Kind, label: str, value: Decimal) -> ChargeRow:
    role = Role.COMPARE if not line.moves else Role.RELEASE if line.type.pays and line.order else Role.DIRECT
    if role is Role.DIRECT and line.type.pays == "income":
        kind = Kind.UNMAPPED  # an income without its order pays nothing we know
    return ChargeRow(
        key=key,
        document=line.key,
        kind=kind,
        label=label if line.status == "COMPLETED" else f"{label} ({line.status})",
        amount=value,
        currency=shop.currency,
        place=line.place,
        role=role,
        order=line.order,
        posted_at=line.at,
        released_at=line.at if line.moves else None,
        payout=f"wallet/{line.day(zone)}" if line.moves else "",
    )


def _days(lines: list[Line], zone: ZoneInfo, shop: Shop) -> Iterator[PayoutRow]:
    days: dict[date, list[Line]] = {}
    for line in in_order(lines):
        days.setdefault(line.day(zone), []).append(line)
    for day, of_day in days.items():
        first, last = of_day[0], of_day[-1]
        yield PayoutRow(
            ref=f"wallet/{day}",
            currency=shop.currency,
            place=first.place,
            opening=None if first.balance is None else first.balance - first.amount,
            closing=last.balance,
            starts_at=first.at,
            ends_at=last.at,
        )


def in_order(lines: list[Line]) -> list[Line]:
    """The lines as they happened. Within a second each starts from the balance that the one before it left."""
    newest_first = sum((a.at > b.at) - (a.at < b.at) for a, b in pairwise(lines)) >= 0
    waiting = sorted(reversed(lines) if newest_first else lines, key=lambda line: line.at)
    done: list[Line] = []
    while waiting:
        at_once = [line for line in waiting if line.at == waiting[0].at]
        waiting = waiting[len(at_once) :]
        while at_once:
            following = _following(done[-1].balance if done else None, at_once)
            at_once.remove(following)
            done.append(following)
    return done


def _following(balance: Decimal | None, at_once: list[Line]) -> Line:
    """The line that starts from the balance; else one that starts from no other's; else the first in the list."""
    starts = [(line, None if line.balance is None else line.balance - line.amount) for line in at_once]
    for line, start in starts:
        if start is not None and start == balance:
            return line
    left = [line.balance for line in at_once]
    return next((line for line, start in starts if start not in left), at_once[0])
