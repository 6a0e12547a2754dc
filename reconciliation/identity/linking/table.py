"""Pairs and people of a table of records without a database: the same model, for anyone's data."""

from collections.abc import Sequence
from itertools import combinations

import pyarrow as pa
import pyarrow.compute as pc

from reconciliation.identity.calibration import Calibration
from reconciliation.identity.clusters import cluster
from reconciliation.identity.competition import account_pairs
from reconciliation.identity.linking.blocking import Report
from reconciliation.identity.linking.engine import FLOOR, Progress, find_pairs
from reconciliation.identity.linking.model import shipped
from reconciliation.identity.linking.training import train
from reconciliation.identity.people import Account, Edge, Ids, Limits
from reconciliation.identity.probability import probable

_COLUMNS = ["left", "right", "probability", "tier"]
_TYPES = (pa.int64(), pa.int64(), pa.float64(), pa.int8())
JOINED = 0.7  # probability from which a pair joins two records into a person


def link(
    records: pa.Table, *, engine: str = "duckdb", one_per_source: bool = False, progress: Progress | None = None,
    report: Report | None = None,
) -> pa.Table:  # fmt: skip
    """Pairs (left, right, probability, tier) by a model that these records have taught, rivals taken into account."""
    if progress:
        progress("training", 0, 0)
    model = train(records, shipped())
    pairs = find_pairs(records, model, engine=engine, apart=one_per_source, progress=progress, report=report)
    found = probable(account_pairs(pairs, records), Calibration(), FLOOR)
    return found.select(_COLUMNS).sort_by([("left", "ascending"), ("right", "ascending")])


def people(records: pa.Table, pairs: pa.Table, *, one_per_source: bool = False) -> list[int]:
    """The person of each record, named by its first record."""
    linked = pairs.filter(pc.greater_equal(pairs["probability"], JOINED))
    wanted = pc.unique(pa.chunked_array([*linked["left"].chunks, *linked["right"].chunks], pa.int64()))
    of = records.select(["account", "channel", "country", "email", "mailbox", "phone", "words"])
    touched = of.filter(pc.is_in(of["account"], wanted)).to_pylist()
    accounts = [
        Account(
            row["account"], row["channel"], row["country"], row["account"], known=one_per_source,
            emails=_set(row["email"], row["mailbox"]), phones=_set(row["phone"]), names=frozenset(row["words"]),
        )
        for row in touched
    ]  # fmt: skip
    edges = [Edge(*row) for row in zip(*(linked[name].to_pylist() for name in linked.column_names), strict=True)]
    limits = Limits(probability=JOINED, ids={}, other_ids=Ids.ONE)
    person = cluster(accounts, edges, limits=limits).person
    return [person.get(account, account) for account in records["account"].to_pylist()]


def _set(*values: int | None) -> frozenset[int]:
    return frozenset(value for value in values if value is not None)


def named(pairs: pa.Table, ids: Sequence[str]) -> pa.Table:
    """Pairs under the ids that the records came with."""
    names = pa.array(ids, pa.string())
    probability = pc.round(pairs["probability"], 6)
    columns = [names.take(pairs["left"].combine_chunks()), names.take(pairs["right"].combine_chunks())]
    return pa.table([*columns, probability, pairs["tier"]], names=["left_id", "right_id", "probability", "tier"])


def implied(pairs: pa.Table, persons: Sequence[int]) -> pa.Table:
    """The pairs with what follows for pairs of one person: where a is b and b is c, a is c.

    Its probability is at least p(a, b) + p(b, c) − 1, through the best b of the person.
    """
    known: dict[tuple[int, int], tuple[float, int]] = {}
    beside: dict[int, dict[int, float]] = {}
    for left, right, p, tier in zip(*(pairs[name].to_pylist() for name in _COLUMNS), strict=True):
        known[left, right] = (p, tier)
        if persons[left] == persons[right]:
            beside.setdefault(left, {})[right] = p
            beside.setdefault(right, {})[left] = p
    for others in beside.values():
        for (one, p), (other, q) in combinations(sorted(others.items()), 2):
            old, tier = known.get((one, other), (0.0, 2))
            known[one, other] = (max(old, p + q - 1), tier)
    rows = sorted((left, right, p, tier) for (left, right), (p, tier) in known.items() if p >= FLOOR or tier == 1)
    columns = zip(*rows, strict=True) if rows else ((), (), (), ())
    return pa.table([pa.array(values, kind) for values, kind in zip(columns, _TYPES, strict=True)], names=_COLUMNS)
