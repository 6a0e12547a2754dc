"""Shopify Payments: charges, refunds, disputes and labels, paid out on weekdays.

A balance transaction is two entries of one group, its amount and its fee. It is available two days later and goes
into the payout of the next weekday. A payout that fails is followed by one that has its total as TRANSFER_FAILURE.
Other gateways have no entries here.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from channels.core.kinds import Kind
from channels.core.money import round_minor
from channels.sandbox.world.chance import Chance
from channels.sandbox.world.model import ZERO, Entry, Market, Order, Statement
from channels.sandbox.world.numbers import MARKS
from channels.sandbox.world.plan import Plan

_AVAILABLE = timedelta(days=2)
_DISPUTED = 150  # of so many charges the seventh
_DISPUTE_FEE = Decimal("15.00")


def total_of(order: Order) -> Decimal:
    """What the buyer pays."""
    goods = sum((line.price * line.quantity - line.discount + line.tax for line in order.lines), ZERO)
    return goods + order.shipping + order.shipping_tax


class Books:
    """The balance and payouts of one shop."""

    def __init__(self, plan: Plan, seed: int, market: Market, orders: Sequence[Order], shop: int) -> None:
        self.plan, self.market, self.shop = plan, market, shop
        self.chance = Chance(plan.name, seed, "books", market.code)
        self.zone = ZoneInfo(market.timezone)
        self.ends_at = plan.starts_at + timedelta(weeks=plan.weeks)
        self.number = self.charges = 0
        movements = sorted(
            (movement for order in orders for movement in self._of_order(order)), key=lambda one: (one[0], one[4])
        )
        self.waiting = [entry for movement in movements for entry in self._entries(*movement)]

    def close(self) -> tuple[list[Statement], list[Entry]]:
        made: list[Statement] = []
        day = self.plan.starts_at.date()
        failed: Statement | None = None
        while (issued := self._at(day, 6)) < self.ends_at - timedelta(days=2):
            if day.weekday() < 5:
                payout = self._payout(made, issued, failed)
                failed = payout if payout and payout.status == "FAILED" else None if payout else failed
                made += [payout] if payout else []
            day += timedelta(days=1)
        return made, self.waiting

    def _of_order(self, order: Order) -> Iterator[tuple[datetime, Kind, str, Decimal, str, Decimal, str]]:
        """(at, kind, type, amount, order, fee, refund) of each movement."""
        if order.gateway != "shopify_payments" or not order.paid_at:
            return
        total = total_of(order)
        fee = round_minor(total * Decimal("0.029") + Decimal("0.30"), self.market.currency)
        yield order.paid_at, Kind.REVENUE, "CHARGE", total, order.ref, fee, ""
        for refund in order.refunds:
            given = -(refund.price + refund.shipping + refund.tax)
            yield refund.at, Kind.REFUND, "REFUND", given, order.ref, ZERO, refund.ref
        if order.shipped_at and self.chance.happens(0.5):
            label = Decimal(self.chance.between(420, 980)) / 100
            yield order.shipped_at, Kind.SHIPPING_COST, "SHIPPING_LABEL", -label, "", ZERO, ""
        self.charges += 1
        disputed = order.paid_at + timedelta(days=self.chance.between(9, 24))
        if not order.refunds and self.charges % _DISPUTED == 7 and disputed < self.ends_at:
            yield disputed, Kind.REFUND, "DISPUTE_WITHDRAWAL", -total, order.ref, _DISPUTE_FEE, ""

    def _entries(
        self, at: datetime, kind: Kind, words: str, amount: Decimal, order: str, fee: Decimal, refund: str
    ) -> list[Entry]:
        self.number += 1
        group = str(2_300_000_000_000 + self.shop * 10**11 + self.number * 1_024)
        available = at + _AVAILABLE
        found = [
            Entry(group, self.market.code, group, at, kind, words, amount, order, refund=refund, available_at=available)
        ]
        if fee:
            found.append(
                Entry(
                    f"{group}/fee",
                    self.market.code,
                    group,
                    at,
                    Kind.PAYMENT_FEE,
                    words,
                    -fee,
                    order,
                    available_at=available,
                )
            )
        return found

    def _payout(self, made: list[Statement], issued: datetime, failed: Statement | None) -> Statement | None:
        # What waits stands by time, and all of it is available two days later.
        count = bisect_left(self.waiting, issued - _AVAILABLE, key=lambda entry: entry.at)
        ready, self.waiting = self.waiting[:count], self.waiting[count:]
        if not ready:
            return None
        if failed:
            ready = [
                *self._entries(
                    issued - timedelta(hours=2), Kind.TRANSFER, "TRANSFER_FAILURE", failed.total, "", ZERO, ""
                ),
                *ready,
            ]
        if len(made) in (11, 60):
            # A word that Plumbline's vocabulary does not have.
            given = Decimal("2.50")
            ready += self._entries(
                issued - timedelta(hours=1), Kind.UNMAPPED, "CHANNEL_PROMOTION_CREDIT", given, "", ZERO, ""
            )
        if len(made) == 6:
            ready += self._entries(
                issued - timedelta(hours=1), Kind.ADJUSTMENT, "ADJUSTMENT", Decimal("-1.40"), "", ZERO, ""
            )
        total = sum((entry.amount for entry in ready), ZERO)
        status = "FAILED" if len(made) in (8, 90) and total > 0 else "PAID"
        deposited = status == "PAID" and total != 0
        return Statement(
            market=self.market.code, ref=str(110_000_000_000 + self.shop * 10**9 + len(made) * 65_536),
            currency=self.market.currency, starts_at=min(entry.at for entry in ready), ends_at=issued,
            published_at=issued, total=total, entries=tuple(ready),
            deposited_at=self._at((issued + timedelta(days=1)).date(), 10) if deposited else None,
            trace=f"SHP{self.chance.letters(MARKS, 10)}" if deposited else "",
            status=status,
        )  # fmt: skip

    def _at(self, day: date, hour: int) -> datetime:
        return datetime.combine(day, time(hour), self.zone).astimezone(UTC)
