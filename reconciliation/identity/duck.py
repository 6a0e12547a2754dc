"""DuckDB in the process."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

import duckdb

Setting = str | bool | int | float | list[str]


@contextmanager
def in_memory(settings: Mapping[str, Setting] | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """A database of its own. In a terminal DuckDB would draw its bar over our own progress: it stays silent."""
    with duckdb.connect(":memory:", config=dict(settings or {})) as connection:
        connection.execute("SET enable_progress_bar = false").fetchall()
        connection.execute("SET preserve_insertion_order = false").fetchall()  # order is asked for where it matters
        yield connection
