"""Goals: who entered one is kept, the same is entered once, and one that is taken away stays in its history."""

from datetime import date

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.test import Client

from reports.models import Goal
from tests.reports.api.making import make_company

pytestmark = pytest.mark.django_db
ADD = "/admin/reports/goal/add/"


@pytest.fixture
def ada(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("ada"))
    return client


def test_who_enters_a_goal_is_kept(ada: Client) -> None:
    company = make_company()
    given = {"company": company.pk, "goal": "profit", "since": "2026-01-05"}
    assert ada.post(ADD, given).status_code == 302
    goal = Goal.objects.get()
    assert (goal.goal, goal.since, goal.set_by and goal.set_by.username) == ("profit", date(2026, 1, 5), "ada")
    again = ada.post(ADD, given)
    assert (again.status_code, Goal.objects.count()) == (200, 1)


def test_what_is_taken_away_stays_in_the_history(ada: Client) -> None:
    goal = Goal.objects.create(company=make_company(), goal="growth", since=date(2026, 1, 5))
    goal.goal = "retention"
    goal.save()
    number = goal.pk
    assert ada.post(f"/admin/reports/goal/{number}/delete/", {"post": "yes"}).status_code == 302
    kept = apps.get_model("reports", "GoalEvent")._default_manager.filter(id=number).order_by("pgh_id")
    assert [(one.pgh_label, one.goal) for one in kept] == [
        ("insert", "growth"), ("update", "retention"), ("delete", "retention"),
    ]  # fmt: skip
