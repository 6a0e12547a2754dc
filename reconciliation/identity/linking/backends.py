"""Where the linker's SQL runs: DuckDB in the process, or Spark."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any, Protocol

import duckdb
import pyarrow as pa

from reconciliation.identity.duck import in_memory
from reconciliation.identity.linking.dialects import DUCKDB, SPARK, Dialect

ENGINES = ("duckdb", "spark")
MEMORY = "2GB"


class Unavailable(Exception):
    """An engine that is not installed; the message says what is missing."""


class Backend(Protocol):
    """Tables by name, made from Arrow or from SQL."""

    dialect: Dialect

    def load(self, name: str, table: pa.Table) -> None: ...
    def make(self, name: str, sql: str) -> None: ...
    def drop(self, *names: str) -> None: ...
    def rows(self, sql: str) -> list[tuple[Any, ...]]: ...
    def arrow(self, sql: str) -> pa.Table: ...
    def splink(self) -> Any: ...


class DuckDB:
    """A database of the run's own, in memory, spilling into a folder of its own."""

    dialect = DUCKDB

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    def load(self, name: str, table: pa.Table) -> None:
        self._connection.register(f"{name}_arrow", table)
        self.make(name, f"select * from {name}_arrow")
        self._connection.unregister(f"{name}_arrow")

    def make(self, name: str, sql: str) -> None:
        self._connection.execute(f"create or replace table {name} as {sql}").fetchall()

    def drop(self, *names: str) -> None:
        for name in names:
            self._connection.execute(f"drop table if exists {name}").fetchall()

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """All rows: ``fetchone`` would leave the connection busy, which DuckDB 2 refuses to Splink."""
        return self._connection.execute(sql).fetchall()

    def arrow(self, sql: str) -> pa.Table:
        return self._connection.sql(sql).to_arrow_table()

    def splink(self) -> Any:
        from splink.backends.duckdb import DuckDBAPI  # noqa: PLC0415 - takes a second, which only linking needs

        return DuckDBAPI(self._connection)


class Spark:
    """A Spark session; tables are views whose rows Spark keeps."""

    dialect = SPARK

    def __init__(self, session: Any, api: Any) -> None:
        self._session = session
        self._api = api

    def load(self, name: str, table: pa.Table) -> None:
        self._keep(name, self._session.createDataFrame(table))

    def make(self, name: str, sql: str) -> None:
        self._keep(name, self._session.sql(sql))

    def _keep(self, name: str, frame: Any) -> None:
        kept = frame.localCheckpoint()
        kept.createOrReplaceTempView(name)

    def drop(self, *names: str) -> None:
        for name in names:
            self._session.catalog.dropTempView(name)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        return [tuple(row) for row in self._session.sql(sql).collect()]

    def arrow(self, sql: str) -> pa.Table:
        return self._session.sql(sql).toArrow()

    def splink(self) -> Any:
        return self._api


@contextmanager
def backend(engine: str = "duckdb", memory: str | None = None) -> Iterator[Backend]:
    """An engine to link with; what it wrote is gone afterwards."""
    if engine not in ENGINES:
        raise Unavailable(f"There is no engine {engine!r}; there are: {', '.join(ENGINES)}.")
    with tempfile.TemporaryDirectory(prefix="linking-") as folder:
        if engine == "spark":
            with _spark(Path(folder)) as spark:
                yield spark
            return
        with in_memory({"memory_limit": memory or MEMORY, "temp_directory": folder}) as connection:
            yield DuckDB(connection)


@contextmanager
def _spark(folder: Path) -> Iterator[Spark]:
    try:
        from pyspark.sql import SparkSession  # noqa: PLC0415 - optional
        from splink.backends.spark import SparkAPI, similarity_jar_location  # noqa: PLC0415
    except ImportError as missing:
        raise Unavailable(
            "The engine spark needs pyspark, which is not installed (pip install pyspark), and Java 17."
        ) from missing
    session = (
        SparkSession.builder.appName("plumbline-linking")
        .config("spark.jars", similarity_jar_location())
        .config("spark.sql.ansi.enabled", "false")
        .config("spark.sql.shuffle.partitions", "8")
        .config("spark.ui.enabled", "false")
        .getOrCreate()
    )
    session.sparkContext.setCheckpointDir(str(folder))
    try:
        yield Spark(session, SparkAPI(spark_session=session))  # type: ignore[no-untyped-call]
    finally:
        session.stop()


_numbers = count(1)


def named(what: str) -> str:
    """A table name that nothing else has."""
    return f"linking_{what}_{next(_numbers)}"
