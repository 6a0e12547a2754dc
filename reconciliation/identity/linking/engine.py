"""Pairs of records that are one person, with how sure that is: all of a table, or only those of what is new."""

import math
from collections.abc import Callable

import pyarrow as pa

from reconciliation.identity.linking.backends import Backend, backend, named
from reconciliation.identity.linking.blocking import Report, candidates
from reconciliation.identity.linking.dialects import Dialect
from reconciliation.identity.linking.exact import EXACT, exact
from reconciliation.identity.linking.levels import CONTRARY
from reconciliation.identity.linking.model import COMPARISONS, MASKED_BOTH, Model
from reconciliation.identity.linking.scoring import ANYHOW, prepare, weigher
from reconciliation.identity.records import PAIRS, RECORDS

Progress = Callable[[str, int, int], None]

FLOOR = 0.01
_CHUNK = 1_000_000  # pairs that are weighed at once: with what is compared of them they take about a gigabyte
_PIECES = 1_000  # of an Arrow table; of more, DuckDB needs gigabytes
_APART = 0.8  # most that clear names which contradict each other let a pair reach: families share contacts and home


def find_pairs(
    records: pa.Table,
    model: Model,
    *,
    engine: str = "duckdb",
    floor: float = FLOOR,
    seed: int = 1,
    memory: str | None = None,
    progress: Progress | None = None,
    apart: bool = False,
    report: Report | None = None,
) -> pa.Table:
    """Every pair of the records at or above the floor, and every exact pair. With ``apart``, none inside a channel."""
    report = report if report is not None else Report()
    report.records = records.num_rows
    if records.num_rows < 2:
        return PAIRS.empty_table()
    with backend(engine, memory) as run:
        run.load("records", checked(records))
        prepared = prepare(run, "records", model)
        return find_in(run, "records", prepared, model, records.num_rows, report, floor, progress, apart=apart)


def find_pairs_between(
    new: pa.Table,
    resident: pa.Table,
    model: Model,
    *,
    floor: float = FLOOR,
    memory: str | None = None,
    progress: Progress | None = None,
    apart: bool = False,
    report: Report | None = None,
) -> pa.Table:
    """Pairs of new records with resident ones and with each other, on DuckDB."""
    report = report if report is not None else Report()
    report.records = new.num_rows
    if not new.num_rows:
        return PAIRS.empty_table()
    with backend("duckdb", memory) as run:
        run.load("fresh", checked(new))
        run.load("resident", checked(resident))
        total = new.num_rows + run.rows("select count(*) from resident")[0][0]
        pairs = candidates(run, "resident", report, new="fresh", apart=apart, step=_step(progress))
        sure = exact(run, "resident", new="fresh", apart=apart)
        touched = " union ".join(f"select {side} as id from {one}" for one in (pairs, sure) for side in _SIDES)
        wanted = f"select * from fresh union all select * from resident where record_id in ({touched})"
        run.make("wanted", wanted)
        prepared = prepare(run, "resident", model, "wanted")
        return _weighed(run, pairs, sure, prepared, model, total, floor, progress, report)


def checked(records: pa.Table) -> pa.Table:
    """The table in the columns and types of RECORDS."""
    table = records.select(RECORDS.names).cast(RECORDS)
    pieces = max(column.num_chunks for column in table.columns)
    return table.combine_chunks() if pieces > _PIECES else table


_SIDES = ("join_key_l", "join_key_r")


def _step(progress: Progress | None) -> Callable[[str], None]:
    return lambda what: progress(what, 0, 0) if progress else None


def find_in(
    run: Backend, records: str, prepared: str, model: Model, total: int, report: Report, floor: float = FLOOR,
    progress: Progress | None = None, *, apart: bool = False, bounded: bool = True,
) -> pa.Table:  # fmt: skip
    """Pairs of a loaded and prepared table. Training wants them unbounded: a bound is no evidence."""
    pairs = candidates(run, records, report, apart=apart, step=_step(progress))
    sure = exact(run, records, apart=apart)
    return _weighed(run, pairs, sure, prepared, model, total, floor, progress, report, bounded=bounded)


def _weighed(
    run: Backend, pairs: str, sure: str, prepared: str, model: Model, total: int, floor: float,
    progress: Progress | None, report: Report, *, bounded: bool = True,
) -> pa.Table:  # fmt: skip
    """Exact pairs are weighed whatever comes out; the others are kept from the floor on."""
    report.exact = run.rows(f"select count(*) from {sure}")[0][0]
    if not report.pairs and not report.exact:
        run.drop(pairs, sure)
        return PAIRS.empty_table()
    weigh = weigher(run, prepared, model, total)
    found = []
    chunks = math.ceil(max(report.pairs, 1) / _CHUNK)
    for chunk in range(chunks):
        if progress:
            progress("weighing pairs", chunk, chunks)
        part = named("part")
        mine = f" where abs(join_key_l % {chunks}) = {chunk}" if chunks > 1 else ""
        run.make(part, _once(f"{pairs}{mine}", f"{sure}{mine}"))
        found.append(weigh(part, floor))
        run.drop(part)
    table = _pairs(run, found, sure, bounded=bounded)
    run.drop(*found, pairs, sure)
    return table


def _once(pairs: str, sure: str) -> str:
    """SQL of both, each pair once; what is sure is weighed whatever comes out."""
    keys = "join_key_l, join_key_r"
    every = f"select '0' as match_key, {keys} from {pairs} union all select '{ANYHOW}' as match_key, {keys} from {sure}"
    return f"select max(match_key) as match_key, {keys} from ({every}) as every group by {keys}"


def _pairs(run: Backend, found: list[str], sure: str, *, bounded: bool) -> pa.Table:
    union = " union ".join(f"select * from {table}" for table in found)
    most = _most(run.dialect) if bounded else "cast(1 as double)"
    rules = " ".join(f"when {number} then '{one.rule}'" for number, one in enumerate(EXACT))
    table = run.arrow(f"""
        select left_id, right_id, least(weight, bits) as weight, least(raw, most) as raw,
        cast(tier as tinyint) as tier, rule, levels
        from (
            select *, case when most < 1 then ln(most / (1 - most)) / ln(2) else weight end as bits
            from (
                select left_id, right_id, weight, raw, levels,
                case when rule is null then {most} else cast(1 as double) end as most,
                case when rule is null then 2 else 1 end as tier, case rule {rules} else '' end as rule
                from ({union}) as weighed left join {sure} as sure
                on left_id = sure.join_key_l and right_id = sure.join_key_r
            ) as ruled
        ) as pairs order by left_id, right_id
    """)
    return table.cast(PAIRS)


def _most(dialect: Dialect) -> str:
    """SQL of the probability that a pair which no exact rule found reaches at most."""
    places = list(COMPARISONS)
    labels = COMPARISONS["name"]
    apart = ", ".join(str(len(labels) - 1 - place) for place, label in enumerate(labels) if label in CONTRARY)
    masked, name = (dialect.at.format("levels", places.index(one) + 1) for one in ("name_masked", "name"))
    return (
        f"case when {masked} = {len(COMPARISONS['name_masked']) - 1} then cast({MASKED_BOTH} as double)"
        f" when {name} in ({apart}) then cast({_APART} as double) else cast(1 as double) end"
    )
