"""The payouts export: one row per payout of Shopify Payments, with its total by group of transactions."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from decimal import Decimal
from zoneinfo import ZoneInfo

from channels.adapters.shopify.columns import Cells, amount, currency_of, has_columns, instant, needed, table_rows
from channels.core.adapter import Format
from channels.core.reading import Head, parse_day
from channels.core.rows import Page, PayoutRow, Row, Shop, Unreadable

_COLUMNS = frozenset(("payout date", "status", "charges", "refunds", "adjustments", "fees", "total", "currency"))
# The ten-column form has no Marketplace Sales Tax and no Advances.
_GROUPS = ("charges", "refunds", "adjustments", "marketplace sales tax", "advances", "reserved funds", "retried amount")


def recognise(head: Head) -> bool:
    return has_columns(head, _COLUMNS)


def payout_day(text: str, currency: str) -> str:
    """What the exports say in common of a payout, such as ``2026-10-06/EUR``; the payouts export has no payout id."""
    return f"{parse_day(text).isoformat()}/{currency}"


def numbered(day: str, payouts: Iterable[tuple[Decimal, str]]) -> dict[str, str]:
    """Reference by mark of the (total, mark) payouts of one day and currency: the largest total has no number.

    The total is the only thing by which both exports can tell such payouts apart.
    """
    ranked = sorted(payouts, key=lambda payout: (-payout[0], payout[1]))
    return {mark: day if n == 1 else f"{day}#{n}" for n, (_, mark) in enumerate(ranked, 1)}


def rows(page: Page, shop: Shop) -> Iterator[Row]:
    """Payouts with the stated total, plus to the seller; ``deposited_at`` only once paid.

    A payout whose columns do not add up is given all the same, followed by an Unreadable that says so.
    """
    refs = _refs(page)
    zone = ZoneInfo(shop.timezone)
    for place, cells in table_rows(page):
        problem = _problem(cells)
        if not problem:
            payout = _payout(place, cells, refs[_mark(place)], zone)
            yield payout
            problem = _mismatch(cells, payout)
        if problem:
            yield Unreadable(place, problem, cells.get("payout date", ""))


def _refs(page: Page) -> dict[str, str]:
    """Reference by mark of every payout whose date, currency and total can be read."""
    days: dict[str, list[tuple[Decimal, str]]] = defaultdict(list)
    for place, cells in table_rows(page):
        if not _problem(cells):
            currency = currency_of(cells)
            total = amount(cells, "total", currency)
            days[payout_day(cells["payout date"], currency)].append((total, _mark(place)))
    return {mark: ref for day, payouts in days.items() for mark, ref in numbered(day, payouts).items()}


def _mark(place: int) -> str:
    return f"{place:012}"  # sorts as the places do


def _problem(cells: Cells) -> str:
    """Why the row is no payout; "" where it is one."""
    try:
        currency = currency_of(cells)
        payout_day(needed(cells, "payout date"), currency)
        needed(cells, "total")
        amount(cells, "total", currency)
    except ValueError as error:
        return str(error)
    return ""


def _payout(place: int, cells: Cells, ref: str, zone: ZoneInfo) -> PayoutRow:
    currency = currency_of(cells)
    status, day = cells.get("status", ""), instant(cells, "payout date", zone)
    return PayoutRow(
        ref=ref,
        currency=currency,
        place=place,
        stated=amount(cells, "total", currency),
        ends_at=day,  # it holds what was available by then
        deposited_at=day if status.lower() == "paid" else None,
        status=status,
        bank_reference=cells.get("bank reference", ""),
    )


def _mismatch(cells: Cells, payout: PayoutRow) -> str:
    """What is wrong with the groups of a payout's total; "" where they add up."""
    try:
        groups = sum((amount(cells, name, payout.currency) for name in _GROUPS), Decimal(0))
        fees = amount(cells, "fees", payout.currency)
    except ValueError as error:
        return f"{error}; the payout counts with its total"
    # Fees come as a negative number; other tools that write this layout give the cost as a positive one.
    if payout.stated in (groups + fees, groups - fees):
        return ""
    return (
        f"the columns add up to {groups + fees} {payout.currency}, but “total” is {payout.stated}: "
        "the payout counts with its total; compare it with the payout's page in Shopify"
    )


FORMAT = Format(
    resource="shopify.payouts",
    title="Shopify payouts export",
    recognise=recognise,
    rows=rows,
    rivals=("shopify.api_payouts",),
)
