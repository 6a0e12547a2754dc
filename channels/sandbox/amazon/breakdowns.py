"""Settlement words as trees of breakdowns: the words differ between the two, the money does not.

The names of the leaves are those that sellers see in listTransactions (a public census of 13,818 US transactions);
what Amazon calls the rest is not published, so they are named after the settlement's words.
"""

import re
from collections.abc import Iterable
from decimal import Decimal

from channels.sandbox.amazon.replies import Json
from channels.sandbox.amazon.transactions import Part
from channels.sandbox.world.model import ZERO

_ITEM_PRICE = {
    "Principal": ("ProductCharges", "OurPricePrincipal"),
    "Tax": ("Tax", "OurPriceTax"),
    "Shipping": ("Shipping", "ShippingPrincipal"),
    "ShippingTax": ("Tax", "ShippingTax"),
    "GiftWrap": ("Giftwrap", "GiftwrapPrincipal"),
    "GiftWrapTax": ("Tax", "GiftwrapTax"),
    "Goodwill": ("ProductCharges", "GoodwillPrincipal"),
    "RestockingFee": ("ProductCharges", "RestockingDeductionPrincipal"),
}
_PROMOTION = {
    "Principal": ("PromoRebates", "OurPriceDiscount"),
    "Shipping": ("PromoRebates", "ShippingDiscount"),
    "TaxDiscount": ("PromoRebates", "OurPriceTaxDiscount"),
}
_FEES = {  # account-level words
    "Storage Fee": "FBAStorageFee",
    "StorageRenewalBilling": "FBALongTermStorageFee",
    "Subscription Fee": "Subscription",
    "TransactionTotalAmount": "AdvertisingFee",
    "FBAInboundTransportationFee": "FBAInboundTransportationFee",
    "FBA Inbound Placement Service Fee": "FBAInboundConvenienceFee",
    "RemovalComplete": "FBARemovalFee",
    "DisposalComplete": "FBADisposalFee",
}
_FEE = "AmazonFees"
_NEW_FEE = "SustainabilitySurcharge"  # a word that nobody has seen


def path_of(words: tuple[str, str, str]) -> tuple[str, str]:
    """Branch and leaf of a money line."""
    transaction, amount_type, description = words
    if amount_type == "ItemPrice" and description in _ITEM_PRICE:
        return _ITEM_PRICE[description]
    if amount_type == "Promotion":
        return _PROMOTION.get(description, ("PromoRebates", "Promo"))
    if amount_type == "ItemWithheldTax":
        return "TaxWithheld", description
    if "FBA Inventory Reimbursement" in (transaction, amount_type):
        return "FBAInventoryReimbursement", "FBAInventoryReimbursement"
    if description in _FEES:
        return _FEE, _FEES[description]
    name = amount_type if description in ("Base fee", "Tax on fee", "Discount on Fee") else description
    return _FEE, re.sub(r"[^A-Za-z0-9-]", "", name) or "Other"


def item_tree(parts: Iterable[Part], currency: str, deep: bool, new_word: bool) -> list[Json]:
    """Branch → leaf; fees once more as Base below, where ``deep``."""
    branches: dict[str, dict[str, Decimal]] = {}
    for part in parts:
        branch, leaf = path_of(part.words)
        if new_word and branch == _FEE:
            leaf, new_word = _NEW_FEE, False
        leaves = branches.setdefault(branch, {})
        leaves[leaf] = leaves.get(leaf, ZERO) + part.amount
    tree = []
    for branch, leaves in branches.items():
        below = []
        for leaf, amount in leaves.items():
            base = [node("Base", amount, currency, [])] if deep and branch == _FEE else []
            below.append(node(leaf, amount, currency, base))
        tree.append(node(branch, sum(leaves.values(), ZERO), currency, below))
    return tree


def transaction_tree(parts: Iterable[Part], currency: str, detail: bool, refund: bool) -> list[Json]:
    """The same money at the transaction's level: sales and expenses, by branch; by leaf where ``detail``."""
    sides: dict[str, dict[str, Decimal]] = {}
    for part in parts:
        branch, leaf = path_of(part.words)
        side = sides.setdefault("Expenses" if branch == _FEE else "Sales", {})
        name = leaf if detail else branch
        side[name] = side.get(name, ZERO) + part.amount
    return [
        node(
            f"Refunded {side}" if refund else side, sum(amounts.values(), ZERO), currency,
            [node(name, amount, currency, None) for name, amount in amounts.items()],
        )
        for side, amounts in sides.items()
    ]  # fmt: skip


def node(kind: str, amount: Decimal, currency: str, below: list[Json] | None) -> Json:
    return {"breakdownType": kind, "breakdownAmount": money(amount, currency), "breakdowns": below}


def money(amount: Decimal, currency: str) -> Json:
    """As a JSON number: the shortest float that reads as this amount."""
    return {"currencyAmount": float(amount), "currencyCode": currency}
