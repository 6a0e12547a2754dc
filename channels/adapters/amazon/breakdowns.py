"""Amazon's words for money in the Finances API (2024-06-19) → our kinds.

A breakdown's place is a path of words, such as AmazonFees › Commission › Base. They are not those of the settlement,
and there is no list of them either; these are the ones observed. Settlement words are understood too. What is in
neither is UNMAPPED, counts, and is shown.
"""

from functools import cache

from channels.adapters.amazon.vocabulary import BARE, kind_of, normal
from channels.core.kinds import Kind

_REFUNDS = ("REFUND", "CHARGEBACK", "A-TO-Z", "GUARANTEECLAIM")
# Below a fee: what it is made of, not what it is.
_PARTS = {"BASE", "TAX", "DISCOUNT", "PROMOTION", "BASE_FEE", "TAX_ON_FEE", "DISCOUNT_ON_FEE"}

_KINDS = {
    "PRODUCTCHARGES": Kind.REVENUE, "OURPRICEPRINCIPAL": Kind.REVENUE, "PRINCIPAL": Kind.REVENUE,
    "SHIPPING": Kind.SHIPPING_INCOME, "SHIPPINGPRINCIPAL": Kind.SHIPPING_INCOME,
    "GIFTWRAP": Kind.SHIPPING_INCOME, "GIFTWRAPPRINCIPAL": Kind.SHIPPING_INCOME, "CODPRINCIPAL": Kind.SHIPPING_INCOME,
    "SHIPPINGCHARGEBACK": Kind.SHIPPING_INCOME, "GIFTWRAPCHARGEBACK": Kind.SHIPPING_INCOME,
    "OURPRICETAX": Kind.TAX_COLLECTED, "SHIPPINGTAX": Kind.TAX_COLLECTED, "GIFTWRAPTAX": Kind.TAX_COLLECTED,
    "PROMOREBATES": Kind.DISCOUNT, "PROMOTIONS": Kind.DISCOUNT, "PROMOTIONALREBATES": Kind.DISCOUNT,
    "OURPRICEDISCOUNT": Kind.DISCOUNT, "SHIPPINGDISCOUNT": Kind.DISCOUNT, "PRINCIPALPROMOTION": Kind.DISCOUNT,
    "POINTSGRANTED": Kind.DISCOUNT,
    "TAXWITHHELD": Kind.TAX_WITHHELD, "MARKETPLACEFACILITATORTAX": Kind.TAX_WITHHELD,
    "COMMISSION": Kind.COMMISSION, "REFUNDCOMMISSION": Kind.COMMISSION, "REFERRALFEE": Kind.COMMISSION,
    "SUBSCRIPTION": Kind.SUBSCRIPTION, "SUBSCRIPTIONFEE": Kind.SUBSCRIPTION,
    "FBASTORAGEFEE": Kind.STORAGE, "FBALONGTERMSTORAGEFEE": Kind.STORAGE, "FBASTORAGEBILLING": Kind.STORAGE,
    "FBAINVENTORYREIMBURSEMENT": Kind.REIMBURSEMENT, "PRODUCTADSPAYMENT": Kind.ADVERTISING,
    "COSTOFADVERTISING": Kind.ADVERTISING, "RETURNSHIPPING": Kind.REFUND, "GOODWILL": Kind.REFUND,
    "RESTOCKINGFEE": Kind.REFUND, "RESERVEDEBIT": Kind.RESERVE, "RESERVECREDIT": Kind.RESERVE,
    "CURRENTRESERVEAMOUNT": Kind.RESERVE, "PREVIOUSRESERVEAMOUNTBALANCE": Kind.RESERVE, "TRANSFER": Kind.TRANSFER,
    "GOODWILLPRINCIPAL": Kind.REFUND, "RESTOCKINGDEDUCTIONPRINCIPAL": Kind.REFUND,
    "OURPRICETAXDISCOUNT": Kind.DISCOUNT, "ADVERTISINGFEE": Kind.ADVERTISING,
    "FBAINBOUNDTRANSPORTATIONFEE": Kind.FULFILMENT, "FBAINBOUNDCONVENIENCEFEE": Kind.FULFILMENT,
    "FBAREMOVALFEE": Kind.RETURN_HANDLING, "FBADISPOSALFEE": Kind.RETURN_HANDLING,
    "DEBTRECOVERY": Kind.TRANSFER,
}  # fmt: skip
_PREFIXES = {
    "MARKETPLACEFACILITATOR": Kind.TAX_WITHHELD, "LOWVALUEGOODSTAX": Kind.TAX_WITHHELD, "TCS-": Kind.TAX_WITHHELD,
}  # fmt: skip
_FEES = {"AMAZONFEES", "EXPENSES"}


@cache
def kind_at(transaction: str, path: tuple[str, ...]) -> Kind:
    """The kind of the money at the path of a transaction of this type."""
    kind = _known(transaction, path)
    refunds = normal(transaction).startswith(_REFUNDS)
    return (
        Kind.REFUND if refunds and kind in (Kind.REVENUE, Kind.SHIPPING_INCOME) and not _is_chargeback(path) else kind
    )


def _is_chargeback(path: tuple[str, ...]) -> bool:
    """A fee that takes back the buyer's shipping comes back with a refund; the settlement calls both the same."""
    return any(word.upper() in ("SHIPPINGCHARGEBACK", "GIFTWRAPCHARGEBACK") for word in path)


def _known(transaction: str, path: tuple[str, ...]) -> Kind:
    for depth in range(len(path) - 1, -1, -1):
        word = normal(path[depth])
        if depth and word in _PARTS:
            continue
        if kind := _of_word(word) or _of_settlement(transaction, path[depth - 1] if depth else "", path[depth]):
            return kind
    # A fee's tax is part of the fee; elsewhere it is the buyer's.
    words = {normal(word) for word in path}
    return Kind.TAX_COLLECTED if "TAX" in words and not words & _FEES else Kind.UNMAPPED


def _of_word(word: str) -> Kind | None:
    bare = word.replace("_", "")
    starts = (kind for start, kind in _PREFIXES.items() if bare.startswith(start))
    return _KINDS.get(bare) or next(starts, None) or BARE.get(bare)


def _of_settlement(transaction: str, above: str, word: str) -> Kind | None:
    tried = ((transaction, above, word), ("Order", "ItemFees", word), ("other-transaction", "other-transaction", word))
    return next((kind for words in tried if (kind := kind_of(*words)) is not Kind.UNMAPPED), None)
