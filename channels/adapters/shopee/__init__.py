"""Shopee, Open Platform v2: what it says of orders, incomes, wallets and payouts, as rows. See README.md."""

from channels.adapters.shopee import billing, escrow, income, orders, payouts, personal, returns, wallet
from channels.adapters.shopee.envelope import fits
from channels.core.adapter import Adapter, Format

ADAPTER = Adapter(
    code="shopee",
    label="Shopee",
    formats=(
        Format("shopee.orders", "Shopee orders", fits(orders.shape), orders.rows, personal.ORDERS),
        Format("shopee.escrow", "Shopee order income (escrow)", fits(escrow.shape), escrow.rows, personal.ESCROW),
        Format("shopee.wallet", "Shopee wallet transactions", fits(wallet.shape), wallet.rows, personal.WALLET),
        Format("shopee.payouts", "Shopee cross-border payouts", fits(payouts.shape), payouts.rows),
        Format("shopee.billing", "Shopee cross-border payout lines", fits(billing.shape), billing.rows),
        Format("shopee.income", "Shopee income view", fits(income.shape), income.rows),
        Format("shopee.returns", "Shopee returns", fits(returns.shape), returns.rows, personal.RETURNS),
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
)
