"""Reads of whole tables."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from django.db import connection, transaction
from numpy.typing import NDArray

_PART = 50_000  # rows of a table that stand in memory as Python's numbers


def rows(sql: str, given: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """Loops over whole tables, which a planner without statistics takes to, would be slow."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_nestloop = off")
        cursor.execute(sql, given)
        found: list[tuple[Any, ...]] = cursor.fetchall()
        cursor.execute("SET LOCAL enable_nestloop = on")
    return found


def table(sql: str, given: Mapping[str, Any], columns: int) -> NDArray[np.float64]:
    """Rows of numbers alone, of which there may be millions."""
    parts = [np.empty((0, columns))]
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_nestloop = off")
        with connection.chunked_cursor() as cursor:
            cursor.execute(sql, given)
            while some := cursor.fetchmany(_PART):
                parts.append(np.array(some, dtype=np.float64))
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_nestloop = on")
    return np.concatenate(parts)
