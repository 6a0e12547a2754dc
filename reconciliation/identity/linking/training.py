"""The model's numbers from the records themselves: u from random pairs, m by expectation maximisation, both guarded."""

import logging
import math
from collections.abc import Mapping, Sequence
from copy import deepcopy
from typing import Any

import pyarrow as pa
from splink import Linker
from splink.internals.exceptions import EMTrainingException, SplinkException

from reconciliation.identity.linking.backends import Backend, backend
from reconciliation.identity.linking.blocking import Report
from reconciliation.identity.linking.engine import checked, find_in
from reconciliation.identity.linking.model import COMPARISONS, Model
from reconciliation.identity.linking.scoring import linker, prepare

logger = logging.getLogger(__name__)

LEAST_LINKED = 2_500  # pairs; with fewer the shipped m stays
SAMPLED = 1_000_000  # random pairs that u is taken from
SESSION_PAIRS = 500_000  # pairs that a session looks at: a frequent name has more than memory takes
_LEAST_RECORDS = 200  # with fewer, the shipped model is better than anything learned
_BELIEVED = 100  # random pairs that the start's u counts for
_BELIEVED_M = 20  # the same of linked pairs, for m
_BELIEVED_LAST = 0.2  # the same for the weakest level, as a share of the linked pairs
SESSIONS = ("l.name = r.name", "l.numbers = r.numbers and l.postcode = r.postcode", "l.phone_tail = r.phone_tail")
_JUMP = 20.0  # a session that moves the prior by more than this factor has gone astray
_ROUNDS = 10
_PASSES = 3
_LOW = 0.0005
_SMALL = 30_000  # records up to which every candidate pair is looked at
_LARGE = 250_000  # records from which candidates are looked for once
_FOUND = tuple(range(6))  # levels of "place" whose pairs are all candidates, so that those of two persons are counted
_BELIEVED_U = 0.5
_LEFT = 0.02  # share of a level's random pairs that are two persons' at least
_PARTNERS = (0.001, 3.0)

_COUNTED = {
    "name": ("name", "name is not null and not name_masked"),
    "place": ("address", "numbers is not null or address is not null"),
    "phone": ("phone", "phone is not null"),
    "email": ("mailbox", "mailbox is not null"),
}

Levels = Mapping[str, Mapping[str, Sequence[float]]]


def train(records: pa.Table, start: Model, *, seed: int = 1, memory: str | None = None) -> Model:
    """The start's numbers moved towards what the records show. Equal records and seed give an equal model."""
    if records.num_rows < _LEAST_RECORDS:
        return start
    ordered = checked(records).sort_by("record_id")
    with backend("duckdb", memory) as run:
        run.load("records", ordered)
        return _trained(run, start, records.num_rows, seed)


def _trained(run: Backend, start: Model, records: int, seed: int) -> Model:
    prepared = prepare(run, "records", start)
    seen = _counted(run, _seen(linker(run, prepared, start, records), start, seed))
    model = _made(start, _without_pairs(seen, start, records), float(start.parameters["partners"]))
    model = _partners(run, prepared, model, records)
    # Rarity stays the start's meanwhile: a u that moved it would feed on itself, and take homes for households.
    if model.parameters["partners"] * records / 2 >= LEAST_LINKED:
        m = _with_m(linker(run, prepared, model, records), model, start)
        model = _made(model, m, model.parameters["partners"])
        model = _polished(run, prepared, model, start, seen, records)
    run.drop(prepared)
    return model


def _seen(linked: Linker, start: Model, seed: int) -> Mapping[str, Sequence[float]]:
    """Shares of the levels among random pairs, drawn towards the start's u where few pairs were seen."""
    linked.training.estimate_u_using_random_sampling(max_pairs=SAMPLED, seed=seed, min_count_per_level=200)
    share = _BELIEVED / SAMPLED
    found = {}
    for name, given in start.parameters["levels"].items():
        trained = [level._trained_u_median or 0.0 for level in _levels(linked, name)]
        if not any(trained):
            found[name] = list(given["u"])
            continue
        found[name] = [(new + share * old) / (1 + share) for new, old in zip(trained, given["u"], strict=True)]
    return found


