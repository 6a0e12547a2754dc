"""Training repeats itself, and a session that fails leaves the model as it was."""

import random
from typing import Any

import pyarrow as pa
import pytest

from reconciliation.identity.linking import training
from reconciliation.identity.linking.backends import backend
from reconciliation.identity.linking.model import COMPARISONS, Model, shipped
from reconciliation.identity.linking.scoring import linker, prepare
from reconciliation.identity.linking.training import guarded, train
from reconciliation.identity.signals import Buyer
from tests.population.population import population
from tests.population.recording import records, shown
from tests.reconciliation.identity.linking import recorded


@pytest.fixture(scope="module")
def people() -> pa.Table:
    return records(shown(population(1_500, seed=4)))


def test_few_records_teach_nothing() -> None:
    assert train(recorded.records(recorded.JOHN, recorded.JOHN), shipped()) is shipped()


@pytest.mark.slow
def test_equal_records_in_any_order_give_an_equal_model(people: pa.Table, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training, "SAMPLED", 50_000)
    monkeypatch.setattr(training, "LEAST_LINKED", 50)
    order = list(range(people.num_rows))
    random.Random(6).shuffle(order)
    one = train(people, shipped())
    assert one != shipped()
    assert train(people.take(order), shipped()) == one


@pytest.mark.slow
def test_probabilities_stay_probabilities(people: pa.Table, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(training, "SAMPLED", 50_000)
    monkeypatch.setattr(training, "LEAST_LINKED", 50)
    model = train(people, shipped(), seed=2)
    for name in COMPARISONS:
        for which in ("m", "u"):
            assert sum(model.parameters["levels"][name][which]) == pytest.approx(1.0, abs=1e-4)


def test_a_failed_session_spoils_splinks_model_and_the_guard_restores_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """The trap: m falls to 0, Splink raises, and its prior is overwritten and the blocked comparison gone."""
    buyers = [Buyer(f"Anna Person{number}", phone=f"+65 8123 {number:04}") for number in range(60)]
    table = recorded.records(*buyers, *buyers)
    with backend() as run:
        run.load("records", table)
        linked = linker(run, prepare(run, "records", shipped()), shipped(), table.num_rows)
        settings = linked._settings_obj
        before = settings.core_model_settings.probability_two_random_records_match
        names = [one.output_column_name for one in settings.core_model_settings.comparisons]

        def spoil(*_: object, **__: object) -> None:
            settings.core_model_settings.comparisons.pop(0)
            settings.core_model_settings.probability_two_random_records_match = 0.185
            raise ValueError("m_probability value 0.0 is below the minimum allowed")

        monkeypatch.setattr(linked.training, "estimate_parameters_using_expectation_maximisation", spoil)
        assert not guarded(linked, "l.name = r.name")
        assert settings.core_model_settings.probability_two_random_records_match == before
        assert [one.output_column_name for one in settings.core_model_settings.comparisons] == names


def test_splink_itself_spoils_its_model_where_m_falls_to_nothing() -> None:
    """Reproduced in Splink: without the guard the linker comes out changed. If Splink mends it, this says so."""
    linked, before, count = _doomed()
    with pytest.raises(ValueError, match="m_probability"):
        linked.training.estimate_parameters_using_expectation_maximisation("l.a = r.a")
    core = linked._settings_obj.core_model_settings
    assert core.probability_two_random_records_match != before or len(core.comparisons) != count
    linked, before, count = _doomed()
    assert not guarded(linked, "l.a = r.a")
    core = linked._settings_obj.core_model_settings
    assert core.probability_two_random_records_match == before
    assert len(core.comparisons) == count


def _doomed() -> tuple[Any, float, int]:
    """A linker whose m for agreement in one comparison falls with each round until it is below all floats."""
    from splink import DuckDBAPI, Linker  # noqa: PLC0415

    given = pa.table(
        {"record_id": range(40), "a": [1] * 40, "b": [n % 20 for n in range(40)], "c": [n % 2 for n in range(40)]}
    )
    compared = [
        {
            "output_column_name": name,
            "comparison_levels": [
                {"sql_condition": f"{name}_l = {name}_r", "m_probability": m, "u_probability": u},
                {"sql_condition": "ELSE", "m_probability": 1 - m, "u_probability": 1 - u},
            ],
        }
        for name, m, u in (("a", 0.9, 0.1), ("b", 2e-298, 0.99), ("c", 0.9, 0.5))
    ]
    settings = {
        "link_type": "dedupe_only", "unique_id_column_name": "record_id", "comparisons": compared,
        "probability_two_random_records_match": 1e-3, "blocking_rules_to_generate_predictions": [],
        "em_convergence": 1e-300,
    }  # fmt: skip
    linked = Linker(DuckDBAPI().register(given), settings, log_level=None, validate_settings=False)
    core = linked._settings_obj.core_model_settings
    return linked, core.probability_two_random_records_match, len(core.comparisons)


def test_an_astray_session_is_undone(monkeypatch: pytest.MonkeyPatch) -> None:
    linked, before, count = _doomed()
    core = linked._settings_obj.core_model_settings

    def astray(*_: object, **__: object) -> None:
        core.probability_two_random_records_match = 0.91

    monkeypatch.setattr(linked.training, "estimate_parameters_using_expectation_maximisation", astray)
    assert not guarded(linked, "l.a = r.a")
    now = linked._settings_obj.core_model_settings
    assert (now.probability_two_random_records_match, len(now.comparisons)) == (before, count)


def test_the_prior_follows_the_number_of_records() -> None:
    model = Model("1", {**shipped().parameters, "partners": 0.2})
    assert model.prior(1_001) == pytest.approx(0.2 / 1_000)
    assert model.prior(1) <= 0.05
