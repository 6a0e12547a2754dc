"""What becomes of an order: paid, shipped, delivered, cancelled, refunded.

Nothing of that happens after the world's end but a payment that Amazon waits for, which tells that it is pending.
Shares: 3 % are cancelled once paid, 4 % (and all of the gateway "manual") wait for their payment for hours or days, of
which a quarter is never paid; 8 % of the shipped are refunded, a quarter of these three to five weeks later.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from channels.core.money import quantum, split
from channels.sandbox.world.chance import Chance
from channels.sandbox.world.model import ZERO, Line, Market, Order, Refund

_WAITS, _NEVER_PAID, _CANCELLED, _REFUNDED, _LATE = 0.04, 0.25, 0.03, 0.08, 0.25


def lived(order: Order, market: Market, ends_at: datetime, chance: Chance) -> Order:
    """The order with all that happened to it."""
    waits = order.gateway == "manual" or chance.happens(_WAITS)
    paid = order.placed_at + (_hours(chance, 6, 60) if waits else timedelta(seconds=chance.between(1, 90)))
    never = waits and market.channel != "amazon" and chance.happens(_NEVER_PAID)
    if never:
        cancelled = order.placed_at + _hours(chance, 48, 72)
        return replace(order, cancelled_at=_before(cancelled, ends_at))
    paid_at = paid if market.channel == "amazon" else _before(paid, ends_at)
    if chance.happens(_CANCELLED):
        order = replace(order, paid_at=paid_at, cancelled_at=_before(paid + _hours(chance, 1, 12), ends_at))
        return _given_back(order, market) if order.cancelled_at and market.channel == "shopify" else order
    shipped = paid + _hours(chance, 8, 60)
    delivered = shipped + (_hours(chance, 140, 260) if market.cross_border else _hours(chance, 40, 130))
    order = replace(
        order, paid_at=paid_at, shipped_at=_before(shipped, ends_at), delivered_at=_before(delivered, ends_at)
    )
    return _refunded(order, market, ends_at, chance) if order.shipped_at and chance.happens(_REFUNDED) else order


def _given_back(order: Order, market: Market) -> Order:
    """A paid order that is cancelled gets all of its money back at once."""
    if order.cancelled_at is None:
        return order
    units = [line.quantity for line in order.lines]
    return replace(order, refunds=(_refund(order, order.cancelled_at, units, market, shipping=True, returned=True),))


def _refunded(order: Order, market: Market, ends_at: datetime, chance: Chance) -> Order:
    """A refund of all or of one unit, in the days after delivery or weeks later, with the goods or without."""
    at = order.placed_at + (
        _hours(chance, 24 * 21, 24 * 34) if chance.happens(_LATE) else _hours(chance, 24 * 8, 24 * 15)
    )
    units = [line.quantity for line in order.lines]
    if chance.happens(0.4):
        units = [0] * len(units)
        units[chance.below(len(units))] = 1
    whole = units == [line.quantity for line in order.lines]
    shipping, returned = whole and chance.happens(0.5), chance.happens(0.7)
    if at >= ends_at:
        return order
    return replace(order, refunds=(_refund(order, at, units, market, shipping=shipping, returned=returned),))


def _refund(
    order: Order, at: datetime, units: Sequence[int], market: Market, *, shipping: bool, returned: bool
) -> Refund:
    shares = [line_share(line, count, market.currency) for line, count in zip(order.lines, units, strict=True)]
    number = {
        "amazon": f"amzn1:crow:hl{order.number:08}",
        "shopee": f"{at:%y%m%d}0{order.number:08}",
        "shopify": f"{900_000_000_000 + order.number}",
    }[market.channel]
    return Refund(
        ref=number, at=at, units=tuple(units), price=sum((price for price, _ in shares), ZERO),
        shipping=order.shipping if shipping else ZERO,
        tax=sum((tax for _, tax in shares), order.shipping_tax if shipping else ZERO), returned=returned,
    )  # fmt: skip


def line_share(line: Line, units: int, currency: str) -> tuple[Decimal, Decimal]:
    """(price after discount, tax) of some units of a line; of all of them exactly what the line has."""
    discount, tax = line_parts(line, units, currency)
    return line.price * units - discount, tax


def line_parts(line: Line, units: int, currency: str) -> tuple[Decimal, Decimal]:
    """(discount, tax) of some units of a line."""
    each = [Decimal(1)] * line.quantity
    discount, tax = (split(amount, each, quantum(currency))[:units] for amount in (line.discount, line.tax))
    return sum(discount, ZERO), sum(tax, ZERO)


def _hours(chance: Chance, low: int, high: int) -> timedelta:
    return timedelta(seconds=chance.between(low * 3600, high * 3600))


def _before(moment: datetime, ends_at: datetime) -> datetime | None:
    return moment if moment < ends_at else None
