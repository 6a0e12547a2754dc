"""The published formula of ``escrow_amount``: its terms, their signs, and what each is in our kinds.

Source: the description of get_escrow_detail, crawl of 2026-08-17. Every fee is positive there, and its sign in the
formula makes it a cost. Shopee-funded vouchers and coins are no terms: the seller never bears them.
"""

from channels.core.kinds import Kind
from channels.core.rows import Shop

# field → (sign in the formula, kind). The comment says why where the name alone does not.
TERMS: dict[str, tuple[int, Kind]] = {
    "original_cost_of_goods_sold": (+1, Kind.REVENUE),  # what the buyer paid for the goods, not a cost
    # Shopee's item rebate as first given, and as it stands: the two cancel until a return takes some of it back.
    "original_shopee_discount": (-1, Kind.DISCOUNT),
    "shopee_discount": (+1, Kind.DISCOUNT),
    "seller_return_refund": (+1, Kind.REFUND),  # comes negative
    "voucher_from_seller": (-1, Kind.DISCOUNT),
    "seller_coin_cash_back": (-1, Kind.DISCOUNT),
    "trade_in_bonus_by_seller": (-1, Kind.DISCOUNT),
    "buyer_paid_shipping_fee": (+1, Kind.SHIPPING_INCOME),
    "buyer_paid_packaging_fee": (+1, Kind.SHIPPING_INCOME),  # paid for wrapping, as gift wrap is elsewhere
    "actual_shipping_fee": (-1, Kind.SHIPPING_COST),
    "shopee_shipping_rebate": (+1, Kind.SHIPPING_COST),  # Shopee's share of the carriage
    "shipping_fee_discount_from_3pl": (+1, Kind.SHIPPING_COST),
    "shipping_fee_sst": (-1, Kind.SHIPPING_COST),  # service tax on the seller's carriage: part of what it costs
    "shipping_seller_protection_fee_amount": (-1, Kind.SHIPPING_COST),  # premium of the shipping protection
    "delivery_seller_protection_fee_premium_amount": (-1, Kind.SHIPPING_COST),  # insures the parcel on its way
    "reverse_shipping_fee": (-1, Kind.RETURN_HANDLING),
    "reverse_shipping_fee_sst": (-1, Kind.RETURN_HANDLING),  # service tax on that fee
    "rsf_seller_protection_fee_claim_amount": (+1, Kind.RETURN_HANDLING),  # pays the reverse shipping back
    "final_return_to_seller_shipping_fee": (-1, Kind.RETURN_HANDLING),  # a failed delivery comes home
    "overseas_return_service_fee": (-1, Kind.RETURN_HANDLING),
    "seller_transaction_fee": (-1, Kind.PAYMENT_FEE),
    "commission_fee": (-1, Kind.COMMISSION),
    "service_fee": (-1, Kind.COMMISSION),
    "campaign_fee": (-1, Kind.COMMISSION),
    "seller_order_processing_fee": (-1, Kind.COMMISSION),  # charged for every order created, not for handling goods
    "order_ams_commission_fee": (-1, Kind.ADVERTISING),  # what affiliates earn: paid promotion
    "fbs_fee": (-1, Kind.FULFILMENT),
    # Taxes that stand inside the price the buyer paid, so they are no revenue of the seller.
    "final_escrow_product_gst": (-1, Kind.TAX_BORNE),  # SG: GST on imported goods
    "sales_tax_on_lvg": (-1, Kind.TAX_BORNE),  # MY: sales tax on low value goods
    "vat_on_imported_goods": (-1, Kind.TAX_BORNE),  # TH and VN: VAT on imports
    "th_import_duty": (-1, Kind.TAX_BORNE),  # TH: duty collected with that VAT
    "escrow_tax": (-1, Kind.TAX_BORNE),  # ID: cross-border tax laid on the seller
    "withholding_vat_tax": (-1, Kind.TAX_BORNE),  # VN: the seller's own VAT on the sale, paid over by Shopee
    # Income tax paid ahead in the seller's name: it is set off later, so it is no cost of the sale.
    "withholding_tax": (-1, Kind.TAX_WITHHELD),  # PH and ID
    "withholding_pit_tax": (-1, Kind.TAX_WITHHELD),  # VN: personal
    "withholding_cit_tax": (-1, Kind.TAX_WITHHELD),  # VN: corporate
    "ads_escrow_top_up_fee_or_technical_support_fee": (-1, Kind.UNMAPPED),  # two things in one field: see kind_of
}

