"""An order's money from the API, which tells discounts and taxes by line: parts that add up to the order's total."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from channels.adapters.shopify.nodes import Node, money, needed, nodes, tail, text, whole
from channels.adapters.shopify.order_money import SHOPIFY_PAYMENTS, Part
from channels.core.kinds import Kind
from channels.core.money import round_minor

_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class Priced:
    """A line or the shipping: all of it as positive numbers, tax by title."""

    gross: Decimal
    discount: Decimal
    taxes: tuple[tuple[str, Decimal], ...] = ()

    @property
    def tax(self) -> Decimal:
        return sum((value for _, value in self.taxes), _ZERO)

    @property
    def net(self) -> Decimal:
        return self.gross - self.discount


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an order; ``quantity`` is units ordered less those cancelled."""

    gid: str
    sku: str
    title: str
    quantity: int
    priced: Priced


def order_line(node: Node, currency: str, cancelled: int) -> Line:
    ordered = whole(node, "quantity")
    unit = money(node, "originalUnitPriceSet", currency)
    discount = sum((money(one, "allocatedAmountSet", currency) for one in node["discountAllocations"]), _ZERO)
    return Line(
        gid=needed(node, "id"),
        sku=text(node, "sku"),
        title=text(node, "name"),
        quantity=max(0, ordered - cancelled),
        priced=Priced(unit * ordered, discount, _taxes(node, currency)),
    )


def shipping(node: Node, currency: str) -> Priced:
    gross = money(node, "originalPriceSet", currency)
    return Priced(gross, gross - money(node, "discountedPriceSet", currency), _taxes(node, currency))


def _taxes(node: Node, currency: str) -> tuple[tuple[str, Decimal], ...]:
    sums: defaultdict[str, Decimal] = defaultdict(Decimal)
    for one in node["taxLines"]:
        sums[text(one, "title") or "Taxes"] += money(one, "priceSet", currency)
    return tuple((title, value) for title, value in sums.items() if value)


def parts_of(order: Node, lines: Sequence[Line], currency: str) -> list[Part]:
    """Parts whose sum is the order's total exactly; what cannot be explained is the last one, UNMAPPED."""
    included = order.get("taxesIncluded") is True
    shipped = [one for one in nodes(order, "shippingLines") if not one.get("isRemoved")]
    parts: list[Part] = []
    for i, line in enumerate(lines):
        parts += _line_parts(i, line.priced, _label(order), currency, included=included)
    for n, one in enumerate(shipped, 1):
        mark = "" if n == 1 else f"/{n}"
        parts += _shipping_parts(mark, one, _label(order), currency, included=included)
    total = money(order, "totalPriceSet", currency)
    parts += _extras(order, total - _sum(parts), currency)
    rest = total - _sum(parts)
    return parts + ([Part("unexplained", Kind.UNMAPPED, "unexplained", rest)] if rest else [])


def _label(order: Node) -> str:
    codes = order.get("discountCodes")
    return ", ".join(map(str, codes)) if isinstance(codes, list) and codes else "Discount"


def _sum(parts: Sequence[Part]) -> Decimal:
    return sum((part.amount for part in parts), _ZERO)


def _line_parts(i: int, priced: Priced, label: str, currency: str, *, included: bool) -> Iterator[Part]:
    gross, off = _without_tax(priced, currency) if included else (priced.gross, priced.discount)
    # A gift has no price but still moves units, so its line stays.
    yield Part(f"revenue/{i + 1}", Kind.REVENUE, "Lineitem price", gross, i)
    if off:
        yield Part(f"discount/{i + 1}", Kind.DISCOUNT, label, -off, i)
    for n, (title, value) in enumerate(priced.taxes, 1):
        yield Part(f"tax/{i + 1}/{n}", Kind.TAX_COLLECTED, title, value, i)


def _shipping_parts(mark: str, node: Node, label: str, currency: str, *, included: bool) -> Iterator[Part]:
    priced = shipping(node, currency)
    gross, off = _without_tax(priced, currency) if included else (priced.gross, priced.discount)
    if gross:
        yield Part(f"shipping{mark}", Kind.SHIPPING_INCOME, text(node, "title") or "Shipping", gross)
    if off:
        yield Part(f"shipping-discount{mark}", Kind.DISCOUNT, label, -off)
    for n, (title, value) in enumerate(priced.taxes, 1):
        yield Part(f"shipping-tax{mark}/{n}", Kind.TAX_COLLECTED, title, value)


def _without_tax(priced: Priced, currency: str) -> tuple[Decimal, Decimal]:
    """(gross, discount) without the tax that the price includes."""
    in_discount = _ZERO
    if priced.net > 0:
        in_discount = round_minor(priced.discount * priced.tax / priced.net, currency)
    return priced.gross - priced.tax - in_discount, priced.discount - in_discount


def _extras(order: Node, rest: Decimal, currency: str) -> list[Part]:
    """Duties and tip, where the total holds them beside the lines: a tip may also be a line, duties be in the price."""
    duties = Part("duties", Kind.TAX_COLLECTED, "Duties", money(order, "originalTotalDutiesSet", currency))
    tip = Part("tip", Kind.REVENUE, "Tip", money(order, "totalTipReceivedSet", currency))
    for reading in ((), (duties,), (tip,), (duties, tip)):
        if _sum(reading) == rest:
            return [part for part in reading if part.amount]
    return []


