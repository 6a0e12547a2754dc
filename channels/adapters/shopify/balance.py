"""Balance transactions from the Admin API: every movement of a shop's Shopify Payments balance, with its id."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

from channels.adapters.shopify.api_payouts import page_of
from channels.adapters.shopify.nodes import MISREAD, Node, amount, instant, needed, tail, text
from channels.adapters.shopify.vocabulary import kind_of, role_of
from channels.core.adapter import Format
from channels.core.errors import Changed
from channels.core.kinds import Kind, Role, Stage
from channels.core.reading import Head, load_json
from channels.core.rows import ChargeRow, Page, Row, Shop, Unreadable


def recognise(head: Head) -> bool:
    return head.kind == "json" and bool(page_of(head.document, "balanceTransactions"))


def rows(page: Page, shop: Shop) -> Iterator[Row]:
    """Per transaction its amount (LUMP for an order's charge or refund, DIRECT else) and its fee as a cost.

    What is still pending is DEFERRED and belongs to no payout.
    """
    with page.open() as stream:
        found = page_of(load_json(stream), "balanceTransactions")
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
    gross, fee = _amounts(node, currency)
    order = _order(node)
    payout, status = node["associatedPayout"]["id"], text(node["associatedPayout"], "status")
    moved = payout is not None and status != "PENDING"
    charge = ChargeRow(
        key=key,
        document=key,
        kind=kind_of(words),
        label=words,
        amount=gross,
        currency=currency,
        place=place,
        role=role_of(words, order),
        stage=Stage.SETTLED if moved else Stage.DEFERRED,
        order=order,
        posted_at=instant(node, "transactionDate"),
        payout=tail(payout) if moved else "",
    )
    lines = [charge] if gross or not fee else []
    if fee:
        lines.append(
            replace(
                charge,
                key=f"{key}/fee",
                kind=Kind.PAYMENT_FEE,
                label=f"fee on {words}",
                amount=-fee,
                role=Role.COMPARE if charge.role is Role.COMPARE else Role.DIRECT,
            )
        )
    return lines


def _amounts(node: Node, currency: str) -> tuple[Decimal, Decimal]:
    """(amount, fee) in the payout's currency; the fee is a cost as a positive number."""
    gross, fee, net = (amount(node[name], currency) for name in ("amount", "fee", "net"))
    if gross - fee != net:
        raise ValueError(f"amount {gross} less fee {fee} is {gross - fee} {currency}, but “net” is {net}")
    return gross, fee


def _order(node: Node) -> str:
    """The number of the order; of an adjustment its order's name, which the load resolves."""
    if (order := node["associatedOrder"]) is not None:
        return tail(needed(order, "id"))
    named = {needed(one, "name") for one in node["adjustmentsOrders"]}
    return named.pop() if len(named) == 1 else ""  # several orders share one sum that is not told by order


FORMAT = Format(
    resource="shopify.balance",
    title="Shopify balance transactions (Admin API)",
    recognise=recognise,
    rows=rows,
    rivals=("shopify.transactions",),
    may_be_empty=True,
)
