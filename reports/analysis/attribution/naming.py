"""What the visits of a shop are called in attribution: a channel of few, and the campaign within it.

A channel is "google / ads", "meta / social", "partner / referral" where a link said who sent the visitor, and "email",
"search", "direct" or "referral" where that is all there is to tell. Networks have the names that their reports go by,
so that spend meets visits. All words are the visitor's own address bar: shown, never trusted.
"""

import re
from collections.abc import Mapping

from reconciliation.exposure.visits import Arrival

MOST_CHANNELS = 20
MOST_CAMPAIGNS = 60
OTHER = "other"
_LONGEST = 40
_LONGEST_CAMPAIGN = 80

_NETWORKS = {
    "google": "google", "adwords": "google", "googleads": "google", "gads": "google", "youtube": "google",
    "meta": "meta", "facebook": "meta", "fb": "meta", "instagram": "meta", "ig": "meta", "messenger": "meta",
    "tiktok": "tiktok", "tiktokads": "tiktok", "bing": "microsoft", "microsoft": "microsoft", "msn": "microsoft",
    "pinterest": "pinterest", "snapchat": "snapchat", "reddit": "reddit", "linkedin": "linkedin", "twitter": "x",
    "amazon": "amazon", "criteo": "criteo", "yahoo": "yahoo", "baidu": "baidu", "yandex": "yandex", "naver": "naver",
    "xiaohongshu": "xiaohongshu", "weibo": "weibo",
}  # fmt: skip
_ALONE = {"x": "x", "x.com": "x", "t.co": "x"}
_WORDS = re.compile(r"[a-z0-9]+")
_ADDRESS = re.compile(r"\S@\S+\.\w|%40")


def channel_of(medium: str, arrival: Arrival) -> str:
    """``medium`` as ``reconciliation.exposure.visits.medium_of`` has it."""
    if medium in ("ad", "social"):
        who = source_of(arrival.utm_source or arrival.host or arrival.source)
        return f"{who or OTHER} / {'ads' if medium == 'ad' else medium}"
    if medium == "referral" and (who := source_of(arrival.utm_source)):
        return f"{who} / referral"
    return medium


def ads_of(network: str) -> str:
    """The channel of an advertising network."""
    return f"{network} / ads"


def source_of(word: str) -> str:
    """Who is meant: a network by its name, however it is written; anybody else as written."""
    said = nobodys(plain_text(word, _LONGEST).lower().removeprefix("www."))
    if said in _ALONE:
        return _ALONE[said]
    return next((_NETWORKS[one] for one in _WORDS.findall(said) if one in _NETWORKS), said.replace("/", " ").strip())


def campaign_of(name: str) -> str:
    """As compared: networks and links write capitals and spaces differently."""
    return nobodys(plain_text(name, _LONGEST_CAMPAIGN).casefold())


def nobodys(text: str) -> str:
    """The text; "" where it may be somebody's address."""
    return "" if _ADDRESS.search(text) else text


def plain_text(text: str, longest: int) -> str:
    """One line of printable characters."""
    seen = "".join(one if one.isprintable() else " " for one in text[: 4 * longest])
    return " ".join(seen.split())[:longest].strip()


def joined(touches: Mapping[str, int], most: int = MOST_CHANNELS) -> dict[str, str]:
    """The channel that each one counts in: the rarest sources are joined by kind, such as "other / ads"."""
    found = {name: name for name in sorted(touches, key=lambda one: (-touches[one], one))}
    for name in list(found)[most:]:
        found[name] = f"{OTHER} / {name.rpartition(' / ')[2]}" if " / " in name else name
    return found
