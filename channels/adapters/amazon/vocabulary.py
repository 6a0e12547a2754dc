"""Amazon's words for money → our kinds.

Amazon publishes no list of transaction-type / amount-type / amount-description; these are the ones observed. The same
description stands under different amount-types, so the lookup takes all three. What is not here is UNMAPPED: it
counts, is shown with its money, and is added here later.
"""

from functools import cache

from channels.core.kinds import Kind

_REFUNDS = {"REFUND", "CHARGEBACK_REFUND", "A-TO-Z_GUARANTEE_REFUND"}

_ITEM_PRICE = {
    "PRINCIPAL": Kind.REVENUE,
    "SHIPPING": Kind.SHIPPING_INCOME,
    "GIFTWRAP": Kind.SHIPPING_INCOME,
    "COD": Kind.SHIPPING_INCOME,
    "TAX": Kind.TAX_COLLECTED,
    "SHIPPINGTAX": Kind.TAX_COLLECTED,
    "GIFTWRAPTAX": Kind.TAX_COLLECTED,
    "PRODUCT_TAX": Kind.TAX_COLLECTED,
    "RETURNSHIPPING": Kind.REFUND,
    "GOODWILL": Kind.REFUND,
    "RESTOCKINGFEE": Kind.REFUND,
}
_ITEM_FEES = {
    "COMMISSION": Kind.COMMISSION,
    "REFUNDCOMMISSION": Kind.COMMISSION,
    "SHIPPINGHB": Kind.COMMISSION,
    "DIGITALSERVICESFEE": Kind.COMMISSION,
    "FIXEDCLOSINGFEE": Kind.COMMISSION,
    "VARIABLECLOSINGFEE": Kind.COMMISSION,
    "SALESTAXSERVICEFEE": Kind.COMMISSION,
    "TECHNOLOGYFEE": Kind.COMMISSION,
    "CODFEE": Kind.PAYMENT_FEE,
    "FBAPERUNITFULFILLMENTFEE": Kind.FULFILMENT,
    "FBAPERORDERFULFILLMENTFEE": Kind.FULFILMENT,
    "FBAWEIGHTBASEDFEE": Kind.FULFILMENT,
    "REMOTEFULFILLMENTCREDIT": Kind.FULFILMENT,
    # Looks like a fee, but takes back the shipping that the buyer paid on an FBA order (facts §4.1.7).
    "SHIPPINGCHARGEBACK": Kind.SHIPPING_INCOME,
    "GIFTWRAPCHARGEBACK": Kind.SHIPPING_INCOME,
    "GOODWILL": Kind.REFUND,
    "RESTOCKINGFEE": Kind.REFUND,
    "LIQUIDATIONSBROKERAGEFEE": Kind.COMMISSION,
}
_WITHHELD = ("MARKETPLACEFACILITATORTAX-", "MARKETPLACEFACILITATORVAT-", "LOWVALUEGOODSTAX-", "TCS-", "TDS_")
_SHIPMENT_FEES = {
    "FBA_TRANSPORTATION_FEE": Kind.FULFILMENT,
    "FBATRANSPORTATIONFEE": Kind.FULFILMENT,
    "FBAPERORDERFULFILLMENTFEE": Kind.FULFILMENT,
    "MULTI-CHANNEL_FULFILLMENT_BRAND-NEUTRAL_BOX_FEE": Kind.FULFILMENT,
}
_ADVERTISING = {"COST_OF_ADVERTISING", "REFUND_FOR_ADVERTISER"}
_ADVERTISING_PARTS = {"TRANSACTIONTOTALAMOUNT", "TAXAMOUNT"}
_PROMOTION_FEES = {"DEALS", "PROMOTIONFEE", "COUPONREDEMPTIONFEE", "COUPON_PERFORMANCE_BASED_FEE"}
_FEE_PARTS = {"BASE_FEE", "TAX_ON_FEE", "DISCOUNT_ON_FEE"}

