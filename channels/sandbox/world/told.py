"""An order as its channel tells it at a moment: what the facts of all channels have in common."""

from datetime import datetime
from decimal import Decimal

from channels.core.kinds import Kind, Role, Stage
from channels.core.rows import ChargeRow, OrderItemRow, OrderRow
from channels.sandbox.world.model import Market, Order, Product


def by(moment: datetime | None, at: datetime) -> bool:
    """Whether the moment has come."""
    return moment is not None and moment <= at


class Teller:
    """Makes rows of one market at one moment."""

    def __init__(self, market: Market, products: tuple[Product, ...], at: datetime) -> None:
        self.market, self.products, self.at = market, products, at

    def sku(self, order: Order, line: int | None) -> str:
        return "" if line is None else self.products[order.lines[line].product - 1].sku_in(self.market.code)

    def order(self, order: Order, status: str, sales_channel: str, serves: str = "", mirror_of: str = "") -> OrderRow:
        """The order; a cancelled one has its items without units."""
        cancelled = by(order.cancelled_at, self.at)
        items = tuple(
            OrderItemRow(
                line.key, self.sku(order, n), 0 if cancelled else line.quantity, self.products[line.product - 1].title
            )
            for n, line in enumerate(order.lines)
        )
        return OrderRow(
            ref=order.ref, currency=self.market.currency, status=status, ordered_at=order.placed_at, place=1,
            items=items, name=order.name, shipped_at=order.shipped_at if by(order.shipped_at, self.at) else None,
            updated_at=max(moment for moment in order.changes() if moment <= self.at), cancelled=cancelled,
            country=order.country, state=order.state, city=order.city, sales_channel=sales_channel,
            mirror_of=mirror_of, is_mirror=bool(mirror_of), serves=serves, business=order.business,
        )  # fmt: skip

    def estimate(
        self, order: Order, key: str, kind: Kind, amount: Decimal, line: int | None = None, units: int = 0
    ) -> ChargeRow:
        """A part of what the order itself says that it brings."""
        return ChargeRow(
            key=f"{order.ref}/{key}", document=order.ref, kind=kind, label=key.partition("/")[0], amount=amount,
            currency=self.market.currency, place=1, role=Role.ESTIMATE, stage=Stage.EXPECTED, order=order.ref,
            sku=self.sku(order, line), quantity=units, posted_at=order.paid_at if by(order.paid_at, self.at) else None,
            shipped_at=order.shipped_at if by(order.shipped_at, self.at) else None,
        )  # fmt: skip
