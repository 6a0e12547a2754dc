"""What the outside says: stores, pages as they came, and the facts read from them."""

from channels.models.facts import (
    AdSpend,
    Charge,
    Disbursement,
    GivenOrder,
    Order,
    OrderItem,
    Payout,
    RepeatPurchase,
    SearchStat,
    Visit,
)
from channels.models.goods import ExchangeRate, Sku, StockReceipt, UnitCost
from channels.models.leads import Lead
from channels.models.pages import RawPage, UnreadableLine, VaultEntry
from channels.models.stores import Company, SignalDecision, Store, StoreTaxRate
from channels.models.sync import Bucket, Delivery, Fetch, Heartbeat, SyncWindow
from channels.models.traffic import Traffic

__all__ = [
    "AdSpend",
    "Bucket",
    "Charge",
    "Company",
    "Delivery",
    "Disbursement",
    "ExchangeRate",
    "Fetch",
    "GivenOrder",
    "Heartbeat",
    "Lead",
    "Order",
    "OrderItem",
    "Payout",
    "RawPage",
    "RepeatPurchase",
    "SearchStat",
    "SignalDecision",
    "Sku",
    "StockReceipt",
    "Store",
    "StoreTaxRate",
    "SyncWindow",
    "Traffic",
    "UnitCost",
    "UnreadableLine",
    "VaultEntry",
    "Visit",
]
