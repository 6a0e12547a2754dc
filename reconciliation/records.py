"""Records for the linker out of the signals: one row for each distinct set of tokens of an account."""

import tempfile
from collections.abc import Collection
from pathlib import Path

import pyarrow as pa
from django.conf import settings
from django.db import connection

from channels.models import Company
from reconciliation.identity.records import RECORDS, read_records
from reconciliation.identity.signals import LISTS, SCALARS
from reconciliation.models import Account, BuyerSignal

# Lists follow from the same words as the names and addresses do: those tell the sets apart.
_DISTINCT = ", ".join(f"s.{name}" for name in SCALARS)


def records(company: Company, accounts: Collection[int] | None = None) -> pa.Table:
    """What matching may see of the company's accounts, or of those with the ids, in the order of their ids."""
    cells = {
        "record_id": "s.id", "account": "a.id", "channel": "a.channel", "country": "a.country",
        "name_masked": "s.name_masked",
        **{name: f"s.{name}" for name in SCALARS},
        **{name: f"nullif(array_to_string(s.{name}, ' '), '')" for name in LISTS},
    }  # fmt: skip
    query = (
        f"COPY (SELECT DISTINCT ON (a.id, {_DISTINCT}) {', '.join(cells[one.name] for one in RECORDS)} "
        f"FROM {BuyerSignal._meta.db_table} s JOIN {Account._meta.db_table} a ON a.key = s.account "
        "WHERE a.company_id = %s AND s.matching AND (%s::bigint[] IS NULL OR a.id = ANY(%s)) "
        f"ORDER BY a.id, {_DISTINCT}, s.id) TO STDOUT (FORMAT csv)"
    )
    some = list(accounts) if accounts is not None else None
    place = Path(settings.MATCHING)  # where what a killed process leaves is swept (``resident.sweep``)
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(prefix=".records-", suffix=".csv", dir=place) as file:
        with connection.cursor() as cursor, cursor.copy(query, [company.pk, some, some]) as copy:
            for block in copy:
                file.write(block)
        file.flush()
        return read_records(Path(file.name))
