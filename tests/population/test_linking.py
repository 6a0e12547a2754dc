"""A small company end to end: what channels show, tokens, the linker, people; held against the truth."""

from functools import cache

import pyarrow as pa

from reconciliation.identity.calibration import Calibration
from reconciliation.identity.linking.engine import find_pairs
from reconciliation.identity.linking.model import shipped
from reconciliation.identity.signals import Buyer
from tests.population.matching import Matched, found, labelled, matched
from tests.population.population import admitted, population
from tests.population.recording import records, shown
from tests.population.truth import Sort, Truth

ROWS = 4_000


@cache
def company() -> tuple[pa.Table, Matched, Truth]:
    truth = Truth()
    table = records(shown(truth.watch(admitted(population(ROWS, 7)))))
    pairs = found(table, shipped())
    return pairs, matched(table, pairs, Calibration(), truth), truth


def test_links_are_right_and_find_what_can_be_seen() -> None:
    _, of, truth = company()
    linked = set(of.linked)
    visible = [pair for pair in truth.pairs() if truth.sort(pair) in (Sort.CLEAR, Sort.HALF)]
    right = sum(truth.same(*pair) for pair in linked)
    assert right / len(linked) >= 0.97
    assert sum(pair in linked for pair in visible) / len(visible) >= 0.55


def test_two_masked_sides_are_never_linked_and_no_constraint_is_broken() -> None:
    _, of, truth = company()
    assert not any(truth.sort(pair) is Sort.MASKED for pair in of.linked)
    assert of.violations() == []


def test_amazons_buyers_stay_alone() -> None:
    _, of, truth = company()
    assert "amazon" not in {truth.channel[account] for pair in of.linked for account in pair}
    assert "amazon" not in {*of.pairs["left_channel"].to_pylist(), *of.pairs["right_channel"].to_pylist()}


def test_a_family_at_one_mailbox_and_home_waits_for_a_person() -> None:
    home = {
        "email": "ashwell@example.com",
        "street": "12 Maple Street",
        "postcode": "30134",
        "city": "Redton",
        "state": "OH",
    }
    names = ("James Ashwell", "Patricia Ashwell", "Jim Ashwell")
    table = records(
        (number, number, "shopify", Buyer(name=name, country="US", **home)) for number, name in enumerate(names, 1)
    )
    by = {(one["left_id"], one["right_id"]): one for one in find_pairs(table, shipped()).to_pylist()}
    assert by[1, 2]["raw"] <= 0.8
    assert by[1, 2]["tier"] == by[2, 3]["tier"] == 2
    assert by[1, 3]["raw"] > 0.99


def test_labels_are_drawn_once_and_answered_from_the_truth() -> None:
    pairs, _, truth = company()
    labels = labelled(pairs, truth, 60, 1)
    assert labels == labelled(pairs, truth, 60, 1)
    assert 60 <= len(labels) <= 100
    assert {one.same for one in labels} == {False, True}
    assert all(0 < one.inclusion <= 1 for one in labels)
