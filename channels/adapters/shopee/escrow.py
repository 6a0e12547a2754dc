"""get_escrow_detail and get_escrow_detail_batch: an order's income, term by term, as far as it is not paid out yet.

Σ of an order's TERM lines is its ``escrow_amount_after_adjustment`` (the batch has only ``escrow_amount``). What the
formula does not explain is a line of its own, never dropped. The answers name no currency and no time.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from channels.adapters.shopee.envelope import (
    Node,
    Record,
    amount,
    count,
    each,
    inner,
    instant,
    listed,
    maybe,
    read,
    sku_of,
    text,
    word,
)  # fmt: skip
from channels.adapters.shopee.terms import ALIASES, ITEM_WEIGHTS, KNOWN_FIELDS, SIP_TERMS, TERMS, kind_of
from channels.core.errors import Changed
from channels.core.kinds import Kind, Role, Stage
from channels.core.money import Money, quantum, round_minor
from channels.core.rows import ChargeRow, Page, Row, Shop

_WEIGHTS = ("discounted_price", "selling_price", "original_price", "quantity_purchased")
_TOO_MUCH = Decimal(10) ** 14
_SALES = ("original_cost_of_goods_sold", "original_price_pri")


@dataclass(frozen=True, slots=True)
class Line:
    """A part of an order's income before it is spread over the items."""

    name: str  # key part, and the label unless another is given
    kind: Kind
    amount: Decimal
    label: str = ""
    posted_at: datetime | None = None
    adjustment: bool = False


def shape(answer: Node) -> bool:
    """One escrow detail, or the batch's list of them."""
    response = answer.get("response")
    if isinstance(response, dict):
        return isinstance(response.get("order_income"), dict)
    return bool(listed(answer, "response")) and all("escrow_detail" in one for one in listed(answer, "response"))


def rows(page: Page, shop: Shop) -> Iterator[Row]:
    """The TERM lines of each order; where a page has an order twice, a single answer wins over the batch's."""
    chosen: dict[str, tuple[bool, Record]] = {}
    for place, (single, detail) in enumerate(_details(page), 1):
        name = text(detail, "order_sn") or f"#{place}"
        if name not in chosen or single >= chosen[name][0]:
            chosen[name] = (single, (place, detail))
    yield from each((record for _, record in chosen.values()), lambda place, detail: _order(place, detail, shop))


def _details(page: Page) -> Iterator[tuple[bool, Node]]:
    for answer in read(page):
        if not shape(answer):
            raise Changed(f"{page.resource}: the answer has no order_income and no escrow_detail")
        if isinstance(answer["response"], dict):
            yield True, answer["response"]
        else:
            yield from ((False, inner(one, "escrow_detail")) for one in listed(answer, "response"))


def _order(place: int, detail: Node, shop: Shop) -> Iterator[Row]:
    order, income = word(detail, "order_sn"), inner(detail, "order_income")
    _check_currency(income, shop)
    lines = [*(_sip_lines if _is_sip(income) else _lines)(income, shop)]
    rest = amount(income, "escrow_amount") - sum((line.amount for line in lines), Decimal(0))
    lines.append(Line("unexplained", Kind.UNMAPPED, rest))
    lines.extend(_adjustments(income))
    if not any(line.amount for line in lines if not line.adjustment):
        # An order whose income fell to nothing still says so, or what an earlier page told of it would stay.
        yield from _spread(place, order, Line("escrow_amount", Kind.REVENUE, Decimal(0)), {}, shop)
    for line in lines:
        if line.amount:
            yield from _spread(place, order, line, income, shop)
    yield from _new_fields(place, order, income, shop)


def _check_currency(income: Node, shop: Shop) -> None:
    """Only an adjustment or an affiliate shop names a currency; where it is another, no figure can be trusted."""
    named = {text(one, "currency") for one in listed(income, "order_adjustment")}
    named |= {text(income, "aff_currency")} if _is_sip(income) else set()
    if others := sorted(named - {"", shop.currency}):
        raise ValueError(
            f"the order is in {', '.join(others)}, but the store is set to {shop.currency}; correct the store"
        )


def _is_sip(income: Node) -> bool:
    """Whether the order is of an affiliate shop of Shopee International Platform: only these name two currencies."""
    return all(len(text(income, key)) == 3 and text(income, key).isalpha() for key in ("pri_currency", "aff_currency"))


