"""get_billing_transaction_info: the lines of a cross-border seller's payouts.

The lines have no number, no time and no payout: only the request says which payout they are of. A pulled page keeps
it beside the answer; a file wraps the answer as ``{"request": {"encrypted_payout_ids": [one]}, "response": {…}}``. A
bare answer has no payout.
"""

from collections import Counter
from collections.abc import Iterator
from hashlib import sha256

from channels.adapters.shopee.envelope import Node, amount, currency, each, ident, inner, read, text
from channels.core.errors import Changed
from channels.core.kinds import Kind, Role
from channels.core.rows import ChargeRow, Page, Row, Shop

# What an adjustment is, by its scenario, else by its cost header; lower case. The rest is UNMAPPED.
SCENARIOS = {
    "return refund after order completed": Kind.REFUND,
    "refund compensation": Kind.REIMBURSEMENT,
    "commission fee adjustment": Kind.COMMISSION,
}
COST_HEADERS = {
    "refund amount": Kind.REFUND,
    "commission fee": Kind.COMMISSION,
    "service fee": Kind.COMMISSION,
    "transaction fee": Kind.PAYMENT_FEE,
    "shipping fee": Kind.SHIPPING_COST,
}


def shape(answer: Node) -> bool:
    return isinstance(inner(answer, "response").get("transactions"), list)


def rows(page: Page, shop: Shop) -> Iterator[Row]:
    """RELEASE for what pays an order's terms, DIRECT for the shop's own lines, COMPARE for what waits for release."""
    yield from each(_records(page), lambda place, line: _charge(place, line, shop))


def _records(page: Page) -> Iterator[tuple[int, Node]]:
    """Lines with their payout and key; equal lines are numbered through the page, so one payout is one page."""
    place = 0
    seen: Counter[str] = Counter()
    for answer in read(page):
        found = inner(answer, "response").get("transactions")
        if not isinstance(found, list):
            raise Changed(f"{page.resource}: the answer has no transactions")
        payouts = inner(answer, "request").get("encrypted_payout_ids")
        wrapped = str(payouts[0]) if isinstance(payouts, list) and len(payouts) == 1 else ""
        payout = wrapped or page.request.get("encrypted_payout_ids", "")
        for line in found:
            place += 1
            node = line if isinstance(line, dict) else {}
            key = _identity(node, payout)
            seen[key] += 1
            yield place, node | {"payout": payout, "key": key if seen[key] == 1 else f"{key}#{seen[key]}"}


def _identity(line: Node, payout: str) -> str:
    """All that tells two lines apart, short: the vendor's words, which may be long sentences, go in as a digest."""
    names = ("billing_transaction_status", "level", "billing_transaction_type", "cost_header", "scenario")
    words = sha256("|".join(_said(line, name) for name in names).encode()).hexdigest()[:12]
    return "|".join((payout[:60], text(line, "order_sn")[:40], text(line, "amount")[:20], words))


def _said(line: Node, key: str) -> str:
    """Enumerated words come as TO_RELEASE, "To Release", "Released"."""
    return text(line, key).upper().replace(" ", "_")


def _charge(place: int, line: Node, shop: Shop) -> Iterator[ChargeRow]:
    status = _said(line, "billing_transaction_status")
    income = _said(line, "billing_transaction_type") == "ESCROW"
    order = ident(line, "order_sn")
    of_order = bool(order) and (income or _said(line, "level") == "ORDER")
    labels = [text(line, "cost_header"), text(line, "scenario")]
    yield ChargeRow(
        key=line["key"],
        document=line["key"],
        kind=Kind.REVENUE if income and of_order else Kind.UNMAPPED if income else _kind(line),
        label=": ".join(label for label in labels if label) or _said(line, "billing_transaction_type"),
        amount=amount(line, "amount"),
        currency=currency(line, "currency", shop),
        place=place,
        role=Role.COMPARE if status != "RELEASED" else Role.RELEASE if of_order else Role.DIRECT,
        order=order,
        payout=line["payout"] if status == "RELEASED" else "",
    )


def _kind(line: Node) -> Kind:
    header = COST_HEADERS.get(text(line, "cost_header").lower(), Kind.UNMAPPED)
    return SCENARIOS.get(text(line, "scenario").lower(), header)
