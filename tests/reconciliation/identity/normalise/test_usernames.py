import pytest

from reconciliation.identity.features import features
from reconciliation.identity.normalise.usernames import alias, called, initialled
from reconciliation.identity.signals import Buyer, TokenKey, tokens


@pytest.mark.parametrize("username", ["lily.tan88", "tanlily", "TAN_LILY_1", "Lily-Tan", "lily@tan"])
def test_a_user_name_of_a_name_says_what_the_name_says(username: str) -> None:
    assert alias(username) in called(("lily", "tan"))


@pytest.mark.parametrize("username", ["ltan88", "l.tan", "tanl"])
def test_an_initial_and_a_word_are_told_apart_from_the_name(username: str) -> None:
    assert alias(username) in initialled(("lily", "tan"))
    assert alias(username) not in called(("lily", "tan"))


def test_two_words_of_a_longer_name_are_enough() -> None:
    assert {alias("weitan3"), alias("tanming"), alias("tanweiming")} <= set(called(("tan", "wei", "ming")))


def test_either_romanisation_of_taiwan_is_one() -> None:
    here, there = (features(Buyer(name, country="TW")).called for name in ("張家豪", "Chang Chia-Hao"))
    assert here == there
    assert {alias("jiahao.zhang77", "TW"), alias("changjiahao", "TW")} <= set(here)


@pytest.mark.parametrize("username", ["", "88", "a_1", "b******x", "x" * 80, "١٢٣"])
def test_what_tells_nobody_is_nothing(username: str) -> None:
    assert features(Buyer(username=username)).alias == ""


@pytest.mark.parametrize("name", ["", "J***n", "Lily", "Guest", "ACME Ltd"])
def test_a_name_of_one_word_or_of_nobody_makes_no_user_name(name: str) -> None:
    found = features(Buyer(name))
    assert found.called == found.initialled == ()


def test_a_long_name_makes_few() -> None:
    name = " ".join(f"word{place}" for place in range(200))
    assert len(features(Buyer(name)).called) <= 7
    assert len(features(Buyer(name)).initialled) <= 12


def test_a_user_name_and_a_name_give_the_same_token() -> None:
    key = TokenKey(1, b"a key of the tests, no secret at all")
    shown, clear = (tokens(features(one), key) for one in (Buyer(username="lily.tan88"), Buyer("Lily Tan")))
    assert shown.scalars["alias"] in clear.lists["called"]
    short = tokens(features(Buyer(username="ltan88")), key)
    assert short.scalars["alias"] in clear.lists["initialled"]
