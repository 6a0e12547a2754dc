"""Reads of whole tables."""

from collections.abc import Mapping
from typing import Any

from django.db import connection, transaction


def rows(sql: str, given: Mapping[str, Any]) -> list[tuple[Any, ...]]:
    """Loops over whole tables, which a planner without statistics takes to, would be slow."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_nestloop = off")
        cursor.execute(sql, given)
        found: list[tuple[Any, ...]] = cursor.fetchall()
        cursor.execute("SET LOCAL enable_nestloop = on")
    return found
