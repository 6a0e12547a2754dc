"""A whole filtered list in one answer, in constant memory: rows come from a server-side cursor.

Rows and sums stand at the end; an answer without its end was cut off and must not be used.
"""

import json
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import islice
from typing import Any

from django.db import transaction
from django.http import StreamingHttpResponse

from reconciliation.ledger import tiers
from reports.exports import BOM, amount_text, csv_comment, csv_line, csv_lines

BATCH = 1000


@dataclass
class Totals:
    """What passed by: rows, and for each (column, currency column) the sums by currency."""

    columns: Sequence[tuple[str, str]]
    rows: int = 0
    sums: dict[str, dict[str, Decimal]] = field(default_factory=dict)

    def count(self, records: Iterable[Mapping[str, Any]]) -> None:
        for record in records:
            self.rows += 1
            for column, currency in self.columns:
                if record[column] is not None:
                    sums = self.sums.setdefault(column, {})
                    sums[record[currency]] = sums.get(record[currency], Decimal(0)) + Decimal(record[column])

    def as_json(self) -> dict[str, Any]:
        sums = {
            column: {currency: amount_text(self.sums[column][currency], currency) for currency in self.sums[column]}
            for column, _ in self.columns
            if column in self.sums
        }
        return {"rows": self.rows, "sums": sums}


@dataclass(frozen=True)
class Export:
    """What is exported, said in its first line, in ``meta`` and in the headers."""

    name: str
    filters: str  # the query string, percent-encoded
    as_of: str
    columns: Sequence[str] = ()
    text: Collection[str] = ()
    sums: Sequence[tuple[str, str]] = ()

    def meta(self) -> dict[str, str]:
        return {"export": self.name, "tiers": tiers.VERSION, "as_of": self.as_of, "filters": self.filters}

    def response(self, form: str, batches: Iterator[list[Any]]) -> StreamingHttpResponse:
        """The batches as ``csv`` (their records must be flat) or ``json``."""
        body, media_type = (
            (self._csv(batches), "text/csv; charset=utf-8")
            if form == "csv"
            else (self._json(batches), "application/json")
        )
        response = StreamingHttpResponse(body, content_type=media_type)
        response["Content-Disposition"] = f'attachment; filename="plumbline-{self.name}.{form}"'
        for key, value in self.meta().items():
            response[f"X-Plumbline-{key.replace('_', '-').title()}"] = value
        return response

    def _json(self, batches: Iterator[list[Any]]) -> Iterator[str]:
        totals = Totals(self.sums)
        yield '{"meta":' + json.dumps(self.meta()) + ',"results":['
        for batch in batches:
            comma = "," if totals.rows else ""
            totals.count(batch)
            yield comma + "\n" + ",\n".join(json.dumps(record, ensure_ascii=False) for record in batch)
        yield '\n],"totals":' + json.dumps(totals.as_json()) + "}\n"

    def _csv(self, batches: Iterator[list[Any]]) -> Iterator[str]:
        meta = self.meta()
        said = (f"{key} {meta[key]}" for key in ("tiers", "as_of", "filters") if meta[key])
        yield BOM + csv_comment(f"plumbline {self.name}", *said)
        totals = Totals(self.sums)
        yield csv_line(self.columns)
        for batch in batches:
            totals.count(batch)
            yield "".join(csv_lines(batch, self.columns, self.text))
        sums = (
            f"{column} {currency} {amount}"
            for column, amounts in totals.as_json()["sums"].items()
            for currency, amount in amounts.items()
        )
        yield csv_comment(f"end: rows {totals.rows}", *sums)


def in_batches(rows: Iterable[Any], size: int = BATCH) -> Iterator[list[Any]]:
    iterator = iter(rows)
    while batch := list(islice(iterator, size)):
        yield batch


def snapshot(queryset: Any) -> Iterator[list[Any]]:
    """The rows of a queryset in batches. Inside a transaction the cursor reads as it goes; outside, PostgreSQL
    would have to lay the whole result aside first."""
    with transaction.atomic():
        yield from in_batches(queryset.iterator(chunk_size=BATCH))
