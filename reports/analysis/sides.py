"""Which of some channels is a marketplace and which the seller's own site, by their names alone."""

import re
from collections.abc import Iterable

_MARKETPLACES = (
    "amazon", "amz", "shopee", "lazada", "ebay", "walmart", "tiktok", "temu", "shein", "etsy", "aliexpress", "alibaba",
    "mercado", "rakuten", "qoo10", "coupang", "allegro", "zalando", "otto", "cdiscount", "wayfair", "ozon", "tmall",
    "taobao", "jd", "wildberries", "noon", "flipkart", "tokopedia", "market", "affecting",
    "亚马逊", "虾皮", "天猫", "淘宝", "京东", "速卖通", "平台",
)  # fmt: skip
_OWN = (
    "own", "shopify", "woocommerce", "magento", "shopline", "shoplazza", "bigcommerce", "webs", "site", "dtc", "d2c",
    "direct", "onlinestore", "affected", "独立站", "自营", "官网",
)  # fmt: skip
_LETTERS = {"a": False, "b": True}


def sides(channels: Iterable[str]) -> tuple[str, str] | None:
    """The own site (affected) and the marketplace (affecting), where there is exactly one of each by name."""
    is_market = {one: _is_market(one) for one in channels}
    own = [one for one, market in is_market.items() if market is False]
    markets = [one for one, market in is_market.items() if market]
    if len(is_market) == 2 and len(own) + len(markets) == 1:
        rest = [one for one, market in is_market.items() if market is None]
        own, markets = own or rest, markets or rest
    return (own[0], markets[0]) if len(own) == len(markets) == 1 else None


def chosen(channels: list[str], affected: str | None, affecting: str | None) -> tuple[str, str]:
    """The affected and the affecting channel, by option, as the other of two, or by name. Raises ValueError."""
    for flag, name in (("--affected", affected), ("--affecting", affecting)):
        if name is not None and name not in channels:
            raise ValueError(f"{flag} {name}: the series has {', '.join(channels)}.")
    if len(channels) == 2 and (affected is None) != (affecting is None):
        (other,) = (one for one in channels if one not in (affected, affecting))
        affected, affecting = affected or other, affecting or other
    if affected is None and affecting is None and (found := sides(channels)):
        affected, affecting = found
    if affected is None or affecting is None:
        raise ValueError(
            f"Which of {', '.join(channels)} was switched? Say --affecting CHANNEL and --affected CHANNEL."
        )
    if affected == affecting:
        raise ValueError(f"--affected and --affecting are both {affected}; they are two channels.")
    return affected, affecting


def _is_market(name: str) -> bool | None:
    """True for a marketplace, False for an own site, None where the name does not say."""
    text = name.lower()
    words = [one for one in re.split(r"[\W_]+", text) if one]
    for known, market in ((_MARKETPLACES, True), (_OWN, False)):
        if any(word.startswith(one) or (not one.isascii() and one in word) for word in words for one in known):
            return market
    letters = {_LETTERS[one] for one in words if one in _LETTERS}
    return letters.pop() if len(letters) == 1 else None
