"""get_order_detail: orders, and what their own prices let us expect until the escrow tells."""

from collections import Counter
from collections.abc import Iterable, Iterator
from decimal import Decimal

from channels.adapters.shopee.envelope import (
    Node,
    Record,
    amount,
    count,
    currency,
    each,
    ident,
    inner,
    instant,
    listed,
    maybe,
    records,
    sku_of,
    text,
    word,
)  # fmt: skip
from channels.core.kinds import Kind, Role, Stage
from channels.core.money import Money
from channels.core.rows import ChargeRow, OrderItemRow, OrderRow, Page, Row, Shop

_NO_MONEY = ("UNPAID", "CANCELLED")


def shape(answer: Node) -> bool:
    """get_order_list names its list the same, but pages it and tells no times."""
    response = inner(answer, "response")
    found = listed(response, "order_list")
    return isinstance(response.get("order_list"), list) and (
        all("create_time" in order for order in found) if found else "more" not in response
    )


def rows(page: Page, shop: Shop) -> Iterator[Row]:
    """Orders with their items, and their item prices as estimates."""
    yield from each(details(page), lambda place, order: _order(place, order, shop))


def details(page: Page) -> Iterable[Record]:
    """The orders of a page; one that is told twice counts as last updated."""
    latest: dict[str, Record] = {}
    for place, order in records(page, lambda answer: inner(answer, "response").get("order_list")):
        name = text(order, "order_sn") or f"#{place}"
        if name not in latest or _updated(order) >= _updated(latest[name][1]):
            latest[name] = (place, order)
    return latest.values()


def _updated(order: Node) -> int:
    value = order.get("update_time")
    return value if isinstance(value, int) else 0


def _order(place: int, order: Node, shop: Shop) -> Iterator[Row]:
    ordered_at = instant(order, "create_time")
    if ordered_at is None:
        raise ValueError("create_time is missing")
    address = inner(order, "recipient_address")
    status = word(order, "order_status").upper()
    cancelled = status == "CANCELLED"
    lines = [(key, item, 0 if cancelled else _units(item)) for key, item in _keyed(listed(order, "item_list"))]
    found = OrderRow(
        ref=word(order, "order_sn"),
        currency=currency(order, "currency", shop),
        status=status,
        ordered_at=ordered_at,
        place=place,
        items=tuple(OrderItemRow(key, sku_of(item), units, _title(item)) for key, item, units in lines),
        shipped_at=instant(order, "pickup_done_time"),
        updated_at=instant(order, "update_time"),
        cancelled=cancelled,
        country=(text(order, "region") or text(address, "region"))[:2],
        state=_place_name(address, "state"),
        city=_place_name(address, "city"),
    )
    yield found
    if status not in _NO_MONEY:
        yield from _estimates(found, order, lines)


def _place_name(address: Node, key: str) -> str:
    """State or city as the channel writes it; a masked one is none."""
    name = text(address, key)
    return "" if "**" in name else name[:100]


def _keyed(items: list[Node]) -> Iterator[tuple[str, Node]]:
    """Line keys: (item_id, model_id) comes twice where a bundle and a single hold the same model."""
    seen: Counter[str] = Counter()
    for item in items:
        key = ident(item, "line_item_id") or ":".join(
            ident(item, part, 30) or "0" for part in ("order_item_id", "promotion_group_id", "item_id", "model_id")
        )
        seen[key] += 1
        yield key if seen[key] == 1 else f"{key}#{seen[key]}", item


def _units(item: Node) -> int:
    return max(0, count(item, "model_quantity_purchased") - count(item, "cancelled_qty"))


def _title(item: Node) -> str:
    return " / ".join(part for part in (text(item, "item_name"), text(item, "model_name")) if part)


def _estimates(found: OrderRow, order: Node, lines: list[tuple[str, Node, int]]) -> Iterator[ChargeRow]:
    """Price × units per line. A bundle deal's lines have no price: what the buyer paid beyond the rest is theirs."""
    priced = {key: _price(item) * units for key, item, units in lines if not _unpriced(item)}
    bundle = [(key, item, units) for key, item, units in lines if _unpriced(item)]
    shared = _bundle_shares(found, maybe(order, "total_amount"), sum(priced.values(), Decimal(0)), bundle)
    for key, item, units in lines:
        value = priced.get(key, shared.get(key))
        if value is None or not units:
            continue
        yield ChargeRow(
            key=f"{found.ref}/{key}",
            document=found.ref,
            kind=Kind.REVENUE,
            label="model_discounted_price" if key in priced else "total_amount",
            amount=value,
            currency=found.currency,
            place=found.place,
            role=Role.ESTIMATE,
            stage=Stage.EXPECTED,
            order=found.ref,
            sku=sku_of(item),
            quantity=units,
            posted_at=instant(order, "pay_time"),
            shipped_at=found.shipped_at,
        )


def _price(item: Node) -> Decimal:
    return amount(item, "model_discounted_price")


def _unpriced(item: Node) -> bool:
    """Shopee writes 0 for the price of what is in a bundle deal."""
    promotions = {text(item, "promotion_type")} | {
        text(one, "promotion_type") for one in listed(item, "promotion_list")
    }
    return "bundle_deal" in promotions and not maybe(item, "model_discounted_price")


def _bundle_shares(
    found: OrderRow, paid: Decimal | None, priced: Decimal, bundle: list[tuple[str, Node, int]]
) -> dict[str, Decimal]:
    """total_amount less the priced lines, between 0 and the list price, shared by list price; {} where not paid."""
    full = [(maybe(item, "model_original_price") or Decimal(0)) * units for _, item, units in bundle]
    if not bundle or paid is None:
        return {}
    rest = Money(min(max(paid - priced, Decimal(0)), sum(full, Decimal(0))), found.currency)
    shares = rest.split([max(one, Decimal(0)) for one in full])
    return {key: share.amount for (key, _, _), share in zip(bundle, shares, strict=True)}
