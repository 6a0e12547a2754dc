"""Financial event groups (Finances v0): what becomes a payout, with the bank's marks; another view of settlements.

A group has no settlement's number; the two are told to be the same by their dates. It names no marketplace, so its
currency decides whose it is.
"""

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from channels.core.adapter import Format
from channels.core.reading import Head, parse_instant, read_head
from channels.core.rows import DisbursementRow, Page, Row, Shop, Unreadable

RESOURCE = "amazon.groups"


def _groups(document: Any) -> list[Any] | None:
    payload = document.get("payload", document) if isinstance(document, dict) else None
    found = payload.get("FinancialEventGroupList") if isinstance(payload, dict) else None
    return found if isinstance(found, list) else None


def _recognise(head: Head) -> bool:
    return _groups(head.document) is not None


def _rows(page: Page, shop: Shop) -> Iterator[Row]:
    with page.open() as stream:
        found = _groups(read_head(stream).document) or []
    for place, group in enumerate(found, 1):
        try:
            row = _row(group, place, shop)
        except (ArithmeticError, AttributeError, KeyError, TypeError, ValueError) as error:
            yield Unreadable(place, f"FinancialEventGroupList[{place - 1}]: {error!r}")
            continue
        if row.currency == shop.currency:
            yield row


def _row(group: Mapping[str, Any], place: int, shop: Shop) -> DisbursementRow:
    number = group["FinancialEventGroupId"]
    if not isinstance(number, str) or not 0 < len(number) <= 150:
        raise ValueError("FinancialEventGroupId is no number of a group")
    processing, transfer = group.get("ProcessingStatus") or "", group.get("FundTransferStatus") or ""
    amount, currency = _money(group.get("OriginalTotal"))
    if amount is None and processing.upper() != "OPEN":
        raise ValueError("a closed group has no OriginalTotal")
    opening, opening_currency = _money(group.get("BeginningBalance"))
    paid, paid_currency = _money(group.get("ConvertedTotal"))
    return DisbursementRow(
        ref=number, currency=currency or opening_currency or shop.currency, amount=amount or Decimal(0), place=place,
        starts_at=_instant(group, "FinancialEventGroupStart"), ends_at=_instant(group, "FinancialEventGroupEnd"),
        sent_at=_instant(group, "FundTransferDate"), status=" / ".join(filter(None, (processing, transfer)))[:60],
        opening=opening, trace=str(group.get("TraceId") or "")[:100],
        account_tail=str(group.get("AccountTail") or "")[-20:], paid_amount=paid, paid_currency=paid_currency,
    )  # fmt: skip


def _money(node: Any) -> tuple[Decimal | None, str]:
    if node is None:
        return None, ""
    amount, currency = node["CurrencyAmount"], node["CurrencyCode"]
    if isinstance(amount, bool) or not isinstance(amount, int | Decimal | str) or not Decimal(amount).is_finite():
        raise ValueError(f"{amount!r} is no amount of money")
    if not isinstance(currency, str) or len(currency) != 3:
        raise ValueError(f"{currency!r} is no currency")
    return round(Decimal(amount), 6), currency


def _instant(group: Mapping[str, Any], name: str) -> Any:
    return parse_instant(group[name]) if group.get(name) else None


FORMAT = Format(RESOURCE, "Amazon payout groups (API)", _recognise, _rows, may_be_empty=True)