def _counted(run: Backend, seen: Mapping[str, Sequence[float]]) -> Mapping[str, Sequence[float]]:
    """The first level of some comparisons counted: few random pairs share a phone, but all that do are known."""
    found = {name: list(shares) for name, shares in seen.items()}
    for name, (column, known) in _COUNTED.items():
        every = f"select {column} as value from records where {known}"
        all_, same = run.rows(
            f"select (select count(*) from ({every}) as every), coalesce(sum(found * (found - 1) / 2), 0) from ("
            f"select count(*) as found from ({every}) as values_ where value is not null group by value) as groups"
        )[0]
        if all_ > 1 and same:
            found[name][0] = max(float(same) / (all_ * (all_ - 1) / 2), 1e-9)
    return found


def _without_pairs(seen: Mapping[str, Sequence[float]], model: Model, records: int) -> Levels:
    """u from what random pairs show: among these are pairs of one person, which make up most of a rare level."""
    prior = model.prior(records)
    found = {}
    for name, given in model.parameters["levels"].items():
        others = [max(share - prior * m, _LEFT * share) for share, m in zip(seen[name], given["m"], strict=True)]
        found[name] = {"m": list(given["m"]), "u": _shares(others)}
    return found


def _levels(linked: Linker, name: str) -> list[Any]:
    settings = linked._settings_obj
    comparison = settings.core_model_settings.get_comparison_by_output_column_name(name)
    return list(comparison._comparison_levels_excluding_null)


def _with_m(linked: Linker, model: Model, start: Model) -> Levels:
    """m by sessions of expectation maximisation; one that goes astray leaves no trace.

    The weakest level keeps the start's m: a session takes every contradiction for another person.
    """
    for rule in SESSIONS:
        guarded(linked, rule)
    found: dict[str, dict[str, list[float]]] = {}
    for name, given in model.parameters["levels"].items():
        first = start.parameters["levels"][name]["m"]
        trained = [level._trained_m_median for level in _levels(linked, name)]
        m = list(first) if None in trained else _shares([*trained[:-1], max(first[-1], trained[-1])])
        found[name] = {"m": m, "u": list(given["u"])}
    return found


def _polished(
    run: Backend, prepared: str, model: Model, start: Model, seen: Mapping[str, Sequence[float]], records: int
) -> Model:  # fmt: skip
    """m and the number of partners by all candidates together: a session sees only pairs that agree in its rule.

    Of few records the candidates are looked for anew in each pass, since those that weigh nothing were left out; of
    many the first pass has enough, and what it left out moves nothing.
    """
    floor = 0.0 if records <= _SMALL else _LOW
    found_by = model
    for number in range(_PASSES):
        model = _made(model, _without_pairs(seen, model, records), model.parameters["partners"])
        if not number or records <= _LARGE:
            found_by = model
            run.load("polished", find_in(run, "records", prepared, model, records, Report(), floor, bounded=False))
        for _ in range(_ROUNDS):
            model = _round(run, model, found_by, start, records)
    run.drop("polished")
    return model


