"""Amazon's words for money."""

import pytest

from channels.adapters.amazon.vocabulary import kind_of
from channels.core.kinds import Kind


@pytest.mark.parametrize(
    ("words", "kind"),
    [
        ("Order|ItemPrice|Principal", Kind.REVENUE),
        ("Refund|ItemPrice|Principal", Kind.REFUND),
        ("A-to-z Guarantee Refund|ItemPrice|Principal", Kind.REFUND),
        ("Order|ItemPrice|Shipping", Kind.SHIPPING_INCOME),
        ("Refund|ItemPrice|Shipping", Kind.REFUND),
        ("Order|Promotion|Shipping", Kind.DISCOUNT),
        ("Order|ItemFees|ShippingChargeback", Kind.SHIPPING_INCOME),
        ("Order|ItemPrice|Goodwill", Kind.REFUND),
        ("Refund|ItemFees|Goodwill", Kind.REFUND),
        ("Order|ItemFees|FBAPerOrderFulfillmentFee", Kind.FULFILMENT),
        ("Order|Shipment-Fees|FBAPerOrderFulfillmentFee", Kind.FULFILMENT),
        ("Order|ItemPrice|Tax", Kind.TAX_COLLECTED),
        ("Order|ItemWithheldTax|MarketplaceFacilitatorVAT-Principal", Kind.TAX_WITHHELD),
        ("Order|ItemFees|MarketplaceFacilitatorVAT-Principal", Kind.TAX_WITHHELD),
        ("Order|ItemWithheldTax|Something new", Kind.UNMAPPED),
        ("FBAFees|FBA Inventory Storage Fee|Tax on fee", Kind.STORAGE),
        ("FBAFees|Brand new fee|Base fee", Kind.UNMAPPED),
        ("ServiceFee|Cost of Advertising|TransactionTotalAmount", Kind.ADVERTISING),
        ("other-transaction|other-transaction|Current Reserve Amount", Kind.RESERVE),
        ("Storage Fee|other-transaction|Storage Fee", Kind.STORAGE),
        ("Subscription Fee||", Kind.SUBSCRIPTION),
        ("other-transaction|other-transaction|Transfer of funds unsuccessful: bank said no", Kind.TRANSFER),
        ("Debt Adjustment|Debt Adjustment|Cross-Account Debt Adjustment against ES", Kind.TRANSFER),
        ("Lightning Deal Fee|anything|anything", Kind.ADVERTISING),
        ("||", Kind.UNMAPPED),
    ],
)
def test_three_words_make_a_kind(words: str, kind: Kind) -> None:
    transaction, amount_type, description = words.split("|")
    assert kind_of(transaction, amount_type, description) is kind
    assert kind_of(transaction.upper(), f" {amount_type} ", description.lower()) is kind
