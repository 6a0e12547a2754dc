"""Tier 1: pairs that are one person by an exact value and by names that agree."""

from dataclasses import dataclass

from reconciliation.identity.linking.backends import Backend, named
from reconciliation.identity.linking.dialects import Dialect

SHARED = 20  # accounts; a value that more of them share belongs to nobody
_RECORDS = 200  # records of those accounts


@dataclass(frozen=True, slots=True)
class Exact:
    """Records are one person where ``columns`` are equal and their names agree.

    A mailbox alone is not enough: families and offices share theirs, so pairs without a name are weighed like others.
    """

    rule: str
    columns: tuple[str, ...]


EXACT = (
    Exact("email", ("email",)),
    Exact("mailbox", ("mailbox",)),
    Exact("phone", ("phone",)),
    Exact("name_address", ("name", "address")),
)
_NAMED = ("name_masked", "name", "sound", "mask", "mask_other", "words", "sounds")
_NEEDED = ("record_id", "account", "channel", *_NAMED)


def agree(dialect: Dialect) -> str:
    """Whether the names of a pair can be one person's; null where a side has none. Two masked names never can."""
    contained = [f"{dialect.count(column)} = {dialect.smaller(column)}" for column in ("words", "sounds")]
    return f"""
        case when name_masked_l and name_masked_r then false
        when name_masked_l or name_masked_r then
            (mask_l = mask_r or mask_l = mask_other_r or mask_other_l = mask_r)
        when name_l is null or name_r is null then null
        when name_l = name_r or sound_l = sound_r then true
        else {" or ".join(contained)} end
    """


def exact(backend: Backend, records: str, *, new: str = "", apart: bool = False) -> str:
    """Make a table (join_key_l, join_key_r, rule) of tier 1, each pair once under its first rule."""
    selected = " union all ".join(
        _select(one, number, records, new, backend.dialect, apart=apart) for number, one in enumerate(EXACT)
    )
    table = named("exact")
    backend.make(
        table,
        f"select join_key_l, join_key_r, min(rule) as rule from ({selected}) as found group by join_key_l, join_key_r",
    )
    return table


def _select(one: Exact, number: int, records: str, new: str, dialect: Dialect, *, apart: bool) -> str:
    keys = ", ".join(one.columns)
    known = " and ".join(f"{column} is not null" for column in one.columns)
    fields = ", ".join(dict.fromkeys((*_NEEDED, *one.columns)))
    every = f"select {fields}, false as fresh from {records} where {known}"
    if new:
        some = f"{every} and {one.columns[0]} in (select {one.columns[0]} from {new})"
        every = f"select {fields}, true as fresh from {new} where {known} union all {some}"
    joined = " and ".join(f"l.{column} = r.{column}" for column in one.columns)
    few = " and ".join(f"l.{column} = few.{column}" for column in one.columns)
    wanted = ["l.record_id < r.record_id", "l.account <> r.account", *(["(l.fresh or r.fresh)"] if new else [])]
    if apart:
        wanted.append("l.channel <> r.channel")
    pair = ", ".join(f"{side}.{name} as {name}_{side}" for name in _NEEDED for side in ("l", "r"))
    return f"""
        select record_id_l as join_key_l, record_id_r as join_key_r, {number} as rule from (
            select {pair} from ({every}) as l
            join (
                select {keys} from ({every}) as shared group by {keys}
                having count(*) between 2 and {_RECORDS} and count(distinct account) between 2 and {SHARED}
            ) as few on {few}
            join ({every}) as r on {joined}
            where {" and ".join(wanted)}
        ) as pairs where coalesce({agree(dialect)}, false)
    """
