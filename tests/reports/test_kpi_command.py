"""The command: seven records at most, each with all it takes to judge it."""

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from tests.making import make_company
from tests.reports.steering import make_steered

pytestmark = pytest.mark.django_db
KEYS = {
    "kpi", "value", "low", "high", "denominator", "maturity", "trend_4w", "trend_13w", "trend_26w", "trend_52w", "flags",
    "text_en", "text_zh",
}  # fmt: skip


def printed(*asked: str) -> str:
    out = StringIO()
    call_command("kpi", *asked, stdout=out)
    return out.getvalue()


def records(*asked: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(printed(*asked, "--format", "json"))
    return found


@pytest.mark.parametrize("role", ["owner", "lead", "operator", "services"])
def test_every_role_has_its_records(role: str) -> None:
    make_company()
    found = records("--role", role)
    assert len(found) == 7
    for one in found:
        assert one.keys() >= KEYS
        assert one["value"] is None
        assert one["text_en"] != one["text_zh"]


def test_figures_flags_and_their_sentences_are_in_both_languages() -> None:
    company = make_steered(30)
    found = {one["kpi"]: one for one in records("--role", "lead", "--company", company.name)}
    made = found["non_brand_share"]
    assert (made["value"], made["text_en"], made["text_zh"]) == (
        None, "42.9 % is neither brand nor non-brand: figures that set one beside the other are held back.",
        "有 42.9 % 既不属于品牌也不属于非品牌：两者对比的指标暂不显示。",
    )  # fmt: skip
    (flag,) = made["flags"]
    assert (flag["rule"], flag["fired"]) == ("K9", True)
    for name in ("wrong", "why", "instead"):
        assert flag[f"{name}_zh"]
        assert flag[f"{name}_en"] != flag[f"{name}_zh"]


def test_the_table_says_why_there_is_no_value() -> None:
    company = make_steered(30)
    table = printed("--role", "operator")
    assert company.name in table
    assert "data until 2025-08-04" in table
    assert "bring Traffic acquisition, which Google Analytics 4 exports" in table
    assert "2.154" in table


def test_without_a_company_it_says_so_and_an_unknown_one_is_refused() -> None:
    assert "There is no company yet." in printed("--role", "owner")
    assert records("--role", "owner") == []
    with pytest.raises(CommandError, match="no company named 'Nobody'"):
        printed("--role", "owner", "--company", "Nobody")
