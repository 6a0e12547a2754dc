"""The facts of a Shopee shop: see facts.py."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from channels.core.kinds import Kind, Role, Stage
from channels.core.money import quantum, split
from channels.core.rows import ChargeRow, PayoutRow, Row
from channels.sandbox.world.model import ZERO, Entry, Market, Order, Statement, World
from channels.sandbox.world.shopee_books import given_back
from channels.sandbox.world.told import Teller, by


def rows(world: World, market: Market, at: datetime) -> Iterator[Row]:
    teller = Teller(market, world.products, at)
    statements = [one for one in world.statements if one.market == market.code]
    adjustments: dict[str, list[Entry]] = {}
    for entry in _entries(world, market, statements):
        if entry.refund and entry.at <= at:
            adjustments.setdefault(entry.order, []).append(entry)
    for order in world.of(market.code):
        if order.placed_at <= at:
            yield _told(teller, order, at)
            if by(order.paid_at, at) and not by(order.cancelled_at, at):
                yield from _prices(teller, order)
                yield from _income(teller, order, adjustments.get(order.ref, []))
    for statement in statements:
        yield from _statement(statement, market, at)


def _told(teller: Teller, order: Order, at: datetime) -> Row:
    """The order; its release completes it, so that is a change as well."""
    found = teller.order(order, status_of(order, at), "")
    moments = [moment for moment in (found.updated_at, order.held_until) if moment and moment <= at]
    return replace(found, updated_at=max(moments))


def status_of(order: Order, at: datetime) -> str:
    if by(order.cancelled_at, at):
        return "CANCELLED"
    if not by(order.paid_at, at):
        return "UNPAID"
    if by(order.held_until, at):
        return "COMPLETED"
    if by(order.delivered_at, at):
        return "TO_CONFIRM_RECEIVE"
    return "SHIPPED" if by(order.shipped_at, at) else "READY_TO_SHIP"


def _entries(world: World, market: Market, statements: list[Statement]) -> Iterator[Entry]:
    for statement in statements:
        yield from statement.entries
    yield from (entry for entry in world.pending if entry.market == market.code)


def _prices(teller: Teller, order: Order) -> Iterator[Row]:
    for n, line in enumerate(order.lines):
        yield teller.estimate(order, line.key, Kind.REVENUE, line.price * line.quantity, n, line.quantity)


def _income(teller: Teller, order: Order, adjustments: list[Entry]) -> Iterator[Row]:
    """Terms of the order, each over its items: the seller's voucher by the items' own parts of it, else by price."""
    prices = [line.price * line.quantity for line in order.lines]
    vouchers = [line.discount for line in order.lines]
    to_come = [one for one in order.refunds if one.at > teller.at and by(one.at, order.held_until or one.at)]
    for term in order.income:
        amount = term.amount
        if term.words == "seller_return_refund":
            amount += sum((given_back(one) for one in to_come), ZERO)
        weights = vouchers if term.words == "voucher_from_seller" else prices
        sells = term.kind is Kind.REVENUE
        yield from _term(teller, order, term.words, term.kind, term.words, amount, weights, sells=sells)
    for n, entry in enumerate(adjustments, 1):
        words = f"adjustment: {entry.words}"
        yield from _term(teller, order, f"adjustment {n}", Kind.ADJUSTMENT, words, entry.amount, prices, entry.at)


def _term(
    teller: Teller, order: Order, name: str, kind: Kind, label: str, amount: Decimal, weights: list[Decimal],
    posted_at: datetime | None = None, *, sells: bool = False,
) -> Iterator[Row]:  # fmt: skip
    currency = teller.market.currency
    for n, share in enumerate(split(amount, weights, quantum(currency))):
        if share:
            yield ChargeRow(
                key=f"{order.ref}/{name}/{n + 1}", document=f"{order.ref}/adjustments" if posted_at else order.ref,
                kind=kind, label=label, amount=share, currency=currency, place=1, role=Role.TERM, stage=Stage.DEFERRED,
                order=order.ref, sku=teller.sku(order, n), quantity=order.lines[n].quantity if sells else 0,
                posted_at=posted_at,
            )  # fmt: skip


def _statement(statement: Statement, market: Market, at: datetime) -> Iterator[Row]:
    """A payout once it is published, whole; of a wallet day what has happened so far."""
    entries = [entry for entry in statement.entries if entry.at <= at]
    if statement.published_at > at or not entries:
        return
    wallet = statement.opening is not None
    yield PayoutRow(
        ref=statement.ref, currency=statement.currency, place=1, stated=None if wallet else statement.total,
        opening=statement.opening, closing=entries[-1].balance, starts_at=entries[0].at if wallet else None,
        ends_at=entries[-1].at if wallet else None, deposited_at=None if wallet else statement.deposited_at,
        paid_amount=statement.paid_amount, paid_currency=statement.paid_currency,
    )  # fmt: skip
    for entry in entries:
        yield ChargeRow(
            key=entry.key, document=entry.key, kind=entry.kind, label=entry.words, amount=entry.amount,
            currency=market.currency, place=1, role=Role.RELEASE if entry.order else Role.DIRECT, order=entry.order,
            posted_at=entry.at if wallet else None, released_at=entry.at if wallet else None, payout=statement.ref,
        )  # fmt: skip
