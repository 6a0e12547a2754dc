"""Balance transactions from the Admin API: every movement of a shop's Shopify Payments balance, with its id."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from channels.adapters.shopify.api_payouts import page_of
from channels.adapters.shopify.nodes import MISREAD, Node, amount, document, instant, needed, tail, text
from channels.adapters.shopify.vocabulary import kind_of, role_of
from channels.core.adapter import Format
from channels.core.errors import Changed
from channels.core.kinds import Kind, Role, Stage
from channels.core.reading import Head
from channels.core.rows import ChargeRow, Page, Row, Shop, Unreadable


def recognise(head: Head) -> bool:
    return head.kind == "json" and bool(page_of(head.document, "balanceTransactions"))


def rows(page: Page, shop: Shop) -> Iterator[Row]:
    """Per transaction its amount (LUMP for an order's charge or refund, DIRECT else) and its fee as a cost.

    What is still pending is DEFERRED and belongs to no payout.
    """
    found = page_of(document(page), "balanceTransactions")
    if found is None:
        raise Changed("the answer has no page of balance transactions")
    for place, node in enumerate(found, 1):
        try:
            lines = _lines(node, place)
        except MISREAD as error:
            yield Unreadable(place, f"{type(error).__name__}: {error}"[:300])
            continue
        yield from lines


def _lines(node: Node, place: int) -> list[ChargeRow]:
    if node["test"] is True:
        return []
    key, words = tail(needed(node, "id")), needed(node, "type")
    currency = needed(node["amount"], "currencyCode")
    payout, status = node["associatedPayout"]["id"], text(node["associatedPayout"], "status")
    moved = payout is not None and status != "PENDING"
    whole = ChargeRow(
        key=key,
        document=key,
        kind=kind_of(words),
        label=words,
        amount=Decimal(0),
        currency=currency,
        place=place,
        stage=Stage.SETTLED if moved else Stage.DEFERRED,
        posted_at=instant(node, "transactionDate"),
        payout=tail(payout) if moved else "",
    )
    lines: list[ChargeRow] = []
    for mark, order, gross, fee in _by_order(node, currency):
        charge = replace(whole, key=key + mark, order=order, amount=gross, role=role_of(words, order))
        lines += [charge] if gross or not fee else []
        if fee:
            lines.append(_fee(charge, fee))
    return lines


def _fee(charge: ChargeRow, fee: Decimal) -> ChargeRow:
    return replace(
        charge,
        key=f"{charge.key}/fee",
        kind=Kind.PAYMENT_FEE,
        label=f"fee on {charge.label}",
        amount=-fee,
        role=Role.COMPARE if charge.role is Role.COMPARE else Role.DIRECT,
    )


def _by_order(node: Node, currency: str) -> list[tuple[str, str, Decimal, Decimal]]:
    """(mark of the key, order, amount, fee): one, or one for each order of an adjustment where they add up to it.

    An order is told by its number; of an adjustment by its name, which the load resolves.
    """
    gross, fee = _amounts(node, currency)
    if (order := node["associatedOrder"]) is not None:
        return [("", tail(needed(order, "id")), gross, fee)]
    adjusted = [
        (needed(one, "name"), amount(one["amount"], currency), amount(one["fees"], currency))
        for one in node["adjustmentsOrders"]
    ]
    sums = (sum((one for _, one, _ in adjusted), Decimal(0)), sum((one for *_, one in adjusted), Decimal(0)))
    if len(adjusted) > 1 and sums == (gross, fee):
        return [(f"/{n}", *one) for n, one in enumerate(adjusted, 1)]
    names = {name for name, *_ in adjusted}
    return [("", names.pop() if len(names) == 1 else "", gross, fee)]


def _amounts(node: Node, currency: str) -> tuple[Decimal, Decimal]:
    """(amount, fee) in the payout's currency; the fee is a cost as a positive number."""
    gross, fee, net = (amount(node[name], currency) for name in ("amount", "fee", "net"))
    if gross - fee != net:
        raise ValueError(f"amount {gross} less fee {fee} is {gross - fee} {currency}, but “net” is {net}")
    return gross, fee


FORMAT = Format(
    resource="shopify.balance",
    title="Shopify balance transactions (Admin API)",
    recognise=recognise,
    rows=rows,
    rivals=("shopify.transactions",),
    may_be_empty=True,
)
