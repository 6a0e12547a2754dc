"""Weights of candidate pairs, by Splink."""

import logging
import math
from collections.abc import Callable
from functools import partial

from splink import Linker

from reconciliation.identity.linking.backends import Backend, named
from reconciliation.identity.linking.levels import DERIVED, LEVELS
from reconciliation.identity.linking.model import COMPARISONS, Model, settings
from reconciliation.identity.linking.query import query
from reconciliation.identity.records import RECORDS

ANYHOW = "1"  # match_key of a pair that is kept below the floor, too
Weigher = Callable[[str, float | None], str]

RARE = tuple(dict.fromkeys(level.rarity for one in LEVELS for level in one.levels if level.rarity))
# Rare or frequent in a country: who shares one shares the country, too.
AT_HOME = frozenset(("name", "mask", "mask_own", "alias", "alias_short"))
# The user name, by how many have a name of which it could be made: a column for each way of making it.
LISTED = {"alias": "called", "alias_short": "initialled"}
COMMON = 0.01  # share of the records; a street word of more of them ("street") says nothing
_COMMON_LEAST = 50
RARE_SHARE = 1 / 2_000  # of the records; a word of a name of no more of them is rare
RARE_LEAST = 4
_UNUSED = frozenset(("account", "channel", "street", "street_near"))

logging.getLogger("splink").setLevel(logging.ERROR)


def prepare(backend: Backend, basis: str, model: Model, wanted: str = "") -> str:
    """Make the table that Splink reads: with the frequencies of shared values, without the words of every street.

    Only the ``wanted`` records are in it, all by default; frequencies are those among ``basis``. A value's frequency
    leaves out the two that share it: most values that only two records have are one person's. ``namely`` is whether
    the user name could be made of somebody's name.
    """
    wanted = wanted or basis
    total = max(1, backend.rows(f"select count(*) from {basis}")[0][0])
    homes, counts = named("homes"), {column: _counted(backend, column, basis, wanted) for column in RARE}
    known = [f"{_known(column, backend)} as all_{column}" for column in RARE]
    totals = dict(zip(RARE, backend.rows(f"select {', '.join(known)} from {basis}")[0], strict=True))
    backend.make(homes, f"select country as home, {', '.join(known)} from {basis} group by country")
    frequencies = ", ".join(_frequency(column, counts[column], totals[column], model) for column in RARE)
    joins = " ".join(
        f"left join {counts[one]} on records.{DERIVED.get(one, one)} = {counts[one]}.{one}"
        + (f" and records.country = {counts[one]}.country" if one in AT_HOME else "")
        for one in RARE
    )
    joins = f"left join {homes} on records.country = {homes}.home {joins}"
    plain = backend.dialect.without("records.street_near", common_words(backend, basis, total))
    table = named("prepared")
    columns = ", ".join(f"records.{name}" for name in RECORDS.names if name not in _UNUSED)
    columns += "".join(f", records.{source} as {column}" for column, source in DERIVED.items())
    columns += f", {' or '.join(f'{counts[column]}.found is not null' for column in LISTED)} as namely"
    rare = _rare_words(backend, basis, wanted, total)
    backend.make(
        table,
        f"select {columns}, {plain} as street_near, rare, {frequencies} from {wanted} as records {joins}"
        f" left join {rare} on records.record_id = {rare}.id",
    )
    backend.drop(rare, homes, *counts.values())
    return table


def _counted(backend: Backend, column: str, basis: str, wanted: str) -> str:
    """Make a table of how many records have each value that more than two have; of those wanted, if not all are.

    Of user names, at how many places a name is of which each could be made.
    """
    table, by = named(f"count_{column}"), ", country" if column in AT_HOME else ""
    some = f" and {column} in (select {DERIVED.get(column, column)} from {wanted})"
    held, least = "count(*)", 2
    if column in LISTED:
        one = backend.dialect.unnest.format(LISTED[column])
        place = "coalesce(postcode, city, record_id) as place"  # a person's records share it, namesakes seldom do
        basis, held, least = f"(select {one} as {column}, country, {place} from {basis})", "count(distinct place)", 0
    elif basis == wanted:
        some = ""
    backend.make(
        table,
        f"select {column}{by}, {held} as found from {basis} as every where {column} is not null{some}"
        f" group by {column}{by} having {held} > {least}",
    )
    return table


def _known(column: str, backend: Backend) -> str:
    """SQL of how many of a group's records say something that the column's values are found among."""
    if column not in LISTED:
        return f"count({column})"
    return f"count(case when {backend.dialect.length.format(LISTED[column])} > 0 then 1 end)"


