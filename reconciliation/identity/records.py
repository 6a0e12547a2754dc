"""Records: what the linker is given, one row for each distinct set of tokens of an account, as an Arrow table."""

import pyarrow as pa

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
