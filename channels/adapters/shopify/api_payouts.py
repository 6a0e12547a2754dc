"""Payouts from the Admin API: what Shopify Payments sent, or took, with the bank's own mark."""

from collections.abc import Iterator
from typing import Any

from channels.adapters.shopify.nodes import MISREAD, Node, amount, document, instant, needed, tail, text
from channels.core.adapter import Format
from channels.core.errors import Changed
from channels.core.reading import Head
from channels.core.rows import Page, PayoutRow, Row, Shop, Unreadable


def page_of(answer: Any, name: str) -> list[Any] | None:
    """The entries of a connection of the account; [] where the shop has no Shopify Payments, None for anything else."""
    data = answer.get("data") if isinstance(answer, dict) else None
    if not isinstance(data, dict) or "shopifyPaymentsAccount" not in data:
        return None
    account = data["shopifyPaymentsAccount"]
    if account is None:
        return []
    connection = account.get(name) if isinstance(account, dict) else None
    found = connection.get("nodes") if isinstance(connection, dict) else None
    return found if isinstance(found, list) else None


def recognise(head: Head) -> bool:
    # An account that is null is neither the payouts' nor the transactions': only its request says.
    return head.kind == "json" and bool(page_of(head.document, "payouts"))


def rows(page: Page, shop: Shop) -> Iterator[Row]:
    """Payouts with the stated total, plus to the seller; ``deposited_at`` only once paid."""
    found = page_of(document(page), "payouts")
    if found is None:
        raise Changed("the answer has no page of payouts")
    for place, node in enumerate(found, 1):
        try:
            yield _payout(node, place)
        except MISREAD as error:
            yield Unreadable(place, f"{type(error).__name__}: {error}"[:300])


def _payout(node: Node, place: int) -> PayoutRow:
    currency = needed(node["net"], "currencyCode")
    status = needed(node, "status")
    issued = instant(node, "issuedAt")
    return PayoutRow(
        ref=tail(needed(node, "id")),
        currency=currency,
        place=place,
        stated=amount(node["net"], currency),
        ends_at=issued,  # it holds what was available by then
        deposited_at=issued if status == "PAID" else None,
        status=status.lower(),
        bank_reference=text(node, "externalTraceId"),
        itemised=status != "SCHEDULED",  # transactions name their payout when it has gone out
    )


FORMAT = Format(
    resource="shopify.api_payouts",
    title="Shopify payouts (Admin API)",
    recognise=recognise,
    rows=rows,
    rivals=("shopify.payouts",),
    may_be_empty=True,
)
