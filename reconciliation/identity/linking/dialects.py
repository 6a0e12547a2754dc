"""The few functions that DuckDB and Spark name differently. Splink translates the rest."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Dialect:
    """Expressions on lists and tokens, as text with places for their operands."""

    name: str
    shared: str  # how many elements two lists have in common
    overlap: str  # whether they have any
    length: str
    mix: str  # of two tokens to one
    unnest: str
    items: str  # a list of small numbers
    gather: str  # a group's values as a list
    excluding: str  # a list without the elements of another
    contains: str = "list_contains({}, {})"  # whether a list has an element
    at: str = "{}[{}]"  # the element of a list at a place, the first at 1

    def count(self, column: str) -> str:
        """How many elements of a list column a pair has in common."""
        return self.shared.format(f"{column}_l", f"{column}_r")

    def any(self, column: str) -> str:
        """Whether a pair has an element of a list column in common."""
        return self.overlap.format(f"{column}_l", f"{column}_r")

    def among(self, one: str, column: str) -> str:
        """Whether a value of one side of a pair is in a list of the other; null where neither side says."""
        sides = (self.contains.format(f"{column}_{b}", f"{one}_{a}") for a, b in ("lr", "rl"))
        return f"({' or '.join(sides)})"

    def smaller(self, column: str) -> str:
        """How many elements the shorter of a pair's two lists has."""
        return f"least({self.length.format(f'{column}_l')}, {self.length.format(f'{column}_r')})"

    def without(self, column: str, words: Sequence[int]) -> str:
        """A list column without some words."""
        return (
            self.excluding.format(column, ", ".join(f"cast({word} as bigint)" for word in words)) if words else column
        )

    def mixed(self, *operands: str) -> str:
        """One token of several; tokens of different fields share no values, so their order does not matter."""
        mixed, *others = operands
        for other in others:
            mixed = self.mix.format(mixed, other)
        return mixed


DUCKDB = Dialect(
    name="duckdb",
    shared="len(list_intersect({}, {}))",
    overlap="list_has_any({}, {})",
    length="len({})",
    mix="xor({}, {})",
    unnest="unnest({})",
    items="cast([{}] as tinyint[])",
    gather="list({})",
    excluding="list_filter({0}, lambda word: not list_contains([{1}], word))",
)
SPARK = Dialect(
    name="spark",
    shared="size(array_intersect({}, {}))",
    overlap="arrays_overlap({}, {})",
    length="size({})",
    mix="({} ^ {})",
    unnest="explode({})",
    items="cast(array({}) as array<tinyint>)",
    gather="collect_list({})",
    excluding="array_except({0}, array({1}))",
    contains="array_contains({}, {})",
    at="element_at({}, {})",
)
DIALECTS = {dialect.name: dialect for dialect in (DUCKDB, SPARK)}