# amount-types of AmazonFees and FBAFees rows: the fee's name, with base, tax and discount as descriptions.
_NAMED_FEES = {
    "COUPON_PERFORMANCE_BASED_FEE": Kind.ADVERTISING,
    "VINE_ENROLLMENT_FEE": Kind.ADVERTISING,
    "PREMIUM_SERVICES_FEE": Kind.COMMISSION,
    "FBA_FULFILMENT_FEE_PER_UNIT_-_CORRECTION": Kind.FULFILMENT,
    "FBA_FULFILMENT_FEE_PER_UNIT_-_REVERSAL": Kind.FULFILMENT,
    "FBA_INVENTORY_STORAGE_FEE": Kind.STORAGE,
    "FBA_LONG_TERM_STORAGE_FEE": Kind.STORAGE,
    "AWD_STORAGE_FEE": Kind.STORAGE,
    "AWD_PROCESSING_FEE": Kind.FULFILMENT,
    "AWD_TRANSPORTATION_FEE": Kind.FULFILMENT,
    "FBA_AMAZON-PARTNERED_CARRIER_SHIPMENT_FEE": Kind.FULFILMENT,
    "FBA_REMOVAL_ORDER:_DISPOSAL_FEE": Kind.RETURN_HANDLING,
    "FBA_REMOVAL_ORDER:_RETURN_FEE": Kind.RETURN_HANDLING,
    "FBA_CUSTOMER_RETURNS_FEE": Kind.RETURN_HANDLING,
    "INBOUND_DEFECT_FEE": Kind.FULFILMENT,
    "FBA_INVENTORY_FEE_-_LOWINVENTORYLEVEL": Kind.FULFILMENT,
}
_NAMED_FEE_PREFIXES = {"ECO-CONTRIBUTION_FOR_EPR": Kind.COMMISSION}

