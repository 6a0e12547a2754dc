"""The facts of a Shopify shop: see facts.py."""

from collections.abc import Iterator
from datetime import datetime

from channels.core.kinds import Kind, Role, Stage
from channels.core.rows import ChargeRow, PayoutRow, Row, VisitRow
from channels.sandbox.world.model import Entry, Market, Order, Statement, World
from channels.sandbox.world.shopify_books import total_of
from channels.sandbox.world.told import Teller, by

_LUMPS = ("CHARGE", "REFUND")


def rows(world: World, market: Market, at: datetime) -> Iterator[Row]:
    teller = Teller(market, world.products, at)
    numbers = {str(order.number): order.ref for order in world.orders}
    for order in world.of(market.code):
        if order.placed_at <= at:
            mirror_of = numbers.get(order.mirror_of, "")
            status = status_of(order, at)
            yield teller.order(order, status, "amazon" if mirror_of else "web", mirror_of=mirror_of)
            if status != "voided":
                yield from _estimates(teller, order)
            if by(order.touches_ready_at, at):
                yield from _visits(order)
    for statement in world.statements:
        if statement.market == market.code:
            yield from _payout(statement, market, at)
    for entry in world.pending:
        if entry.market == market.code and entry.at <= at:
            yield _line(entry, market, None, at)


def status_of(order: Order, at: datetime) -> str:
    """The financial status."""
    if not by(order.paid_at, at):
        return "voided" if by(order.cancelled_at, at) else "pending"
    back = sum(one.price + one.shipping + one.tax for one in order.refunds if one.at <= at)
    return "paid" if not back else "refunded" if back >= total_of(order) else "partially_refunded"


def _estimates(teller: Teller, order: Order) -> Iterator[Row]:
    """The parts of the order's total; a cancelled order sold no units but keeps its parts."""
    gone = by(order.cancelled_at, teller.at)
    for n, line in enumerate(order.lines):
        units = 0 if gone else line.quantity
        yield teller.estimate(order, f"revenue/{n + 1}", Kind.REVENUE, line.price * line.quantity, n, units)
        if line.discount:
            yield teller.estimate(order, f"discount/{n + 1}", Kind.DISCOUNT, -line.discount, n)
    if order.shipping:
        yield teller.estimate(order, "shipping", Kind.SHIPPING_INCOME, order.shipping)
    tax = sum((line.tax for line in order.lines), order.shipping_tax)
    if tax:
        yield teller.estimate(order, "tax/1", Kind.TAX_COLLECTED, tax)
    if order.gateway == "shopify_payments":
        return  # its refunds are balance transactions
    for n, refund in enumerate(order.refunds, 1):
        if refund.at <= teller.at:
            yield teller.estimate(order, f"refund/{n}", Kind.REFUND, -refund.price - refund.shipping)
            if refund.tax:
                yield teller.estimate(order, f"refund-tax/{n}", Kind.TAX_COLLECTED, -refund.tax)


def _visits(order: Order) -> Iterator[VisitRow]:
    for n, touch in enumerate(order.touches, 1):
        yield VisitRow(
            key=f"{order.ref}/{n}", order=order.ref, position=n, occurred_at=touch.at, place=1, is_first=n == 1,
            is_last=n == len(order.touches), visits=len(order.touches), source=touch.source,
            source_type=touch.source_type, referrer=touch.referrer, landing=touch.landing,
            utm_source=touch.utm.get("source", ""), utm_medium=touch.utm.get("medium", ""),
            utm_campaign=touch.utm.get("campaign", ""), utm_content=touch.utm.get("content", ""),
            utm_term=touch.utm.get("term", ""),
        )  # fmt: skip


def _payout(statement: Statement, market: Market, at: datetime) -> Iterator[Row]:
    paid = by(statement.published_at, at)
    if paid:
        yield PayoutRow(
            ref=statement.ref, currency=statement.currency, place=1, stated=statement.total,
            deposited_at=statement.deposited_at if by(statement.deposited_at, at) else None, status=statement.status,
        )  # fmt: skip
    for entry in statement.entries:
        if entry.at <= at:
            yield _line(entry, market, statement if paid else None, at)


def _line(entry: Entry, market: Market, statement: Statement | None, at: datetime) -> ChargeRow:
    deposited = statement.deposited_at if statement and by(statement.deposited_at, at) else None
    lump = entry.words in _LUMPS and entry.kind is not Kind.PAYMENT_FEE and entry.order
    return ChargeRow(
        key=entry.key, document=entry.group, kind=entry.kind, label=entry.words, amount=entry.amount,
        currency=market.currency, place=1, role=Role.LUMP if lump else Role.DIRECT,
        stage=Stage.SETTLED if statement else Stage.DEFERRED, order=entry.order, posted_at=entry.at,
        released_at=entry.available_at, deposited_at=deposited, payout=statement.ref if statement else "",
    )  # fmt: skip
