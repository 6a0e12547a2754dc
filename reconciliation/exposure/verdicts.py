"""The three classes of a search query. They add up to the source on every row."""

from dataclasses import dataclass
from typing import Literal

Class = Literal["brand", "non_brand", "unknown"]
CLASSES: tuple[Class, ...] = ("brand", "non_brand", "unknown")


@dataclass(frozen=True, slots=True)
class Verdict:
    """The class of a query, the lexicon's term that decided (empty where none did), and why, in a few words."""

    verdict: Class
    term: str = ""
    reason: str = ""