# The same for an affiliate shop of Shopee International Platform, in the primary shop's currency.
SIP_TERMS: dict[str, tuple[int, Kind]] = {
    "original_price_pri": (+1, Kind.REVENUE),
    "seller_return_refund_pri": (-1, Kind.REFUND),
    "commission_fee_pri": (-1, Kind.COMMISSION),
    "service_fee_pri": (-1, Kind.COMMISSION),
    "drc_adjustable_refund_pri": (-1, Kind.REFUND),
}

# get_escrow_detail_batch writes some names in another way.
ALIASES = {
    "shipping_fee_discount_from_3pl": "shipping_fee_discount_from_pl",
    "trade_in_bonus_by_seller": "trade_in_bonus_seller",
}

# Terms that the items tell apart themselves: their field is the weight instead of the price.
ITEM_WEIGHTS = {
    "order_ams_commission_fee": "ams_commission_fee",
    "voucher_from_seller": "discount_from_voucher_seller",
    "original_shopee_discount": "shopee_discount",
    "shopee_discount": "shopee_discount",
}

# Fields of order_income that are no terms: totals, snapshots, what others pay, parts of a term.
OTHER_FIELDS = frozenset({
    "escrow_amount", "escrow_amount_after_adjustment", "escrow_amount_pri", "total_adjustment_amount",
    "exchange_rate", "buyer_total_amount", "buyer_total_amount_pri", "buyer_transaction_fee", "order_original_price",
    "original_price", "order_discounted_price", "order_selling_price", "order_seller_discount", "seller_discount",
    "cost_of_goods_sold", "bcrs_deposit", "voucher_from_shopee", "voucher_from_external_party", "coins",
    "cross_border_tax", "payment_promotion", "seller_lost_compensation", "estimated_shipping_fee",
    "final_shipping_fee", "order_chargeable_weight", "seller_shipping_discount", "drc_adjustable_refund",
    "refund_amount_to_buyer", "final_product_protection", "credit_card_promotion", "credit_card_transaction_fee",
    "final_product_vat_tax", "final_shipping_vat_tax", "sip_subsidy", "sip_subsidy_pri", "final_escrow_shipping_gst",
    "fsf_seller_protection_fee_claim_amount", "rsf_seller_protection_fee_premium_amount",
    "prorated_coins_value_offset_return_items", "prorated_shopee_voucher_offset_return_items",
    "prorated_seller_voucher_offset_return_items", "prorated_payment_channel_promo_bank_offset_return_items",
    "prorated_payment_channel_promo_shopee_offset_return_items", "prorated_pix_discount_offset_return_items",
    "net_commission_fee", "net_service_fee", "pix_discount", "remaining_voucher",
})  # fmt: skip

KNOWN_FIELDS = frozenset(TERMS) | frozenset(SIP_TERMS) | frozenset(ALIASES.values()) | OTHER_FIELDS

_TOPS_UP_ADS = ("MY", "TH", "SG", "VN", "PH", "ID")
_FEE_ACROSS_BORDER = ("SG", "MY", "TH", "VN")


def kind_of(field: str, shop: Shop) -> Kind:
    """Our kind of a term. The ads-or-support field is a prepayment of ad balance, but a fee for some who export.

    Sellers from China and Korea pay it as technical support or traffic growth fee in SG, MY, TH and VN; a Japanese
    seller there tops up ads by it, which a Shop cannot tell apart. Elsewhere Shopee says nothing: UNMAPPED.
    """
    if field != "ads_escrow_top_up_fee_or_technical_support_fee":
        return (TERMS.get(field) or SIP_TERMS[field])[1]
    if shop.cross_border and shop.marketplace in _FEE_ACROSS_BORDER:
        return Kind.COMMISSION
    return Kind.TRANSFER if shop.marketplace in _TOPS_UP_ADS else Kind.UNMAPPED
