"""Which advertising leads came of, as CRMs and networks name it."""

import pytest

from reports.analysis.leads.matching import Words, matched

SPEND = [("google", "Brand US"), ("google", "Consulting"), ("meta", "Spring_sale")]


def line(source: str, medium: str = "", campaign: str = "", spend: list[tuple[str, str]] = SPEND) -> str:
    (found,) = matched([Words(source, medium, campaign)], spend).leads
    return found


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("google",), "Google Ads"),
        (("Google", "cpc"), "Google Ads"),
        (("google / cpc",), "Google Ads"),
        (("google / organic",), "google / organic"),
        (("Google", "organic"), "Google / organic"),
        (("Paid Search",), "Google Ads"),
        (("PAID_SEARCH",), "Google Ads"),
        (("付费搜索",), "Google Ads"),
        (("Organic Search",), "Organic Search"),
        (("facebook", "paid social"), "Meta Ads"),
        (("IG",), "Meta Ads"),
        (("Facebook / Instagram",), "Meta Ads"),
        (("Paid Social", "", "x"), "Meta Ads"),
        (("Facebook", "social"), "Facebook / social"),
        (("newsletter", "email", "SPRING SALE"), "Meta Ads"),
        (("google", "cpc", "spring-sale"), "Meta Ads"),
        (("tiktok", "cpc"), "tiktok / cpc"),
        (("", "", ""), "(not given)"),
        ((" ", "", ""), "(not given)"),
        (("{source}", "</td>"), "{source} / </td>"),
    ],
    ids=str,
)
def test_words_are_of_a_network_or_of_themselves(words: tuple[str, ...], expected: str) -> None:
    source, medium, campaign = (*words, "", "")[:3]
    assert line(source, medium, campaign) == expected


def test_without_spend_a_source_is_itself() -> None:
    assert line("google", spend=[]) == "google"
    assert matched([], SPEND).spend == ["Google Ads", "Google Ads", "Meta Ads"]


def test_a_campaign_of_two_networks_goes_by_its_source() -> None:
    both = [("google", "Tea"), ("meta", "tea")]
    assert [line(one, "", "TEA", both) for one in ("instagram", "google", "x")] == ["Meta Ads", "Google Ads", "x"]


def test_where_words_may_mean_several_networks_these_are_one_line() -> None:
    spend = [("meta", "A"), ("tiktok", "B"), ("google", "C")]
    found = matched([Words("Paid Social", "", ""), Words("tiktok", "", ""), Words("google", "", "")], spend)
    assert found.leads == ["Paid social", "Paid social", "Google Ads"]
    assert found.spend == ["Paid social", "Paid social", "Google Ads"]


def test_sources_are_one_however_they_are_spelt() -> None:
    found = matched([Words("Trade_fair", "", ""), Words("trade fair", "", ""), Words("TRADE-FAIR ", "", "")], [])
    assert found.leads == ["Trade_fair"] * 3
