"""Leads come in as JSON: checked field by field, all of a request or none, their persons in the vault alone."""

import json
import logging
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from threading import Thread
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.core.files.storage import storages
from django.db import connection
from rest_framework.test import APIClient

from channels.followed import followed
from channels.models import Lead, RawPage, Store, UnreadableLine, VaultEntry
from channels.vault import unseal
from reports.api.serializers.leads import LeadSerializer
from reports.api.views.leads import EXAMPLE, LIMIT
from tests.making import make_company, make_store
from tests.reports.api.making import make_client

pytestmark = pytest.mark.django_db
URL = "/api/v1/leads/"
MARA: dict[str, Any] = {
    "lead": "L-1", "created_at": "2026-06-02T09:14:00", "source": "google", "medium": "cpc", "campaign": "spring",
    "stage": "qualified", "qualified_at": "2026-06-03", "consent": "yes", "email": "mara@example.org",
    "phone": "+49 30 5550101", "gclid": "Cj0KCQjw_made-up", "client_id": "123.456", "facebook_lead": 123456789012345,
}  # fmt: skip
PERSONAL = ("mara@", "5550101", "Cj0KCQjw", "123.456", "123456789012345")


@pytest.fixture
def sender() -> APIClient:
    user = User.objects.create_user("sender")
    user.user_permissions.add(Permission.objects.get(codename="add_rawpage"))
    client = APIClient()
    client.force_authenticate(user)
    return client


@pytest.fixture
def store() -> Store:
    return make_store(channel="shopify", currency="EUR", timezone="Europe/Berlin")


def send(client: APIClient, body: Any, store: str = "Maple US") -> Any:
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    return client.post(f"{URL}?store={store}", data, content_type="application/json")


def problems(reply: Any) -> list[tuple[str, str]]:
    assert reply.status_code == 400, reply.content
    return [(one["parameter"], one["code"]) for one in reply.json()["problems"]]


def nothing_is_kept() -> bool:
    return not (RawPage.objects.exists() or Lead.objects.exists() or VaultEntry.objects.exists())


def test_leads_stand_as_those_of_the_own_sheet_and_their_persons_in_the_vault_alone(
    sender: APIClient, store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        reply = send(sender, [MARA, {"lead": 7, "created_at": "2026-06-04", "value": 12.5, "bot": True}])
    page = RawPage.objects.get()
    assert (reply.status_code, reply.json()) == (201, {"page": page.pk, "leads": 2, "known": False})
    one, other = Lead.objects.order_by("key").values()
    assert (other["key"], other["stage"], other["created_at"]) == (
        "L-1", "qualified", datetime(2026, 6, 2, 7, 14, tzinfo=UTC),
    )  # fmt: skip
    assert (one["key"], one["value"], one["currency"], one["bot"], one["consent"]) == (
        "7", Decimal("12.5"), "EUR", True, "unknown",
    )  # fmt: skip
    archived = storages["pages"].open(page.body).read().decode()
    seen = archived + str(one) + str(other) + caplog.text + str(page.summary) + reply.content.decode()
    assert [word for word in PERSONAL if word in seen] == []
    kept = unseal(VaultEntry.objects.get(page=page))
    assert (kept["0.email"], kept["0.gclid"]) == (MARA["email"], MARA["gclid"])


def test_one_lead_needs_no_list_and_the_same_body_again_changes_nothing(sender: APIClient, store: Store) -> None:
    first = send(sender, MARA, str(store.pk))
    again = send(sender, MARA)
    assert (first.status_code, again.status_code) == (201, 200)
    assert again.json() == {"page": first.json()["page"], "leads": 1, "known": True}
    assert (RawPage.objects.count(), Lead.objects.count(), VaultEntry.objects.count()) == (1, 1, 1)


@pytest.mark.django_db(transaction=True)
def test_the_same_body_at_the_same_time_is_one_page(store: Store) -> None:
    user = User.objects.create_superuser("ada")
    found: list[int] = []

    def run() -> None:
        client = APIClient()
        client.force_authenticate(user)
        try:
            found.append(send(client, [MARA]).status_code)
        finally:
            connection.close()

    threads = [Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == [200, 200, 200, 201]
    assert (RawPage.objects.count(), Lead.objects.count(), VaultEntry.objects.count()) == (1, 1, 1)


def test_a_lead_that_comes_again_is_brought_up_to_date_in_api_and_sheet_alike(sender: APIClient, store: Store) -> None:
    send(sender, MARA)
    won = MARA | {"stage": "won", "won_at": "2026-07-01T08:00:00Z", "value": "420.50", "order": "1001"}
    assert send(sender, [won]).status_code == 201
    [lead] = Lead.objects.all()
    assert (lead.resource, lead.stage, lead.value, lead.order_ref) == ("crm.leads", "won", Decimal("420.5"), "1001")
    [one], _ = followed(store.company_id)
    assert (one.won_at, one.values) == (datetime(2026, 7, 1, 8, tzinfo=UTC), (("EUR", Decimal("420.5")),))


def test_the_same_number_in_another_company_s_store_is_another_lead(sender: APIClient, store: Store) -> None:
    other = make_store(make_company("Birch Ltd"), "Birch DE", channel="shopify", currency="EUR")
    send(sender, MARA)
    send(sender, MARA | {"stage": "lost", "lost_at": "2026-06-09"}, "Birch DE")
    assert list(Lead.objects.filter(store=store).values_list("stage", flat=True)) == ["qualified"]
    assert list(Lead.objects.filter(store=other).values_list("stage", flat=True)) == ["lost"]
    assert problems(send(sender, MARA, "Elm")) == [("store", "invalid_choice")]


TOMORROW = (datetime.now(UTC) + timedelta(days=3)).isoformat()


@pytest.mark.parametrize(
    ("change", "field", "code"),
    [
        ({"created_at": None}, "created_at", "null"),
        ({"created_at": "02.06.2026"}, "created_at", "invalid"),
        ({"created_at": 1780000000}, "created_at", "invalid"),
        ({"created_at": "0001-01-01T00:00:00+14:00"}, "created_at", "invalid"),
        ({"created_at": "1969-12-31"}, "created_at", "invalid"),
        ({"won_at": "in the future"}, "won_at", "invalid"),
        ({"won_at": TOMORROW}, "won_at", "future"),
        ({"value": -1}, "value", "min_value"),
        ({"value": "NaN"}, "value", "invalid"),
        ({"value": "Infinity"}, "value", "invalid"),
        ({"value": 10**30}, "value", "max_digits"),
        ({"value": True}, "value", "invalid"),
        ({"currency": "euro"}, "currency", "invalid"),
        ({"stage": "hot"}, "stage", "invalid_choice"),
        ({"consent": "maybe mara@example.org"}, "consent", "invalid_choice"),
        ({"bot": "no"}, "bot", "invalid"),
        ({"opted_out": 1}, "opted_out", "invalid"),
        ({"lead": ""}, "lead", "blank"),
        ({"lead": "mara@example.org"}, "lead", "personal"),
        ({"lead": ["L-1"]}, "lead", "invalid"),
        ({"lead": "K" * 101}, "lead", "max_length"),
        ({"campaign": "mail to mara@example.org"}, "campaign", "personal"),
        ({"source": "a\x00b"}, "source", "null_characters_not_allowed"),
        ({"email": {"home": "mara@example.org"}}, "email", "invalid"),
        ({"email": "\ud800"}, "email", "surrogate_characters_not_allowed"),
        ({"name": "Mara"}, "name", "unknown_field"),
        ({"mara@example.org": 1}, "?", "unknown_field"),
    ],
    ids=lambda one: str(next(iter(one))) if isinstance(one, dict) else str(one),
)  # fmt: skip
def test_a_field_that_makes_no_sense_is_named_and_nothing_of_the_request_is_kept(
    sender: APIClient, store: Store, change: dict[str, Any], field: str, code: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        reply = send(sender, [MARA, MARA | {"lead": "L-2"} | change])
    assert problems(reply) == [(f"2.{field}", code)]
    assert nothing_is_kept()
    assert [word for word in ("mara@", "Mara", *PERSONAL) if word in reply.content.decode() + caplog.text] == []


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "malformed"), (b"[{", "malformed"), (b'{"lead": NaN}', "malformed"), (b"\xff\xfe", "malformed"),
        (b"[" * 100_000, "malformed"), (b'{"lead": ' + b"9" * 5_000 + b"}", "malformed"), (b"[]", "empty"),
    ],
    ids=["nothing", "cut off", "NaN", "no UTF-8", "deep", "long number", "empty list"],
)  # fmt: skip
def test_a_body_that_is_no_list_of_leads_is_refused(sender: APIClient, store: Store, body: bytes, code: str) -> None:
    reply = send(sender, body)
    assert (reply.status_code, reply.json()["code"]) == (400, code)
    assert nothing_is_kept()


