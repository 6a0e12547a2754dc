"""Which advertising leads came of: the CRM's words for source, medium and campaign beside those of the networks."""

from collections.abc import Iterable
from dataclasses import dataclass

from reports.analysis.leads.files import NOT_GIVEN

NETWORKS = {
    "google": ("google", "adwords", "google ads", "googleads", "google adwords", "youtube", "谷歌", "谷歌广告"),
    "meta": (
        "meta", "meta ads", "facebook", "facebook ads", "fb", "fb ads", "instagram", "instagram ads", "ig",
        "脸书", "facebook instagram",
    ),
    "tiktok": ("tiktok", "tik tok", "tiktok ads", "tiktok for business"),
}  # fmt: skip
LABELS = {"google": "Google Ads", "meta": "Meta Ads", "tiktok": "TikTok Ads"}
PAID_SEARCH, PAID_SOCIAL = "Paid search", "Paid social"
_KINDS = {
    PAID_SEARCH: (("google",), ("paid search", "付费搜索")),
    PAID_SOCIAL: (("meta", "tiktok"), ("paid social", "付费社交")),
}
_FREE = (
    "organic", "organic social", "organic search", "referral", "email", "e mail", "none", "(none)", "direct", "social",
    "自然", "免费",
)  # fmt: skip
_NETWORK_OF = {word: network for network, words in NETWORKS.items() for word in words}


@dataclass(frozen=True, slots=True)
class Words:
    """How the CRM names where a lead came from; "" is not told."""

    source: str
    medium: str
    campaign: str


@dataclass(frozen=True, slots=True)
class Matched:
    """``leads`` and ``spend`` have a line each, in the order given; equal lines are of one advertising."""

    leads: list[str]
    spend: list[str]


def same(name: str) -> str:
    return " ".join(name.casefold().replace("_", " ").replace("-", " ").replace("/", " ").split())


def matched(leads: Iterable[Words], spend: Iterable[tuple[str, str]]) -> Matched:
    """Lines of leads and of spend on (network, campaign).

    A campaign of the same name decides, then the source's network, then words such as HubSpot's "Paid Social": where
    these may mean several networks on which something was spent, the networks are one line.
    """
    leads, spend = list(leads), list(spend)
    networks = {network for network, _ in spend}
    campaigns: dict[str, set[str]] = {}
    for network, campaign in spend:
        if same(campaign):
            campaigns.setdefault(same(campaign), set()).add(network)
    found = {words: _network(words, campaigns, networks) for words in set(leads)}
    joined = {
        network: kind
        for kind, (members, _) in _KINDS.items() if kind in found.values()
        for network in members if network in networks
    }  # fmt: skip
    spelt: dict[str, str] = {}
    names = {words: _name(words, found[words], joined, spelt) for words in dict.fromkeys(leads)}
    return Matched([names[words] for words in leads], [_label(network, joined) for network, _ in spend])


def _network(words: Words, campaigns: dict[str, set[str]], networks: set[str]) -> str:
    """The network, or the kind of several, "" where it is neither."""
    source, medium = _parts(words)
    of_source = next((one for one in (_NETWORK_OF.get(source, source),) if one in networks), "")
    named = campaigns.get(same(words.campaign), set()) if words.campaign else set()
    if len(named) == 1 or of_source in named:
        return of_source if of_source in named else next(iter(named))
    if medium in _FREE:
        return ""
    if of_source:
        return of_source
    for kind, (members, spoken) in _KINDS.items():
        some = [one for one in members if one in networks]
        if some and source not in _NETWORK_OF and (source in spoken or (medium in spoken and not source)):
            return some[0] if len(some) == 1 else kind
    return ""


def _parts(words: Words) -> tuple[str, str]:
    """Source and medium; some write both into one as google / cpc."""
    source, slash, medium = words.source.partition("/")
    if slash and not words.medium and same(source) in _NETWORK_OF:
        return (same(words.source), "") if same(medium) in _NETWORK_OF else (same(source), same(medium))
    return same(words.source), same(words.medium)


def _label(network: str, joined: dict[str, str]) -> str:
    return joined.get(network) or LABELS.get(network, network)


def _name(words: Words, network: str, joined: dict[str, str], spelt: dict[str, str]) -> str:
    """Of a source that no spend belongs to, as it was spelt first."""
    if network:
        return _label(network, joined)
    name = " / ".join(one for one in (words.source.strip(), words.medium.strip()) if one)
    return spelt.setdefault(same(name), name or NOT_GIVEN)
