"""The facts of an Amazon market: see facts.py."""

from collections.abc import Iterator
from datetime import datetime

from channels.core.kinds import Kind, Role, Stage
from channels.core.rows import ChargeRow, DisbursementRow, PayoutRow, Row
from channels.sandbox.world.amazon_books import refund_terms
from channels.sandbox.world.model import ZERO, Entry, Market, Order, Refund, Statement, Term, World
from channels.sandbox.world.told import Teller, by

NAMES = {
    "ATVPDKIKX0DER": "Amazon.com", "A1PA6795UKMFR9": "Amazon.de", "A1F83G8C2ARO7P": "Amazon.co.uk",
    "A1VC38T7YXB528": "Amazon.co.jp",
}  # fmt: skip


def rows(world: World, market: Market, at: datetime) -> Iterator[Row]:
    teller = Teller(market, world.products, at)
    for order in world.of(market.code):
        if order.placed_at <= at:
            elsewhere = f"Non-Amazon {market.country}" if order.serves else NAMES[market.marketplace]
            yield teller.order(order, status_of(order, at), elsewhere, serves=order.serves)
            if by(order.paid_at, at) and not by(order.cancelled_at, at) and not order.serves:
                yield from _estimates(teller, order)
            yield from _told(teller, order)
    for statement in world.statements:
        if statement.market == market.code and statement.published_at <= at:
            yield from _settlement(statement, market)
    yield from _groups(world, market, at)


def status_of(order: Order, at: datetime) -> str:
    if by(order.cancelled_at, at):
        return "Cancelled"
    if not by(order.paid_at, at):
        return "Pending"
    return "Shipped" if by(order.shipped_at, at) else "Unshipped"


def _estimates(teller: Teller, order: Order) -> Iterator[Row]:
    for n, line in enumerate(order.lines):
        # What the buyer pays for shipping stands on the first line.
        shipping = (order.shipping, order.shipping_tax) if n == 0 else (ZERO, ZERO)
        yield teller.estimate(order, f"item-price/{n + 1}", Kind.REVENUE, line.price * line.quantity, n, line.quantity)
        for key, kind, amount in (
            ("item-tax", Kind.TAX_COLLECTED, line.tax),
            ("shipping-price", Kind.SHIPPING_INCOME, shipping[0]),
            ("shipping-tax", Kind.TAX_COLLECTED, shipping[1]),
            ("item-promotion-discount", Kind.DISCOUNT, -line.discount),
        ):
            if amount:
                yield teller.estimate(order, f"{key}/{n + 1}", kind, amount, n)


def _told(teller: Teller, order: Order) -> Iterator[Row]:
    """The transactions of the order: its shipment, deferred until it is released, and its refunds."""
    if order.shipped_at and order.shipped_at <= teller.at:
        waits = order.held_until is not None and teller.at < order.held_until
        for n, term in enumerate(order.income, 1):
            yield _held(teller, order, term, f"{order.ref}/shipment/{n}", order.shipped_at, waits=waits)
    for refund in order.refunds:
        if refund.at <= teller.at:
            yield from _refund(teller, order, refund)


def _refund(teller: Teller, order: Order, refund: Refund) -> Iterator[Row]:
    for n, term in enumerate(refund_terms(order, teller.market, refund), 1):
        yield _held(teller, order, term, f"{order.ref}/{refund.ref}/{n}", refund.at, waits=False)


def _held(teller: Teller, order: Order, term: Term, key: str, posted_at: datetime, *, waits: bool) -> ChargeRow:
    quantity = order.lines[term.line].quantity if term.line is not None and term.kind is Kind.REVENUE else 0
    return ChargeRow(
        key=key, document=key.rpartition("/")[0], kind=term.kind, label=term.words, amount=term.amount,
        currency=teller.market.currency, place=1, role=Role.HELD, stage=Stage.DEFERRED if waits else Stage.SETTLED,
        order=order.ref, sku=teller.sku(order, term.line), quantity=quantity, posted_at=posted_at,
        shipped_at=order.shipped_at, released_at=None if waits else order.held_until or posted_at, serves=order.serves,
    )  # fmt: skip


def _settlement(statement: Statement, market: Market) -> Iterator[Row]:
    yield PayoutRow(
        ref=statement.ref, currency=statement.currency, place=2, stated=statement.total, starts_at=statement.starts_at,
        ends_at=statement.ends_at, deposited_at=statement.deposited_at,
    )  # fmt: skip
    for place, entry in enumerate(statement.entries, 3):
        yield _line(statement, entry, market, place)


def _groups(world: World, market: Market, at: datetime) -> Iterator[Row]:
    """Financial event groups: one for each settlement from its start on, and the open one after the last."""
    own = [one for one in world.statements if one.market == market.code]
    for one in own:
        if one.ends_at <= at:
            yield DisbursementRow(
                ref=one.ref, currency=one.currency, amount=one.total, place=1, starts_at=one.starts_at,
                ends_at=one.ends_at, sent_at=one.deposited_at, trace=one.trace,
            )  # fmt: skip
        elif one.starts_at <= at:
            yield _open(one.starts_at, market, one.entries, at)
    ended = max((one.ends_at for one in own), default=world.starts_at)
    if ended <= at:
        yield _open(ended, market, tuple(entry for entry in world.pending if entry.market == market.code), at)


def _open(starts_at: datetime, market: Market, entries: tuple[Entry, ...], at: datetime) -> DisbursementRow:
    total = sum((entry.amount for entry in entries if entry.at <= at), ZERO)
    return DisbursementRow(
        ref=f"open/{starts_at:%Y-%m-%d}", currency=market.currency, amount=total, place=1, starts_at=starts_at
    )


def _line(statement: Statement, entry: Entry, market: Market, place: int) -> ChargeRow:
    return ChargeRow(
        key=f"{statement.ref}:{place}", document=statement.ref, kind=entry.kind, label=entry.words, amount=entry.amount,
        currency=market.currency, place=place, order=entry.order, sku=entry.sku,
        quantity=entry.units if entry.kind is Kind.REVENUE else 0, posted_at=entry.at,
        shipped_at=entry.at if entry.words.startswith("Order /") else None, released_at=entry.at,
        deposited_at=statement.deposited_at, payout=statement.ref, serves=entry.serves,
    )  # fmt: skip
