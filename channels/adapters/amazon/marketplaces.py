"""Amazon's marketplaces: id → the name that sales-channel and marketplace-name columns give, and the host to ask."""

MARKETPLACES = {
    "A2EUQ1WTGCTBG2": "Amazon.ca", "ATVPDKIKX0DER": "Amazon.com", "A1AM78C64UM0Y8": "Amazon.com.mx",
    "A2Q3Y263D00KWC": "Amazon.com.br", "A1F83G8C2ARO7P": "Amazon.co.uk", "A1PA6795UKMFR9": "Amazon.de",
    "A13V1IB3VIYZZH": "Amazon.fr", "APJ6JRA9NG5V4": "Amazon.it", "A1RKKUPIHCS9HS": "Amazon.es",
    "A1805IZSGTT6HS": "Amazon.nl", "A2NODRKZP88ZB9": "Amazon.se", "A1C3SOZRARQ6R3": "Amazon.pl",
    "AMEN7PMS3EDWL": "Amazon.com.be", "A28R8C7NBKEWEA": "Amazon.ie", "A33AVAJ2PDY3EV": "Amazon.com.tr",
    "A2VIGQ35RCS4UG": "Amazon.ae", "A17E79C6D8DWNP": "Amazon.sa", "A21TJRUUN4KGV": "Amazon.in",
    "A1VC38T7YXB528": "Amazon.co.jp", "A39IBJ37TRP1C6": "Amazon.com.au", "A19VAU5U5O7RUS": "Amazon.sg",
}  # fmt: skip

_AMERICA = {"A2EUQ1WTGCTBG2", "ATVPDKIKX0DER", "A1AM78C64UM0Y8", "A2Q3Y263D00KWC"}
_FAR_EAST = {"A1VC38T7YXB528", "A39IBJ37TRP1C6", "A19VAU5U5O7RUS"}


def host_of(marketplace: str) -> str:
    """The region's host (developer-docs.amazon.com/sp-api/docs/sp-api-endpoints)."""
    region = "na" if marketplace in _AMERICA else "fe" if marketplace in _FAR_EAST else "eu"
    return f"https://sellingpartnerapi-{region}.amazon.com"


def is_elsewhere(sold_on: str, marketplace: str) -> bool:
    """Whether a marketplace's name or id is that of another marketplace than the store's.

    One account can hold a whole region; each marketplace's orders and money belong to its own store. Names that
    Amazon keeps for sales off Amazon, and those unknown here, are the store's own.
    """
    own = MARKETPLACES.get(marketplace, "")
    name = MARKETPLACES.get(sold_on, sold_on)
    return bool(own) and name.startswith("Amazon.") and name.lower() != own.lower()
