"""People's words folded: the newest wins, what is taken back never was, and no word contradicts another unseen."""

import random
from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st

from reconciliation.identity.decisions import Standing, State, Word, standing, states

A, B, C, D = 1, 2, 3, 4


def test_the_newest_word_about_a_pair_wins() -> None:
    words = [Word(1, "confirm", (A, B)), Word(2, "reject", (B, A)), Word(3, "confirm", (A, B))]
    assert standing(words[:1]).together == {(A, B)}
    assert standing(words[:2]) == Standing(apart=frozenset({(A, B)}))
    assert standing(words).together == {(A, B)}
    assert states(words) == {1: State.HOLDS, 2: State.OVERRULED, 3: State.HOLDS}


def test_an_undo_of_an_undo_lets_the_first_word_hold_again() -> None:
    words = [Word(1, "confirm", (A, B)), Word(2, "undo", about=1), Word(3, "undo", about=2), Word(4, "undo", about=3)]
    assert [standing(words[:many]).together for many in (1, 2, 3, 4)] == [{(A, B)}, set(), {(A, B)}, set()]
    assert states(words[:3]) == {1: State.HOLDS, 2: State.TAKEN_BACK, 3: State.HOLDS}


def test_an_undone_word_uncovers_the_older_one() -> None:
    words = [Word(1, "confirm", (A, B)), Word(2, "reject", (A, B)), Word(3, "undo", about=2)]
    assert standing(words).together == {(A, B)}
    assert standing(words).overruled == set()


def test_a_large_word_waits_until_another_person_agrees() -> None:
    large = Word(1, "merge", (A, B, C), needs_second=True, actor=7)
    assert standing([large]) == Standing(waiting=frozenset({1}))
    by_himself = Word(2, "second", about=1, actor=7)
    assert standing([large, by_himself]).waiting == {1}
    another = Word(3, "second", about=1, actor=8)
    assert standing([large, by_himself, another]).together == {(A, B), (A, C), (B, C)}
    taken_back = [large, another, Word(4, "undo", about=3, actor=8)]
    assert standing(taken_back).waiting == {1}
    assert states(taken_back) == {1: State.WAITS, 3: State.TAKEN_BACK, 4: State.HOLDS}


def test_a_large_word_that_is_taken_back_does_not_wait() -> None:
    words = [Word(1, "merge", (A, B), needs_second=True), Word(2, "undo", about=1)]
    assert standing(words) == Standing()


def test_an_older_word_is_overruled_at_second_hand() -> None:
    words = [Word(1, "confirm", (A, C)), Word(2, "confirm", (B, C)), Word(3, "reject", (A, B))]
    assert standing(words) == Standing(
        together=frozenset({(B, C)}), apart=frozenset({(A, B)}), overruled=frozenset({(A, C)})
    )
    assert states(words) == {1: State.OVERRULED, 2: State.HOLDS, 3: State.HOLDS}


def test_persons_that_are_apart_stay_apart_when_they_grow() -> None:
    words = [Word(1, "reject", (A, D)), Word(2, "confirm", (C, D)), Word(3, "merge", (A, B, C))]
    assert standing(words).overruled == {(A, D)}
    assert standing(words).together == {(A, B), (A, C), (B, C), (C, D)}


def test_a_split_parts_every_account_of_its_groups() -> None:
    words = [Word(1, "merge", (A, B, C)), Word(2, "split", ((A, B), (C, D)))]
    assert standing(words).apart == {(A, C), (A, D), (B, C), (B, D)}
    assert standing(words).together == {(A, B)}


def test_words_about_what_is_not_there_do_nothing() -> None:
    assert standing([Word(1, "undo", about=9), Word(2, "second", about=9)]) == Standing()
    assert standing([Word(1, "split", ((A,), (A,))), Word(2, "merge", (A,))]) == Standing()
    assert standing([]) == Standing()


_ACCOUNTS = st.integers(1, 6)
_PAIRS = st.lists(_ACCOUNTS, min_size=2, max_size=2, unique=True)
_SAID = st.one_of(
    st.tuples(st.sampled_from(["confirm", "reject"]), _PAIRS),
    st.tuples(st.just("merge"), st.lists(_ACCOUNTS, min_size=2, max_size=5, unique=True)),
    st.tuples(st.just("split"), _PAIRS.map(lambda pair: [[pair[0]], [pair[1]]])),
)


def _words(said: list[tuple[str, list[int]]]) -> list[Word]:
    return [Word(number, action, accounts) for number, (action, accounts) in enumerate(said, 1)]


@given(st.lists(_SAID, max_size=25), st.randoms(use_true_random=False))
def test_undoing_everything_in_any_order_leaves_nothing(
    said: list[tuple[str, list[int]]], chance: random.Random
) -> None:
    words = _words(said)
    order = [word.number for word in words]
    chance.shuffle(order)
    undone = [Word(len(words) + place, "undo", about=number) for place, number in enumerate(order, 1)]
    assert standing([*words, *undone]) == Standing()


@given(st.lists(_SAID, max_size=20), st.sets(st.integers(1, 20)))
def test_what_is_taken_back_never_was(said: list[tuple[str, list[int]]], back: set[int]) -> None:
    words = _words(said)
    undone = [Word(100 + number, "undo", about=number) for number in sorted(back)]
    assert standing([*words, *undone]) == standing(word for word in words if word.number not in back)


@settings(max_examples=200)
@given(st.lists(_SAID, max_size=20))
def test_what_holds_contradicts_itself_nowhere(said: list[tuple[str, list[int]]]) -> None:
    words = _words(said)
    now = standing(words)
    person = {account: account for account in range(1, 7)}
    for left, right in now.together:
        person = {account: person[left] if of == person[right] else of for account, of in person.items()}
    assert not [pair for pair in now.apart if person[pair[0]] == person[pair[1]]]
    assert now.together.isdisjoint(now.apart)
    assert standing(reversed(words)) == now  # the order of the rows is nothing, their numbers are all
    newest = words[-1] if words else None
    if newest is not None:
        assert states(words)[newest.number] == State.HOLDS
        if newest.action == "merge":
            assert set(combinations(sorted(newest.accounts), 2)) <= now.together