def _lines(income: Node, shop: Shop) -> Iterator[Line]:
    for field, (sign, _) in TERMS.items():
        value = maybe(income, field)
        if value is None and field in ALIASES:
            value = maybe(income, ALIASES[field])
        yield Line(field, kind_of(field, shop), sign * (value or Decimal(0)))


def _sip_lines(income: Node, shop: Shop) -> Iterator[Line]:
    """The primary shop's terms at ``exchange_rate``; the price takes what rounding of terms and rate leaves open."""
    rate = amount(income, "exchange_rate")
    pri = {field: sign * (maybe(income, field) or Decimal(0)) for field, (sign, _) in SIP_TERMS.items()}
    converted = {field: round_minor(value * rate, shop.currency) for field, value in pri.items()}
    gap = amount(income, "escrow_amount") - sum(converted.values(), Decimal(0))
    digit = Decimal(1).scaleb(min(0, int(rate.as_tuple().exponent)))
    rounding = len(pri) * quantum(shop.currency) + digit * sum((abs(value) for value in pri.values()), Decimal(0))
    if abs(gap) <= rounding and converted["original_price_pri"]:
        converted["original_price_pri"] += gap
    yield from (Line(field, kind_of(field, shop), value) for field, value in converted.items())


def _adjustments(income: Node) -> Iterator[Line]:
    """What came after the release, each with its date; only the single answer tells."""
    total = amount(income, "escrow_amount")
    for number, one in enumerate(listed(income, "order_adjustment"), 1):
        value = amount(one, "amount")
        total += value
        label = f"adjustment: {text(one, 'adjustment_reason') or 'no reason given'}"
        yield Line(f"adjustment {number}", Kind.ADJUSTMENT, value, label, instant(one, "date"), adjustment=True)
    stated = maybe(income, "escrow_amount_after_adjustment")
    if stated is not None:
        yield Line("unexplained adjustment", Kind.UNMAPPED, stated - total, adjustment=True)


def _spread(place: int, order: str, line: Line, income: Node, shop: Shop) -> Iterator[ChargeRow]:
    """The line over the order's items, by the item's own part of it or else by price; the shares add up to it.

    Adjustments are a document of their own, so that a later batch answer, which has none, does not undo them.
    """
    items = listed(income, "items") or [{}]
    shares = Money(line.amount, shop.currency).split(_weights(items, ITEM_WEIGHTS.get(line.name, "")))
    for number, (item, share) in enumerate(zip(items, shares, strict=True), 1):
        units = count(item, "quantity_purchased") if line.name in _SALES else 0
        if not share.amount and not units and line.amount:
            continue
        yield ChargeRow(
            key=f"{order}/{line.name}/{number}",
            document=f"{order}/adjustments" if line.adjustment else order,
            kind=line.kind,
            label=line.label or line.name,
            amount=share.amount,
            currency=shop.currency,
            place=place,
            role=Role.TERM,
            stage=Stage.DEFERRED,
            order=order,
            sku=sku_of(item) if item else "",
            quantity=units,
            posted_at=line.posted_at,
        )


def _weights(items: list[Node], own: str) -> list[Decimal]:
    """Weights per item: prices here are of the whole line, not of one unit, and may be in another currency."""
    for field in (*([own] if own else ()), *_WEIGHTS):
        weights = [maybe(item, field) or Decimal(0) for item in items]
        if min(weights) >= 0 and any(weights):
            return weights
    return [Decimal(1)] * len(items)


def _new_fields(place: int, order: str, income: Node, shop: Shop) -> Iterator[ChargeRow]:
    """A line that posts nothing for each figure under a name that nobody knew, so that people see it.

    It is no part of the formula: what it does to the income is in ``unexplained``. A number too large for money is 0.
    """
    for name in sorted(set(income) - KNOWN_FIELDS):
        value = income[name]
        if isinstance(value, (int, Decimal)) and not isinstance(value, bool) and value:
            stated = Decimal(value)
            yield ChargeRow(
                key=f"{order}/new {name[:100]}",
                document=order,
                kind=Kind.UNMAPPED,
                label=name[:100],
                amount=stated if abs(stated) < _TOO_MUCH else Decimal(0),
                currency=shop.currency,
                place=place,
                role=Role.COMPARE,
                stage=Stage.DEFERRED,
                order=order,
            )
