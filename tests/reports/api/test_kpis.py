import json
from io import StringIO

import pytest
from django.core.management import call_command

from reports.build import build_steering
from tests.reports.api.making import make_client, make_company
from tests.reports.steering import make_steered

pytestmark = pytest.mark.django_db
URL = "/api/v1/kpis/"


def test_it_answers_what_the_command_prints() -> None:
    company = make_steered(20)
    build_steering(company)
    answer = make_client("reports.report").get(URL, {"role": "operator"}).json()
    out = StringIO()
    call_command("kpi", "--role", "operator", "--format", "json", stdout=out)
    assert [{"company": company.name, **one} for one in answer["results"]] == json.loads(out.getvalue())
    meta = answer["meta"]
    assert (meta["company"], meta["role"], meta["currency"], meta["until"]) == (
        company.pk, "operator", "USD", "2025-05-26",
    )  # fmt: skip
    assert [one["rule"] for one in meta["flags"]] == ["K19", "K20", "K21"]


def test_without_a_role_it_is_the_owners() -> None:
    make_company()
    answer = make_client("reports.report").get(URL).json()
    assert (answer["meta"]["role"], answer["meta"]["until"], len(answer["results"])) == ("owner", None, 7)


def test_what_is_not_understood_is_refused() -> None:
    reader = make_client("reports.report")
    assert reader.get(URL).status_code == 400
    make_company()
    other = make_company("Other")
    for given in ({}, {"role": "nobody"}, {"company": 0}, {"companies": 1}, {"role": ""}):
        assert reader.get(URL, given).status_code == 400, given
    assert reader.get(URL, {"company": other.pk}).json()["meta"]["company"] == other.pk


def test_it_needs_the_permission() -> None:
    make_company()
    assert make_client("channels.store").get(URL).status_code == 403
