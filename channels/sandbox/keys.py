"""The credentials that the sandbox takes: made up, the same for the same market, and good for nothing else."""

from channels.sandbox.world.model import Market

AMAZON_APP = {"lwa_app_id": "amzn1.application-oa2-client.sandbox", "lwa_client_secret": "sandbox-lwa-secret"}
SHOPIFY_APP = {"client_id": "sandbox-client", "client_secret": "sandbox-shopify-secret"}
SHOPEE_APP = {"partner_id": "1000001", "partner_key": "sandbox-partner-key"}


def credentials(market: Market) -> dict[str, str]:
    """What a store of the market gets as its credentials."""
    if market.channel == "amazon":
        return {**AMAZON_APP, "refresh_token": f"Atzr|sandbox-{market.seller}", "seller_id": market.seller}
    if market.channel == "shopify":
        return {**SHOPIFY_APP, "shop": market.seller, "access_token": f"shpat_sandbox_{market.code}"}
    return {
        **SHOPEE_APP, "shop_id": market.seller, "access_token": "", "access_expires_at": "0",
        "refresh_token": f"sandbox-refresh-{market.seller}-1",
    }  # fmt: skip
