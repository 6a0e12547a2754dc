"""What the beginning of a file tells of it."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Head:
    """The beginning of a file, enough to know its format."""

    kind: str  # table | json | jsonl | workbook
    encoding: str = "utf-8"
    delimiter: str = ""
    header: tuple[str, ...] = ()  # column names as written, stripped
    first: tuple[str, ...] = ()  # the first record below the header
    document: Any = None  # the parsed JSON; of JSON lines the first
    above: tuple[str, ...] = ()  # records above the header, such as a title and a period
