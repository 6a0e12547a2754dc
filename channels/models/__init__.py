"""What the outside says: stores, pages as they came, and the facts read from them."""

from channels.models.facts import AdSpend, Charge, Order, OrderItem, Payout, SearchStat
from channels.models.goods import ExchangeRate, Sku, StockReceipt, UnitCost
from channels.models.pages import RawPage, UnreadableLine, VaultEntry
from channels.models.stores import Company, Store, StoreTaxRate

__all__ = [
    "AdSpend",
    "Charge",
    "Company",
    "ExchangeRate",
    "Order",
    "OrderItem",
    "Payout",
    "RawPage",
    "SearchStat",
    "Sku",
    "StockReceipt",
    "Store",
    "StoreTaxRate",
    "UnitCost",
    "UnreadableLine",
    "VaultEntry",
]
