"""Amazon's money: what a shipment brings, and settlements of two weeks that add up and chain.

An order's money is earned when it is shipped (``Entry.at``) and held until seven days after delivery (DD+7,
``available_at``): it enters the settlement in whose period that falls. A settlement is

    reserve of the one before + lines − reserve of 12 % of them where they are positive = total

A negative total is not paid out; the next settlement opens with what is payable and the charge that pays it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

from channels.core.kinds import Kind
from channels.core.money import round_minor
from channels.sandbox.world.chance import Chance
from channels.sandbox.world.demand import local
from channels.sandbox.world.fate import line_parts
from channels.sandbox.world.model import ZERO, AdDay, Entry, Line, Market, Order, Product, Refund, Statement, Term
from channels.sandbox.world.numbers import MARKS
from channels.sandbox.world.plan import Plan

_HELD = timedelta(days=7)
_OTHER = "other-transaction / other-transaction / {}"
_UNIT_FEE = {"JPY": Decimal(410), "USD": Decimal("3.86"), "EUR": Decimal("3.62"), "GBP": Decimal("2.94")}
_MONTHLY = {"JPY": Decimal(4900)}
UNKNOWN = _OTHER.format("Harbor Pilot Programme Fee")


def earned(order: Order, market: Market) -> Order:
    """The order with the terms of its shipment's transaction, where it was shipped."""
    if not order.shipped_at or order.mirror_of:
        return order
    if order.serves:
        return replace(order, income=tuple(_fulfilment(order, market)))
    terms = tuple(term for n, line in enumerate(order.lines) for term in _line(order, market, n, line))
    held_until = (order.delivered_at or order.shipped_at + timedelta(days=5)) + _HELD
    return replace(order, income=terms, held_until=held_until)


def _fulfilment(order: Order, market: Market) -> Iterator[Term]:
    """Multi-channel fulfilment: fees, no price."""
    fee = _UNIT_FEE[market.currency]
    for n, line in enumerate(order.lines):
        amount = -round_minor(fee * Decimal("1.6") * line.quantity, market.currency)
        yield Term(Kind.FULFILMENT, "Order / ItemFees / FBAPerUnitFulfillmentFee", amount, n)
    yield Term(
        Kind.FULFILMENT, "Order / Shipment-Fees / FBA transportation fee", -round_minor(fee / 2, market.currency)
    )


def _line(order: Order, market: Market, n: int, line: Line) -> Iterator[Term]:
    goods = line.price * line.quantity
    # What the buyer pays for shipping stands on the first line.
    shipping, shipping_tax = (order.shipping, order.shipping_tax) if n == 0 else (ZERO, ZERO)
    withheld = "MarketplaceFacilitatorTax" if market.country == "US" else "MarketplaceFacilitatorVAT"
    by_amazon = order.fulfilled_by == "AMAZON"
    commission = round_minor(
        (goods - line.discount + (ZERO if by_amazon else shipping)) * Decimal("0.15"), market.currency
    )
    unit_fee = round_minor(_UNIT_FEE[market.currency] + line.price / 100, market.currency)
    for kind, words, amount in (
        (Kind.REVENUE, "Order / ItemPrice / Principal", goods),
        (Kind.TAX_COLLECTED, "Order / ItemPrice / Tax", line.tax),
        (Kind.SHIPPING_INCOME, "Order / ItemPrice / Shipping", shipping),
        (Kind.TAX_COLLECTED, "Order / ItemPrice / ShippingTax", shipping_tax),
        (Kind.TAX_WITHHELD, f"Order / ItemWithheldTax / {withheld}-Principal", -line.tax),
        (Kind.TAX_WITHHELD, f"Order / ItemWithheldTax / {withheld}-Shipping", -shipping_tax),
        (Kind.DISCOUNT, "Order / Promotion / Principal", -line.discount),
        (Kind.COMMISSION, "Order / ItemFees / Commission", -commission),
        (
            Kind.FULFILMENT,
            "Order / ItemFees / FBAPerUnitFulfillmentFee",
            -unit_fee * line.quantity if by_amazon else ZERO,
        ),
        (Kind.SHIPPING_INCOME, "Order / ItemFees / ShippingChargeback", -shipping if by_amazon else ZERO),
    ):
        if amount:
            yield Term(kind, words, amount, n)


