"""Reports are the same whatever language they were built in; pages translate them."""

from typing import Any

import pytest
from django.utils.translation import override

from channels.models import Company
from reports.analysis.said import Said
from reports.build import build_steering
from reports.decisions import say
from reports.models import Report
from tests.reports.steering import make_steered

pytestmark = pytest.mark.django_db


def _built(company: Company, language: str) -> list[tuple[Any, ...]]:
    Report.objects.filter(company=company).delete()
    with override(language):
        assert build_steering(company).failed == []
    return list(Report.objects.filter(company=company).values_list("kind", "inputs", "answers", "body"))


def test_a_build_in_another_language_is_the_same() -> None:
    company = make_steered(20)
    english = _built(company, "en")
    assert len(english) > 3
    assert "amazon" in str(english)
    assert _built(company, "zh-hans") == english


def test_channels_have_their_names_in_sentences() -> None:
    said = Said("Advertising by customer new to the company, without {channels}: their buyers are not known, and what "
                "was spent there is left out.", {"channels": "amazon, shopee"})  # fmt: skip
    assert "Amazon, Shopee" in say(said)
