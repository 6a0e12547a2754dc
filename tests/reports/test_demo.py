"""What the demo does beside the commands it calls."""

import json
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from channels.management.commands import sandbox
from channels.models import Company, Payout, SignalDecision, Store, StoreTaxRate
from channels.sandbox.world import make_world
from channels.sandbox.world.planned import planned
from reconciliation.models import Lexicon, SharedCost
from reports import demo_entries
from reports.analysis.kpi import aims
from reports.management.commands import demo
from reports.models import Event, Experiment, Goal, Target
from tests.making import make_company


def test_the_demo_waits_for_the_sandboxs_own_last_word() -> None:
    assert demo.READY == sandbox.READY


@pytest.mark.django_db
@pytest.mark.parametrize(("go_live", "month"), [("2026-08-17", date(2026, 9, 1)), ("2026-12-01", date(2026, 12, 1))])
def test_the_statement_begins_with_the_first_whole_month(go_live: str, month: date) -> None:
    Store.objects.create(company=make_company(), name="A", channel="amazon", currency="USD", go_live=go_live)
    assert demo._whole_month(["A"]) == month


@pytest.mark.django_db
def test_what_the_seller_planned_is_entered_once_as_a_person_would(tmp_path: Path) -> None:
    Company.objects.create(name=demo_entries.COMPANY, base_currency="CNY")
    plans = tmp_path / "events.json"
    plans.write_text(json.dumps(planned(make_world("small", 1))))
    for _ in range(2):
        demo_entries.enter_events(plans)
    told = Event.objects.filter(state="confirmed", nothing_else_changed=True, decided_by__username=demo_entries.USER)
    assert sorted(told.values_list("kind", "random_rollout")) == [
        ("brand_campaign", False), ("delisting", False), ("launch", False), ("switchback", True)
    ]  # fmt: skip
    (experiment,) = Experiment.objects.all()
    assert (experiment.event.kind, len(experiment.blocks), experiment.stops_on) == ("switchback", 4, date(2026, 2, 9))


@pytest.mark.django_db
def test_what_a_seller_enters_by_hand_is_entered_once() -> None:
    company = Company.objects.create(name=demo_entries.COMPANY, base_currency="CNY")
    Store.objects.create(company=company, name="A", channel="amazon", marketplace="A1F83G8C2ARO7P", currency="GBP")
    for _ in range(2):
        demo_entries.enter(["A"])
    counts = [kind.objects.filter(company=company).count() for kind in (Goal, Target, Lexicon, SharedCost)]
    assert counts == [2, len(demo_entries.AIMS), 1, 1]
    assert aims.AIMS.keys() >= demo_entries.AIMS.keys()
    assert SignalDecision.objects.count() == StoreTaxRate.objects.count() == 1


def test_only_what_the_seller_owes_is_taxed_inside_prices() -> None:
    assert all(
        Decimal(0) <= rate < Decimal("0.3") for rates in demo_entries.TAX_RATES.values() for rate in rates.values()
    )


@pytest.mark.django_db
def test_a_company_without_payouts_has_no_line() -> None:
    Company.objects.create(name=demo_entries.COMPANY, base_currency="CNY")
    assert (demo._payouts(), Payout.objects.count()) == ([], 0)
