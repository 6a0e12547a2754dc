"""Targets: shares are entered in percent, who entered one is kept, and what no figure can be is refused."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client

from channels.models import Company
from reports.admin.targets import choices
from reports.analysis.kpi.aims import AIMS
from reports.models import Target
from tests.making import make_company

pytestmark = pytest.mark.django_db
LIST = "/admin/reports/target/"


@pytest.fixture
def ada(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("ada"))
    return client


def enter(client: Client, company: Company, figure: str, value: str) -> Any:
    given = {"company": company.pk, "figure": figure, "value": value, "since": "2026-01-05"}
    return client.post(f"{LIST}add/", given)


def test_a_share_is_entered_in_percent_and_kept_as_one(ada: Client) -> None:
    assert enter(ada, make_company(), "cvr", "2.5").status_code == 302
    target = Target.objects.get()
    assert (target.value, target.since, target.set_by and target.set_by.username) == (
        Decimal("0.025"), date(2026, 1, 5), "ada",
    )  # fmt: skip
    form = ada.get(f"{LIST}{target.pk}/change/").context["adminform"].form
    assert form.initial["value"] == Decimal("2.5")
    assert "at least 2.5 %" in ada.get(LIST).content.decode()
    chinese = ada.get(LIST, headers={"accept-language": "zh-hans"}).content.decode()
    assert "至少 2.5 %" in chinese


def test_a_share_stays_the_same_when_it_is_saved_again(ada: Client) -> None:
    enter(ada, make_company(), "refund_rate", "7")
    target = Target.objects.get()
    initial = ada.get(f"{LIST}{target.pk}/change/").context["adminform"].form.initial
    given = {**initial, "company": target.company_id, "since": "2026-02-02"}
    assert ada.post(f"{LIST}{target.pk}/change/", given).status_code == 302
    again = Target.objects.get()
    assert (again.value, again.since) == (Decimal("0.07"), date(2026, 2, 2))


def test_money_is_entered_as_it_is(ada: Client) -> None:
    company = make_company()
    assert enter(ada, company, "cac", "12.5").status_code == 302
    assert Target.objects.get().value == Decimal("12.5")
    assert f"at most 12.50 {company.base_currency}/customer" in ada.get(LIST).content.decode()


@pytest.mark.parametrize(("figure", "value"), [("cvr", "101"), ("cac", "-1"), ("halo_share", "5"), ("cac", "much"),
                                               ("cac", "NaN"), ("cac", "1e30")])  # fmt: skip
def test_what_a_figure_cannot_be_is_refused(ada: Client, figure: str, value: str) -> None:
    assert enter(ada, make_company(), figure, value).status_code == 200
    assert not Target.objects.exists()


@pytest.mark.parametrize(("figure", "value"), [("growth_share", "-20"), ("tacos", "130"), ("contribution", "-500")])
def test_what_can_be_below_nothing_or_beyond_all_may_be_entered(ada: Client, figure: str, value: str) -> None:
    assert enter(ada, make_company(), figure, value).status_code == 302


def test_one_day_has_one_target_of_a_figure(ada: Client) -> None:
    company = make_company()
    enter(ada, company, "cac", "9")
    assert enter(ada, company, "cac", "8").status_code == 200
    assert Target.objects.count() == 1


def test_every_figure_with_a_better_side_can_be_chosen_with_its_unit() -> None:
    names = dict(choices())
    assert set(names) == set(AIMS)
    assert names["cvr"].endswith("(%)")
    assert "/customer" in names["cac"]
    assert len(set(names.values())) == len(names)
