"""The payment transactions export: every movement of a shop's Shopify Payments balance, one per row."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from channels.adapters.shopify.columns import Cells, amount, currency_of, has_columns, instant, needed, table_rows
from channels.adapters.shopify.payouts import numbered, payout_day
from channels.adapters.shopify.vocabulary import kind_of, role_of, spelled
from channels.core.adapter import Format
from channels.core.kinds import Kind, Role, Stage
from channels.core.reading import Head
from channels.core.rows import ChargeRow, Page, Row, Shop, Unreadable

_COLUMNS = frozenset(("transaction date", "type", "order", "payout status", "amount", "fee", "net", "currency"))


def recognise(head: Head) -> bool:
    return has_columns(head, _COLUMNS)


def rows(page: Page, shop: Shop) -> Iterator[Row]:
    """Per transaction its amount (LUMP for an order's charge or refund, DIRECT else) and its fee as a cost.

    What is still pending is DEFERRED and belongs to no payout.
    """
    refs = _refs(page)
    zone = ZoneInfo(shop.timezone)
    seen: Counter[str] = Counter()
    for place, cells in table_rows(page):
        try:
            charge, fee = _charge(place, cells, refs, zone)
        except ValueError as error:
            yield Unreadable(place, str(error), f"{cells.get('type', '')} {cells.get('order', '')}".strip())
            continue
        seen[charge.key] += 1
        # No column identifies a transaction, and two alike in the same second do happen.
        key = f"{charge.key}#{seen[charge.key]}"
        if charge.amount or not fee:
            yield replace(charge, key=key, document=key)
        if fee:
            yield replace(
                charge,
                key=f"{key}/fee",
                document=key,
                kind=Kind.PAYMENT_FEE,
                label=f"fee on {charge.label}",
                amount=-fee,
                role=Role.DIRECT,
            )


def _charge(place: int, cells: Cells, refs: dict[str, str], zone: ZoneInfo) -> tuple[ChargeRow, Decimal]:
    """The transaction's own line, its key not yet numbered, and its fee (a cost as a positive number)."""
    label, currency, order = needed(cells, "type"), currency_of(cells), cells.get("order", "")
    gross, fee = _amounts(cells, currency)
    needed(cells, "transaction date")
    posted = instant(cells, "transaction date", zone)
    payout = _payout(cells, currency)
    return ChargeRow(
        key=_key(posted, cells, gross, fee, currency),
        document="",
        kind=kind_of(label),
        label=label,
        amount=gross,
        currency=currency,
        place=place,
        role=role_of(label, order),
        stage=Stage.SETTLED if payout else Stage.DEFERRED,
        order=order,
        posted_at=posted,
        released_at=instant(cells, "available on", zone),
        deposited_at=instant(cells, "payout date", zone) if payout and _status(cells) == "paid" else None,
        payout=refs.get(f"{payout} {cells.get('payout id', '')}", payout),
    ), fee


def _amounts(cells: Cells, currency: str) -> tuple[Decimal, Decimal]:
    """(amount, fee) in the currency of the payout; the presentment columns are in the buyer's and tell nothing."""
    for name in ("amount", "fee", "net"):
        needed(cells, name)
    gross, fee, net = (amount(cells, name, currency) for name in ("amount", "fee", "net"))
    if gross - fee != net:
        raise ValueError(f"amount {gross} less fee {fee} is {gross - fee} {currency}, but “net” is {net}")
    return gross, fee


def _key(posted: datetime | None, cells: Cells, gross: Decimal, fee: Decimal, currency: str) -> str:
    """What never changes of a transaction. Its payout does: a pending one is given or moved to another."""
    when = posted.strftime("%Y-%m-%dT%H:%M:%SZ") if posted else ""
    kind = spelled(cells["type"])
    return " ".join((when, kind, cells.get("order", ""), f"{gross}", f"{fee}", currency, cells.get("checkout", "")))


def _status(cells: Cells) -> str:
    return cells.get("payout status", "").lower()


def _payout(cells: Cells, currency: str) -> str:
    """Day and currency of the payout; "" while pending, when the date is only a forecast."""
    date = cells.get("payout date", "")
    return payout_day(date, currency) if date and _status(cells) not in ("", "pending") else ""


def _refs(page: Page) -> dict[str, str]:
    """Reference by "day id" where several payouts share a day and currency, which payout ids tell apart.

    The older form has no ids: there all rows go to the day's first payout.
    """
    totals: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for _, cells in table_rows(page):
        if not cells.get("payout id"):
            continue
        try:
            currency = currency_of(cells)
            gross, fee = _amounts(cells, currency)
            if role_of(needed(cells, "type"), "") is not Role.COMPARE:
                totals[_payout(cells, currency)][cells["payout id"]] += gross - fee
        except ValueError:
            continue  # rows() names it
    several = {day: ids for day, ids in totals.items() if day and len(ids) > 1}
    return {
        f"{day} {mark}": ref
        for day, ids in several.items()
        for mark, ref in numbered(day, ((total, mark) for mark, total in ids.items())).items()
    }


FORMAT = Format(
    resource="shopify.transactions",
    title="Shopify payment transactions export",
    recognise=recognise,
    rows=rows,
    rivals=("shopify.balance",),
)
