"""Events are confirmed by people; experiments are registered before they begin, with their lots."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import User
from django.test import Client

from channels.clocks import clock
from channels.models import Company, Store
from reports.models import Event, Experiment
from tests.reports.api.making import make_company, make_store

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff() -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("owner"))
    return client


@pytest.fixture
def company() -> Company:
    made = make_company()
    make_store(made, "Amazon")
    make_store(made, "Shop", channel="shopify")
    return made


def event(company: Company, days: int = 14, kind: str = "launch", **fields: object) -> Event:
    starts = clock().now().date() + timedelta(days)
    return Event.objects.create(
        company=company, kind=kind, country="US", affecting="amazon", affected="shopify", regions=["TX"],
        starts_on=starts, **fields,
    )  # fmt: skip


def entered(company: Company, **fields: str) -> dict[str, str]:
    return {
        "company": str(company.pk), "kind": "launch", "affecting": "amazon", "affected": "shopify", "country": "us",
        "regions": "tx, FL", "starts_on": "2026-03-01", "state": "confirmed", "nothing_else_changed": "on",
    } | fields  # fmt: skip


def test_an_event_is_entered_with_what_is_attested(staff: Client, company: Company) -> None:
    reply = staff.post("/admin/reports/event/add/", entered(company))
    assert reply.status_code == 302
    made = Event.objects.get()
    assert (made.country, made.regions, made.nothing_else_changed, made.state) == (
        "US",
        ["FL", "TX"],
        True,
        "confirmed",
    )
    assert made.decided_by is not None
    assert made.decided_by.username == "owner"


def test_a_channel_takes_nothing_from_itself(staff: Client, company: Company) -> None:
    reply = staff.post("/admin/reports/event/add/", entered(company, affected="amazon"))
    assert "takes nothing from itself" in reply.content.decode()
    assert not Event.objects.exists()


def test_found_ones_are_confirmed_or_rejected_and_never_deleted(staff: Client, company: Company) -> None:
    one, other = event(company, days=-60), event(company, days=-30, found_by="launch")
    changes = "/admin/reports/event/"
    reply = staff.post(changes, {"action": "confirm", "_selected_action": [one.pk]}, follow=True)
    assert "says nothing yet of what else changed" in reply.content.decode()
    staff.post(changes, {"action": "reject", "_selected_action": [other.pk]})
    assert list(Event.objects.order_by("pk").values_list("state", flat=True)) == ["confirmed", "rejected"]
    assert staff.post(f"{changes}{one.pk}/delete/", {"post": "yes"}).status_code == 403
    assert "TX" in staff.get(changes).content.decode()


def registered(of: Event, **fields: str) -> dict[str, str]:
    stops = of.starts_on + timedelta(days=7 * 26)
    return {
        "event": str(of.pk), "hypothesis": "a third of its orders are ours", "horizon_weeks": "26",
        "stops_on": stops.isoformat(), "cost": "500", "currency": "USD", "block_days": "7",
    } | fields  # fmt: skip


def test_an_on_off_test_gets_its_schedule_by_lots(staff: Client, company: Company) -> None:
    of = event(company, kind="switchback")
    assert staff.post("/admin/reports/experiment/add/", registered(of)).status_code == 302
    made = Experiment.objects.get()
    assert len(made.blocks) == 26
    assert {sum(block["on"] for block in made.blocks if block["pair"] == str(n)) for n in range(1, 14)} == {1}
    assert made.blocks[0]["start"] == of.starts_on.isoformat()
    page = staff.get(f"/admin/reports/experiment/{made.pk}/change/").content.decode()
    assert made.blocks[-1]["end"] in page


def test_what_has_begun_registers_nothing(staff: Client, company: Company) -> None:
    reply = staff.post("/admin/reports/experiment/add/", registered(event(company, days=0)))
    assert "has begun" in reply.content.decode()
    short = staff.post(
        "/admin/reports/experiment/add/", registered(event(company, kind="switchback"), horizon_weeks="8")
    )
    assert "too short" in short.content.decode()
    assert not Experiment.objects.exists()


def test_what_was_registered_stays(staff: Client, company: Company) -> None:
    of = event(company, state="confirmed")
    staff.post("/admin/reports/experiment/add/", registered(of))
    made = Experiment.objects.get()
    assert staff.post(f"/admin/reports/experiment/{made.pk}/change/", {"hypothesis": "other"}).status_code == 403
    staff.post(f"/admin/reports/event/{of.pk}/change/", entered(company, regions="CA", state="confirmed"))
    of.refresh_from_db()
    assert of.regions == ["TX"]


def test_an_event_of_no_store_is_shown(staff: Client) -> None:
    Store.objects.all().delete()
    assert staff.get("/admin/reports/event/add/").status_code == 200
