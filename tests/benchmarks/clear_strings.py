"""What tokens cost: the same candidate pairs weighed by the linker, and by two Splink models that see clear strings.

"Splink" is a model as its documentation advises: Jaro–Winkler similarity of names, streets and mail addresses,
Levenshtein distance of phones. "both" is the linker's own with levels of Jaro–Winkler similarity put between. Both get
u by random pairs and m from the truth itself, which favours them; what a mask shows they compare as the linker does, and
how rare a value is they take from it. Pairs that blocking loses are lost to all.
"""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from splink import Linker

from reconciliation.identity.features import features
from reconciliation.identity.linking.backends import Backend, backend, named
from reconciliation.identity.linking.engine import find_pairs
from reconciliation.identity.linking.model import COMPARISONS, Model, comparisons, shipped
from reconciliation.identity.linking.scoring import RARE, prepare
from reconciliation.identity.linking.training import train
from reconciliation.identity.signals import Buyer
from tests.population.recording import FIELDS
from tests.population.truth import Truth

TEXTS = ("email", "mailbox", "handle", "username", "phone", "phone_tail", "name", "mask", "mask_other", "numbers",
         "postcode", "city", "state", "country")  # fmt: skip
SAME_AS_TOKENS = ("name_masked", "geo", "phone_tail", "username")  # all that a mask or a user name shows
MADE = (
    "alias",
    "alias_short",
    "called",
    "initialled",
    "mask_own",
    "namely",
)  # what those compare, as the linker has it
_TOWN = "(postcode_l = postcode_r or city_l = city_r)"
_NAMES, _STREETS = (f"jaro_winkler_similarity({one}_text_l, {one}_text_r)" for one in ("name", "street"))
BETWEEN = {  # before which level of the linker's
    "name": (("one rare word shared", f"{_NAMES} >= 0.93"), ("one word near", f"{_NAMES} >= 0.88")),
    "place": (
        ("much of the street and town", f"numbers_l = numbers_r and {_STREETS} >= 0.9 and {_TOWN}"),
        ("same postcode", f"{_STREETS} >= 0.9 and {_TOWN}"),
    ),
}
PAIRS = 10_000_000  # random ones, for u
_MASKED = "(name_masked_l or name_masked_r)"


def best_f1(folder: Path, truth: Truth) -> dict[str, Any]:
    """Best F1 over all thresholds by tokens, and by clear strings, of the same pairs."""
    records = pq.read_table(folder / "tokens")
    account = dict(zip(records["record_id"].to_pylist(), records["account"].to_pylist(), strict=True))
    model = train(records, shipped())
    pairs = find_pairs(records, model, floor=0.0)
    ends = list(zip(pairs["left_id"].to_pylist(), pairs["right_id"].to_pylist(), strict=True))
    same = {pair: truth.same(account[pair[0]], account[pair[1]]) for pair in ends}
    by = {"tokens": dict(zip(ends, pairs["raw"].to_pylist(), strict=True))}
    with backend() as run:
        run.load("records", records)
        run.load("strings", _clear(folder, account, truth))
        prepared = prepare(run, "records", model)
        rarity = ", ".join((*(f"tf_{column}" for column in RARE), *MADE))
        run.make("clear", f"select strings.*, {rarity} from strings join {prepared} using (record_id)")
        texts = "person, strings.name as name_text, strings.street as street_text"
        run.make("beside", f"select {prepared}.*, {texts} from {prepared} join strings using (record_id)")
        own = [_name(), _place(), _phone(), _email()]
        by["clear strings, Splink"] = _weighed(run, "clear", pairs, model, _counted(own, model) + _as_tokens(model))
        by["clear strings, both"] = _weighed(run, "beside", pairs, model, _both(model))
    found = {f"F1 by {which}": _best((at, same[pair]) for pair, at in said.items()) for which, said in by.items()}
    cost = max(found.values()) - found["F1 by tokens"]
    return {"pairs": len(ends), "true": sum(same.values()), **found, "tokens cost": f"{cost:+.4f} (aim ≤ 0.01)"}


def _clear(folder: Path, account: dict[int, int], truth: Truth) -> pa.Table:
    """Canonical strings of the records that the linker was given."""
    rows = []
    for batch in pq.ParquetFile(folder / "rows").iter_batches():
        for record, *said in zip(*(batch[name].to_pylist() for name in ("record_id", *FIELDS)), strict=True):
            if record in account:
                rows.append(_row(record, truth.person[account[record]], Buyer(*said)))
    return pa.Table.from_pylist(rows)


def _row(record: int, person: int, said: Buyer) -> dict[str, Any]:
    shown = features(said)
    street = " ".join(shown.street) or None
    return {
        "record_id": record, "person": person, "name_masked": shown.name_masked, "words": list(shown.words),
        "street": street, "address": shown.address or street, "place_near": list(shown.place_near),
        **{name: getattr(shown, name) or None for name in TEXTS},
    }  # fmt: skip


