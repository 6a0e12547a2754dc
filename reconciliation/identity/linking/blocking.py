"""Candidate pairs: records that share a key. Keys that too many records share find nothing, and are counted.

So the number of pairs grows with the records, whatever they hold: a key within its limit gives at most
limit × (limit − 1) ÷ 2 pairs.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from reconciliation.identity.linking.backends import Backend, named
from reconciliation.identity.linking.dialects import Dialect


@dataclass(frozen=True, slots=True)
class Rule:
    """Records agree in every one of ``columns`` and in one of ``either``, or share an element of ``element``; or
    ``one`` of a side is in the list ``among`` of the other.

    ``limit`` is the number of records that may share a key. ``masked``: only pairs with a masked side.
    """

    name: str
    columns: tuple[str, ...]
    either: tuple[str, ...] = ()
    element: str = ""
    one: str = ""
    among: str = ""
    limit: int = 60
    masked: bool = False

    def conditions(self) -> list[str]:
        """The rule in Splink's words."""
        same = [f"l.{column} = r.{column}" for column in self.columns]
        if self.masked:
            same.append("(l.name_masked or r.name_masked)")
        if self.element:
            same.append(f"list_has_any(l.{self.element}, r.{self.element})")
        if self.one:
            sides = (("l", "r"), ("r", "l"))
            return [" and ".join([*same, f"list_contains({b}.{self.among}, {a}.{self.one})"]) for a, b in sides]
        if not self.either:
            return [" and ".join(same)]
        return [" and ".join([*same, f"l.{left} = r.{right}"]) for left in self.either for right in self.either]

    def keys(self, records: str, number: int, dialect: Dialect) -> str:
        """Select the keys of each record once: (block, record_id, account, channel, veiled).

        ``veiled`` is whether the name is masked, or whether the key comes of ``one``.
        """
        salt = _SALT * (number + 1)
        if self.one:
            return (
                f"{self._select(records, salt, dialect, scalar=self.one, veiled='true')} union all "
                f"{self._select(records, salt, dialect, element=self.among, veiled='false')}"
            )
        ones = self.either or ("",)
        return " union ".join(
            self._select(records, salt, dialect, scalar=one, element=self.element, veiled="name_masked") for one in ones
        )

    def _select(
        self, records: str, salt: int, dialect: Dialect, *, veiled: str, scalar: str = "", element: str = ""
    ) -> str:
        needed = [*self.columns, *filter(None, [scalar])]
        operands = [f"cast({salt} as bigint)", *needed]
        if element:
            operands.append("one")
            row = ", ".join((*_ROW, "name_masked", *self.columns, dialect.unnest.format(element)))
            records = f"(select {row} as one from {records}) as elements"
        known = " and ".join(f"{column} is not null" for column in needed) or "true"
        row = f"{', '.join(_ROW)}, {veiled} as veiled"
        return f"select {dialect.mixed(*operands)} as block, {row} from {records} where {known}"


_SALT = 1_000_003_000_017  # keeps the rules' keys apart
_ROW = ("record_id", "account", "channel")

RULES = (
    Rule("phone", ("phone",), limit=20),
    Rule("mailbox", ("mailbox",), limit=20),
    Rule("user name", (), either=("username", "handle"), limit=20),
    Rule("address", ("address",), limit=20),
    Rule("name", ("name",), limit=30),
    Rule("name and state", ("name", "state")),
    Rule("name and city", ("name", "city")),
    Rule("sound and city", ("sound", "city")),
    Rule("sound and postcode", ("sound", "postcode")),
    Rule("number and postcode", ("numbers", "postcode"), limit=40),
    Rule("number and city", ("numbers", "city"), limit=30),
    Rule("word and postcode", ("postcode",), element="words", limit=40),
    Rule("sound of a word and postcode", ("postcode",), element="sounds", limit=40),
    Rule("sound of a word and number", ("numbers",), element="sounds", limit=30),
    Rule("street and number", ("numbers",), element="street", limit=30),
    Rule("street and city", ("city",), element="street", limit=30),
    Rule("street and postcode", ("postcode",), element="street", limit=30),
    Rule("word and city", ("city",), element="words", limit=30),
    Rule("user name of a name and postcode", ("postcode",), one="alias", among="called"),
    Rule("user name of a name and city", ("city",), one="alias", among="called"),
    Rule("user name of an initial and postcode", ("postcode",), one="alias", among="initialled"),
    Rule("mask and postcode", ("postcode",), either=("mask", "mask_other"), masked=True),
    Rule("mask, city and last digits", ("city", "phone_tail"), either=("mask", "mask_other"), masked=True),
)