# Account-level words: the amount-description of other-transaction rows, the transaction-type of the wide layout.
_ACCOUNT = {
    "CURRENT_RESERVE_AMOUNT": Kind.RESERVE,
    "PREVIOUS_RESERVE_AMOUNT_BALANCE": Kind.RESERVE,
    "STORAGE_FEE": Kind.STORAGE,
    "STORAGERENEWALBILLING": Kind.STORAGE,
    "FBA_LONG-TERM_STORAGE": Kind.STORAGE,
    "SUBSCRIPTION_FEE": Kind.SUBSCRIPTION,
    "FBAINBOUNDTRANSPORTATIONFEE": Kind.FULFILMENT,
    "INBOUND_TRANSPORTATION_FEE": Kind.FULFILMENT,
    "FBAINBOUNDTRANSPORTATIONPROGRAMFEE": Kind.FULFILMENT,
    "FBA_INBOUND_PLACEMENT_SERVICE_FEE": Kind.FULFILMENT,
    "AGSGLOBALINBOUNDTRANSPORTATION": Kind.FULFILMENT,
    "MANUAL_PROCESSING_FEE": Kind.FULFILMENT,
    "INBOUND_DEFECT_FEE_-_UNPLANNED_SERVICE": Kind.FULFILMENT,
    "REMOVALCOMPLETE": Kind.RETURN_HANDLING,
    "DISPOSALCOMPLETE": Kind.RETURN_HANDLING,
    "PAID_SERVICES_FEE": Kind.COMMISSION,
    "SHIPPING_LABEL_PURCHASE": Kind.SHIPPING_COST,
    "SHIPPINGSERVICES": Kind.SHIPPING_COST,
    "SHIPPINGSERVICESREFUND": Kind.SHIPPING_COST,
    "SHIPPING_LABEL_PURCHASE_FOR_RETURN": Kind.RETURN_HANDLING,
    # A carrier's correction of the weight of a bought label.
    "ADJUSTMENT": Kind.SHIPPING_COST,
    "NONSUBSCRIPTIONFEEADJ": Kind.ADJUSTMENT,
    "FEE_ADJUSTMENT": Kind.ADJUSTMENT,
    "OVERPAID_FEES_ADJUSTMENT": Kind.ADJUSTMENT,
    "INCORRECT_FEES_ITEMS": Kind.ADJUSTMENT,
    "INCORRECT_FEES_NON_ITEMIZED": Kind.ADJUSTMENT,
    "MISCADJUSTMENT": Kind.ADJUSTMENT,
    "PROMOTION_ADJUSTMENT": Kind.ADJUSTMENT,
    "BALANCEADJUSTMENT": Kind.ADJUSTMENT,
    "BALANCE_ADJUSTMENT": Kind.ADJUSTMENT,
    "ADDITIONAL_OTHER_EXPENSES": Kind.ADJUSTMENT,
    "MANUAL_PROCESSING_FEE_REIMBURSEMENT": Kind.ADJUSTMENT,
    "BUYERRECHARGE": Kind.ADJUSTMENT,
    "MERCHANT_BAD_DEBT": Kind.ADJUSTMENT,
    "SELLER_REWARDS": Kind.ADJUSTMENT,
    "SUCCESSFUL_CHARGE": Kind.TRANSFER,
    "PAYABLE_TO_AMAZON": Kind.TRANSFER,
    "FAILED_DISBURSEMENT": Kind.TRANSFER,
    "MICRO_DEPOSIT": Kind.TRANSFER,
    "INCOME_TAX_CHARGED": Kind.TAX_WITHHELD,
    "AMAZON_CAPITAL_SERVICES": Kind.LOAN,
    "FBACUSTOMERRETURNPERORDERFEE": Kind.RETURN_HANDLING,
    "FBACUSTOMERRETURNPERUNITFEE": Kind.RETURN_HANDLING,
    "FBACUSTOMERRETURNWEIGHTBASEDFEE": Kind.RETURN_HANDLING,
    "LIGHTNINGDEALFEE_SPECIAL": Kind.ADVERTISING,
    "REFUND_REIMBURSAL": Kind.REIMBURSEMENT,
    "SAFE-T_REIMBURSEMENT": Kind.REIMBURSEMENT,
    "TRANSACTIONTOTALAMOUNT": Kind.ADVERTISING,
    "SHIPPINGHB": Kind.COMMISSION,
    "TAX": Kind.TAX_COLLECTED,
    "COMMINGLING_VAT": Kind.TAX_COLLECTED,
    "WAREHOUSE_LOST": Kind.REIMBURSEMENT,
    "WAREHOUSE_LOST_MANUAL": Kind.REIMBURSEMENT,
    "WAREHOUSE_DAMAGE": Kind.REIMBURSEMENT,
    "WAREHOUSE_DAMAGE_EXCEPTION": Kind.REIMBURSEMENT,
    "REVERSAL_REIMBURSEMENT": Kind.REIMBURSEMENT,
    "FREE_REPLACEMENT_REFUND_ITEMS": Kind.REIMBURSEMENT,
    "MISSING_FROM_INBOUND": Kind.REIMBURSEMENT,
    "MISSING_FROM_INBOUND_CLAWBACK": Kind.REIMBURSEMENT,
    "COMPENSATED_CLAWBACK": Kind.REIMBURSEMENT,
    "CS_ERROR_ITEMS": Kind.REIMBURSEMENT,
    "RE_EVALUATION": Kind.REIMBURSEMENT,
    "REMOVAL_ORDER_LOST": Kind.REIMBURSEMENT,
    "REMOVAL_ORDER_DAMAGED": Kind.REIMBURSEMENT,
    "MULTICHANNEL_ORDER_LOST": Kind.REIMBURSEMENT,
    "MULTICHANNEL_ORDER_DAMAGED": Kind.REIMBURSEMENT,
    "MULTICHANNEL_ORDER_LATE": Kind.REIMBURSEMENT,
    "RESERVATION_FEE": Kind.STORAGE,
    "PERFORMANCE_CREDITS": Kind.STORAGE,
}
# Amazon writes an explanation behind these words.
_ACCOUNT_PREFIXES = {
    "TRANSFER_OF_FUNDS_UNSUCCESSFUL": Kind.TRANSFER,
    "FAILED_DISBURSEMENT": Kind.TRANSFER,
    "CROSS-ACCOUNT_DEBT_ADJUSTMENT": Kind.TRANSFER,
}
# amount-types that say more than their description.
_AMOUNT_TYPES = {
    "CAPACITY_RESERVATION_FEE": Kind.STORAGE,
    "INBOUND_DEFECT_FEE": Kind.FULFILMENT,
    "LIGHTNING_DEAL_FEE": Kind.ADVERTISING,
    "POINTS": Kind.DISCOUNT,
}


