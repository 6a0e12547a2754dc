import re
from dataclasses import replace

from reports.analysis.breakeven import break_even
from reports.analysis.estimate import CannotTell, Estimate
from reports.analysis.money import Margin
from reports.analysis.said import Said
from reports.analysis.verdict import verdict
from reports.cards.blocks import Heading, shown
from reports.cards.card import contents
from reports.cards.markdown import markdown
from reports.cards.pdf import pdf
from reports.cards.pictures import pictures
from reports.pictures.drawing import svg
from tests.reports.cards.making import AMAZON, NAMES, made

HOSTILE = "<b>x</b> | [y](http://z) `q` & *k* " + "w" * 120
NO_PICTURES: frozenset[str] = frozenset()


def text_of(**other: object) -> str:
    card = made(**other)
    return markdown(contents(card, frozenset(pictures(card)), "0" * 64))


def test_card_says_question_verdict_figures_checks_and_how_to_compute_it_again() -> None:
    found = text_of()
    assert found.startswith("# Does amazon add profit, or take it from shopify?\n\namazon adds profit.\n")
    assert "| Share of amazon's orders taken from shopify | 30 % | 20 % … 40 % | 26 observations |" in found
    assert "| Break-even: the share at which an order of amazon adds nothing | 53 % |" in found
    assert "| What an order of amazon adds to all channels | 3.50 USD/order | 2.00 … 5.00 USD/order |" in found
    assert "| What amazon's own dashboard says | 8,000 USD |" in found
    assert "| amazon | 8,000 USD | 7,500 USD | 3,500 USD | 2,000 … 5,000 USD |" in found
    assert "| shopify | 13,500 USD | – | cannot tell | – |" in found
    assert found.count("As found: ") == len(NAMES) == 10
    assert "| Seed | 7 |" in found
    assert f"| SHA-256 of the data | {'0' * 64} |" in found
    assert "manage.py cannibalization --panel panel.csv --event event.json --seed 7" in found
    assert "What would tell" not in found
    assert not re.search(r"probab", found)


def test_card_that_cannot_tell_says_why_and_what_would() -> None:
    refused = CannotTell(Said("There are {n} control regions.", {"n": 3}), Said("Eight would tell."))
    found = text_of(share=refused, theta=refused, verdict=verdict({"q": refused})["q"])
    assert "Cannot tell whether amazon adds or destroys profit.\n\nThere are 3 control regions.\n" in found
    assert found.count("## What would tell\n\n- Eight would tell.\n") == 1
    assert "| Share of amazon's orders taken from shopify | cannot tell | – | – |" in found
    assert "## Checks" not in found


def test_card_of_a_losing_channel_and_of_an_undefined_break_even() -> None:
    theta = Estimate(-3.5, -5.0, -2.0, 0.9, "USD/order", 26, "event", detail={"p_zero": 0.001})
    undefined = break_even(AMAZON, Margin("shopify", -1.0, 0.1, 50, "USD"))
    found = text_of(theta=theta, verdict=verdict({"q": theta})["q"], break_even=undefined)
    assert "amazon destroys profit." in found
    assert "| Break-even: the share at which an order of amazon adds nothing | cannot tell |" in found
    assert "An order of shopify brings in nothing or less" in found
    assert "-3.50 USD/order" in found


def test_infinite_ends_are_shown_as_such() -> None:
    assert shown(Estimate(1, float("-inf"), float("inf"), 0.9, "share", 3, "m")) == ("100 %", "-∞ … ∞")


def test_names_cannot_change_the_page() -> None:
    card = made(affecting=HOSTILE, affected="准绳商城", panel=replace(made().panel))
    found = markdown(contents(card, NO_PICTURES, ""))
    assert "<b>" not in found
    assert "](http" not in found
    assert all(line.count(" | ") <= 4 for line in found.splitlines() if line.startswith("|"))
    drawings = pictures(card)
    assert pdf(contents(card, frozenset(drawings), ""), drawings).startswith(b"%PDF-")
    assert all("<b>x" not in svg(one) for one in drawings.values())


def test_card_is_said_in_another_language() -> None:
    def chinese(said: Said) -> str:
        return "准" + str(said)

    card = made()
    drawings = pictures(card, chinese)
    blocks = list(contents(card, frozenset(drawings), ""))
    found = markdown(blocks, chinese)
    assert all(chinese(one.text) in found for one in blocks if isinstance(one, Heading) and isinstance(one.text, Said))
    body = pdf(blocks, drawings, chinese, "准绳")
    assert b"STSong-Light" in body
    assert body == pdf(blocks, drawings, chinese, "准绳")
    assert "准taken" in svg(drawings["shares"])
    assert "<title>准&lt;</title>" in svg(drawings["shares"], "准<")


def test_pictures_are_left_out_where_there_is_nothing_to_draw() -> None:
    card = made()
    assert sorted(pictures(card)) == ["contributions", "gap", "shares"]
    detail = card.share.detail
    for other in (
        {},
        {**detail, "gap": [0.0]},
        {**detail, "band": [None] * 4},
        {**detail, "gap": [0, 0, 0, float("inf")]},
    ):
        assert "gap" not in pictures(replace(card, share=replace(card.share, detail=other)))
    refused = CannotTell(Said("No."))
    assert sorted(pictures(replace(card, share=refused, break_even=refused, contributions=()))) == []


def test_flat_pictures_divide_by_nothing() -> None:
    card = made()
    flat = {**card.share.detail, "gap": [0.0] * 4, "band": [0.0] * 4}
    assert "gap" in pictures(replace(card, share=replace(card.share, detail=flat)))
