"""Requests about personal data in the admin: entered by hand, met by the schedule, handed over and logged."""

import json
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse

from channels.clocks import clock
from channels.models import VaultEntry
from reconciliation.health import Promises
from reconciliation.models import PrivacyRequest
from reconciliation.privacy import keep_promises
from tests.making import make_store, shopee_orders, take_in
from tests.reconciliation.test_privacy import MARA, OTTO, order, page, shop, vault_holds

pytestmark = pytest.mark.django_db
ADD, LIST = "admin:reconciliation_privacyrequest_add", "admin:reconciliation_privacyrequest_changelist"


@pytest.fixture
def ada(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("ada"))
    return client


def test_a_request_entered_by_hand_is_met_and_its_answer_downloaded_once_logged(ada: Client) -> None:
    store = shop()
    take_in(store, page(order(1001), order(1002, 2)))
    assert ada.post(reverse(ADD), {"store": store.pk, "kind": "tell", "order": "#1001"}).status_code == 302
    request = PrivacyRequest.objects.get()
    assert "#1001" not in bytes(request.sealed).decode()
    assert "Waits" in ada.get(reverse(LIST)).content.decode()
    keep_promises(store.company)
    answer = reverse("admin:reconciliation_privacyrequest_answer", args=[request.pk])
    assert answer in ada.get(reverse(LIST)).content.decode()
    reply = ada.get(answer)
    told = json.dumps(json.loads(reply.content), ensure_ascii=False)
    assert "attachment" in reply["Content-Disposition"]
    assert all(value in told for value in MARA)
    assert not any(value in told for value in OTTO)
    assert LogEntry.objects.latest("pk").change_message == "answer downloaded"
    shown = ada.get(reverse("admin:reconciliation_privacyrequest_change", args=[request.pk])).content.decode()
    assert not any(value in shown for value in MARA)
    PrivacyRequest.objects.update(sealed=b"")
    assert ada.get(answer).status_code == 302


def test_a_channel_without_such_messages_erases_by_hand(ada: Client) -> None:
    store = make_store(channel="shopee", marketplace="SG", currency="SGD", timezone="Asia/Singapore")
    take_in(store, shopee_orders({}, {"buyer_user_id": 7_000_002, "buyer_username": "otto.h"}))
    assert vault_holds("adabyron")
    ada.post(reverse(ADD), {"store": store.pk, "kind": "erase", "order": "260615000000"})
    keep_promises(store.company)
    assert not vault_holds("adabyron")
    assert vault_holds("otto.h")
    assert VaultEntry.objects.count() == 1


def test_a_request_names_somebody(ada: Client) -> None:
    reply = ada.post(reverse(ADD), {"store": shop().pk, "kind": "erase"})
    assert (reply.status_code, PrivacyRequest.objects.count()) == (200, 0)
    assert "Say who it is" in reply.content.decode()


def test_an_answer_is_for_those_who_may_and_no_request_is_changed_or_deleted(client: Client) -> None:
    store = shop()
    take_in(store, page(order(1001)))
    client.force_login(User.objects.create_superuser("ada"))
    client.post(reverse(ADD), {"store": store.pk, "kind": "tell", "order": "#1001"})
    keep_promises(store.company)
    pk = PrivacyRequest.objects.get().pk
    assert client.get(reverse("admin:reconciliation_privacyrequest_delete", args=[pk])).status_code == 403
    eve = User.objects.create_user("eve", is_staff=True)
    eve.user_permissions.add(Permission.objects.get(codename="view_privacyrequest"))
    client.force_login(eve)
    assert client.get(reverse(LIST)).status_code == 200
    answer = reverse("admin:reconciliation_privacyrequest_answer", args=[pk])
    assert client.get(answer).status_code == 403
    client.logout()
    assert client.get(answer).status_code == 302


def test_what_is_overdue_shows_in_health_and_list(ada: Client) -> None:
    store = shop()
    ada.post(reverse(ADD), {"store": store.pk, "kind": "erase", "order": "#1001"})
    assert Promises().problem() == ""
    PrivacyRequest.objects.update(due_on=clock().now().date() - timedelta(days=1))
    assert Promises().problem().startswith("1 requests about personal data are overdue")
    assert "Overdue" in ada.get(reverse(LIST)).content.decode()
    keep_promises(store.company)
    assert Promises().problem() == ""
