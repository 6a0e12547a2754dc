"""Reports follow from the ledger: built once, again where something changed, one's error holding up no other."""

import json
import re
from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django_q.models import Schedule

from channels.load import load_rows
from channels.models import Company
from reconciliation.post import post
from reports.analysis.estimate import CannotTell, Estimate
from reports.analysis.stored import restored
from reports.build import build_measured, build_steering
from reports.digest import digests
from reports.models import Event, Experiment, Report
from reports.tasks import build_all, steer_all
from tests.making import make_company
from tests.reports.selling import at, make_seller, order, store_of, week

pytestmark = pytest.mark.django_db


@pytest.fixture
def company() -> Company:
    return make_seller(amazon={"CA": [7] * 14, "TX": [3] * 14}, shopify={"CA": [5] * 14, "TX": [4] * 14})


def enter(company: Company, **given: Any) -> Event:
    fields = {
        "kind": "launch", "country": "US", "affecting": "amazon", "affected": "shopify", "regions": ["CA"],
        "starts_on": week(6), "state": "confirmed", "nothing_else_changed": True,
    }  # fmt: skip
    return Event.objects.create(company=company, **{**fields, **given})


def answers(kind: str, subject: str) -> dict[str, Any]:
    return {one["name"]: restored(one) for one in Report.objects.get(kind=kind, subject=subject).answers}


def asked() -> list[tuple[str, str]]:
    return list(Report.objects.order_by("kind", "subject").values_list("kind", "subject"))


def test_channels_of_a_country_are_asked_in_pairs_and_together(company: Company) -> None:
    outcome = build_measured(company)
    assert (outcome.built, outcome.known, outcome.failed) == (5, 0, [])
    assert asked() == [
        ("bounds", "US amazon→shopify"), ("bounds", "US shopify→amazon"),
        ("break_even", "US amazon→shopify"), ("break_even", "US shopify→amazon"), ("incremental", "US"),
    ]  # fmt: skip
    even = answers("break_even", "US amazon→shopify")
    assert isinstance(even["break_even"], Estimate)
    assert (even["own"].value, even["other"].value, even["break_even"].value) == (13.0, 13.0, 1.0)


def test_each_channels_own_dashboard_stands_beside_what_it_adds(company: Company) -> None:
    build_measured(company)
    report = Report.objects.get(kind="incremental")
    told = answers("incremental", "US")
    assert report.body["naive"] == {"amazon": 1300.0, "shopify": 1170.0}  # of ten mature weeks, at 13 an order
    assert (told["amazon/direct"].value, told["amazon/incremental"].low) == (1300.0, pytest.approx(0.0))
    assert {name: of["word"] for name, of in report.body["verdicts"].items()} == {
        "amazon": "cannot_tell", "shopify": "cannot_tell",
    }  # fmt: skip


def test_equal_inputs_compute_nothing(company: Company) -> None:
    build_measured(company)
    first = list(Report.objects.order_by("pk").values())
    outcome = build_measured(company)
    assert (outcome.built, outcome.known, outcome.dropped) == (0, 5, 0)
    assert list(Report.objects.order_by("pk").values()) == first


def test_new_orders_take_the_place_of_the_reports_that_they_change(company: Company) -> None:
    build_measured(company)
    more = [row for n in range(7) for row in order(week(14) + timedelta(days=n), price=30)]
    load_rows(store_of(company, "amazon"), more, "more", at(week(201)))
    post(company)
    outcome = build_measured(company)
    assert (outcome.built + outcome.known, outcome.failed, Report.objects.count()) == (5, [], 5)
    assert outcome.built >= 3
    assert {one.through for one in Report.objects.all()} == {week(15)}


def test_a_confirmed_event_is_asked_about_and_a_rejected_one_no_longer(company: Company) -> None:
    event = enter(company)
    enter(company, kind="delisting", state="proposed")
    assert build_measured(company).built == 6
    report = Report.objects.get(event=event)
    assert (report.kind, report.subject) == ("cannibalization", f"US amazon→shopify launch {week(6)} CA")
    told = answers("cannibalization", report.subject)
    assert all(isinstance(told[name], CannotTell) for name in ("kappa", "theta"))  # one region beside one
    assert report.data["event"]["regions"] == ["CA"]
    assert report.body["naive"]["amazon"]["orders"] == 56
    Event.objects.update(state="rejected")
    outcome = build_measured(company)
    assert (outcome.dropped, Report.objects.filter(event__isnull=False).count()) == (1, 0)


def test_an_event_of_a_channel_that_sells_nothing_there_is_refused(company: Company) -> None:
    enter(company, affecting="shopee")
    build_measured(company)
    (told,) = Report.objects.get(kind="cannibalization").answers
    assert told["reason"] == "shopee has no orders in US."


