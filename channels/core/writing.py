"""Writing pages again: JSON with exact numbers, and lines of tables."""

import csv
import io
import json
import re
from decimal import Decimal
from typing import Any, Literal

import orjson


def dump_bytes(node: Any) -> bytes:
    """As ``dump_json``, by the quick encoder unless it meets what it does not take: half of a surrogate pair, numbers
    beyond 64 bits."""
    try:
        return orjson.dumps(node, default=_exact)
    except TypeError:
        return dump_json(node).encode()


def _exact(node: Any) -> orjson.Fragment:
    if isinstance(node, Decimal):
        return orjson.Fragment(str(node))
    raise TypeError(f"JSON does not take {type(node).__name__}")


def dump_json(node: Any) -> str:
    """JSON that keeps exact numbers, which the standard encoder would turn into floats."""
    if isinstance(node, dict):
        return "{" + ",".join(f"{_dump_plain(key)}:{dump_json(child)}" for key, child in node.items()) + "}"
    if isinstance(node, list):
        return "[" + ",".join(dump_json(child) for child in node) + "]"
    return str(node) if isinstance(node, Decimal) else _dump_plain(node)


def _dump_plain(node: Any) -> str:
    """Half of a surrogate pair, which JSON can hold where a vendor cut a text, stays an escape."""
    text = json.dumps(node, ensure_ascii=False)
    return json.dumps(node) if _HALF.search(text) else text


_HALF = re.compile("[\ud800-\udfff]")


def table_line(cells: list[str], delimiter: str) -> str:
    if delimiter == "\t":  # reports of this kind are never quoted
        return "\t".join(cells) + "\n"
    quoting: Literal[0, 1] = csv.QUOTE_ALL if any("\r" in cell for cell in cells) else csv.QUOTE_MINIMAL
    out = io.StringIO()
    csv.writer(out, delimiter=delimiter or ",", lineterminator="\n", quoting=quoting).writerow(cells)
    return out.getvalue()
