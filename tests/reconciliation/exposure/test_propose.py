"""Proposals for the lexicon out of the company's own search terms."""

from reconciliation.exposure.lexicon import Changes, Lexicon, Term, revise
from reconciliation.exposure.propose import Proposal, propose

LEXICON = Lexicon(1, (
    Term("Plumbline", "brand"), Term("准绳", "brand"), Term("Plumbliner", "competitor"), Term("plombline", "generic"),
))  # fmt: skip


def test_frequent_near_words_come_first_with_examples() -> None:
    found = propose(
        [("plumline laser", 40), ("plumline", 2), ("plumblime level", 5), ("pulmblime", 9), ("laser level", 900)],
        LEXICON,
    )
    assert found[0] == Proposal(
        "plumline", "misspelling", 42, "Plumbline", 1, "like", "", ("plumline laser", "plumline")
    )
    assert [one.text for one in found] == ["plumline", "pulmblime", "plumblime"]


def test_what_is_in_the_lexicon_rejected_rare_or_ordinary_is_not_proposed() -> None:
    queries = [
        ("plumbline", 99),
        ("plumbliner", 99),
        ("plombline", 99),
        ("plumbing", 99),
        ("plumlin", 2),
        ("Plumbín", 99),
    ]
    assert propose(queries, LEXICON, rejected=["plumbin"]) == []


def test_confirmed_proposal_is_not_made_again() -> None:
    [proposal] = propose([("plumline", 9)], LEXICON)
    assert propose([("plumline", 9)], revise(LEXICON, Changes(add=(Term(proposal.text, proposal.kind),)))) == []


def test_word_that_stands_mostly_beside_the_brand_may_be_a_line() -> None:
    queries = [
        ("plumbline truedeck", 30),
        ("plumbline truedeck 50", 9),
        ("truedeck", 5),
        ("plumbline tripod", 30),
        ("best plumbline tripod", 4),
    ]
    assert [(one.text, one.kind, one.nearest) for one in propose(queries, LEXICON)] == [
        ("truedeck", "line", "Plumbline")
    ]
    assert propose([*queries, ("truedeck", 900)], LEXICON) == []


def test_other_scripts_and_readings_are_proposed() -> None:
    found = propose([("プラムライン 水平器", 8), ("准声水平仪", 7), ("zhunsheng 水平仪", 6)], LEXICON)
    assert [(one.text, one.nearest, one.language) for one in found] == [
        ("プラムライン", "Plumbline", "ja"), ("准声", "准绳", "zh"), ("zhunsheng", "准绳", ""),
    ]  # fmt: skip


def test_brand_written_as_two_words_is_proposed_for_a_person_to_tell() -> None:
    [found] = propose([("plumb line level", 8)], LEXICON)
    assert (found.text, found.nearest, found.reason) == ("plumb line", "Plumbline", "split")


def test_number_of_proposals_is_limited() -> None:
    queries = [(f"plumbline{chr(97 + n // 26)}{chr(97 + n % 26)}", 5 + n) for n in range(300)]
    found = propose(queries, LEXICON, most=50)
    assert [one.count for one in found] == list(range(304, 254, -1))


def test_nothing_is_proposed_from_nothing() -> None:
    assert propose([], LEXICON) == []
    assert propose([("", 5), ("*", 5), ("b08n5wrwnw", 5)], Lexicon(1)) == []
