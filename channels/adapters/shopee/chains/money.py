"""Money: incomes that were released, the local wallet, and payouts across the border with their lines."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from channels.adapters.shopee.chains.paging import PAGE, check_numbered, digest, ends, following, resume, state
from channels.adapters.shopee.client import Client, Said
from channels.adapters.shopee.envelope import Node, inner, maybe, plain, text
from channels.core.errors import Unavailable
from channels.core.transport import Answer, Task

SINGLES = 20  # calls of one order each whose answers are kept as one page

RELEASED = "payment/get_escrow_list"
SINGLE = "payment/get_escrow_detail"
WALLET = "payment/get_wallet_transaction_list"
PAYOUTS = "payment/get_payout_info"
LINES = "payment/get_billing_transaction_info"
RETURNS = "returns/get_return_list"
_AFTER_RELEASE = "RRAOC"  # return_refund_type: raised after the order was complete
_RELEASED_LINES = 2  # the other type, 1, is what waits for release


def joined(bodies: list[bytes]) -> bytes:
    """Several answers as one JSON list, byte for byte."""
    return bodies[0] if len(bodies) == 1 else b"[" + b",".join(bodies) + b"]"


def escrow(client: Client, task: Task) -> Iterator[Answer]:
    """Orders released in the window, each with its own detail: only that has the adjustments after the release."""
    kept = state(task, {"page": 1, "mark": "", "todo": [], "listed": 0})
    while True:
        yield _singles(client, kept) if kept["todo"] else _released(client, task, kept)
        if kept["page"] is None and not kept["todo"]:
            return


def _released(client: Client, task: Task, kept: Node) -> Answer:
    since, until = ends(task)
    query = {"release_time_from": since, "release_time_to": until, "page_size": str(PAGE), "page_no": str(kept["page"])}
    said = client.get(f"/api/v2/{RELEASED}", query)
    found, more = said.listed(RELEASED, "escrow_list"), said.more(RELEASED)
    check_numbered(RELEASED, found, kept["mark"], more=more)
    orders = list(dict.fromkeys(text(one, "order_sn") for one in found if isinstance(one, dict)))
    kept |= {"mark": digest(found), "todo": [one for one in orders if one], "page": kept["page"] + 1 if more else None}
    kept["listed"] += len(kept["todo"])
    return _counted("shopee.released", said.body, kept, 0, RELEASED)


def _singles(client: Client, kept: Node) -> Answer:
    count, body = _details_of(client, kept)
    return _counted("shopee.escrow", body, kept, count, SINGLE)


def _details_of(client: Client, kept: Node) -> tuple[int, bytes]:
    """The next orders of ``todo``: how many, and their details as one page."""
    asked, kept["todo"] = kept["todo"][:SINGLES], kept["todo"][SINGLES:]
    bodies = []
    for order in asked:
        said = client.get(f"/api/v2/{SINGLE}", {"order_sn": order})
        if text(inner(said.document, "response"), "order_sn") != order:
            raise Unavailable(f"{SINGLE}: the answer is not of the order {order}")
        bodies.append(said.body)
    return len(asked), joined(bodies)


def _counted(form: str, body: bytes, kept: Node, records: int, call: str) -> Answer:
    done = kept["page"] is None and not kept["todo"]
    return Answer(
        resource=form, body=body, resume=resume(kept), closed=done, records=records,
        expected=kept["listed"] if done else None, request={"call": call},
    )  # fmt: skip


def wallet(client: Client, task: Task) -> Iterator[Answer]:
    """The lines of the wallet. Pages that part lines of one second go together: only balances tell their order.

    Seconds never stand in two answers, so a day's statement can be joined from its pages by time.
    """
    since, until = ends(task)
    kept = state(task, {"page": 0, "mark": ""})
    page, mark, more = kept["page"], kept["mark"], True
    held: list[tuple[Said, list[Any]]] = []
    while more:
        query = {"create_time_from": since, "create_time_to": until, "page_size": str(PAGE), "page_no": str(page)}
        said = client.get(f"/api/v2/{WALLET}", query)
        found, more = said.listed(WALLET, "transaction_list"), said.more(WALLET)
        check_numbered(WALLET, found, mark, more=more)
        if held and not _share_a_second(held[-1][1], found):
            yield _lines(held, resume({"page": page, "mark": mark}), closed=False)
            held = []
        held.append((said, found))
        page, mark = page + 1, digest(found)
    yield _lines(held, "", closed=True)


def _share_a_second(before: list[Any], after: list[Any]) -> bool:
    seconds = [{text(one, "create_time") for one in lines if isinstance(one, dict)} for lines in (before, after)]
    return bool(seconds[0] & seconds[1])


def _lines(held: list[tuple[Said, list[Any]]], resumed: str, *, closed: bool) -> Answer:
    return Answer(
        resource="shopee.wallet", body=joined([said.body for said, _ in held]), resume=resumed, closed=closed,
        records=sum(len(found) for _, found in held), request={"call": WALLET},
    )  # fmt: skip


def returns(client: Client, task: Task) -> Iterator[Answer]:
    """Returns that changed in the window, and anew the incomes that those after the release adjust."""
    kept = state(task, {"page": 0, "mark": "", "todo": [], "listed": 0})
    while True:
        yield _adjusted(client, kept) if kept["todo"] else _returned(client, task, kept)
        if kept["page"] is None and not kept["todo"]:
            return


def _returned(client: Client, task: Task, kept: Node) -> Answer:
    since, until = ends(task)
    query = {"update_time_from": since, "update_time_to": until, "page_size": str(PAGE), "page_no": str(kept["page"])}
    said = client.get(f"/api/v2/{RETURNS}", query)
    found, more = said.listed(RETURNS, "return"), said.more(RETURNS)
    check_numbered(RETURNS, found, kept["mark"], more=more)
    late = [one for one in found if isinstance(one, dict) and text(one, "return_refund_type") == _AFTER_RELEASE]
    orders = [order for one in late if (order := text(one, "order_sn"))]
    kept |= {"mark": digest(found), "todo": list(dict.fromkeys(orders)), "page": kept["page"] + 1 if more else None}
    kept["listed"] += len(found)
    return _counted("shopee.returns", said.body, kept, len(found), RETURNS)


def _adjusted(client: Client, kept: Node) -> Answer:
    return _counted("shopee.escrow", _details_of(client, kept)[1], kept, 0, SINGLE)


def payouts(client: Client, task: Task) -> Iterator[Answer]:
    """Payouts of the window, each followed by its lines in one answer; they must add up to what was paid out."""
    kept = state(task, {"cursor": "", "todo": [], "listed": 0})
    while True:
        yield _billing(client, kept) if kept["todo"] else _paid(client, task, kept)
        if kept["cursor"] is None and not kept["todo"]:
            return


def _paid(client: Client, task: Task, kept: Node) -> Answer:
    since, until = ends(task)
    asked = kept["cursor"]
    query = {"payout_time_from": since, "payout_time_to": until, "page_size": str(PAGE), "cursor": asked}
    said = client.get(f"/api/v2/{PAYOUTS}", query)
    found = [one for one in said.listed(PAYOUTS, "payout_list") if isinstance(one, dict)]
    kept["cursor"] = following(
        PAYOUTS, asked, inner(said.document, "response").get("next_cursor"), more=said.more(PAYOUTS)
    )
    kept["todo"] = [[text(one, "encrypted_payout_id"), text(one, "from_amount")] for one in found]
    kept["listed"] += len(found)
    return _payout_answer("shopee.payouts", said.body, kept, 0, {"call": PAYOUTS})


def _billing(client: Client, kept: Node) -> Answer:
    (payout, stated), *kept["todo"] = kept["todo"]
    bodies: list[bytes] = []
    total, cursor = Decimal(0), ""
    while True:
        payload = {"billing_transaction_info_type": _RELEASED_LINES, "encrypted_payout_ids": [payout]}
        said = client.post(f"/api/v2/{LINES}", payload | {"cursor": cursor, "page_size": PAGE})
        total += sum((_amount(one) for one in said.listed(LINES, "transactions")), Decimal(0))
        bodies.append(said.body)
        response = inner(said.document, "response")
        onward = following(LINES, cursor, response.get("next_cursor"), more=said.more(LINES))
        if onward is None:
            break
        cursor = onward
    if total != _amount({"amount": stated}):
        raise Unavailable(f"the lines of the payout {payout} add up to {plain(total)}, and it says {stated}")
    return _payout_answer("shopee.billing", joined(bodies), kept, 1, {"call": LINES, "encrypted_payout_ids": payout})


def _amount(line: Any) -> Decimal:
    try:
        found = maybe(line, "amount") if isinstance(line, dict) else None
    except ValueError:
        found = None
    if found is None:
        raise Unavailable(f"{LINES}: a line has no amount")
    return found


def _payout_answer(form: str, body: bytes, kept: Node, records: int, request: dict[str, str]) -> Answer:
    done = kept["cursor"] is None and not kept["todo"]
    return Answer(
        resource=form, body=body, resume=resume(kept), closed=done, records=records,
        expected=kept["listed"] if done else None, request=request,
    )  # fmt: skip
