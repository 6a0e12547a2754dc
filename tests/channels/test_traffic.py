"""Sessions that GA4 counted come in as files and stand as facts; the same days again replace themselves."""

import io
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from channels.load import load, replay_facts
from channels.models import RawPage, Store, Traffic
from channels.receive import receive
from tests.making import NOON, make_store

pytestmark = pytest.mark.django_db

HEADER = "Date,Session source / medium,Session campaign,Sessions,Key events,Total revenue\n"


def take_in(store: Store, body: str, hours: int = 0) -> RawPage:
    page = receive(store.company, store, io.BytesIO(body.encode()), "ga4.csv", NOON + timedelta(hours=hours)).page
    load(page)
    page.refresh_from_db()
    return page


def test_a_newer_export_of_the_same_days_replaces_what_was_told_and_a_replay_tells_it_again() -> None:
    store = make_store(channel="shopify", currency="EUR")
    first = take_in(store, HEADER + "20260901,google / cpc,brand,10,1,20.5\n20260902,google / cpc,brand,5,0,0\n")
    take_in(store, HEADER + "20260902,google / cpc,brand,7,1,9\n", hours=1)
    assert (first.resource, first.state, first.summary["rows"]) == (
        "analytics.traffic", RawPage.State.LOADED, {"traffic rows": 2},
    )  # fmt: skip
    facts = Traffic.objects.order_by("starts_on").values("starts_on", "way", "sessions", "revenue", "place", "page")
    before = list(facts)
    assert [(one["way"], one["sessions"]) for one in before] == [("brand", 10), ("brand", 7)]
    replay_facts(store.company_id, lambda page: None)
    assert list(facts) == before


def test_the_admin_lists_traffic_and_what_visitors_typed_is_text(admin_client: Client) -> None:
    take_in(make_store(channel="shopify", currency="EUR"), HEADER + "20260901,<b>x</b> / cpc,c,10,1,20.5\n")
    page = admin_client.get(reverse("admin:channels_traffic_changelist")).content.decode()
    assert "&lt;b&gt;x&lt;/b&gt;" in page
    assert "<b>x</b>" not in page