def refund_terms(order: Order, market: Market, refund: Refund) -> Iterator[Term]:
    """What a refund takes back, line by line; a fifth of the commission stays with Amazon."""
    for n, (line, units) in enumerate(zip(order.lines, refund.units, strict=True)):
        if not units:
            continue
        off, tax = line_parts(line, units, market.currency)
        shipping = refund.shipping if n == 0 else ZERO
        shipping_tax = order.shipping_tax if shipping else ZERO
        by_amazon = order.fulfilled_by == "AMAZON"
        goods = line.price * units
        commission = round_minor((goods - off + (ZERO if by_amazon else shipping)) * Decimal("0.15"), market.currency)
        withheld = "MarketplaceFacilitatorTax" if market.country == "US" else "MarketplaceFacilitatorVAT"
        for kind, words, amount in (
            (Kind.REFUND, "Refund / ItemPrice / Principal", -goods),
            (Kind.TAX_COLLECTED, "Refund / ItemPrice / Tax", -tax),
            (Kind.REFUND, "Refund / ItemPrice / Shipping", -shipping),
            (Kind.TAX_COLLECTED, "Refund / ItemPrice / ShippingTax", -shipping_tax),
            (Kind.TAX_WITHHELD, f"Refund / ItemWithheldTax / {withheld}-Principal", tax),
            (Kind.TAX_WITHHELD, f"Refund / ItemWithheldTax / {withheld}-Shipping", shipping_tax),
            (Kind.DISCOUNT, "Refund / Promotion / Principal", off),
            (Kind.COMMISSION, "Refund / ItemFees / Commission", commission),
            (Kind.COMMISSION, "Refund / ItemFees / RefundCommission", -round_minor(commission / 5, market.currency)),
            (Kind.SHIPPING_INCOME, "Refund / ItemFees / ShippingChargeback", shipping if by_amazon else ZERO),
        ):
            if amount:
                yield Term(kind, words, amount, n)