def _weighed(
    run: Backend, table: str, pairs: pa.Table, model: Model, compared: list[dict[str, Any]]
) -> dict[tuple[int, int], float]:
    api = run.splink()
    given = {
        "link_type": "dedupe_only", "unique_id_column_name": "record_id",
        "probability_two_random_records_match": model.prior(run.rows(f"select count(*) from {table}")[0][0]),
        "comparisons": compared, "blocking_rules_to_generate_predictions": [],
        "retain_matching_columns": False, "retain_intermediate_calculation_columns": False,
    }  # fmt: skip
    linked = Linker(api.register(table, dataset_display_name=named("strings")), given, log_level=None)
    linked.training.estimate_u_using_random_sampling(max_pairs=PAIRS, seed=1)
    linked.training.estimate_m_from_label_column("person")
    asked = named("asked")
    ids = pairs.select(["left_id", "right_id"]).rename_columns(["join_key_l", "join_key_r"])
    run.load(asked, ids.add_column(0, "match_key", pa.array(["0"] * ids.num_rows)))
    linked.table_management.register_blocked_pairs_for_predict(api.register(asked, dataset_display_name=asked))
    predicted = linked.inference.predict(warning_mode="never")
    rows = run.rows(f"select record_id_l, record_id_r, match_weight from {predicted.physical_name}")
    return {(min(left, right), max(left, right)): weight for left, right, weight in rows}


def _counted(own: list[dict[str, Any]], model: Model) -> list[dict[str, Any]]:
    """With the linker's u of equal values, which few random pairs share, or none."""
    for one in own:
        u = model.parameters["levels"][one["output_column_name"]]["u"][0]
        one["comparison_levels"][1] |= {"u_probability": u, "fix_u_probability": True}
    return own


def _as_tokens(model: Model, names: Sequence[str] = SAME_AS_TOKENS) -> list[dict[str, Any]]:
    """Comparisons of the linker's own, with its numbers."""
    found = [one for one in comparisons(model) if one["output_column_name"] in names]
    for one in found:
        for level in one["comparison_levels"][1:]:
            level |= {"fix_m_probability": True, "fix_u_probability": True}
    return found


def _both(model: Model) -> list[dict[str, Any]]:
    """The linker's comparisons, those of names and places with levels of similarity between the linker's."""
    found = _as_tokens(model, tuple(COMPARISONS))
    for one in found:
        levels = one["comparison_levels"]
        for before, condition in BETWEEN.get(one["output_column_name"], ()):
            at = next(place for place, level in enumerate(levels) if level["label_for_charts"] == before)
            levels.insert(at, {"sql_condition": condition, "label_for_charts": condition})
        if one["output_column_name"] in BETWEEN:
            for level in levels[1:]:
                level.pop("fix_m_probability", None)
    return found


def _name() -> dict[str, Any]:
    steps = [(f"jaro_winkler_similarity(name_l, name_r) >= {step}", "") for step in (0.97, 0.93, 0.88, 0.8)]
    shared = [(f"len(list_intersect(words_l, words_r)) >= {count}", "") for count in (2, 1)]
    levels = [("name_l = name_r", "name"), steps[0], shared[0], *steps[1:], shared[1], ("ELSE", "")]
    return _comparison("name", f"name_l is null or name_r is null or {_MASKED}", levels)


def _place() -> dict[str, Any]:
    street = "jaro_winkler_similarity(street_l, street_r)"
    levels = [
        ("address_l = address_r", "address"),
        (f"numbers_l = numbers_r and {street} >= 0.9 and {_TOWN}", ""),
        (f"{street} >= 0.95 and {_TOWN}", ""),
        (f"{street} >= 0.85 and {_TOWN}", ""),
        (f"numbers_l = numbers_r and {street} >= 0.9", ""),
        ("postcode_l = postcode_r", "postcode"),
        ("jaro_winkler_similarity(city_l, city_r) >= 0.92", ""),
        ("state_l = state_r", ""),
        ("country_l = country_r", ""),
        ("ELSE", ""),
    ]
    return _comparison("place", "street_l is null or street_r is null", levels)


def _phone() -> dict[str, Any]:
    levels = [("phone_l = phone_r", "phone"), ("levenshtein(phone_l, phone_r) <= 1", ""), ("ELSE", "")]
    return _comparison("phone", "phone_l is null or phone_r is null", levels)


def _email() -> dict[str, Any]:
    levels = [
        ("mailbox_l = mailbox_r", "mailbox"),
        ("handle_l = handle_r", "handle"),
        ("jaro_winkler_similarity(email_l, email_r) >= 0.95", ""),
        ("jaro_winkler_similarity(handle_l, handle_r) >= 0.92", ""),
        ("ELSE", ""),
    ]
    return _comparison("email", "mailbox_l is null or mailbox_r is null", levels)


def _comparison(name: str, void: str, levels: Sequence[tuple[str, str]]) -> dict[str, Any]:
    said: list[dict[str, Any]] = [{"sql_condition": void, "label_for_charts": "null", "is_null_level": True}]
    for number, (condition, rarity) in enumerate(levels):
        level: dict[str, Any] = {"sql_condition": condition, "label_for_charts": f"{name} {number}"}
        if rarity:
            level |= {"tf_adjustment_column": rarity, "disable_tf_exact_match_detection": True}
        said.append(level)
    return {"output_column_name": name, "comparison_levels": said}


def _best(scored: Iterable[tuple[float, bool]]) -> float:
    """Best F1 over all thresholds; pairs of one score stand or fall together."""
    ordered = sorted(scored, key=lambda one: -one[0])
    true = sum(same for _, same in ordered)
    right = best = 0.0
    for count, (score, same) in enumerate(ordered, 1):
        right += same
        if count == len(ordered) or ordered[count][0] != score:
            best = max(best, 2 * right / (count + true))
    return best