@dataclass(frozen=True, slots=True)
class Refunded:
    """A part of a refund, minus to the seller; ``units`` come back with it."""

    part: Part
    refund: Node
    units: int = 0


def refunds_elsewhere(order: Node, lines: Sequence[Line], currency: str) -> Iterator[Refunded]:
    """Refunds through gateways other than Shopify Payments, which no balance transaction tells."""
    index = {line.gid: i for i, line in enumerate(lines)}
    for refund in order["refunds"]:
        paid = [one for one in nodes(refund, "transactions") if _gave_back(one)]
        total = sum((money(one, "amountSet", currency) for one in paid), _ZERO)
        here = sum((money(one, "amountSet", currency) for one in paid if not _in_balance(one)), _ZERO)
        if here:
            yield from _refund_parts(refund, here, total, order, index, currency)


def _gave_back(transaction: Node) -> bool:
    kind, status = text(transaction, "kind"), text(transaction, "status")
    return kind == "REFUND" and status == "SUCCESS" and transaction.get("test") is not True


def _in_balance(transaction: Node) -> bool:
    return bool(SHOPIFY_PAYMENTS.search(text(transaction, "gateway").lower().replace("_", " ")))


def _refund_parts(
    refund: Node, here: Decimal, total: Decimal, order: Node, index: dict[str, int], currency: str
) -> Iterator[Refunded]:
    key = f"refund/{tail(needed(refund, 'id'))}"
    lines = nodes(refund, "refundLineItems")
    exact = _by_line(refund, lines, here, index, key, currency) if here == total else None
    if exact is not None:
        yield from exact
        return
    tax = _tax_of(refund, here, total, order, currency)
    units = sum(_came_back(one) for one in lines)
    yield Refunded(Part(key, Kind.REFUND, "Refunded Amount", tax - here), refund, units)
    if tax:
        yield Refunded(Part(f"{key}/tax", Kind.TAX_COLLECTED, "tax in Refunded Amount", -tax), refund)


def _by_line(
    refund: Node, lines: Sequence[Node], paid: Decimal, index: dict[str, int], key: str, currency: str
) -> list[Refunded] | None:
    """The parts by line, where lines and shipping explain what was paid back; None where they do not."""
    sums = [(one, money(one, "subtotalSet", currency), money(one, "totalTaxSet", currency)) for one in lines]
    carriage = [
        (money(one, "subtotalAmountSet", currency), money(one, "taxAmountSet", currency))
        for one in nodes(refund, "refundShippingLines")
    ]
    tax = sum((one for *_, one in sums), _ZERO) + sum((one for _, one in carriage), _ZERO)
    before = sum((one for _, one, _ in sums), _ZERO) + sum((one for one, _ in carriage), _ZERO)
    if paid not in (before, before + tax):
        return None
    inside = paid == before  # prices include the tax
    parts = [
        Refunded(
            Part(f"{key}/{n}", Kind.REFUND, "Refunded Amount", (own if inside else _ZERO) - net,
                 index.get(one["lineItem"]["id"])),
            refund, _came_back(one),
        )
        for n, (one, net, own) in enumerate(sums, 1)
    ]  # fmt: skip
    given = sum(((own if inside else _ZERO) - net for net, own in carriage), _ZERO)
    if given:
        parts.append(Refunded(Part(f"{key}/shipping", Kind.REFUND, "Refunded shipping", given), refund))
    if tax:
        parts.append(Refunded(Part(f"{key}/tax", Kind.TAX_COLLECTED, "tax in Refunded Amount", -tax), refund))
    return parts


def _came_back(line: Node) -> int:
    """Units that came back to stock; what was cancelled never left."""
    return whole(line, "quantity") if text(line, "restockType") in ("RETURN", "LEGACY_RESTOCK") else 0


def _tax_of(refund: Node, here: Decimal, total: Decimal, order: Node, currency: str) -> Decimal:
    """The tax in what was paid back here: its share of the refund's own tax, else in the order's proportion."""
    lines, carriage = nodes(refund, "refundLineItems"), nodes(refund, "refundShippingLines")
    if lines or carriage:
        own = sum((money(one, "totalTaxSet", currency) for one in lines), _ZERO)
        own += sum((money(one, "taxAmountSet", currency) for one in carriage), _ZERO)
        return round_minor(own * here / total, currency)
    asked = money(order, "totalPriceSet", currency)
    return round_minor(here * money(order, "totalTaxSet", currency) / asked, currency) if asked > 0 else _ZERO


def cancelled_units(order: Node) -> dict[str, int]:
    """Units by line id that were taken off the order before they left."""
    units: defaultdict[str, int] = defaultdict(int)
    for refund in order["refunds"]:
        for one in nodes(refund, "refundLineItems"):
            if text(one, "restockType") == "CANCEL":
                units[one["lineItem"]["id"]] += whole(one, "quantity")
    return units