class Books:
    """The settlements of one market."""

    def __init__(
        self, plan: Plan, seed: int, market: Market, orders: Sequence[Order], products: Sequence[Product],
        ads: Sequence[AdDay],
    ) -> None:  # fmt: skip
        self.plan, self.market, self.products = plan, market, products
        self.chance = Chance(plan.name, seed, "books", market.code)
        # A day of advertising is billed in the settlement in which it begins.
        self.spend = [(max(local(ad.on, market.timezone), plan.starts_at), ad.spend) for ad in ads]
        self.ends_at = plan.starts_at + timedelta(weeks=plan.weeks)
        self.waiting = sorted(
            (entry for order in orders for entry in self._of_order(order)),
            key=lambda entry: (entry.available_at, entry.key),
        )
        self.count = 0

    def close(self) -> tuple[list[Statement], list[Entry]]:
        """The settlements, and what is in none yet at the end."""
        made: list[Statement] = []
        first = local(self.plan.starts_at.date(), self.market.timezone)
        starts_at, ends_at = max(first, self.plan.starts_at), self.plan.starts_at + timedelta(days=12)
        while ends_at + timedelta(days=1) < self.ends_at:
            made.append(self._settlement(made, starts_at, ends_at))
            starts_at, ends_at = ends_at, ends_at + timedelta(days=14)
        return made, self.waiting

    def _of_order(self, order: Order) -> Iterator[Entry]:
        if order.shipped_at is None:
            return
        group = f"{order.ref}/shipment"
        available = order.held_until or order.shipped_at
        for n, term in enumerate(order.income, 1):
            yield self._order_entry(order, term, f"{group}/{n}", group, order.shipped_at, available)
        for refund in order.refunds:
            group = f"{order.ref}/{refund.ref}"
            for n, term in enumerate(refund_terms(order, self.market, refund), 1):
                entry = self._order_entry(order, term, f"{group}/{n}", group, refund.at, max(available, refund.at))
                yield replace(entry, refund=refund.ref, units=0)

    def _order_entry(self, order: Order, term: Term, key: str, group: str, at: datetime, available: datetime) -> Entry:
        line = None if term.line is None else order.lines[term.line]
        return Entry(
            key=f"{self.market.code}/{key}", market=self.market.code, group=f"{self.market.code}/{group}", at=at,
            kind=term.kind, words=term.words, amount=term.amount, order=order.ref, line=term.line,
            sku=self.products[line.product - 1].sku_in(self.market.code) if line else "",
            units=line.quantity if line and term.kind is Kind.REVENUE else 0, available_at=available,
            serves=order.serves,
        )  # fmt: skip

    def _settlement(self, made: list[Statement], starts_at: datetime, ends_at: datetime) -> Statement:
        ref = self._ref(len(made))
        held = [entry for entry in self.waiting if entry.available_at and entry.available_at < ends_at]
        self.waiting = self.waiting[len(held) :]
        lines = [*self._opening(made, starts_at), *held, *self._of_account(starts_at, ends_at)]
        lines += self._inbound(made, lines, starts_at)
        subtotal = sum((entry.amount for entry in lines), ZERO)
        reserve = round_minor(subtotal * Decimal("0.12"), self.market.currency) if subtotal > 0 else ZERO
        if reserve:
            lines.append(
                self._entry(
                    ends_at - timedelta(seconds=1), Kind.RESERVE, _OTHER.format("Current Reserve Amount"), -reserve
                )
            )
        total = subtotal - reserve
        return Statement(
            market=self.market.code, ref=ref, currency=self.market.currency, starts_at=starts_at, ends_at=ends_at,
            published_at=ends_at + timedelta(hours=8), total=total, entries=tuple(lines),
            deposited_at=ends_at + timedelta(days=1) if total > 0 else None,
            trace=f"HL{self.chance.letters(MARKS, 12)}" if total > 0 else "",
        )  # fmt: skip

    def _ref(self, number: int) -> str:
        """Eleven digits; each market has its own run of them."""
        codes = [one.market.code for one in self.plan.sellings]
        return str(18_000_000_000 + 10**8 * codes.index(self.market.code) + 79_190 * number)

    def _opening(self, made: list[Statement], at: datetime) -> Iterator[Entry]:
        """What the settlement before left behind."""
        if not made:
            return
        before = made[-1]
        reserve = -sum((one.amount for one in before.entries if one.words.endswith("Current Reserve Amount")), ZERO)
        if reserve:
            yield self._entry(at, Kind.RESERVE, _OTHER.format("Previous Reserve Amount Balance"), reserve)
        if before.total < 0:
            yield self._entry(at + timedelta(hours=10), Kind.TRANSFER, _OTHER.format("Payable to Amazon"), before.total)
            yield self._entry(
                at + timedelta(hours=16), Kind.TRANSFER, _OTHER.format("Successful charge"), -before.total
            )

    def _of_account(self, starts_at: datetime, ends_at: datetime) -> Iterator[Entry]:
        currency = self.market.currency
        spend = sum((one for began, one in self.spend if starts_at <= began < ends_at), ZERO)
        late = ends_at - timedelta(hours=14)
        if spend:
            words = "ServiceFee / Cost of Advertising / TransactionTotalAmount"
            yield self._entry(late, Kind.ADVERTISING, words, -spend)
        if any((starts_at + timedelta(days=n)).day == 7 for n in range((ends_at - starts_at).days)):
            monthly = _MONTHLY.get(currency, Decimal("39.99"))
            yield self._entry(late, Kind.SUBSCRIPTION, _OTHER.format("Subscription Fee"), -monthly)
            storage = round_minor(monthly * Decimal(self.chance.between(40, 160)) / 100, currency)
            yield self._entry(late, Kind.STORAGE, _OTHER.format("Storage Fee"), -storage)
        if self.chance.happens(0.5):
            product = self.products[self.chance.below(len(self.products))]
            words = "other-transaction / FBA Inventory Reimbursement / WAREHOUSE_LOST"
            amount = round_minor(product.prices[self.market.code] * Decimal("0.7"), currency)
            found = self._entry(late, Kind.REIMBURSEMENT, words, amount)
            yield replace(found, sku=product.sku_in(self.market.code), units=1)
        if self.chance.happens(0.2):
            yield self._entry(late, Kind.UNMAPPED, UNKNOWN, -round_minor(_UNIT_FEE[currency] / 2, currency))

    def _inbound(self, made: list[Statement], lines: list[Entry], at: datetime) -> Iterator[Entry]:
        """Stock for the season: the first settlement of the US goes below zero by it."""
        if not made and self.market.country == "US":
            subtotal = sum((entry.amount for entry in lines), ZERO)
            fee = max(subtotal, ZERO) + Decimal("94.91")
            words = _OTHER.format("FBA Inbound Placement Service Fee")
            yield self._entry(at + timedelta(days=4), Kind.FULFILMENT, words, -fee)

    def _entry(self, at: datetime, kind: Kind, words: str, amount: Decimal) -> Entry:
        self.count += 1
        key = f"{self.market.code}/account/{self.count}"
        return Entry(key, self.market.code, key, at, kind, words, amount, available_at=at)
