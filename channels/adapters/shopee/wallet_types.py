"""The wallet's transaction types: number, name, our kind, and whether a line with an order pays that order's terms.

Sources: the request description of get_wallet_transaction_list (crawl of 2026-08-17) and Shopee's data definitions
for 301 and above 410, as quoted in public code. Requests use the numbers, answers mostly the names.
"""

from dataclasses import dataclass

from channels.core.kinds import Kind


@dataclass(frozen=True, slots=True)
class Type:
    """A kind of wallet line. ``pays`` is "income" for escrow, "adjustment" for what order_adjustment tells too."""

    name: str
    kind: Kind
    pays: str = ""


TYPES: dict[int, Type] = {
    101: Type("ESCROW_VERIFIED_ADD", Kind.REVENUE, "income"),
    102: Type("ESCROW_VERIFIED_MINUS", Kind.REVENUE, "income"),
    201: Type("WITHDRAWAL_CREATED", Kind.TRANSFER),
    202: Type("WITHDRAWAL_COMPLETED", Kind.TRANSFER),
    203: Type("WITHDRAWAL_CANCELLED", Kind.TRANSFER),
    401: Type("ADJUSTMENT_ADD", Kind.ADJUSTMENT, "adjustment"),
    402: Type("ADJUSTMENT_MINUS", Kind.ADJUSTMENT, "adjustment"),
    404: Type("FBS_ADJUSTMENT_ADD", Kind.FULFILMENT, "adjustment"),
    405: Type("FBS_ADJUSTMENT_MINUS", Kind.FULFILMENT, "adjustment"),
    406: Type("ADJUSTMENT_CENTER_ADD", Kind.ADJUSTMENT, "adjustment"),
    407: Type("ADJUSTMENT_CENTER_DEDUCT", Kind.ADJUSTMENT, "adjustment"),
    408: Type("FSF_COST_PASSING_DEDUCT", Kind.SHIPPING_COST),  # of cancelled and invalid orders, which have no escrow
    409: Type("PERCEPTION_VAT_TAX_DEDUCT", Kind.TAX_WITHHELD),  # AR: set off against the seller's VAT
    410: Type("PERCEPTION_TURNOVER_TAX_DEDUCT", Kind.TAX_WITHHELD),  # AR: set off against turnover tax
    411: Type("ADJUSTMENT_FOR_RR_AFTER_ESCROW_VERIFIED", Kind.REFUND, "adjustment"),
    415: Type("SELLER_COMPENSATE_ADD", Kind.REIMBURSEMENT, "adjustment"),
    416: Type("CAMPAIGN_PACKAGE_ADD", Kind.COMMISSION, "adjustment"),
    417: Type("CAMPAIGN_PACKAGE_MINUS", Kind.COMMISSION, "adjustment"),
    450: Type("PAID_ADS_CHARGE", Kind.ADVERTISING),  # billed advertising, when billed
    451: Type("PAID_ADS_REFUND", Kind.ADVERTISING),
    452: Type("FAST_ESCROW_DISBURSE", Kind.REVENUE, "income"),
    455: Type("AFFILIATE_ADS_SELLER_FEE", Kind.ADVERTISING),
    456: Type("AFFILIATE_ADS_SELLER_FEE_REFUND", Kind.ADVERTISING),
    458: Type("FAST_ESCROW_DEDUCT", Kind.REVENUE, "income"),
    459: Type("FAST_ESCROW_DISBURSE_REMAIN", Kind.REVENUE, "income"),
    460: Type("AFFILIATE_FEE_DEDUCT", Kind.ADVERTISING),
    461: Type("LOST_PARCEL_SELLER_ADD", Kind.REIMBURSEMENT, "adjustment"),
    465: Type("NON_RECEIPT_RR_SELLER_COMPENSATE_ADD", Kind.REIMBURSEMENT, "adjustment"),
    477: Type("RETURN_COMPENSATION_SERVICE_ADD", Kind.REIMBURSEMENT, "adjustment"),
    801: Type("SPM_DEDUCT_DIRECT", Kind.LOAN),  # repayment of Shopee's seller loan
    802: Type("SPM_DISBURSE_ADD", Kind.LOAN),
}  # SPM_DEDUCT (502) stays unmapped: it pays for anything bought out of the wallet, ad balance among it

_BY_NAME = {one.name: one for one in TYPES.values()} | {
    "PAID_ADS": TYPES[450],
    "ESCROW_ADJUSTMENT_FOR_FD_DEDUCT": TYPES[408],
}


def type_of(said: str) -> Type:
    """The type by number or name; an unknown one is UNMAPPED under the name the channel gave."""
    if said.isascii() and said.isdigit() and int(said) in TYPES:
        return TYPES[int(said)]
    return _BY_NAME.get(said.upper()) or Type(said[:40] or "transaction_type is empty", Kind.UNMAPPED)
