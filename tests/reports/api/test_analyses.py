"""What role pages rest on, over REST."""

from typing import Any

import pytest

from reports.api.views.analyses import spoken
from reports.build import build_steering
from reports.models import Report
from tests.reports.api.making import make_client, make_company
from tests.reports.steering import make_steered

pytestmark = pytest.mark.django_db
URL = "/api/v1/analyses/"


def test_reports_are_answered_with_sentences_in_both_languages() -> None:
    company = make_steered(20)
    build_steering(company)
    (made,) = make_client("reports.report").get(URL, {"kind": "brand", "company": f"{company.pk}"}).json()
    assert (made["company"], made["kind"], made["through"]) == (company.pk, "brand", "2025-05-26")
    figure = made["body"]["figures"]["non_brand_share"]
    assert figure["text_en"].endswith("are held back.")
    assert figure["text_zh"].endswith("两者对比的指标暂不显示。")
    assert figure["flags"][0]["rule"] == "K9"
    assert figure["flags"][0]["instead_zh"]


def test_only_what_roles_steer_by_is_here_and_filters_choose() -> None:
    company = make_steered(20)
    build_steering(company)
    Report.objects.create(
        company=company, kind="break_even", subject="US a→b", through="2026-01-05", inputs="x", method="m", seed=1,
        answers=[], built_at="2026-01-05T00:00:00Z",
    )  # fmt: skip
    reader = make_client("reports.report")
    kinds = [one["kind"] for one in reader.get(URL).json()]
    assert "figures" in kinds
    assert "break_even" not in kinds
    assert reader.get(URL, {"company": company.pk + 1}).json() == []
    for given in ({"kind": "break_even"}, {"kind": ""}, {"page": 1}):
        assert reader.get(URL, given).status_code == 400, given


def test_it_needs_the_permission() -> None:
    make_company()
    assert make_client("channels.store").get(URL).status_code == 403


def test_kept_sentences_are_said_wherever_they_stand() -> None:
    kept: dict[str, Any] = {
        "rows": [{"why_said": ["{n} rows", {"n": 3}], "n": 3}],
        "steps_said": [["A", {}], ["B", {}]],
    }
    assert spoken(kept) == {
        "rows": [{"why_en": "3 rows", "why_zh": "3 rows", "n": 3}], "steps_en": ["A", "B"], "steps_zh": ["A", "B"],
    }  # fmt: skip
    assert spoken({"why_said": None, "all_said": []}) == {"why_en": None, "why_zh": None, "all_en": [], "all_zh": []}