# The same words where an interface writes them without blanks.
BARE = {
    word.replace("_", ""): kind
    for table in (_ACCOUNT, _NAMED_FEES, _SHIPMENT_FEES, _ITEM_FEES)
    for word, kind in table.items()
}


def normal(word: str) -> str:
    """Upper case with underscores, as the lookups want it."""
    return word.strip().upper().replace(" ", "_")


@cache
def kind_of(transaction_type: str, amount_type: str, description: str) -> Kind:
    """The kind of a settlement line, from Amazon's three words as written; UNMAPPED where they are unknown."""
    transaction, amount, words = normal(transaction_type), normal(amount_type), normal(description)
    return (
        _item_kind(transaction, amount, words)
        or _fee_kind(transaction, amount, words)
        or _account_kind(transaction, amount, words)
        or Kind.UNMAPPED
    )


def _item_kind(transaction: str, amount: str, words: str) -> Kind | None:
    if amount == "ITEMWITHHELDTAX" or (amount == "ITEMFEES" and words.startswith(_WITHHELD)):
        # One source shows facilitator VAT under ItemFees.
        known = transaction in _REFUNDS or transaction.endswith("_RETROCHARGE") or words.startswith(_WITHHELD)
        return Kind.TAX_WITHHELD if known else None
    if amount == "ITEMPRICE":
        kind = _ITEM_PRICE.get(words)
        income = kind in (Kind.REVENUE, Kind.SHIPPING_INCOME)
        return Kind.REFUND if income and transaction in _REFUNDS else kind
    if amount == "ITEMFEES":
        return _ITEM_FEES.get(words)
    if amount == "PROMOTION":
        known = transaction in _REFUNDS or words in {"PRINCIPAL", "SHIPPING", "TAXDISCOUNT"}
        return Kind.DISCOUNT if known else None
    if amount == "POINTS":
        return Kind.DISCOUNT if words == "POINTSGRANTED" else None
    return _SHIPMENT_FEES.get(words) if amount == "SHIPMENT-FEES" else None


def _fee_kind(transaction: str, amount: str, words: str) -> Kind | None:
    if amount in _ADVERTISING and words in _ADVERTISING_PARTS:
        return Kind.ADVERTISING
    if amount in _PROMOTION_FEES or transaction == "LIGHTNING_DEAL_FEE":
        return Kind.ADVERTISING
    named = words in _FEE_PARTS or words == amount
    if named and amount in _NAMED_FEES:
        return _NAMED_FEES[amount]
    if named:
        return next((kind for prefix, kind in _NAMED_FEE_PREFIXES.items() if amount.startswith(prefix)), None)
    return _NAMED_FEES.get(words) if amount == "AMAZON_WAREHOUSING_&_DISTRIBUTION_(AWD)" else None


def _account_kind(transaction: str, amount: str, words: str) -> Kind | None:
    if amount in _AMOUNT_TYPES:
        return _AMOUNT_TYPES[amount]
    if words in _ACCOUNT:
        return _ACCOUNT[words]
    for prefix, kind in _ACCOUNT_PREFIXES.items():
        if words.startswith(prefix):
            return kind
    if transaction == "TRANSFER":
        return Kind.TRANSFER
    # The wide layout and a few V2 rows say it in the transaction-type alone.
    return _ACCOUNT.get(transaction) if words in ("", transaction) else None
