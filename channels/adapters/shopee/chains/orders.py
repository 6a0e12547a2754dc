"""Orders that changed: the list by time of change, then their details, then the income that is expected of them.

An answer of the list brings order numbers only. What it lists must come back in the details, one for one; the last
answer states how many were listed, and the window must have as many.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from channels.adapters.shopee.chains.paging import PAGE, digest, ends, following, resume, state
from channels.adapters.shopee.client import Client, Said
from channels.adapters.shopee.envelope import Node, inner, text
from channels.core.errors import Unavailable
from channels.core.transport import Answer, Task

DETAILS = 50  # orders in a call at most
INCOMES = 20  # orders in a call as the vendor recommends; 50 at most

LIST = "order/get_order_list"
DETAIL = "order/get_order_detail"
BATCH = "payment/get_escrow_detail_batch"

# Without these an order has hardly more than its status.
FIELDS = ",".join((
    "buyer_user_id", "buyer_username", "recipient_address", "actual_shipping_fee", "item_list", "pay_time",
    "buyer_cancel_reason", "cancel_by", "cancel_reason", "actual_shipping_fee_confirmed", "fulfillment_flag",
    "pickup_done_time", "package_list", "shipping_carrier", "payment_method", "total_amount", "invoice_data",
    "return_request_due_date", "estimated_shipping_fee", "note", "split_up",
))  # fmt: skip

_UNPAID = ("UNPAID", "PENDING")
_CANCELLED = "CANCELLED"


def pages(client: Client, task: Task) -> Iterator[Answer]:
    """State: ``cursor`` of the list page to read (None after the last), ``detail`` and ``income`` the orders of the
    last list page still to ask for, ``gone`` those of them that are cancelled, ``listed`` how many there were."""
    kept = state(task, {"cursor": "", "mark": "", "detail": [], "income": [], "gone": [], "listed": 0})
    while True:
        if kept["detail"]:
            yield _details(client, kept)
        elif kept["income"]:
            yield _incomes(client, kept)
        else:
            yield _listed(client, task, kept)
        if _done(kept):
            return


def _done(kept: Node) -> bool:
    return kept["cursor"] is None and not kept["detail"] and not kept["income"]


def _answer(form: str, said: Said, kept: Node, records: int = 0, request: str = "") -> Answer:
    done = _done(kept)
    return Answer(
        resource=form, body=said.body, resume=resume(kept), closed=done, records=records,
        expected=kept["listed"] if done else None, request={"call": request},
    )  # fmt: skip


def _listed(client: Client, task: Task, kept: Node) -> Answer:
    since, until = ends(task)
    asked = kept["cursor"]
    query = {"time_range_field": "update_time", "time_from": since, "time_to": until, "page_size": str(PAGE)}
    query |= {"cursor": asked, "response_optional_fields": "order_status", "request_order_status_pending": "true"}
    said = client.get(f"/api/v2/{LIST}", query)
    orders = _numbers(said.listed(LIST, "order_list"))
    if orders and digest(orders) == kept["mark"]:
        raise Unavailable(f"{LIST}: the page before came once more")
    kept["cursor"] = following(LIST, asked, inner(said.document, "response").get("next_cursor"), more=said.more(LIST))
    kept |= {
        "mark": digest(orders) or kept["mark"],
        "detail": orders,
        "listed": kept["listed"] + len(orders),
        "gone": [],
    }
    return _answer("shopee.order_list", said, kept, request=LIST)


def _numbers(found: list[Any]) -> list[str]:
    orders = [text(one, "order_sn") if isinstance(one, dict) else "" for one in found]
    if not all(orders):
        raise Unavailable(f"{LIST}: an order has no order_sn")
    return list(dict.fromkeys(orders))


def _details(client: Client, kept: Node) -> Answer:
    asked, kept["detail"] = kept["detail"][:DETAILS], kept["detail"][DETAILS:]
    query = {"order_sn_list": ",".join(asked), "response_optional_fields": FIELDS}
    said = client.get(f"/api/v2/{DETAIL}", query | {"request_order_status_pending": "true"})
    found = {text(one, "order_sn"): one for one in said.listed(DETAIL, "order_list") if isinstance(one, dict)}
    _check_all(DETAIL, asked, list(found))
    kept["income"] = kept["income"] + [order for order in asked if _has_money(found[order])]
    kept["gone"] = kept["gone"] + [order for order in asked if _status(found[order]) == _CANCELLED]
    return _answer("shopee.orders", said, kept, len(asked), DETAIL)


def _check_all(call: str, asked: Sequence[str], found: Sequence[str]) -> None:
    if missing := [order for order in asked if order not in found]:
        raise Unavailable(f"{call}: {len(missing)} of {len(asked)} orders are missing, {missing[0]} among them")


def _status(order: Node) -> str:
    return text(order, "order_status").upper()


def _has_money(order: Node) -> bool:
    """Whether the order has an income. A cancelled one that was paid says that nothing is left of it."""
    return _status(order) not in _UNPAID and (_status(order) != _CANCELLED or bool(order.get("pay_time")))


def _incomes(client: Client, kept: Node) -> Answer:
    asked, kept["income"] = kept["income"][:INCOMES], kept["income"][INCOMES:]
    said = client.post(f"/api/v2/{BATCH}", {"order_sn_list": asked})
    details = [inner(one, "escrow_detail") for one in said.listed(BATCH) if isinstance(one, dict)]
    # A cancelled order may have no income at all; any other has.
    _check_all(
        BATCH, [order for order in asked if order not in kept["gone"]], [text(one, "order_sn") for one in details]
    )
    return _answer("shopee.escrow", said, kept, request=BATCH)
