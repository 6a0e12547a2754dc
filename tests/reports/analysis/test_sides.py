import pytest

from reports.analysis.sides import sides


@pytest.mark.parametrize(
    ("own", "market"),
    [
        ("A", "B"),
        ("a", "b"),
        ("channel_a", "channel_b"),
        ("own", "marketplace"),
        ("own site", "Amazon.de"),
        ("shopify", "amazon"),
        ("Shopify", "shopee"),
        ("site", "tiktok_shop"),
        ("dtc", "anything"),
        ("anything", "lazada"),
        ("affected", "affecting"),
        ("独立站", "亚马逊"),
    ],
)
def test_sides_are_told_by_their_names_in_any_order(own: str, market: str) -> None:
    assert sides([own, market]) == sides([market, own]) == (own, market)


def test_one_own_site_and_one_marketplace_are_told_among_others() -> None:
    assert sides(["phone", "shopify", "amazon"]) == ("shopify", "amazon")


@pytest.mark.parametrize(
    "channels",
    [[], ["A"], ["x", "y"], ["amazon", "ebay"], ["shopify", "own"], ["shopify", "amazon", "ebay"], ["", " "]],
    ids=["none", "one", "unknown", "two markets", "two sites", "three", "empty"],
)
def test_names_that_do_not_say_it_tell_nothing(channels: list[str]) -> None:
    assert sides(channels) is None
