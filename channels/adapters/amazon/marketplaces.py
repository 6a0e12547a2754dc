"""Amazon's marketplaces: id → the name that sales-channel and marketplace-name columns give."""

MARKETPLACES = {
    "A2EUQ1WTGCTBG2": "Amazon.ca", "ATVPDKIKX0DER": "Amazon.com", "A1AM78C64UM0Y8": "Amazon.com.mx",
    "A2Q3Y263D00KWC": "Amazon.com.br", "A1F83G8C2ARO7P": "Amazon.co.uk", "A1PA6795UKMFR9": "Amazon.de",
    "A13V1IB3VIYZZH": "Amazon.fr", "APJ6JRA9NG5V4": "Amazon.it", "A1RKKUPIHCS9HS": "Amazon.es",
    "A1805IZSGTT6HS": "Amazon.nl", "A2NODRKZP88ZB9": "Amazon.se", "A1C3SOZRARQ6R3": "Amazon.pl",
    "AMEN7PMS3EDWL": "Amazon.com.be", "A2VIGQ35RCS4UG": "Amazon.ae", "A17E79C6D8DWNP": "Amazon.sa",
    "A21TJRUUN4KGV": "Amazon.in", "A1VC38T7YXB528": "Amazon.co.jp", "A39IBJ37TRP1C6": "Amazon.com.au",
    "A19VAU5U5O7RUS": "Amazon.sg",
}  # fmt: skip
