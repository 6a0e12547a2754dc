"""Shopee's money: what an order brings by the published formula, a local shop's wallet, a cross-border shop's payouts.

``Order.income`` are fields of ``order_income`` with their sign in the formula; their sum is ``escrow_amount``. It is
released to the wallet or the next payout at ``held_until``, three days after delivery. A refund before that is in the
income (``seller_return_refund``); a later one is an adjustment: an entry with the order's number and the refund's.
A wallet day is a statement named ``wallet/<day>``, days being the shop's own.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from channels.core.kinds import Kind
from channels.core.money import round_minor
from channels.sandbox.world.chance import Chance
from channels.sandbox.world.demand import local
from channels.sandbox.world.model import ZERO, AdDay, Entry, Market, Order, Refund, Statement, Term
from channels.sandbox.world.numbers import MARKS
from channels.sandbox.world.plan import Plan

_OPENING = Decimal("250.00")  # in the wallet when the world begins
_DAY = timedelta(days=1)
INCOME = "Order Income: Order Completed"
LATE_REFUND = "Refund Amount: Return Refund After Order Completed"


def earned(order: Order, market: Market) -> Order:
    """The order with the terms of its income, where it was paid and not cancelled."""
    if not order.paid_at or order.cancelled_at:
        return order
    held_until = order.delivered_at + 3 * _DAY if order.delivered_at else None
    early = [one for one in order.refunds if held_until is None or one.at < held_until]
    chance = Chance("shopee", order.ref)  # the same whenever it is asked
    return replace(order, income=tuple(_terms(order, market, chance, early)), held_until=held_until)


def _terms(order: Order, market: Market, chance: Chance, refunds: Sequence[Refund]) -> Iterator[Term]:
    currency = market.currency
    goods = sum((line.price * line.quantity for line in order.lines), ZERO)
    voucher = sum((line.discount for line in order.lines), ZERO)
    carriage = Decimal(chance.between(180, 420)) / 100
    # Carriage beyond what the buyer pays is Shopee's for half of the orders.
    rebate = max(carriage - order.shipping, ZERO) if chance.happens(0.5) else ZERO
    base = goods - voucher
    given = sum((given_back(one) for one in refunds), ZERO)
    shares = (
        (Kind.COMMISSION, "commission_fee", "0.06"), (Kind.COMMISSION, "service_fee", "0.04"),
        (Kind.PAYMENT_FEE, "seller_transaction_fee", "0.02"),
    )  # fmt: skip
    amounts = [
        (Kind.REVENUE, "original_cost_of_goods_sold", goods),
        (Kind.DISCOUNT, "voucher_from_seller", -voucher),
        (Kind.SHIPPING_INCOME, "buyer_paid_shipping_fee", order.shipping),
        (Kind.SHIPPING_COST, "actual_shipping_fee", -carriage),
        (Kind.SHIPPING_COST, "shopee_shipping_rebate", rebate),
        *((kind, field, -round_minor(base * Decimal(share), currency)) for kind, field, share in shares),
        (Kind.REFUND, "seller_return_refund", -given),
    ]
    if market.cross_border:
        amounts.append((Kind.TAX_BORNE, "sales_tax_on_lvg", -round_minor(base * Decimal("0.10"), currency)))
    if order.found_by == "ad" and chance.happens(0.3):
        amounts.append((Kind.ADVERTISING, "order_ams_commission_fee", -round_minor(base * Decimal("0.05"), currency)))
    yield from (Term(kind, field, amount) for kind, field, amount in amounts if amount)


def given_back(refund: Refund) -> Decimal:
    return refund.price + refund.shipping + refund.tax


class Books:
    """The ledger of one shop."""

    def __init__(self, plan: Plan, seed: int, market: Market, orders: Sequence[Order], ads: Sequence[AdDay]) -> None:
        self.plan, self.market = plan, market
        self.chance = Chance(plan.name, seed, "books", market.code)
        self.ends_at = plan.starts_at + timedelta(weeks=plan.weeks)
        self.zone = ZoneInfo(market.timezone)
        self.number = 0
        self.entries = sorted(self._all(orders, ads), key=lambda entry: (entry.at, entry.key))

    def close(self) -> tuple[list[Statement], list[Entry]]:
        return self._payouts() if self.market.cross_border else (list(self._wallet_days()), [])

    def _all(self, orders: Sequence[Order], ads: Sequence[AdDay]) -> Iterator[Entry]:
        for order in orders:
            if order.held_until and order.held_until < self.ends_at:
                yield from self._released(order, order.held_until)
            elif order.cancelled_at and order.paid_at and self.chance.happens(0.5):
                yield from self._carriage(order.cancelled_at + 2 * _DAY)
        abroad = self.market.cross_border
        for week in range(3, self.plan.weeks, 9):
            at = self.plan.starts_at + timedelta(weeks=week, days=2, hours=5)
            # The first word is in no vocabulary of ours, of the second only the kind of money is unknown.
            words = "Storage Fee: Monthly Storage" if abroad else "LIVE_BOOST_CHARGE"
            yield self._entry(at, Kind.UNMAPPED, words, Decimal("-6.90"))
        for ad in () if abroad else ads:
            if ad.spend:
                billed_at = local(ad.on + _DAY, self.market.timezone) - timedelta(minutes=5)
                yield self._entry(billed_at, Kind.ADVERTISING, "PAID_ADS_CHARGE", -ad.spend)

    def _released(self, order: Order, at: datetime) -> Iterator[Entry]:
        """The order's income when it is released, and refunds after that."""
        abroad = self.market.cross_border
        total = sum((term.amount for term in order.income), ZERO)
        words = INCOME if abroad else "ESCROW_VERIFIED_ADD" if total >= 0 else "ESCROW_VERIFIED_MINUS"
        yield self._entry(at, Kind.REVENUE, words, total, order.ref)
        for refund in order.refunds:
            if refund.at >= at:
                words = LATE_REFUND if abroad else "ADJUSTMENT_FOR_RR_AFTER_ESCROW_VERIFIED"
                entry = self._entry(refund.at, Kind.REFUND, words, -given_back(refund), order.ref)
                yield replace(entry, refund=refund.ref)

    def _carriage(self, at: datetime) -> Iterator[Entry]:
        """Carriage of a cancelled order. The line names no order, for that has no income which it could pay."""
        if at < self.ends_at:
            words = "Shipping Fee: Cancelled Order" if self.market.cross_border else "FSF_COST_PASSING_DEDUCT"
            yield self._entry(at, Kind.SHIPPING_COST, words, Decimal("-1.50"))

    def _entry(self, at: datetime, kind: Kind, words: str, amount: Decimal, order: str = "") -> Entry:
        self.number += 1
        key = f"{int(self.market.seller) * 10**6 + self.number}"
        return Entry(key, self.market.code, key, at, kind, words, amount, order, available_at=at)

    def _wallet_days(self) -> Iterator[Statement]:
        balance, day, found = _OPENING, self.plan.starts_at.date(), 0
        last = (self.ends_at - timedelta(hours=1)).astimezone(self.zone).date()
        while day <= last:
            starts, ends = local(day, self.market.timezone), local(day + _DAY, self.market.timezone)
            entries: list[Entry] = []
            opening = balance
            while found < len(self.entries) and self.entries[found].at < ends:
                balance += self.entries[found].amount
                entries.append(replace(self.entries[found], balance=balance))
                found += 1
            if day.weekday() == 0 and balance > 100 and ends < self.ends_at:
                out = self._entry(ends - timedelta(hours=3), Kind.TRANSFER, "WITHDRAWAL_CREATED", -(balance - 50))
                entries, balance = self._with_withdrawal(entries, out, opening)
            if entries:
                yield self._wallet_day(day, starts, ends, opening, entries)
            day += _DAY

    def _with_withdrawal(self, entries: list[Entry], out: Entry, opening: Decimal) -> tuple[list[Entry], Decimal]:
        balance, chained = opening, []
        for entry in sorted([*entries, out], key=lambda one: (one.at, one.key)):
            balance += entry.amount
            chained.append(replace(entry, balance=balance))
        return chained, balance

    def _wallet_day(
        self, day: date, starts: datetime, ends: datetime, opening: Decimal, entries: list[Entry]
    ) -> Statement:
        withdrawn = any(entry.words == "WITHDRAWAL_CREATED" for entry in entries)
        return Statement(
            market=self.market.code, ref=f"wallet/{day}", currency=self.market.currency, starts_at=starts, ends_at=ends,
            published_at=starts, total=sum((entry.amount for entry in entries), ZERO), entries=tuple(entries),
            deposited_at=ends + timedelta(hours=6) if withdrawn else None,
            trace=f"SPX{self.chance.letters(MARKS, 10)}" if withdrawn else "",
            opening=opening,
        )  # fmt: skip

    def _payouts(self) -> tuple[list[Statement], list[Entry]]:
        made: list[Statement] = []
        starts, waiting = self.plan.starts_at, self.entries
        while (ends := starts + timedelta(days=7)) < self.ends_at:
            entries = tuple(entry for entry in waiting if entry.at < ends)
            waiting = waiting[len(entries) :]
            if entries:
                total = sum((entry.amount for entry in entries), ZERO)
                rate = Decimal(2300 + self.chance.below(160)) / 10000
                mark = f"{self.chance.between(10**9, 10**10 - 1)}{self.chance.between(10**9, 10**10 - 1)}"
                made.append(Statement(
                    market=self.market.code, ref=mark, currency=self.market.currency, starts_at=starts, ends_at=ends,
                    published_at=ends + timedelta(hours=3), total=total, entries=entries,
                    deposited_at=ends + timedelta(hours=3), trace=f"PYN{self.chance.letters(MARKS, 10)}",
                    paid_amount=round_minor(total * rate, "USD"), paid_currency="USD",
                ))  # fmt: skip
            starts = ends
        return made, list(waiting)
