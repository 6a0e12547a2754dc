"""Versions of the linking model that other versions of the program wrote."""

from reconciliation.identity.linking.model import shipped
from reconciliation.link_models import model_of
from reconciliation.models import LinkModel


def test_a_version_of_other_levels_gives_way_to_the_shipped_model() -> None:
    levels = {**shipped().parameters["levels"], "username": {"m": [0.2, 0.8], "u": [0.1, 0.9]}}
    old = LinkModel(parameters={"version": "1+", "parameters": {"partners": 0.2, "levels": levels}})
    assert model_of(old) == shipped()
    assert model_of(LinkModel(parameters={})) == shipped()
    own = {"version": "2+", "parameters": {**shipped().parameters, "partners": 0.5}}
    assert model_of(LinkModel(parameters=own)).parameters["partners"] == 0.5
