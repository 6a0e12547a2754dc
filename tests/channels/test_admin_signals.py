"""What may be matched, in the admin: decisions are taken and withdrawn, and each store says what holds today."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.urls import reverse
from pghistory.models import Context

from channels.clocks import clock
from channels.models import SignalDecision, Store
from tests.making import make_store

pytestmark = pytest.mark.django_db
ADD = "admin:channels_signaldecision_add"


@pytest.fixture
def ada(client: Client) -> Client:
    client.force_login(User.objects.create_superuser("ada"))
    return client


def form(store: Store, **given: Any) -> dict[str, Any]:
    until = clock().now().date() + timedelta(days=200)
    return {
        "store": store.pk, "origin": "channel", "purpose": "matching", "fields": ["name", "phone"],
        "basis": "approved for sensitive data; checked by counsel", "token_days": "90", "until": until.isoformat(),
        **given,
    }  # fmt: skip


def policy_of(client: Client, store: Store, language: str = "en") -> str:
    page = client.get(reverse("admin:channels_store_change", args=[store.pk]), headers={"accept-language": language})
    assert page.status_code == 200
    return " ".join(page.content.decode().split())


def test_a_decision_is_recorded_with_who_took_it_and_shown_where_it_holds(ada: Client) -> None:
    store = make_store(channel="shopee", currency="SGD")
    assert "as the channel masks it" in policy_of(ada, store)
    assert ada.post(reverse(ADD), form(store)).status_code == 302
    decision = SignalDecision.objects.get()
    assert (decision.decided_by.get_username(), decision.fields, decision.token_days) == ("ada", ["name", "phone"], 90)
    page = policy_of(ada, store)
    assert f"/signaldecision/{decision.pk}/change/" in page
    assert "approved for sensitive data" in page  # the channel's own rule
    assert "经授权" in policy_of(ada, store, "zh-hans")


def test_nothing_of_amazon_can_be_decided(ada: Client) -> None:
    store = make_store(channel="amazon")
    reply = ada.post(reverse(ADD), form(store))
    assert (reply.status_code, SignalDecision.objects.count()) == (200, 0)
    assert "admit no decision about: name, phone" in reply.content.decode()
    assert ada.post(reverse(ADD), form(store, origin="customer")).status_code == 302


@pytest.mark.parametrize(
    "wrong",
    [{"fields": []}, {"basis": " "}, {"until": "2001-01-01"}, {"token_days": "0"}, {"store": ""}, {"until": ""}],
)
def test_a_decision_without_what_makes_it_one_is_refused(ada: Client, wrong: dict[str, Any]) -> None:
    reply = ada.post(reverse(ADD), {**form(make_store(channel="shopee")), **wrong})
    assert (reply.status_code, SignalDecision.objects.count()) == (200, 0)
    assert "errorlist" in reply.content.decode()


def test_a_decision_is_withdrawn_with_a_reason_and_never_changed(ada: Client) -> None:
    store = make_store(channel="shopee")
    ada.post(reverse(ADD), form(store))
    decision = SignalDecision.objects.get()
    change = reverse("admin:channels_signaldecision_change", args=[decision.pk])
    withdraw = reverse("admin:channels_signaldecision_withdraw", args=[decision.pk])
    assert ada.post(change, form(store, basis="other")).status_code == 200
    assert ada.get(reverse("admin:channels_signaldecision_delete", args=[decision.pk])).status_code == 403
    assert withdraw in ada.get(change).content.decode()
    assert ada.post(withdraw, {"reason": ""}).status_code == 200
    assert SignalDecision.objects.get().withdrawn_at is None
    assert ada.post(withdraw, {"reason": "consent ended"}).status_code == 302
    after = SignalDecision.objects.get()
    assert (after.withdrawn_at is not None, after.basis) == (True, decision.basis)
    assert LogEntry.objects.latest("pk").change_message == "withdrawn: consent ended"
    assert "consent ended" in {context.metadata.get("reason") for context in Context.objects.all()}
    assert withdraw not in ada.get(change).content.decode()
    assert ada.get(reverse("admin:channels_signaldecision_changelist")).status_code == 200


def test_who_may_only_look_does_not_withdraw(client: Client) -> None:
    ada = User.objects.create_superuser("ada")
    client.force_login(ada)
    client.post(reverse(ADD), form(make_store(channel="shopee")))
    looks = User.objects.create_user("eve", is_staff=True)
    looks.user_permissions.add(Permission.objects.get(codename="view_signaldecision"))
    client.force_login(looks)
    pk = SignalDecision.objects.get().pk
    assert client.get(reverse("admin:channels_signaldecision_change", args=[pk])).status_code == 200
    assert client.post(reverse("admin:channels_signaldecision_withdraw", args=[pk]), {"reason": "x"}).status_code == 403