def _frequency(column: str, counts: str, total: int, model: Model) -> str:
    """SQL of how frequent a record's value is among its country's, or among all."""
    of = f"greatest(1, coalesce(all_{column}, 0))" if column in AT_HOME else str(max(1, total))
    others = f"cast(greatest(coalesce({counts}.found, 0) - {1 if column in LISTED else 2}, 0) as double)"
    chance = f"least(0.5, {of} * cast({model.chance(column)!r} as double))"
    value = f"records.{DERIVED.get(column, column)}"
    return f"case when {value} is not null then ({others} + {chance}) / {of} end as tf_{column}"


def _rare_words(backend: Backend, basis: str, wanted: str, total: int) -> str:
    """Make a table (id, rare) of the words of each name that few records have."""
    word = backend.dialect.unnest.format("words")
    some = f"select record_id as id, {word} as word from {wanted}"
    every = f"select {word} as word from {basis}"
    table = named("rare")
    backend.make(
        table,
        f"select id, {backend.dialect.gather.format('named.word')} as rare from ({some}) as named join ("
        f"select word from ({every}) as every where word in (select word from ({some}) as those)"
        f" group by word having count(*) <= {max(RARE_LEAST, int(total * RARE_SHARE))}"
        ") as seldom on named.word = seldom.word group by id",
    )
    return table


def common_words(backend: Backend, records: str, total: int) -> list[int]:
    """Tokens of street words that stand in so many records that they tell nothing."""
    least = max(_COMMON_LEAST, int(total * COMMON))
    words = f"select {backend.dialect.unnest.format('street_near')} as word from {records}"
    found = backend.rows(f"select word from ({words}) as words group by word having count(*) > {least}")
    return sorted(word for (word,) in found)


def linker(backend: Backend, prepared: str, model: Model, records: int) -> Linker:
    """A Splink linker over a prepared table, with the model's numbers."""
    api = backend.splink()
    given = settings(model, records, backend.dialect.name)
    if backend.dialect.name == "duckdb":
        registered = api.register(prepared, dataset_display_name=named("records"))
        return Linker(registered, given, log_level=None, validate_settings=False)
    plain = named("plain")
    every = (*RECORDS.names, *DERIVED, "rare", "namely")
    columns = ", ".join(name for name in every if name not in _UNUSED - {"street_near"})
    backend.make(plain, f"select {columns} from {prepared}")
    registered = api.register(plain, dataset_display_name=named("records"))
    linked = Linker(registered, given, log_level=None, validate_settings=False)
    for column in RARE:  # elsewhere Splink wants frequencies as tables of their own
        table = named(f"frequency_{column}")
        frequency = f"max(tf_{column}) as tf_{column}"
        backend.make(
            table, f"select {column}, {frequency} from {prepared} where {column} is not null group by {column}"
        )
        linked.table_management.register_term_frequency_lookup(api.register(table, table_name=table), column)
    return linked


def weigher(backend: Backend, prepared: str, model: Model, records: int) -> Weigher:
    """What makes a table of another's pairs with weight, raw probability and levels: those of a floor, or ANYHOW."""
    if backend.dialect.name == "duckdb":
        return partial(_by_query, backend, prepared, model, records)
    return partial(_by_linker, backend, linker(backend, prepared, model, records))


def _by_query(backend: Backend, prepared: str, model: Model, records: int, pairs: str, floor: float | None) -> str:
    left, right, table = named("left"), named("right"), named("weighed")
    for side, name in (("l", left), ("r", right)):  # without them DuckDB would join with all records
        backend.make(name, f"select * from {prepared} semi join {pairs} on record_id = join_key_{side}")
    sql = query(model, RARE).over(left, right, pairs, model.prior(records))
    backend.make(table, _select(f"({sql})", floor, backend))
    backend.drop(left, right)
    return table


def _by_linker(backend: Backend, linked: Linker, pairs: str, floor: float | None) -> str:
    table = named("weighed")
    registered = linked._db_api.register(pairs, dataset_display_name=named("pairs"))
    linked.table_management.register_blocked_pairs_for_predict(registered)
    predicted = linked.inference.predict(warning_mode="never")
    backend.make(table, _select(predicted.physical_name, floor, backend))
    predicted.drop_table_from_database_and_remove_from_cache()
    return table


def _select(predicted: str, floor: float | None, backend: Backend) -> str:
    levels = ", ".join(f"gamma_{name}" for name in COMPARISONS)
    kept = f"where match_weight >= {math.log2(floor / (1 - floor))} or match_key = '{ANYHOW}'" if floor else ""
    return f"""
        select record_id_l as left_id, record_id_r as right_id, match_weight as weight, match_probability as raw,
        {backend.dialect.items.format(levels)} as levels from {predicted} as weighed {kept}
    """
