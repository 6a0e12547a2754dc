"""What visits are called: networks by the names of their reports, anybody else as written, the rarest joined."""

import numpy as np
import pytest

from reconciliation.exposure.visits import Arrival, medium_of
from reports.analysis.attribution.journeys import Journeys
from reports.analysis.attribution.naming import campaign_of, channel_of, joined, plain_text, source_of

NAMED = {
    "google / ads": Arrival(utm_source="Google", utm_medium="cpc"),
    "meta / ads": Arrival(utm_source="fb", utm_medium="Paid_Social", host="m.facebook.com"),
    "meta / social": Arrival(host="l.instagram.com"),
    "tiktok / ads": Arrival(source_type="AD", host="www.tiktok.com"),
    "other / ads": Arrival(source_type="AD"),
    "x / social": Arrival(utm_source="x.com", utm_medium="social"),
    "email": Arrival(utm_source="klaviyo", utm_medium="email"),
    "search": Arrival(host="www.google.co.uk"),
    "direct": Arrival(source="direct"),
    "referral": Arrival(host="tea-blog.example"),
    "tea-blog.example / referral": Arrival(utm_source="www.Tea-Blog.example", utm_medium="partner"),
}


@pytest.mark.parametrize("name", sorted(NAMED))
def test_a_channel_is_who_sent_the_visitor_and_how(name: str) -> None:
    assert channel_of(medium_of(NAMED[name]), NAMED[name]) == name


def test_a_slash_in_a_source_makes_no_medium() -> None:
    assert channel_of("referral", Arrival(utm_source="a / ads", utm_medium="partner")) == "a   ads / referral"


def test_campaigns_meet_whatever_the_case_and_spaces() -> None:
    assert campaign_of(" Spring\u00a0 SALE ") == campaign_of("spring sale") == "spring sale"
    assert len(campaign_of("x" * 10_000)) == 80


def test_words_that_may_be_an_address_are_nobodys() -> None:
    assert campaign_of("jane@example.com") == source_of("jane%40example.com") == ""
    assert channel_of("ad", Arrival(utm_source="jane@example.com")) == "other / ads"
    assert campaign_of("Tea @ 20 %") == "tea @ 20 %"


def test_text_is_one_line_of_printable_signs() -> None:
    assert plain_text("a\nb\u202e\x00\t c", 40) == "a b c"
    assert plain_text("", 40) == source_of("") == ""


def test_a_hundred_thousand_sources_are_joined() -> None:
    touches = {f"s{n:06d} / {('ads', 'referral')[n % 2]}": 1 + (n < 10) for n in range(100_000)} | {
        "direct": 1,
        "email": 5,
    }
    into = joined(touches)
    assert set(into.values()) >= {"direct", "email", "s000003 / referral", "other / ads", "other / referral"}
    assert len(set(into.values())) == 20 + 2
    assert into["direct"] == "direct"


def test_journeys_in_any_order_are_brought_into_that_of_days() -> None:
    made = Journeys(
        ("a", "b", "c"), np.array([0, 1, 2, 2, 0]), np.array([0, 2, 3, 5]), np.ones(3), np.array([1.0, 2, 3]),
        np.zeros(3), np.array([1.0, 0, 0, 4, 0]), np.array([3, 2, 1, 1, 2]), np.array([9, 7, 8]),
    )  # fmt: skip
    placed = made.by_day()
    assert placed.touch.tolist() == [2, 2, 0, 0, 1]
    assert placed.value.tolist() == [2, 3, 1]
    assert placed.intent is not None
    assert placed.intent.tolist() == [1, 1, 2, 3, 2]
    one = placed.part(1, 2)
    assert (one.touch.tolist(), one.starts.tolist(), one.value.tolist()) == ([2, 0], [0, 2], [3])
