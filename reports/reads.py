"""Reads of whole tables."""

from collections.abc import Iterator, Mapping
from typing import Any

from django.db import connection, transaction

_PART = 50_000  # rows that stand in memory at a time


def rows(sql: str, given: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """Loops over whole tables, which a planner without statistics takes to, would be slow."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_nestloop = off")
        cursor.execute(sql, given)
        found: list[tuple[Any, ...]] = cursor.fetchall()
        cursor.execute("SET LOCAL enable_nestloop = on")
    return found


def parts(sql: str, given: Mapping[str, Any]) -> Iterator[list[tuple[Any, ...]]]:
    """The same, a part at a time, where there may be millions."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_nestloop = off")
        with connection.chunked_cursor() as cursor:
            cursor.execute(sql, given)
            while some := cursor.fetchmany(_PART):
                yield some
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_nestloop = on")
