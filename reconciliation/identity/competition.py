"""Competition: a person is one partner on another channel, so candidates for the same account share one certainty.

With odds o = 2^weight of a pair between channels, ``competed`` = o ÷ (1 + o + Σ odds of its rivals). Rivals are the
other pairs that claim one of its two accounts towards the channel of the other account. Candidates that are one
person inside their channel (``SAME`` or more) claim it together: the strongest of them counts, and not against the
others. Pairs inside a channel do not compete, for a person may have several accounts there.
"""

import pyarrow as pa
import pyarrow.compute as pc

from reconciliation.identity.clusters import components
from reconciliation.identity.duck import in_memory

SAME = 0.95
FAR = 1000.0  # bits; beyond it, and for what is no number, a weight says no more

_ACCOUNT_PAIRS = """
SELECT least(l.account, r.account) AS "left", greatest(l.account, r.account) AS "right",
    CASE WHEN l.account < r.account THEN l.channel ELSE r.channel END AS left_channel,
    CASE WHEN l.account < r.account THEN r.channel ELSE l.channel END AS right_channel,
    p.left_id, p.right_id, p.weight, p.raw, p.tier, p.rule, p.levels
FROM pairs p JOIN records l ON l.record_id = p.left_id JOIN records r ON r.record_id = p.right_id
WHERE l.account <> r.account
QUALIFY row_number() OVER (
    PARTITION BY "left", "right"
    ORDER BY p.tier, CASE WHEN isnan(p.weight) THEN NULL ELSE p.weight END DESC NULLS LAST, p.left_id, p.right_id
) = 1
ORDER BY "left", "right"
"""

_RIVALS = """
WITH claims AS (
    SELECT "left" AS account, right_channel AS channel, right_group AS party, evidence FROM pairs
    WHERE left_channel <> right_channel
    UNION ALL
    SELECT "right", left_channel, left_group, evidence FROM pairs WHERE left_channel <> right_channel
), parties AS (
    SELECT account, channel, party, max(evidence) AS evidence FROM claims GROUP BY ALL
), tops AS (
    SELECT *, max(evidence) OVER here AS top FROM parties
    WINDOW here AS (PARTITION BY account, channel) QUALIFY count(*) OVER here > 1
)
SELECT account, channel, party, top + log2(1e-300 + sum(power(2, evidence - top)) OVER (
    PARTITION BY account, channel ORDER BY party
    ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING EXCLUDE CURRENT ROW
)) AS rivals
FROM tops
"""

_COMPETED = """
WITH contested AS (
    SELECT p.number, p.evidence, coalesce(l.rivals, -2 * {far}) AS one, coalesce(r.rivals, -2 * {far}) AS other
    FROM pairs p
    LEFT JOIN rivals l ON l.account = p."left" AND l.channel = p.right_channel AND l.party = p.right_group
        AND p.left_channel <> p.right_channel
    LEFT JOIN rivals r ON r.account = p."right" AND r.channel = p.left_channel AND r.party = p.left_group
        AND p.left_channel <> p.right_channel
)
SELECT evidence - top - log2(power(2, -top) + power(2, one - top) + power(2, other - top)) AS evidence
FROM (SELECT *, greatest(0, one, other) AS top FROM contested) ORDER BY number
"""


def account_pairs(pairs: pa.Table, records: pa.Table) -> pa.Table:
    """Pairs of records as pairs of accounts, each by its strongest: lowest tier, then highest weight.

    ``left`` < ``right`` are accounts, with ``left_channel`` and ``right_channel``; the other columns are ``PAIRS``'.
    """
    with in_memory() as connection:
        connection.register("pairs", pairs)
        connection.register("records", records.select(["record_id", "account", "channel"]))
        return connection.sql(_ACCOUNT_PAIRS).to_arrow_table()


def compete(pairs: pa.Table) -> pa.Table:
    """Adds ``evidence``, the weight in bits after competition, and ``competed``, the probability that it stands for.

    Takes what :func:`account_pairs` gives. A weight that is missing or no number is taken from ``raw``; where that is
    none either, the pair has no chance and is nobody's rival.
    """
    weights = _weights(pairs)
    groups = _groups(pairs, weights)
    ours = pa.table(
        {
            "number": pa.array(range(pairs.num_rows), pa.int64()),
            **{name: pairs[name] for name in ("left", "right", "left_channel", "right_channel")},
            "evidence": weights,
            **{f"{side}_group": _grouped(pairs[side], groups) for side in ("left", "right")},
        }
    )
    with in_memory() as connection:
        connection.register("pairs", ours)
        connection.execute(f"CREATE TABLE rivals AS {_RIVALS}")
        evidence = connection.sql(_COMPETED.format(far=FAR)).to_arrow_table()["evidence"].combine_chunks()
    competed = pc.divide(1.0, pc.add(1.0, pc.power(2.0, pc.negate(evidence))))
    return pairs.append_column("evidence", evidence).append_column("competed", competed)


def _weights(pairs: pa.Table) -> pa.Array:
    """The pairs' weights within ± FAR."""
    given, raw = (pairs[name].combine_chunks().cast(pa.float64()) for name in ("weight", "raw"))
    implied = pc.subtract(pc.log2(raw), pc.log2(pc.subtract(1.0, raw)))
    usable = pc.fill_null(pc.invert(pc.is_nan(given)), False)
    weights = pc.if_else(usable, given, implied)
    lost = pc.fill_null(pc.is_nan(weights), True)
    weights = pc.if_else(lost, -FAR, weights)
    return pc.min_element_wise(pc.max_element_wise(weights, -FAR), FAR)


def _groups(pairs: pa.Table, weights: pa.Array) -> dict[int, int]:
    """The smallest account of those that are one person inside their channel; accounts of their own are left out."""
    sure = pc.and_(pc.equal(pairs["left_channel"], pairs["right_channel"]), pc.greater_equal(weights, _bits(SAME)))
    inside = pairs.select(["left", "right"]).filter(sure)
    return components(zip(inside["left"].to_pylist(), inside["right"].to_pylist(), strict=True))


def _grouped(keys: pa.ChunkedArray, groups: dict[int, int]) -> pa.ChunkedArray:
    if not groups:
        return keys
    table = pa.array(groups.keys(), pa.int64()), pa.array(groups.values(), pa.int64())
    return pc.coalesce(pc.take(table[1], pc.index_in(keys, table[0])), keys)


def _bits(probability: float) -> pa.Scalar:
    return pc.log2(pa.scalar(probability / (1 - probability)))
