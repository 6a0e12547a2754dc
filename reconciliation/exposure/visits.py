"""How a visitor came to the own site, and whether that was a search for the brand.

The words are the visitor's own address bar; what they do not tell stays unknown. Search engines no longer tell what was
searched, so a visit from one without a campaign is unknown, not non-brand.
"""

import re
from dataclasses import dataclass

from reconciliation.exposure.verdicts import Class

MEDIA = ("ad", "search", "social", "email", "direct", "referral")

_PAID = re.compile(r"\b(cpc|ppc|cpm|cpv|paid\w*|sem|display|shopping|ads?|retargeting)\b|^paid")
_PAID_SOCIAL = re.compile(r"social|video|display|cpm")
_EMAIL = re.compile(r"\be?-?mail\b|newsletter|\bsms\b|\bedm\b")
_SOCIAL = re.compile(r"\bsocial|facebook|instagram|tiktok|pinterest|twitter|youtube|reddit|linkedin|weibo|xiaohongshu")
_ENGINE = re.compile(
    r"(^|\.)(google|bing|yahoo|duckduckgo|baidu|yandex|ecosia|naver|sogou|so|sm|qwant|brave|startpage|seznam)(\.|$)"
)
_NOT_SEARCH = re.compile(r"^(mail|docs|news|plus|meet|classroom|accounts|pay)\.")
_BRAND = re.compile(r"\bbrand(ed)?\b|品牌|ブランド")
_NON_BRAND = re.compile(r"\bnon?[\s_-]*brand(ed)?\b|\bunbranded\b|\bgeneric\b|\bcompetitors?\b|非品牌|竞品")


@dataclass(frozen=True, slots=True)
class Arrival:
    """What a visit tells of where it came from; ``host`` is the referrer's."""

    source: str = ""
    source_type: str = ""
    host: str = ""
    utm_source: str = ""
    utm_medium: str = ""


def medium_of(arrival: Arrival) -> str:
    """One of MEDIA, by what the link said first and by where it was on second."""
    told, source = arrival.utm_medium.lower().replace("_", " "), arrival.utm_source.lower()
    host, kind = arrival.host.lower().removeprefix("www."), arrival.source_type.upper()
    if kind == "AD" or _PAID.search(told):
        return "ad"
    if _EMAIL.search(told) or kind == "EMAIL":
        return "email"
    if _SOCIAL.search(told) or _SOCIAL.search(source) or _SOCIAL.search(host):
        return "social"
    if told == "organic" or kind == "SEO" or (_ENGINE.search(host) and not _NOT_SEARCH.match(host)):
        return "search"
    if host or source or told:
        return "referral"
    return "direct" if arrival.source.lower() in ("", "direct") else "referral"


def in_search(arrival: Arrival) -> bool:
    """Whether an ad stood among the results of a search, as far as its link says; else it is no search."""
    told = arrival.utm_medium.lower().replace("_", " ")
    where = f"{arrival.utm_source} {arrival.source}".lower()
    return not _PAID_SOCIAL.search(told) and not _SOCIAL.search(where)


def campaign_class(name: str) -> Class:
    """What a campaign's name says of the words it is shown for: brand only where it says so."""
    text = name.lower().replace("_", " ")
    if _NON_BRAND.search(text):
        return "non_brand"
    return "brand" if _BRAND.search(text) else "unknown"


def visit_class(medium: str, *, search: bool, term: Class | None, campaign: Class) -> tuple[Class, str]:
    """The class of a visit and its evidence. ``term`` is the class of its UTM term, None where it has none."""
    if term is not None and (medium == "search" or (medium == "ad" and search)):
        return term, "term"
    if medium == "ad" and search:
        return campaign, "campaign"
    if medium == "search":
        return "unknown", "search"
    return "non_brand", medium
