"""Shopee, Open Platform v2: what it says of orders, incomes, wallets and payouts, as rows. See README.md."""

from channels.adapters.shopee import (
    ads,
    billing,
    buyers,
    escrow,
    income,
    listings,
    orders,
    payouts,
    personal,
    returns,
    wallet,
)
from channels.adapters.shopee.envelope import fits
from channels.adapters.shopee.pulls import SOURCE
from channels.core.adapter import Adapter, Format, Signals

ADAPTER = Adapter(
    code="shopee",
    label="Shopee",
    formats=(
        Format(
            "shopee.order_list",
            "Shopee order list",
            fits(listings.order_list_shape),
            listings.order_list_rows,
            may_be_empty=True,
        ),
        Format(
            "shopee.orders",
            "Shopee orders",
            fits(orders.shape),
            orders.rows,
            personal.ORDERS,
            buyers=buyers.buyers,
        ),
        Format("shopee.escrow", "Shopee order income (escrow)", fits(escrow.shape), escrow.rows, personal.ESCROW),
        Format(
            "shopee.released",
            "Shopee released orders",
            fits(listings.released_shape),
            listings.released_rows,
            may_be_empty=True,
        ),
        Format(
            "shopee.wallet",
            "Shopee wallet transactions",
            fits(wallet.shape),
            wallet.rows,
            personal.WALLET,
            may_be_empty=True,
        ),
        Format("shopee.payouts", "Shopee cross-border payouts", fits(payouts.shape), payouts.rows, may_be_empty=True),
        Format(
            "shopee.billing", "Shopee cross-border payout lines", fits(billing.shape), billing.rows, may_be_empty=True
        ),
        Format("shopee.income", "Shopee income view", fits(income.shape), income.rows),
        Format(
            "shopee.returns", "Shopee returns", fits(returns.shape), returns.rows, personal.RETURNS, may_be_empty=True
        ),
        Format("shopee.ads", "Shopee advertising by day", fits(ads.shape), ads.rows, may_be_empty=True),
    ),
    marketplaces={
        "SG": "Singapore",
        "MY": "Malaysia",
        "TH": "Thailand",
        "VN": "Vietnam",
        "PH": "Philippines",
        "ID": "Indonesia",
        "TW": "Taiwan",
        "BR": "Brazil",
        "MX": "Mexico",
        "CL": "Chile",
        "CO": "Colombia",
        "AR": "Argentina",
    },
    source=SOURCE,
    signals=Signals(
        allowed=frozenset(("buyer", "username", "postcode", "city", "state")),
        masked=frozenset(("name", "phone", "street")),
        on_decision=frozenset(("name", "phone", "street")),
        why=(
            "Shopee gives a buyer's number and name inside Shopee, the place he lives in, and names, telephones and "
            "addresses as masks. A postcode comes in full or not at all. Clear names, telephones and addresses come "
            "only to apps approved for sensitive data, for shipping: the company decides whether they may serve more."
        ),
    ),
)
