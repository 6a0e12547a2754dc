import re
from io import StringIO
from typing import Any

import pytest
import yaml
from django.core.management import call_command
from django.test import Client


@pytest.fixture(scope="module")
def schema() -> Any:
    out = StringIO()
    call_command("spectacular", validate=True, fail_on_warn=True, stdout=out)
    return yaml.safe_load(out.getvalue())


def test_every_address_is_described(schema: Any) -> None:
    lists = ("analyses", "contribution", "kpis", "discrepancies", "estimates", "ledger", "orders", "payouts", "stores")
    details = [f"/api/v1/{name}/{{id}}/" for name in lists[3:]]
    others = [f"/api/v1/{name}/" for name in ("leads", "login", "logout", "logoutall", "pages")]
    assert sorted(schema["paths"]) == sorted([*(f"/api/v1/{name}/" for name in lists), *details, *others])


def test_every_parameter_is_explained_and_every_list_has_an_example(schema: Any) -> None:
    silent = [
        (path, parameter["name"])
        for path, methods in schema["paths"].items()
        for parameter in methods.get("get", {}).get("parameters", [])
        if not parameter.get("description")
    ]
    assert silent == []
    without = [
        path
        for path, methods in schema["paths"].items()
        if "get" in methods and "{id}" not in path
        and not methods["get"]["responses"]["200"]["content"]["application/json"].get("examples")
    ]  # fmt: skip
    assert without == []


@pytest.mark.parametrize("name", ["Discrepancy", "Ledger", "Order", "Payout", "Store"])
def test_examples_have_the_fields_that_are_described(schema: Any, name: str) -> None:
    path = {"Discrepancy": "discrepancies", "Ledger": "ledger"}.get(name, f"{name.lower()}s")
    answer = schema["paths"][f"/api/v1/{path}/"]["get"]["responses"]["200"]["content"]["application/json"]
    (example,) = answer["examples"].values()
    described = schema["components"]["schemas"][name]["properties"]
    assert list(example["value"]["results"][0]) == list(described)


def test_no_secret_is_described(schema: Any) -> None:
    assert not re.search(r"credential[^']*:", str(schema["components"]["schemas"]["Store"]["properties"]))


@pytest.mark.django_db
def test_docs_and_schema_are_there_without_a_user(client: Client) -> None:
    assert [client.get(f"/api/v1/{name}/").status_code for name in ("docs", "schema")] == [200, 200]
