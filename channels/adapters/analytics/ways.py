"""On which way a session came, from what Google Analytics says of its source.

Paid media are those of GA4's own definition: https://support.google.com/analytics/answer/9756891.
"""

import re

from channels.core.kinds import Way

_PAID = re.compile(r"(.*cp.*|ppc|retargeting|paid.*)")
_PAID_GROUPS = ("paid ", "cross-network", "display", "付费", "跨网络", "展示")
_NOT_SAID = frozenset({"", "(not set)", "(data not available)", "(other)"})
_NOT_BRAND = re.compile(r"non[\s_-]*brand|no[\s_-]brand|unbranded|generic|非品牌")
_BRAND = re.compile(r"(?<![a-z])brand(ed)?(?![a-z])|品牌")


def way_of(source: str, medium: str, campaign: str = "", group: str = "") -> Way:
    """Brand is paid search whose campaign calls itself so; what is said of neither source nor group is unknown."""
    source, medium, group = (text.strip().casefold() for text in (source, medium, group))
    if (source == "(direct)" and medium in ("(none)", *_NOT_SAID)) or group in ("direct", "直接"):
        return Way.DIRECT
    if _PAID.fullmatch(medium) or medium in ("display", "banner", "interstitial") or group.startswith(_PAID_GROUPS):
        words = campaign.casefold()
        return Way.BRAND if _BRAND.search(words) and not _NOT_BRAND.search(words) else Way.PAID
    if medium == "organic" or group.startswith(("organic", "自然")):
        return Way.ORGANIC
    return Way.UNKNOWN if {source, medium} <= _NOT_SAID and group in (*_NOT_SAID, "unassigned") else Way.OTHER
