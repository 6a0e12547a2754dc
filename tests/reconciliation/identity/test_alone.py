"""What place alone would have found is told from what contact upholds."""

import math

import pytest

from reconciliation.identity.alone import by_place, named
from reconciliation.identity.linking.levels import LEVELS
from reconciliation.identity.linking.model import COMPARISONS, shipped

MODEL = shipped()
FLOOR = 0.01
LEAST = math.log2(FLOOR / (1 - FLOOR))


def levels(**reached: str) -> list[int]:
    """The levels of a pair by their labels; what is not named says nothing."""
    return [
        len(labels) - 1 - labels.index(reached[name]) if name in reached else -1
        for name, labels in COMPARISONS.items()
    ]  # fmt: skip


PLACE = levels(name_masked="mask fits", geo="same postcode", phone_tail="same last digits")


def test_without_contacts_a_pair_stands_by_its_own_weight() -> None:
    assert by_place(PLACE, LEAST, MODEL, FLOOR)
    assert not by_place(PLACE, LEAST - 0.001, MODEL, FLOOR)
    unlike = levels(name_masked="mask fits", geo="same postcode", phone="other phone", email="other mailbox")
    assert by_place(unlike, LEAST, MODEL, FLOOR)


@pytest.mark.parametrize(
    ("contact", "label"), [("username", "name of the mailbox"), ("email", "same mailbox"), ("phone", "same phone")]
)
def test_what_contact_adds_is_taken_away(contact: str, label: str) -> None:
    both = levels(name_masked="mask fits", geo="same postcode", **{contact: label})
    level = both[list(COMPARISONS).index(contact)]
    reached = next(one for one in LEVELS if one.name == contact).levels[-1 - level]
    agrees = MODEL.parameters["levels"][contact]["m"][-1 - level]
    bits = math.log2(agrees / max(reached.least, MODEL.chance(reached.rarity)))
    assert bits > 5
    assert by_place(both, LEAST + bits + 0.001, MODEL, FLOOR)
    assert not by_place(both, LEAST + bits - 0.001, MODEL, FLOOR)


@pytest.mark.parametrize("weight", [None, math.nan, math.inf])
def test_an_exact_link_needs_no_weight(weight: float | None) -> None:
    assert by_place(PLACE, weight, MODEL, FLOOR)


@pytest.mark.parametrize("strange", [[], [99] * len(LEVELS), [1] * 40])
def test_levels_of_another_model_harm_nothing(strange: list[int]) -> None:
    assert by_place(strange, 60.0, MODEL, FLOOR)


def test_names_that_contradict_or_are_a_user_name_alone_do_not_agree() -> None:
    assert named(PLACE)
    assert named(levels(name="same name"))
    assert not named(levels(name_masked="contradicts", place="same address"))
    assert not named(levels(name="no word shared"))
    assert not named(levels(geo="same postcode"))
    for label in COMPARISONS["name_masked"]:
        if "user name" in label:
            assert named(levels(name_masked=label)) == label.startswith("fits")


def test_what_a_user_name_adds_to_a_mask_that_fits_is_taken_away() -> None:
    for label in COMPARISONS["name_masked"]:
        if label.startswith("fits") and "user name" in label:
            told = levels(name_masked=label, geo="same postcode")
            assert by_place(told, LEAST + 60, MODEL, FLOOR)
            assert not by_place(told, LEAST + 0.001, MODEL, FLOOR)
