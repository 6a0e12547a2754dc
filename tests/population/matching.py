"""Matching a population as ``reconciliation.match`` does with a company's signals, without a database."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import pyarrow as pa
from pyarrow import compute

from reconciliation.identity.calibration import Calibration, Label
from reconciliation.identity.clusters import cluster
from reconciliation.identity.competition import account_pairs, compete
from reconciliation.identity.kinds import kind
from reconciliation.identity.linking.engine import find_pairs
from reconciliation.identity.linking.model import Model
from reconciliation.identity.people import Account, Clustering, Edge, Limits, Refused
from reconciliation.identity.probability import probable
from reconciliation.identity.sampling import draw
from reconciliation.identity.violations import violations
from tests.population.truth import Pair, Truth

LIMITS = Limits()
FLOOR = 0.01


@dataclass(frozen=True)
class Matched:
    """``pairs`` of accounts with calibrated ``probability``, and the people made of them."""

    pairs: pa.Table
    members: Sequence[Account]
    edges: Sequence[Edge]
    clustering: Clustering

    @cached_property
    def linked(self) -> list[Pair]:
        """Pairs of accounts that were linked without anybody's word: strong, and one person in the end."""
        person = self.clustering.person
        return [(edge.left, edge.right) for edge in self.edges if person[edge.left] == person[edge.right]]

    def violations(self) -> list[Refused]:
        return violations(self.clustering, self.members, self.edges)


def found(records: pa.Table, model: Model) -> pa.Table:
    """Pairs of accounts as the linker finds them."""
    return account_pairs(find_pairs(records, model, floor=FLOOR), records)


def labelled(pairs: pa.Table, truth: Truth, count: int, seed: int) -> list[Label]:
    """So many labels as people would give them: drawn by the program's own sampling, answered from the truth."""
    competed = compete(pairs)
    names = ("left", "right", "evidence", "levels")
    evidence = {
        (left, right): (value, kind(levels))
        for left, right, value, levels in zip(*(competed[name].to_pylist() for name in names), strict=True)
    }
    labels = []
    for one in draw(competed, count, seed):
        value, of = evidence[one.left, one.right]
        labels.append(Label(value, truth.same(one.left, one.right), one.inclusion, of))
    return labels


def matched(records: pa.Table, pairs: pa.Table, calibration: Calibration, truth: Truth) -> Matched:
    """People out of the pairs, by calibrated probability."""
    weighed = probable(pairs, calibration, FLOOR)
    strong = weighed.filter(compute.greater_equal(weighed["probability"], LIMITS.probability))
    edges = [
        Edge(*row)
        for row in zip(
            *(strong[name].to_pylist() for name in ("left", "right", "probability", "tier", "rule")), strict=True
        )
    ]
    members = _members(records, {key for edge in edges for key in (edge.left, edge.right)}, truth)
    return Matched(weighed, members, edges, cluster(members, edges))


def _members(records: pa.Table, wanted: set[int], truth: Truth) -> list[Account]:
    """What constraints look at, of the accounts that are wanted."""
    shown: dict[int, tuple[str, str, set[int], set[int], set[int]]] = {}
    some = records.filter(compute.is_in(records["account"], pa.array(wanted, pa.int64())))
    names = ("account", "channel", "country", "email", "phone", "words", "name_masked")
    for account, channel, country, email, phone, words, masked in zip(
        *(some[name].to_pylist() for name in names), strict=True
    ):
        _, _, emails, phones, all_words = shown.setdefault(account, (channel, country, set(), set(), set()))
        emails |= {email} - {None}
        phones |= {phone} - {None}
        all_words |= set() if masked else set(words)
    return [
        Account(
            key, channel, country, truth.first[key],
            emails=frozenset(emails), phones=frozenset(phones), names=frozenset(words),
        )
        for key, (channel, country, emails, phones, words) in sorted(shown.items())
    ]  # fmt: skip
