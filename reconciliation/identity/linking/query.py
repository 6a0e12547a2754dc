"""The SQL by which Splink weighs pairs in DuckDB, written once per model.

Splink takes longer to write it than DuckDB takes to weigh ten thousand pairs, and looks up frequencies that are in our
table already. Here it writes it over empty tables; what it wrote is run word for word over those that are asked for.
"""

import json
import math
import re
from dataclasses import dataclass
from functools import lru_cache

from splink import Linker
from splink.backends.duckdb import DuckDBAPI

from reconciliation.identity.duck import in_memory
from reconciliation.identity.linking.levels import DERIVED
from reconciliation.identity.linking.model import Model, settings
from reconciliation.identity.records import RECORDS

_RECORDS = 8  # of which the query is written; another number changes its prior alone
_SIDE = re.compile(r"__splink__df_pruned_predict_input_([lr])_[0-9a-f]{9}\b")
_PAIRS = "pairs_to_weigh"
_SAME = [(one, other) for other, one in DERIVED.items()]


@dataclass(frozen=True, slots=True)
class Query:
    """Places for names in ``text``: of a pair's left and right records, and of the pairs. ``prior`` is as it stands."""

    text: str
    prior: str

    def over(self, left: str, right: str, pairs: str, prior: float) -> str:
        sides = {"l": left, "r": right}
        text = _SIDE.sub(lambda found: sides[found[1]], self.text)
        return text.replace(_PAIRS, pairs).replace(self.prior, _said(prior))


def query(model: Model, frequencies: tuple[str, ...]) -> Query:
    """Splink's query of a model over records with those columns of frequencies."""
    return _written(model.version, json.dumps(model.parameters, sort_keys=True), frequencies)


@lru_cache(maxsize=8)
def _written(version: str, parameters: str, frequencies: tuple[str, ...]) -> Query:
    model = Model(version, json.loads(parameters))
    with in_memory() as connection:
        connection.register("columns", RECORDS.empty_table())
        rare = ", ".join(("cast([] as bigint[]) as rare, false as namely", *map(" as ".join, _SAME)))
        shares = ", ".join(f"cast(0 as double) as tf_{column}" for column in frequencies)
        connection.execute(f"create table prepared as select *, {rare}, {shares} from columns").fetchall()
        ids = "'0' as match_key, record_id as join_key_l, record_id as join_key_r"
        connection.execute(f"create table {_PAIRS} as select {ids} from columns").fetchall()
        api = DuckDBAPI(connection)
        linked = Linker(api.register("prepared"), settings(model, _RECORDS), log_level=None, validate_settings=False)
        linked.table_management.register_blocked_pairs_for_predict(api.register(_PAIRS))
        written = linked.inference.predict(warning_mode="never").sql_used_to_create
    made = Query(str(written), _said(model.prior(_RECORDS)))
    if made.prior not in made.text or _PAIRS not in made.text or set(_SIDE.findall(made.text)) != {"l", "r"}:
        raise RuntimeError("This version of Splink writes another query than the one that is known.")
    return made


def _said(prior: float) -> str:
    return f"cast({math.log2(prior / (1 - prior))} as float8)"
