"""Reading what vendors write: encodings, tables, decimals, instants, JSON. Nothing holds a whole table in memory."""

from channels.core.reading.documents import json_lines, load_json, parse_json
from channels.core.reading.encodings import find_encoding, lines
from channels.core.reading.head import Head
from channels.core.reading.recognition import read_head
from channels.core.reading.tables import records, table, workbook_rows
from channels.core.reading.values import looks_comma, parse_day, parse_decimal, parse_instant, plain_name

__all__ = [
    "Head", "find_encoding", "json_lines", "lines", "load_json", "looks_comma", "parse_day", "parse_decimal",
    "parse_instant", "parse_json", "plain_name", "read_head", "records", "table", "workbook_rows",
]  # fmt: skip
