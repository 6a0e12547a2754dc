"""What is accepted of newcomers has a name and a time; it is withdrawn, never changed and never deleted."""

from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission, User
from django.db import IntegrityError, transaction
from django.test import Client

from channels.clocks import clock
from channels.models import Company
from reports.models import Acceptance
from tests.reports.api.making import make_company, make_store

pytestmark = pytest.mark.django_db
PAGE = "/admin/reports/acceptance/"


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


def said(company: Company, **fields: str) -> dict[str, str]:
    return {
        "company": str(company.pk), "country": "us", "affecting": "amazon", "affected": "shopify",
        "statement": "newcomers_search_brand", "note": "asked 200 of them",
    } | fields  # fmt: skip


def test_who_accepts_it_and_when_is_kept(staff: Client, company: Company) -> None:
    assert staff.get(f"{PAGE}add/").status_code == 200
    assert staff.post(f"{PAGE}add/", said(company)).status_code == 302
    made = Acceptance.objects.get()
    assert (made.country, made.affecting, made.affected, made.note) == ("US", "amazon", "shopify", "asked 200 of them")
    assert made.accepted_by is not None
    assert made.accepted_by.username == "owner"
    assert abs(made.accepted_at - clock().now()) < timedelta(minutes=5)
    assert "asked 200 of them" in staff.get(f"{PAGE}{made.pk}/change/").content.decode()


@pytest.mark.parametrize(
    ("fields", "error"),
    [
        ({"affected": "amazon"}, "takes nothing from itself"), ({"country": "1%"}, "Two letters"),
        ({"country": ""}, "required"), ({"statement": "moon"}, "not one of the available choices"),
        ({"affecting": "<b>"}, "not one of the available choices"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(staff: Client, company: Company, fields: dict[str, str], error: str) -> None:
    assert error in staff.post(f"{PAGE}add/", said(company, **fields)).content.decode()
    assert not Acceptance.objects.exists()


def test_it_is_accepted_once_until_it_is_withdrawn(staff: Client, company: Company) -> None:
    staff.post(f"{PAGE}add/", said(company))
    assert "accepted already" in staff.post(f"{PAGE}add/", said(company)).content.decode()
    made = Acceptance.objects.get()
    with pytest.raises(IntegrityError), transaction.atomic():
        Acceptance.objects.create(
            company=company, country="US", affecting="amazon", affected="shopify", accepted_at=clock().now()
        )
    reply = staff.post(PAGE, {"action": "withdraw", "_selected_action": [made.pk]}, follow=True)
    assert "Withdrawn: 1." in reply.content.decode()
    made.refresh_from_db()
    assert made.withdrawn_by is not None
    assert (made.withdrawn_at is not None, made.withdrawn_by.username) == (True, "owner")
    assert staff.post(f"{PAGE}add/", said(company)).status_code == 302
    assert Acceptance.objects.filter(withdrawn_at=None).count() == 1
    counts = {state: staff.get(f"{PAGE}?state={state}").context["cl"].result_count for state in ("holds", "withdrawn")}
    assert counts == {"holds": 1, "withdrawn": 1}


def test_withdrawing_again_changes_nothing(staff: Client, company: Company) -> None:
    staff.post(f"{PAGE}add/", said(company))
    made = Acceptance.objects.get()
    staff.post(PAGE, {"action": "withdraw", "_selected_action": [made.pk]})
    first = Acceptance.objects.get().withdrawn_at
    reply = staff.post(PAGE, {"action": "withdraw", "_selected_action": [made.pk]}, follow=True)
    assert "Withdrawn: 0." in reply.content.decode()
    assert Acceptance.objects.get().withdrawn_at == first


def test_it_is_neither_changed_nor_deleted_and_its_history_is_kept(staff: Client, company: Company) -> None:
    staff.post(f"{PAGE}add/", said(company))
    made = Acceptance.objects.get()
    assert staff.post(f"{PAGE}{made.pk}/change/", said(company, note="other")).status_code == 403
    assert staff.post(f"{PAGE}{made.pk}/delete/", {"post": "yes"}).status_code == 403
    staff.post(PAGE, {"action": "withdraw", "_selected_action": [made.pk]})
    events = Acceptance.pgh_event_model.objects.filter(pgh_obj=made)  # type: ignore[attr-defined]
    assert list(events.order_by("pgh_id").values_list("pgh_label", flat=True)) == ["insert", "update"]


def test_who_may_only_look_withdraws_nothing(staff: Client, company: Company) -> None:
    staff.post(f"{PAGE}add/", said(company))
    user = User.objects.create_user("looker", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="view_acceptance"))
    looker = Client()
    looker.force_login(user)
    made = Acceptance.objects.get()
    assert looker.get(PAGE).status_code == 200
    looker.post(PAGE, {"action": "withdraw", "_selected_action": [made.pk]})
    assert looker.post(f"{PAGE}add/", said(company)).status_code == 403
    assert Acceptance.objects.filter(withdrawn_at=None).count() == 1
