"""What may be a lexicon's term, and versions that leave the old one as it is."""

import pytest

from reconciliation.exposure.lexicon import Changes, Lexicon, Term, problems, refusal, revise


@pytest.mark.parametrize("text", ["准绳", "hp", "3m", "ノバ", "plumb line", "360", "Müller", "โนวา", "7-eleven"])
def test_words_of_two_characters_and_more_are_terms(text: str) -> None:
    assert refusal(Term(text, "brand")) == ""


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a", "is one character"), ("准", "is one character"), ("ก็", "is one character"), ("é", "is one character"),
        ("", "has no letter or digit"), ("!?", "has no letter or digit"), ("\u200b", "has no letter or digit"),
        ("12", "is a number of 2 digits"), ("the", "any query may hold"), ("的", "is one character"),
        ("for the", "any query may hold"), ("怎么", "any query may hold"), ("n" * 81, "more than 80 characters"),
    ],
)  # fmt: skip
def test_term_that_would_match_anything_is_refused_with_its_reason(text: str, reason: str) -> None:
    assert reason in refusal(Term(text, "brand"))
    with pytest.raises(ValueError, match=reason):
        Lexicon(1, (Term("Plumbline", "brand"), Term(text, "brand")))


def test_message_about_a_long_term_does_not_repeat_it() -> None:
    assert len(refusal(Term("n" * 100_000, "brand"))) < 120


def test_every_reason_is_told_at_once() -> None:
    assert len(problems([Term("a", "brand"), Term("12", "line"), Term("Nova", "brand")])) == 2


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        (Term("Nova", "brand"), Term("NOVA", "competitor"), "both a competitor's and your own"),
        (Term("Air", "line"), Term("air", "competitor"), "both a competitor's and your own"),
        (Term("nowa", "misspelling"), Term("nowa", "generic"), "as a misspelling"),
        (Term("Air", "line", distinctive=True), Term("air", "generic"), "cannot be a distinctive"),
    ],
)
def test_terms_that_contradict_each_other_are_refused(one: Term, other: Term, reason: str) -> None:
    [found] = problems([one, other])
    assert reason in found


def test_line_and_brand_may_be_generic_words_too() -> None:
    assert (
        problems([Term("Air", "line"), Term("air", "generic"), Term("Ocean", "brand"), Term("ocean", "generic")]) == []
    )


def test_only_a_line_is_distinctive() -> None:
    assert "only a product line" in refusal(Term("Nova", "brand", distinctive=True))


def test_number_of_terms_is_limited() -> None:
    assert problems([Term(f"term{n}", "brand") for n in range(5_000)]) == []
    assert problems([Term(f"term{n}", "brand") for n in range(5_001)]) == [
        "a lexicon holds at most 5000 terms, these are 5001"
    ]


def test_revision_is_a_new_version_and_leaves_the_old_one() -> None:
    old = Lexicon(3, (Term("Nova", "brand"), Term("Air", "line"), Term("nowa", "misspelling")))
    new = revise(
        old,
        Changes(add=(Term("AIR", "line", "en"), Term("诺瓦", "brand", "zh")), remove=(Term("NOWA", "misspelling"),)),
    )
    assert new == Lexicon(4, (Term("Nova", "brand"), Term("AIR", "line", "en"), Term("诺瓦", "brand", "zh")))
    assert old == Lexicon(3, (Term("Nova", "brand"), Term("Air", "line"), Term("nowa", "misspelling")))


def test_term_that_is_not_there_cannot_be_taken_away() -> None:
    with pytest.raises(ValueError, match="not in version 1: anker"):
        revise(Lexicon(1, (Term("Nova", "brand"),)), Changes(remove=(Term("Anker", "brand"),)))
