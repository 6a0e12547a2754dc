"""Records: what the linker is given, one row for each distinct set of tokens of an account, as an Arrow table."""

from pathlib import Path

import pyarrow as pa

from reconciliation.identity.duck import in_memory
from reconciliation.identity.signals import LISTS, SCALARS

RECORDS = pa.schema(
    [
        ("record_id", pa.int64()),
        ("account", pa.int64()),  # records of one account are one buyer already and are never compared
        ("channel", pa.string()),
        ("country", pa.string()),
        ("name_masked", pa.bool_()),
        *((name, pa.int64()) for name in SCALARS),
        *((name, pa.list_(pa.int64())) for name in LISTS),
    ]
)

PAIRS = pa.schema(
    [
        ("left_id", pa.int64()),
        ("right_id", pa.int64()),  # left_id < right_id
        ("weight", pa.float64()),  # log2 of the odds that the evidence multiplies, prior included
        ("raw", pa.float64()),  # the model's probability, before competition and calibration
        ("tier", pa.int8()),  # 1 deterministic, 2 probabilistic
        ("rule", pa.string()),  # of tier 1, else ""
        ("levels", pa.list_(pa.int8())),  # level of each comparison of the model, in its order; −1 where null
    ]
)


def read_records(path: Path) -> pa.Table:
    """Records out of a CSV file in the order of RECORDS, without a header, lists as words with blanks between."""
    names = [f"'{one.name}': '{_CSV_TYPES.get(str(one.type), 'VARCHAR')}'" for one in RECORDS]
    cells = [_cell(one) for one in RECORDS]
    shape = "auto_detect = false, header = false, delim = ',', quote = '\"', escape = '\"'"
    query = f"SELECT {', '.join(cells)} FROM read_csv(?, {shape}, columns = {{{', '.join(names)}}})"
    with in_memory() as connection:
        return connection.sql(query, params=[str(path)]).to_arrow_table().cast(RECORDS)


_CSV_TYPES = {"int64": "BIGINT", "bool": "BOOLEAN"}


def _cell(column: pa.Field) -> str:
    name = str(column.name)
    if not pa.types.is_list(column.type):
        return name
    return f"CASE WHEN {name} IS NULL THEN [] ELSE CAST(string_split({name}, ' ') AS BIGINT[]) END AS {name}"
