"""Post now, for who does not want to wait for the schedule."""

from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from channels.models import Sku
from reconciliation.models import LedgerEntry
from reconciliation.post import post
from reconciliation.queries import companies_behind
from reconciliation.tasks import keep_up
from tests.making import line, make_company, make_store, settlement, take_in

pytestmark = pytest.mark.django_db

POST = "/admin/post/"
BEHIND = "The ledger is behind"


@pytest.fixture
def ada(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("ada"))
    return client


def test_what_was_loaded_is_posted_by_the_button(ada: Client) -> None:
    store = make_store(make_company())
    take_in(store, settlement(line("50.00"), total="50.00"))
    assert BEHIND in ada.get("/admin/").content.decode()
    answer = ada.post(POST, follow=True)
    assert [str(one) for one in answer.context["messages"]] == [
        f"{store.company}: 1 entries posted, 0 taken back. 0 discrepancies stand."
    ]
    assert (LedgerEntry.objects.count(), BEHIND in answer.content.decode()) == (1, False)


def test_nothing_is_posted_where_nothing_is_behind(ada: Client) -> None:
    make_company()
    answer = ada.post(POST, follow=True)
    assert [str(one) for one in answer.context["messages"]] == ["The ledger was up to date; nothing was posted."]


def test_a_company_is_behind_after_a_load_and_after_something_was_typed_in() -> None:
    company = make_company()
    make_company("Idle")
    before = companies_behind()
    take_in(make_store(company), settlement(line("50.00"), total="50.00"))
    loaded = companies_behind()
    post(company)
    posted = companies_behind()
    Sku.objects.create(company=company, sku="A", product="Tea", recorded_at=datetime.now(UTC))
    assert (before, loaded, posted, companies_behind()) == ([], [company], [], [company])


def test_the_schedule_posts_what_is_behind() -> None:
    take_in(make_store(make_company()), settlement(line("50.00"), total="50.00"))
    assert (keep_up(), keep_up(), LedgerEntry.objects.count()) == ("1 companies posted", "0 companies posted", 1)


def test_posting_takes_a_post_and_the_right(ada: Client, client: Client) -> None:
    assert ada.get(POST).status_code == 405
    ben = User.objects.create_user("ben", is_staff=True)
    ben.user_permissions.add(Permission.objects.get(codename="view_ledgerentry"))
    client.force_login(ben)
    take_in(make_store(make_company()), settlement(line("50.00"), total="50.00"))
    page = client.get("/admin/").content.decode()
    assert (client.post(POST).status_code, BEHIND in page, "Post now" in page) == (403, True, False)