def _round(run: Backend, at: Model, first: Model, start: Model, records: int) -> Model:
    """One round of expectation and maximisation: a pair's weight moves by what its levels' weights moved."""
    moved = [f"cast({_bits(at.prior(records)) - _bits(first.prior(records))!r} as double)"]
    for number, (name, labels) in enumerate(COMPARISONS.items(), 1):
        cases = " ".join(
            f"when {level} then {at.weight(name, level) - first.weight(name, level)!r}" for level in range(len(labels))
        )
        moved.append(f"case levels[{number}] {cases} else 0.0 end")
    weight = f"least(greatest(weight + {' + '.join(moved)}, -60), 60)"
    run.make("rounded", f"select levels, 1 / (1 + power(2, -({weight}))) as p from polished")
    expected = run.rows("select sum(p) from rounded")[0][0] or 0.0
    levels = {}
    for number, (name, given) in enumerate(at.parameters["levels"].items(), 1):
        counted = dict(run.rows(f"select levels[{number}], sum(p) from rounded group by 1"))
        first_m = start.parameters["levels"][name]["m"]
        m = [counted.get(len(first_m) - 1 - place, 0.0) + _BELIEVED_M * old for place, old in enumerate(first_m)]
        m[-1] += _BELIEVED_LAST * expected * first_m[-1]
        u = list(given["u"])
        if name == "place" and records <= _SMALL:
            others = dict(run.rows(f"select levels[{number}], sum(1 - p) from rounded group by 1"))
            for place in _FOUND:
                seldom = others.get(len(u) - 1 - place, 0.0) + _BELIEVED_U
                u[place] = seldom / (records * (records - 1) / 2)
        levels[name] = {"m": _shares(m), "u": _shares(u)}
    return _made(at, levels, min(max(2 * expected / records, _PARTNERS[0]), _PARTNERS[1]))


def guarded(linked: Linker, rule: str) -> bool:
    """Run a session of expectation maximisation; False, with the model as it was, where it failed or went astray.

    A failed session leaves Splink's prior overwritten and the blocked comparisons dropped (facts: m that falls to 0).
    """
    settings = linked._settings_obj
    before = deepcopy(settings.core_model_settings)
    sessions = len(linked._em_training_sessions)
    try:
        linked.training.estimate_parameters_using_expectation_maximisation(
            rule, estimate_without_term_frequencies=True, max_pairs=SESSION_PAIRS
        )
        failed = "astray" if _astray(before, settings.core_model_settings) else ""
    except (ValueError, ZeroDivisionError, EMTrainingException, SplinkException) as error:
        failed = type(error).__name__
    if failed:
        settings.core_model_settings = before
        del linked._em_training_sessions[sessions:]
        logger.info("Training on %s was undone: %s", rule, failed)
    return not failed


def _astray(before: Any, after: Any) -> bool:
    prior, now = before.probability_two_random_records_match, after.probability_two_random_records_match
    if not prior / _JUMP <= now <= prior * _JUMP or len(before.comparisons) != len(after.comparisons):
        return True
    return any(
        level._m_probability == 0
        for comparison in after.comparisons
        for level in comparison._comparison_levels_excluding_null
    )


def _partners(run: Backend, prepared: str, model: Model, records: int) -> Model:
    """How many other records of the same person a record has: what the model itself expects, until it agrees."""
    found = find_in(run, "records", prepared, model, records, Report(), _LOW, bounded=False)
    weights = [weight - _bits(model.prior(records)) for weight in found["weight"].to_pylist()]
    partners = model.parameters["partners"]
    for _ in range(_ROUNDS):
        prior = _bits(Model("", {**model.parameters, "partners": partners}).prior(records))
        expected = math.fsum(1 / (1 + 2 ** -min(max(weight + prior, -60.0), 60.0)) for weight in weights)
        partners = min(max(2 * expected / records, _PARTNERS[0]), _PARTNERS[1])
    return _made(model, model.parameters["levels"], partners)


def _few(start: Model) -> float:
    return float(start.parameters["partners"])


def _bits(probability: float) -> float:
    return math.log2(probability / (1 - probability))


def _made(start: Model, levels: Levels, partners: float) -> Model:
    """A model with these numbers, rounded so that the order in which threads add up does not show."""
    return Model(
        start.version if start.version.endswith("+") else f"{start.version}+",
        {
            "partners": float(f"{partners:.4g}"),
            "levels": {
                name: {
                    which: [min(float(f"{value:.6g}"), 0.999999) for value in values] for which, values in given.items()
                }
                for name, given in levels.items()
            },
        },
    )


def _shares(values: Sequence[float]) -> list[float]:
    total = sum(values)
    return [max(value / total, 1e-9) for value in values]
