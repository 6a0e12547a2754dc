"""An order's money from its export: prices without tax, discounts, shipping and tax that add up to its total."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from channels.core.kinds import Kind
from channels.core.money import quantum, round_minor, split

_ZERO = Decimal(0)
# Gateways whose refunds stand among the transactions of Shopify Payments, not in the order's own figures.
SHOPIFY_PAYMENTS = re.compile(r"shopify ?payments|shop ?pay|shop ?cash")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an order; ``price`` is of one unit, ``discount`` of the whole line, both as the export has them."""

    sku: str
    title: str
    quantity: int
    price: Decimal
    discount: Decimal
    taxable: bool
    place: int

    @property
    def gross(self) -> Decimal:
        return self.price * self.quantity


@dataclass(frozen=True, slots=True)
class Totals:
    """The order-level amounts, as positive numbers; ``subtotal`` is of the lines less their discounts."""

    currency: str
    subtotal: Decimal
    shipping: Decimal
    taxes: Decimal
    total: Decimal
    discount: Decimal = _ZERO
    duties: Decimal = _ZERO
    tip: Decimal = _ZERO
    tax_parts: tuple[tuple[str, Decimal], ...] = ()
    discount_code: str = ""
    shipping_method: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A share of the order's total, plus to the seller; ``line`` is its index in the lines, None for the order's."""

    key: str
    kind: Kind
    label: str
    amount: Decimal
    line: int | None = None


@dataclass(frozen=True, slots=True)
class _Priced:
    """What tax may be inside of: a line or the shipping."""

    gross: Decimal
    discount: Decimal
    taxable: bool

    @property
    def net(self) -> Decimal:
        return self.gross - self.discount


def parts_of(lines: Sequence[Line], totals: Totals) -> list[Part]:
    """Parts whose sum is the order's total exactly; what cannot be explained is the last one, UNMAPPED."""
    discounts = line_discounts(lines, totals)
    off_shipping, inside = _shipping_and_tax(lines, discounts, totals)
    priced = [_Priced(line.gross, discount, line.taxable) for line, discount in zip(lines, discounts, strict=True)]
    priced.append(_Priced(totals.shipping, off_shipping, taxable=True))
    amounts = _without_tax(priced, totals) if inside and totals.taxes else [(one.gross, one.discount) for one in priced]
    parts = _priced_parts(lines, amounts, totals) + _other_parts(totals)
    rest = totals.total - sum((part.amount for part in parts), _ZERO)
    return parts + ([Part("unexplained", Kind.UNMAPPED, "unexplained", rest)] if rest else [])


def line_discounts(lines: Sequence[Line], totals: Totals) -> list[Decimal]:
    """Each line's discount, from the reading of the two discount columns that reproduces the subtotal.

    ``Lineitem discount`` is a line's own, ``Discount Amount`` the order's; the second may contain the first,
    and may be of the shipping only. Where no reading fits, the order's is taken.
    """
    gross = [line.gross for line in lines]
    own = [line.discount for line in lines]
    spread = split(totals.discount, gross, quantum(totals.currency)) if lines else []
    none = [_ZERO for _ in lines]
    both = [one + other for one, other in zip(own, spread, strict=True)]
    for reading in (none, own, spread, both):
        if sum(gross, _ZERO) - sum(reading, _ZERO) == totals.subtotal:
            return reading
    return spread


def _shipping_and_tax(lines: Sequence[Line], discounts: Sequence[Decimal], totals: Totals) -> tuple[Decimal, bool]:
    """(discount of the shipping, whether prices include tax), from the reading that reproduces the total."""
    before = totals.subtotal + totals.shipping + totals.duties + totals.tip
    on_lines = sum((line.discount for line in lines), _ZERO)
    unused = {_ZERO}
    if sum(discounts, _ZERO) not in (totals.discount, totals.discount + on_lines):
        unused |= {totals.discount, totals.discount - on_lines}
    for off_shipping in sorted(one for one in unused if 0 <= one <= totals.shipping):
        for inside in (False, True):
            if before - off_shipping + (_ZERO if inside else totals.taxes) == totals.total:
                return off_shipping, inside
    return _ZERO, abs(totals.total - before) < abs(totals.total - before - totals.taxes)


def _without_tax(priced: Sequence[_Priced], totals: Totals) -> list[tuple[Decimal, Decimal]]:
    """(gross, discount) of each without the tax inside; all of them together give up the taxes exactly.

    The export has no tax per line, so taxes are spread by what the buyer pays for what is taxable (largest
    remainder): exact for one rate, an approximation where rates differ within an order.
    """
    weights = [max(one.net, _ZERO) if one.taxable else _ZERO for one in priced]
    if not any(weights):
        weights = [max(one.net, _ZERO) for one in priced]
    base = sum(weights, _ZERO)
    shares = split(totals.taxes, weights, quantum(totals.currency))
    result = []
    for one, share in zip(priced, shares, strict=True):
        # A line given away has no tax of its own left; its price and discount hold tax at the order's rate.
        rate = share / one.net if one.net > 0 else (totals.taxes / base if base and one.taxable else _ZERO)
        in_discount = round_minor(one.discount * rate, totals.currency)
        result.append((one.gross - share - in_discount, one.discount - in_discount))
    return result


def _priced_parts(lines: Sequence[Line], amounts: list[tuple[Decimal, Decimal]], totals: Totals) -> list[Part]:
    discount = totals.discount_code or "Discount"
    parts = []
    for i, (gross, off) in enumerate(amounts[: len(lines)]):
        # A gift has no price but still moves units, so its line stays.
        parts.append(Part(f"revenue/{i + 1}", Kind.REVENUE, "Lineitem price", gross, i))
        if off:
            parts.append(Part(f"discount/{i + 1}", Kind.DISCOUNT, discount, -off, i))
    gross, off = amounts[-1]
    if gross:
        parts.append(Part("shipping", Kind.SHIPPING_INCOME, totals.shipping_method or "Shipping", gross))
    if off:
        parts.append(Part("shipping-discount", Kind.DISCOUNT, discount, -off))
    return parts


def _other_parts(totals: Totals) -> list[Part]:
    named = totals.tax_parts
    if not named or sum((value for _, value in named), _ZERO) != totals.taxes:
        named = (("Taxes", totals.taxes),)
    parts = [Part(f"tax/{n}", Kind.TAX_COLLECTED, name, value) for n, (name, value) in enumerate(named, 1) if value]
    if totals.duties:
        parts.append(Part("duties", Kind.TAX_COLLECTED, "Duties", totals.duties))
    if totals.tip:
        parts.append(Part("tip", Kind.REVENUE, "Tip", totals.tip))
    return parts


def refund_parts(refunded: Decimal, totals: Totals) -> list[Part]:
    """What a refund of an order takes back, as negative parts that add up to it; its tax in the order's proportion.

    The export does not say what was refunded: exact for a full refund, an approximation for a partial one.
    """
    tax = _ZERO
    if totals.total > 0:
        tax = round_minor(refunded * (totals.taxes + totals.duties) / totals.total, totals.currency)
    parts = [Part("refund", Kind.REFUND, "Refunded Amount", tax - refunded)]
    return parts + ([Part("refund-tax", Kind.TAX_COLLECTED, "tax in Refunded Amount", -tax)] if tax else [])
