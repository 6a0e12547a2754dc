"""get_payout_info: what a cross-border seller is paid. Payouts may be negative, and exchange_rate may say 0.00."""

from collections.abc import Iterator

from channels.adapters.shopee.envelope import (
    Node,
    amount,
    currency,
    each,
    inner,
    instant,
    listed,
    maybe,
    records,
    text,
    word,
)
from channels.core.rows import Page, PayoutRow, Row, Shop


def shape(answer: Node) -> bool:
    """The older get_payout_detail names its list the same, but nests payout_info in it."""
    response = inner(answer, "response")
    if not isinstance(response.get("payout_list"), list):
        return False
    found = listed(response, "payout_list")
    return all("encrypted_payout_id" in one for one in found) if found else "next_cursor" in response


def rows(page: Page, shop: Shop) -> Iterator[Row]:
    found = records(page, lambda answer: inner(answer, "response").get("payout_list"))
    yield from each(found, lambda place, payout: _payout(place, payout, shop))


def _payout(place: int, payout: Node, shop: Shop) -> Iterator[PayoutRow]:
    yield PayoutRow(
        ref=word(payout, "encrypted_payout_id"),
        currency=currency(payout, "from_currency", shop),
        place=place,
        stated=amount(payout, "from_amount"),
        deposited_at=instant(payout, "payout_time"),
        paid_amount=maybe(payout, "payout_amount"),
        paid_currency=currency(payout, "payout_currency", shop) if text(payout, "payout_currency") else "",
    )
