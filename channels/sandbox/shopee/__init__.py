"""Shopee's Open Platform v2 over a world: signing, tokens that turn, windows, pages, masked buyers.

What it does not do as Shopee does: a refresh token that was used works once more as long as the access token that it
brought was never used (``strict=False``), as if the seller had authorised the shop again. Shopee would not forgive it.
"""

from channels.sandbox.shopee.vendor import Shopee

__all__ = ["Shopee"]
