"""Looking for known values – secrets, buyers' names, addresses – wherever the program may have left them."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.files.storage import Storage, storages
from django.db import connection
from django_q.models import OrmQ, Task
from pyarrow import parquet

LEAST = 4  # characters: shorter ones stand everywhere
TYPES = ("text", "character varying", "character", "jsonb", "json", "bytea", "ARRAY", "bigint")
_ROWS = 500

Trie = dict[str, Any]


@dataclass(frozen=True, slots=True, order=True)
class Found:
    """Where a value stands: a column and row, a file, a log."""

    where: str
    value: str


def find_values(values: Iterable[str], logs: Mapping[str, str] | None = None) -> list[Found]:
    """Every place of every value: all columns of all tables, tasks and sessions unpacked, pages, records that matching
    keeps beside the database, and the given logs.

    Letter case does not matter, nor whether a text is escaped as JSON or as an address. A value counts only where it
    stands by itself: 4155550101 is not in 24155550101.
    """
    wanted = {form.lower(): value for value in values if len(value.strip()) >= LEAST for form in _forms(value.strip())}
    if not wanted:
        return []
    pattern = re.compile(rf"(?<![^\W_]){_regex(_trie(wanted))}(?![^\W_])")
    return sorted({
        Found(where, wanted[hit])
        for where, text in _texts(logs or {})
        for hit in pattern.findall(text.lower())
    })  # fmt: skip


def _forms(value: str) -> set[str]:
    return {value, json.dumps(value)[1:-1], json.dumps(value, ensure_ascii=False)[1:-1], quote(value), quote(value, "")}


def _texts(logs: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    yield from logs.items()
    for table, names in _columns().items():
        yield from _rows(table, names)
    yield from _unpacked()
    for name in _files(storages["pages"]):
        with storages["pages"].open(name, "rb") as stream:
            yield f"pages/{name}", stream.read().decode("utf-8", "replace")
    for path in sorted(Path(settings.MATCHING).rglob("*.parquet")):
        yield f"matching/{path.name}", "\n".join(map(str, parquet.read_table(path).to_pylist()))


def _columns() -> dict[str, list[tuple[str, str]]]:
    """table → its columns (name, type) that can hold text, or tokens."""
    found: dict[str, list[tuple[str, str]]] = {}
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name, data_type FROM information_schema.columns "
            "WHERE table_schema = current_schema() AND data_type = ANY(%s) ORDER BY 1, ordinal_position",
            [list(TYPES)],
        )
        for table, name, kind in cursor.fetchall():
            found.setdefault(table, []).append((name, kind))
    return found


def _rows(table: str, columns: list[tuple[str, str]]) -> Iterator[tuple[str, str]]:
    names = ", ".join(f'"{name}"' if kind == "bytea" else f'"{name}"::text' for name, kind in columns)
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT {names} FROM "{table}"')
        while rows := cursor.fetchmany(_ROWS):
            for (name, _), cells in zip(columns, zip(*rows, strict=True), strict=True):
                yield f"{table}.{name}", "\n".join(_text(cell) for cell in cells if cell)


def _text(cell: Any) -> str:
    return cell if isinstance(cell, str) else bytes(cell).decode("utf-8", "replace")


def _unpacked() -> Iterator[tuple[str, str]]:
    """What django-q2 and sessions keep in a form of their own."""
    for task in Task.objects.all():
        yield "django_q_task", f"{task.name} {task.func} {task.args!r} {task.kwargs!r} {task.result!r}"
    for queued in OrmQ.objects.all():
        yield "django_q_ormq", repr(queued.task)
    for session in Session.objects.all():
        yield "django_session", repr(session.get_decoded())


def _files(storage: Storage, folder: str = "") -> Iterator[str]:
    try:
        folders, names = storage.listdir(folder)
    except FileNotFoundError:
        return
    for name in names:
        yield f"{folder}/{name}" if folder else name
    for name in folders:
        yield from _files(storage, f"{folder}/{name}" if folder else name)


def _trie(words: Iterable[str]) -> Trie:
    """Thousands of words as one expression are fast only if they share their beginnings."""
    root: Trie = {}
    for word in words:
        node = root
        for letter in word:
            node = node.setdefault(letter, {})
        node[""] = {}
    return root


def _regex(node: Trie) -> str:
    branches = [re.escape(letter) + _regex(child) for letter, child in sorted(node.items()) if letter]
    if not branches:
        return ""
    whole = branches[0] if len(branches) == 1 and "" not in node else f"(?:{'|'.join(branches)})"
    return f"{whole}?" if "" in node else whole
