import gzip
import io
import zipfile
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.core.files.storage import storages
from django.test import Client
from rest_framework.test import APIClient

from channels.models import AdSpend, Charge, RawPage, SearchStat, Store
from reports.api.views.pages import LIMIT
from tests.making import line, make_company, make_store, orders, settlement
from tests.reports.api.making import make_client

pytestmark = pytest.mark.django_db
URL = "/api/v1/pages/"
GOOD = settlement(line("100.00"), line("-15.00", "Commission"), total="85.00")
OTHER = settlement(line("100.00"), line("-16.00", "Commission"), total="84.00")
QUERIES = b"Top queries,Clicks,Impressions,CTR,Position\nharbor leaf,10,100,10%,1.2\n"


@pytest.fixture
def sender() -> APIClient:
    user = User.objects.create_user("sender")
    user.user_permissions.add(Permission.objects.get(codename="add_rawpage"))
    client = APIClient()
    client.force_authenticate(user)
    return client


@pytest.fixture
def store() -> Store:
    return make_store()


def send(client: APIClient, body: bytes, kind: str = "application/octet-stream", **query: Any) -> Any:
    asked = {"store": "Maple US", "name": "file.txt", **query}
    text = "&".join(f"{name}={value}" for name, value in asked.items() if value is not None)
    return client.post(f"{URL}?{text}", body, content_type=kind)


def test_a_file_is_archived_and_loaded(sender: APIClient, store: Store) -> None:
    reply = send(sender, GOOD)
    page = RawPage.objects.get()
    assert (reply.status_code, reply.json()) == (
        201,
        {
            "page": page.pk, "state": "loaded", "resource": "amazon.settlement",
            "rows": {"statements": 1, "money lines": 2}, "unreadable": 0,
            "statements": [{"payout": "900", "currency": "USD", "stated": "85.00", "lines": "85.00"}], "conflict": "",
        },
    )  # fmt: skip
    assert (page.store, page.name, storages["pages"].open(page.body).read()) == (store, "file.txt", GOOD)


def test_the_same_file_again_changes_nothing(sender: APIClient, store: Store) -> None:
    first = send(sender, GOOD).json()
    again = send(sender, GOOD, store=store.pk, name="other.txt")
    assert (again.status_code, again.json(), RawPage.objects.count(), Charge.objects.count()) == (200, first, 1, 2)


def test_a_statement_with_other_content_waits(sender: APIClient, store: Store) -> None:
    send(sender, GOOD)
    reply = send(sender, OTHER)
    assert (reply.status_code, reply.json()["state"]) == (409, "waiting")
    assert reply.json()["conflict"].startswith("Statement 900 is here already")
    assert send(sender, OTHER).status_code == 409


def test_what_is_no_report_is_refused_with_the_reason_and_not_kept(sender: APIClient, store: Store) -> None:
    refused = [send(sender, body) for body in (b"", b"just words\n", b"a,b\n1,2\n", b"\x1f\x8bdamaged")]
    assert [(reply.status_code, reply.json()["code"]) for reply in refused] == [(422, "refused")] * 4
    assert refused[0].json()["detail"] == "The file is empty."
    header = orders().splitlines()[0] + b"\n"
    assert send(sender, header).json()["detail"] == "The file has a header and nothing below it."
    assert RawPage.objects.count() == 0


def test_packed_files_are_unpacked_but_only_one_at_a_time(sender: APIClient, store: Store) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.txt", GOOD)
        archive.writestr("b.txt", settlement(line("7.00"), total="7.00", number="901"))
    several = send(sender, out.getvalue(), name="all.zip")
    assert (several.status_code, several.json()["detail"], RawPage.objects.count()) == (
        422, "The archive holds several files; send them one by one.", 0,
    )  # fmt: skip
    assert send(sender, gzip.compress(GOOD), name="a.txt.gz").status_code == 201
    assert RawPage.objects.get().name == "a.txt"


def test_days_that_a_file_does_not_say_can_be_said_with_it(sender: APIClient, store: Store) -> None:
    assert send(sender, QUERIES, name="Queries.csv").status_code == 422
    reply = send(sender, QUERIES, name="Queries.csv", starts_on="2026-08-01", ends_on="2026-08-31")
    assert (reply.status_code, reply.json()["rows"]) == (201, {"search rows": 1})
    stat = SearchStat.objects.get()
    assert (stat.store, stat.starts_on.isoformat(), stat.ends_on.isoformat()) == (store, "2026-08-01", "2026-08-31")


def test_advertising_of_a_network_belongs_to_a_store_of_any_channel(sender: APIClient) -> None:
    make_store(make_company(), "Maple Shop", channel="shopify")
    body = b"Day,Campaign,Currency code,Impr.,Cost\n2026-09-01,Brand,EUR,30,3.00\n"
    assert send(sender, body, store="Maple%20Shop").status_code == 201
    assert AdSpend.objects.values_list("store__name", "resource", "currency").get() == (
        "Maple Shop", "google.ads", "EUR",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("query", "parameter", "code"),
    [
        ({"store": None}, "store", "required"),
        ({"name": None}, "name", "required"),
        ({"store": "Birch"}, "store", "invalid_choice"),
        ({"store": "99999999999999999999"}, "store", "invalid_choice"),
        ({"stroe": "x"}, "stroe", "unknown_parameter"),
        ({"starts_on": "01.02.2026", "ends_on": "2026-02-01"}, "starts_on", "invalid"),
        ({"starts_on": "2026-02-01"}, "ends_on", "invalid"),
        ({"starts_on": "2026-02-02", "ends_on": "2026-02-01"}, "ends_on", "invalid"),
    ],
)
def test_a_parameter_that_makes_no_sense_is_named(
    sender: APIClient, store: Store, query: dict[str, Any], parameter: str, code: str
) -> None:
    reply = send(sender, GOOD, **query)
    assert reply.status_code == 400
    assert [(one["parameter"], one["code"]) for one in reply.json()["problems"]] == [(parameter, code)]


def test_only_who_may_add_pages_sends_one(store: Store) -> None:
    assert send(make_client("channels.rawpage"), GOOD).status_code == 403
    assert send(APIClient(), GOOD).status_code == 401
    assert RawPage.objects.count() == 0


def test_a_browser_needs_its_token_against_forgery(store: Store) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(User.objects.create_superuser("ada"))
    reply = client.post(f"{URL}?store=Maple US&name=a.txt", GOOD, content_type="text/plain")
    assert (reply.status_code, RawPage.objects.count()) == (403, 0)


def test_what_curl_says_of_a_body_does_not_matter_but_a_form_is_no_file(sender: APIClient, store: Store) -> None:
    assert send(sender, GOOD, "application/x-www-form-urlencoded").status_code == 201
    assert send(sender, GOOD, "multipart/form-data; boundary=x").status_code == 415


def test_a_body_beyond_the_limit_is_not_read(sender: APIClient, store: Store) -> None:
    reply = sender.post(f"{URL}?store=Maple US&name=a", b"x", content_type="text/plain", CONTENT_LENGTH=str(LIMIT + 1))
    assert (reply.status_code, reply.json()["code"]) == (413, "too_large")


def test_nothing_but_sending_is_possible(sender: APIClient, store: Store) -> None:
    assert [getattr(sender, method)(URL).status_code for method in ("get", "put", "delete")] == [405] * 3
