"""What an adapter says a page holds. Values only; times are aware UTC, money is Decimal with plus to the seller."""

from channels.core.rows.demand import AdSpendRow, RepeatRow, SearchRow, TrafficRow, VisitRow
from channels.core.rows.goods import CostRow, RateRow, SkuRow, StockRow
from channels.core.rows.pages import Page, Shop, Unreadable
from channels.core.rows.people import BuyerRow, ContactRow, GivenRow, LeadRow
from channels.core.rows.selling import ChargeRow, DisbursementRow, OrderItemRow, OrderRow, PayoutRow

Row = (
    OrderRow | ChargeRow | PayoutRow | DisbursementRow | AdSpendRow | SearchRow | RepeatRow | VisitRow | GivenRow
    | LeadRow | TrafficRow
    | StockRow | CostRow | SkuRow | RateRow | Unreadable
)  # fmt: skip

__all__ = [
    "AdSpendRow",
    "BuyerRow",
    "ChargeRow",
    "ContactRow",
    "CostRow",
    "DisbursementRow",
    "GivenRow",
    "LeadRow",
    "OrderItemRow",
    "OrderRow",
    "Page",
    "PayoutRow",
    "RateRow",
    "RepeatRow",
    "Row",
    "SearchRow",
    "Shop",
    "SkuRow",
    "StockRow",
    "TrafficRow",
    "Unreadable",
    "VisitRow",
]
