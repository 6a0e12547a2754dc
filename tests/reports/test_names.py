"""Networks, campaigns and sources by the names that people know them by."""

import pytest
from django.utils import translation

from reports.analysis.said import Said
from reports.decisions import say
from reports.names import campaign_name, network_name, visit_channel


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("Tea (google, shopify)", "Tea (Google Ads, Shopify)"), ("SP - Tea (amazon)", "SP - Tea (Amazon)"),
        ("– (shopee)", "No campaign named (Shopee)"), ("Tea (loose) (meta)", "Tea (loose) (Meta Ads)"),
        ("Tea", "Tea"), ("Tea (Loose)", "Tea (Loose)"), ("", ""), ("a\nb (meta)", "a\nb (Meta Ads)"),
    ],
)  # fmt: skip
def test_campaigns_stand_with_the_names_of_their_networks(given: str, said: str) -> None:
    with translation.override("en"):
        assert campaign_name(given) == said


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ("google / ads", "Google Ads"), ("meta / social", "Meta / 自然社交"), ("direct", "直接访问"),
        ("other / ads", "其他 / 广告"), ("<b> / ads", "<b> / 广告"), ("nobody", "nobody"),
    ],
)  # fmt: skip
def test_sources_of_visits_are_in_the_language_of_the_page(given: str, said: str) -> None:
    with translation.override("zh-hans"):
        assert visit_channel(given) == said
        assert network_name("amazon") == "亚马逊"


def test_sentences_name_channels_and_campaigns() -> None:
    said = Said("{channel}: {campaign}", {"channel": "direct", "campaign": "Tea (amazon)"})
    with translation.override("zh-hans"):
        assert say(said) == "直接访问: Tea (亚马逊)"
