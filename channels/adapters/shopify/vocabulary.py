"""Shopify's words for balance transactions in our kinds. A word that is not here is UNMAPPED and still counts.

The words are those of ``ShopifyPaymentsTransactionType`` (Admin API 2026-10) and of the exports, in one spelling:
lower case with underscores. ``…_reversal`` is of the kind of what it reverses: its amount has the other sign.
Words whose meaning no public page states are left out on purpose.
"""

from channels.core.kinds import Kind, Role

_WORDS: dict[Kind, str] = {
    # Shop Cash is the buyer's money: Shopify funds it and pays the seller the full price.
    # https://help.shopify.com/en/manual/payments/shop-pay/shop-cash
    Kind.REVENUE: "charge shop_cash_credit",
    Kind.REFUND: "refund refund_failure shop_cash_refund_debit dispute dispute_withdrawal chargeback chargeback_won",
    Kind.ADVERTISING: "shop_cash_campaign_billing_debit shop_cash_campaign_billing_credit shop_cash_billing_debit",
    Kind.TAX_WITHHELD: "marketplace_sales_tax import_tax import_tax_adjustment import_tax_refund "
    "customs_duty customs_duty_adjustment",
    Kind.SHIPPING_COST: "shipping_label shipping_label_adjustment shipping_label_adjustment_base "
    "shipping_label_adjustment_surcharge shipping_label_refund shipping_other_carrier_charge_adjustment "
    "shipping_return_to_origin_adjustment",
    Kind.PAYMENT_FEE: "fee stripe_fee application_fee_refund chargeback_fee chargeback_fee_refund dispute_fee "
    "ach_bank_failure_debit_fee",
    Kind.COMMISSION: "referral_fee referral_fee_tax marketplace_fee marketplace_fee_credit",
    Kind.SUBSCRIPTION: "billing_debit",
    Kind.RESERVE: "reserve reserved_funds reserved_funds_withdrawal chargeback_hold chargeback_hold_release",
    Kind.REIMBURSEMENT: "chargeback_protection_credit chargeback_protection_debit seller_protection_credit",
    Kind.LOAN: "advance advance_funding capital lending lending_credit lending_debit lending_capital_refund "
    "lending_capital_remittance lending_credit_refund lending_credit_remittance",
    Kind.TRANSFER: "payout payout_failure payout_cancellation transfer transfer_failure transfer_cancel "
    "transfer_refund balance_transfer_inbound balance_transfer_outbound",
    Kind.ADJUSTMENT: "adjustment credit debit charge_adjustment refund_adjustment anomaly_credit anomaly_debit "
    "merchant_goodwill_credit",
}

KINDS: dict[str, Kind] = {word: kind for kind, words in _WORDS.items() for word in words.split()}

# What a buyer pays or gets back for an order as one sum.
_LUMPS = frozenset(("charge", "refund", "refund_failure", "shop_cash_credit", "shop_cash_refund_debit"))
# The payout itself seen from the balance. It is not among the payout's own lines; what a failed payout gives back
# (transfer_failure) is among those of the payout that tries again.
_PAYOUTS = frozenset(("payout", "transfer"))


def spelled(words: str) -> str:
    """One spelling of a type: ``marketplace sales tax``, ``Shop-Cash credit`` with underscores in lower case."""
    return "_".join(words.lower().replace("-", " ").replace("_", " ").split())


def kind_of(words: str) -> Kind:
    """Our kind for the type of a transaction, UNMAPPED for an unknown one."""
    word = spelled(words)
    return KINDS.get(word) or KINDS.get(word.removesuffix("_reversal"), Kind.UNMAPPED)


def role_of(words: str, order: str) -> Role:
    """How the amount of a transaction reaches the ledger."""
    word = spelled(words)
    if word in _PAYOUTS:
        return Role.COMPARE
    return Role.LUMP if order and word.removesuffix("_reversal") in _LUMPS else Role.DIRECT
