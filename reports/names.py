"""Networks, campaigns and where visitors came from, by the names that people know them by, in the page's language."""

import re

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from channels.words import channel_label

# Advertising of a network goes by the name of what it sells; marketplaces are channels of their own.
NETWORKS = {
    "google": "Google Ads", "meta": "Meta Ads", "tiktok": "TikTok Ads", "microsoft": "Microsoft Ads",
    "pinterest": "Pinterest Ads", "snapchat": "Snapchat Ads", "reddit": "Reddit Ads", "linkedin": "LinkedIn Ads",
    "x": "X Ads", "criteo": "Criteo",
}  # fmt: skip
_WHO = {
    "google": "Google", "meta": "Meta", "tiktok": "TikTok", "microsoft": "Microsoft", "pinterest": "Pinterest",
    "snapchat": "Snapchat", "reddit": "Reddit", "linkedin": "LinkedIn", "x": "X",
}  # fmt: skip
_MEDIA = {
    "email": _("E-mail"), "search": _("Search, not paid"), "direct": _("Direct visits"), "referral": _("Other sites"),
    "social": _("Social, not paid"), "ads": _("ads"),
}  # fmt: skip
_WITH_SOURCE = {"social": _("social, not paid"), "referral": _("referral"), "ads": _("ads")}
_PLACED = re.compile(r"(?P<name>.*) \((?P<where>[a-z_]+(?:, [a-z_]+)?)\)", re.DOTALL)


def network_name(code: str) -> str:
    """Of a network or a marketplace; one that is not known stays as written."""
    return NETWORKS.get(code) or channel_label(code)


def visit_channel(channel: str) -> str:
    """Of attribution, such as "google / ads"; a source that is not known stays as written."""
    who, slash, medium = channel.rpartition(" / ")
    if not slash:
        return str(_MEDIA.get(channel, channel))
    if medium == "ads" and who in NETWORKS:
        return NETWORKS[who]
    shown = gettext("other") if who == "other" else _WHO.get(who) or channel_label(who)
    return f"{shown} / {_WITH_SOURCE.get(medium, medium)}"


def campaign_name(label: str) -> str:
    """Of ``reports.analysis.campaigns``: "Tea (google, shopify)", "–" where it has no name."""
    found = _PLACED.fullmatch(label)
    if not found:
        return label
    where = [network_name(one) for one in found["where"].split(", ")]
    name = gettext("No campaign named") if found["name"] == "–" else found["name"]
    return f"{name} ({', '.join(where)})"