@dataclass(slots=True)
class Report:
    """What was looked at: records, candidate pairs, exact pairs, and by rule the keys dropped with their records."""

    records: int = 0
    pairs: int = 0
    exact: int = 0
    dropped: dict[str, dict[str, int]] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)


def candidates(
    backend: Backend, records: str, report: Report, *, new: str = "", apart: bool = False, step: Callable[[str], None]
) -> str:
    """Make a table of the pairs (join_key_l < join_key_r) that share a key. With ``new``, only those with a new side.

    ``records`` holds the resident ones then. Records of one account are no pair; with ``apart``, nor are records of
    one channel.
    """
    found = []
    for number, rule in enumerate(RULES):
        step(f"pairs by {rule.name}")
        pairs = named("found")
        keys, seldom = _keys(backend, rule, number, records, new, report)
        left, right = (f"(select * from {keys} where fresh)", keys) if new else (keys, keys)
        backend.make(pairs, _pairs(left, right, seldom, rule, apart=apart, fresh=bool(new)))
        backend.drop(keys, seldom)
        found.append(pairs)
    every = named("pairs")
    union = " union all ".join(f"select * from {pairs}" for pairs in found)
    backend.make(every, f"select distinct '0' as match_key, join_key_l, join_key_r from ({union}) as found")
    backend.drop(*found)
    report.pairs = backend.rows(f"select count(*) from {every}")[0][0]
    return every


def _keys(backend: Backend, rule: Rule, number: int, records: str, new: str, report: Report) -> tuple[str, str]:
    """Tables of the keys that may pair, and of those among them that few enough records share."""
    keys, seldom = named("keys"), named("seldom")
    every = rule.keys(records, number, backend.dialect)
    if new:
        fresh = named("fresh")
        backend.make(fresh, rule.keys(new, number, backend.dialect))
        backend.make(
            keys,
            f"select *, true as fresh from {fresh} union all select *, false as fresh from ({every}) as resident"
            f" where block in (select block from {fresh})",
        )
        backend.drop(fresh)
    else:
        backend.make(keys, f"select *, true as fresh from ({every}) as every")
    backend.make(seldom, f"select block, count(*) as records from {keys} group by block having count(*) > 1")
    dropped, held = backend.rows(
        f"select count(*), coalesce(sum(records), 0) from {seldom} where records > {rule.limit}"
    )[0]
    if dropped:
        report.dropped[rule.name] = {"keys": int(dropped), "records": int(held)}
    return keys, seldom


def _pairs(left: str, right: str, seldom: str, rule: Rule, *, apart: bool, fresh: bool) -> str:
    few = f"select block from {seldom} where records <= {rule.limit}"
    wanted = ["l.account <> r.account"]
    wanted.append("(l.record_id < r.record_id or not r.fresh)" if fresh else "l.record_id < r.record_id")
    if apart:
        wanted.append("l.channel <> r.channel")
    if rule.one:
        wanted.append("l.veiled <> r.veiled")
    elif rule.masked:
        wanted.append("(l.veiled or r.veiled)")
    return f"""
        select least(l.record_id, r.record_id) as join_key_l, greatest(l.record_id, r.record_id) as join_key_r
        from (select * from {left} as one where block in ({few})) as l join {right} as r on l.block = r.block
        where {" and ".join(wanted)}
    """
