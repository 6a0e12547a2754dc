"""get_income_detail: Seller Center's own view of incomes. It tells when an order was paid out, and posts nothing."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

from channels.adapters.shopee.envelope import Node, each, ident, inner, instant, maybe, records, text
from channels.core.kinds import Kind, Role
from channels.core.rows import ChargeRow, Page, Row, Shop

_AMOUNTS = ("released_amount", "to_release_amount", "estimated_escrow_amount")  # one of them, by the status asked for


def _found(answer: Node) -> list[Any] | None:
    """The list stands at the top, not under response; the reference and its own sample spell it in two ways."""
    for outer in (answer, inner(answer, "response")):
        for holder in (outer, inner(outer, "income_detail_list")):
            for name in ("income_detail_list_item", "income_detail_list", "list"):
                found = holder.get(name) if holder is not outer or name != "list" else None
                if isinstance(found, list):
                    return found
    return None


def shape(answer: Node) -> bool:
    return _found(answer) is not None


def rows(page: Page, shop: Shop) -> Iterator[Row]:
    """COMPARE charges with the order and its release time."""
    seen: Counter[str] = Counter()
    yield from each(records(page, _found), lambda place, line: _charge(place, line, shop, seen))


def _charge(place: int, line: Node, shop: Shop, seen: Counter[str]) -> Iterator[ChargeRow]:
    name = next((key for key in _AMOUNTS if maybe(line, key) is not None), "")
    value = maybe(line, name)
    if value is None:
        raise ValueError(f"none of {', '.join(_AMOUNTS)} is there")
    order, said, money = ident(line, "order_sn"), text(line, "description"), text(line, "currency")
    key = "|".join((order, said[:60], name))
    seen[key] += 1
    key = key if seen[key] == 1 else f"{key}#{seen[key]}"
    yield ChargeRow(
        key=key,
        document=key,
        kind=Kind.REVENUE,
        label=f"{name}: {said or text(line, 'status')}",
        amount=value,
        # Some shops are told "Thai Baht" instead of THB.
        currency=money if len(money) == 3 and money.isupper() else shop.currency,
        place=place,
        role=Role.COMPARE,
        order=order,
        released_at=instant(line, "actual_payout_time"),
    )