def test_records_that_are_no_objects_and_more_than_a_thousand_are_refused(sender: APIClient, store: Store) -> None:
    assert problems(send(sender, ["L-1", 3])) == [("1.lead", "invalid"), ("2.lead", "invalid")]
    assert problems(send(sender, {"created_at": "2026-06-01"})) == [("lead", "required")]
    assert send(sender, [{"lead": "x"}] * 1_001).json()["code"] == "max_length"
    assert len(problems(send(sender, [{}] * 900))) == 20
    assert send(sender, b" " * (LIMIT + 1)).status_code == 413
    assert nothing_is_kept()


def test_what_only_the_books_refuse_is_refused_whole(sender: APIClient, store: Store) -> None:
    reply = send(sender, [MARA, MARA | {"lead": "L-2", "value": "1_000"}])
    assert (reply.status_code, reply.json()["code"]) == (422, "refused")
    assert nothing_is_kept()
    assert not UnreadableLine.objects.exists()


def test_only_who_may_add_pages_sends_leads(store: Store) -> None:
    assert send(make_client("channels.lead", "channels.rawpage"), MARA).status_code == 403
    assert send(APIClient(), MARA).status_code == 401
    assert nothing_is_kept()


def test_the_example_and_every_field_that_is_described_can_be_read(sender: APIClient, store: Store) -> None:
    whole = {str(name): MARA.get(str(name)) for name in LeadSerializer().fields}
    assert send(sender, [*EXAMPLE, whole]).json()["leads"] == 2


def test_json_of_leads_with_other_fields_is_no_format_that_is_known(sender: APIClient, store: Store) -> None:
    strange = json.dumps([MARA | {"name": "Mara"}]).encode()
    reply = sender.post("/api/v1/pages/?store=Maple US&name=l.json", strange, content_type="application/json")
    assert (reply.status_code, nothing_is_kept()) == (422, True)
    reply = sender.post("/api/v1/pages/?store=Maple US&name=l.json", json.dumps(MARA), content_type="application/json")
    assert (reply.status_code, reply.json()["resource"]) == (201, "crm.leads_json")