def register(event: Event, blocks: list[Any], stops: int) -> None:
    Experiment.objects.create(
        event=event, hypothesis="Ads take orders", horizon_weeks=8, stops_on=week(stops), cost=0, currency="USD",
        blocks=blocks,
    )  # fmt: skip


def schedule(pairs: int) -> list[dict[str, Any]]:
    return [
        {"block": f"{n}", "start": f"{week(n)}", "end": f"{week(n + 1)}", "pair": f"{n // 2}", "on": n % 4 in (0, 3)}
        for n in range(2 * pairs)
    ]


def test_an_on_off_test_is_read_by_its_registered_schedule_alone(company: Company) -> None:
    bare = enter(company, kind="switchback", regions=[], starts_on=week(0), ends_on=week(12))
    build_measured(company)
    assert "No schedule was registered" in Report.objects.get(event=bare).answers[0]["reason"]
    register(bare, schedule(6), 12)
    build_measured(company)
    report = Report.objects.get(event=bare)
    assert report.data["orders"]["amazon"] == {f"{n}": 10.0 for n in range(12)}
    assert report.answers[0]["type"] == "cannot_tell"  # switching moved nothing


def test_a_registered_test_is_not_looked_at_before_it_stops(company: Company) -> None:
    event = enter(company, kind="switchback", regions=[], starts_on=week(0), ends_on=week(20))
    register(event, schedule(10), 20)
    build_measured(company)
    assert Report.objects.get(event=event).answers[0]["reason"].startswith(f"It was registered to run until {week(20)}")


def test_the_error_of_one_report_holds_up_no_other(company: Company) -> None:
    event = enter(company, kind="switchback", regions=[], starts_on=week(0), ends_on=week(8))
    register(event, [{"block": "1"}], 8)
    outcome = build_measured(company)
    assert outcome.built == 5
    assert outcome.failed == [(f"US amazon→shopify switchback {week(0)}", "KeyError: 'start'")]


def test_other_companies_reports_stay(company: Company) -> None:
    build_measured(company)
    before = list(Report.objects.values_list("pk", "inputs"))
    assert build_measured(make_company("Other")).built == 0
    assert list(Report.objects.values_list("pk", "inputs")) == before


def test_reports_built_anew_have_the_same_fingerprint(company: Company) -> None:
    enter(company)

    def fingerprint() -> tuple[int, str]:
        return next((rows, digest) for table, rows, digest in digests() if table == "reports_report")

    build_measured(company)
    first = fingerprint()
    Report.objects.all().delete()
    build_measured(company)
    assert first == fingerprint()
    assert first[0] == 6


def test_what_roles_steer_by_is_built_beside_it(company: Company) -> None:
    build_measured(company)
    before = asked()
    outcome = build_steering(company)
    assert (outcome.built, outcome.known, outcome.dropped, outcome.failed) == (5, 0, 0, [])
    assert sorted(set(asked()) - set(before)) == [
        (kind, "all") for kind in ("brand", "campaigns", "customers", "figures", "growth")
    ]
    outcome = build_steering(company)
    assert (outcome.built, outcome.known, outcome.dropped) == (0, 5, 0)
    assert set(before) < set(asked())


def test_the_command_prints_what_was_built(company: Company) -> None:
    build_measured(company)
    call_command("estimates", format="json", kind="break_even", stdout=(out := StringIO()))
    first = json.loads(out.getvalue())[0]
    assert {name: first[name] for name in ("company", "kind", "subject", "answer", "event", "through", "type", "value")} == {
        "company": "Maple", "kind": "break_even", "subject": "US amazon→shopify", "answer": "break_even", "event": None,
        "through": f"{week(14)}", "type": "estimate", "value": 1.0,
    }  # fmt: skip
    assert {"low", "high", "unbounded", "level", "unit", "n", "method", "assumptions", "checks", "reason", "built_at",
            "inputs"} <= first.keys()  # fmt: skip


def test_the_weekly_task_finds_and_builds_and_tells_what_failed(company: Company) -> None:
    assert build_all() == "10 reports built"
    assert build_all() == "0 reports built"
    event = enter(company, kind="switchback", regions=[], starts_on=week(0), ends_on=week(8))
    register(event, [{"block": "1"}], 8)
    with pytest.raises(RuntimeError, match="not built: US amazon→shopify switchback"):
        build_all()


def test_role_pages_are_built_alone_too(company: Company) -> None:
    build_measured(company)
    assert re.fullmatch(r"[1-9] reports built", steer_all())
    assert steer_all() == "0 reports built"


def test_it_is_scheduled_every_week_and_every_night() -> None:
    found = Schedule.objects.filter(func__startswith="reports.tasks.").values_list("func", "schedule_type")
    assert {("reports.tasks.build_all", "W"), ("reports.tasks.steer_all", "D")} <= set(found)
