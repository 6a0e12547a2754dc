"""Conversions are sent only where that is on, each once; what fails is tried again later, and shown."""

import io
import json
import logging
from datetime import UTC, datetime, timedelta
from threading import Thread
from typing import Any

import pytest
from django.conf import LazySettings
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connection

from channels.core.errors import Refused
from channels.load import load
from channels.models import Store
from channels.receive import receive
from reports.models import ConversionAccount, SentConversion
from reports.sending import LOST, MOST_TRIES, outlook, send
from reports.tasks import send_conversions
from tests.making import make_store
from tests.reports.conversions.loopback import Asked, Loopback, Reply, network

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 10, 31, 12, tzinfo=UTC)
SECRET, CLICK = "s3cr3t-value", "Cj0KCQjw_TestClick-01"
META: Any = {"dataset_id": "1234567890", "access_token": SECRET}
GA4: Any = {"measurement_id": "G-ABC123", "api_secret": SECRET}
ADS: Any = {
    "customer_id": "123-456-7890", "client_id": "app", "client_secret": SECRET, "refresh_token": SECRET,
    "qualified_action": "11", "won_action": "22",
}  # fmt: skip
ADA: dict[str, Any] = {
    "lead": "L-1", "created_at": "2026-10-20T09:00:00Z", "qualified_at": "2026-10-29T12:00:00Z",
    "won_at": "2026-10-30T12:00:00Z", "value": "420.5", "currency": "EUR", "consent": "yes",
    "email": "ada.testa@example.org", "gclid": CLICK, "client_id": "123456.7654321",
}  # fmt: skip


@pytest.fixture(autouse=True)
def on(settings: LazySettings) -> None:
    settings.SEND_CONVERSIONS = True
    settings.ALLOW_LOOPBACK_ENDPOINTS = True
    settings.PULL_TIMEOUT = 5.0


@pytest.fixture
def store() -> Store:
    return make_store(channel="shopify", currency="EUR", timezone="Europe/Berlin")


def take_in(store: Store, *leads: dict[str, Any], hours: int = 0) -> None:
    body = io.BytesIO(json.dumps(leads).encode())
    load(receive(store.company, store, body, "leads", NOW - timedelta(days=5) + timedelta(hours=hours)).page)


def account(store: Store, to: str = "meta", base: str = "", **given: Any) -> ConversionAccount:
    return ConversionAccount.objects.create(
        store=store, network=to, credentials={"ga4": GA4, "meta": META, "google_ads": ADS}[to], endpoint=base,
        **{"is_on": True, "since": NOW - timedelta(days=30), **given},
    )  # fmt: skip


def all_taken(asked: Asked) -> Reply:
    if asked.path.startswith("/debug"):
        return Reply({"validationMessages": []})
    return Reply({"events_received": len(asked.body.get("data", []))})


def down(_: Asked) -> Reply:
    return Reply({"error": {"code": 2, "is_transient": True}}, 503)


def states() -> list[tuple[str, int, str]]:
    return list(SentConversion.objects.order_by("stage").values_list("state", "tries", "said"))


def sent_events(meta: Loopback) -> int:
    return sum(len(asked.body["data"]) for asked in meta.asked)


def test_each_conversion_is_sent_once_and_a_later_stage_when_it_comes(store: Store) -> None:
    take_in(store, {name: value for name, value in ADA.items() if name != "won_at"})
    with network(all_taken) as meta:
        one = account(store, base=meta.endpoint)
        assert send(one, NOW) == {"sent": 1}
        assert send(one, NOW + timedelta(hours=1)) == {}
        take_in(store, ADA, hours=1)
        assert send(one, NOW + timedelta(hours=2)) == {"sent": 1}
        assert send(one, NOW + timedelta(hours=3)) == {}
    assert sent_events(meta) == 2
    assert states() == [("sent", 1, ""), ("sent", 1, "")]
    assert SentConversion.objects.values_list("lead", flat=True).distinct().get() == "L-1"


@pytest.mark.django_db(transaction=True)
def test_two_processes_at_once_send_each_conversion_once(store: Store) -> None:
    take_in(store, *(ADA | {"lead": f"L-{number}"} for number in range(20)))
    told: list[int] = []

    def run(one: ConversionAccount) -> None:
        try:
            told.append(send(one, NOW).total())
        finally:
            connection.close()

    with network(all_taken) as meta:
        one = account(store, base=meta.endpoint)
        threads = [Thread(target=run, args=(one,)) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sum(told) == 40
    marks = [event["event_id"] for asked in meta.asked for event in asked.body["data"]]
    assert (len(marks), len(set(marks))) == (40, 40)


def test_a_failure_is_tried_again_later_and_given_up_after_its_tries(store: Store) -> None:
    take_in(store, ADA)
    with network(down) as meta:
        one = account(store, base=meta.endpoint)
        at = NOW
        assert send(one, at) == {"later": 2}
        assert send(one, at + timedelta(minutes=14)) == {}
        assert outlook(one, at).left_out == {"waits for its next try": 2}
        for _ in range(MOST_TRIES - 1):
            assert outlook(one, at).due == []
            at = SentConversion.objects.order_by("next_try_at")[0].next_try_at or at
            send(one, at)
        assert states() == [("refused", MOST_TRIES, "status 503 2")] * 2
        assert at - NOW == timedelta(hours=21, minutes=15)
        assert send(one, at + timedelta(hours=30)) == {}
        assert len(meta.asked) == MOST_TRIES


def test_who_withdraws_consent_while_a_try_waits_is_not_told(store: Store) -> None:
    take_in(store, ADA)
    with network(down) as meta:
        one = account(store, base=meta.endpoint)
        send(one, NOW)
        take_in(store, ADA | {"opted_out": True}, hours=1)
        assert send(one, NOW + timedelta(minutes=10)) == {}
        assert [state for state, *_ in states()] == ["later", "later"]
        assert send(one, NOW + timedelta(minutes=16)) == {}
    assert states() == [("refused", 1, "no longer to be told")] * 2
    assert len(meta.asked) == 1


def test_what_is_refused_is_not_sent_again_and_the_others_of_its_request_are_taken(store: Store) -> None:
    def answer(asked: Asked) -> Reply:
        bad = any(one["event_name"] == "Converted Lead" for one in asked.body["data"])
        return Reply({"error": {"code": 100, "error_subcode": 33}}, 400) if bad else all_taken(asked)

    take_in(store, ADA)
    with network(answer) as meta:
        one = account(store, base=meta.endpoint)
        assert send(one, NOW) == {"sent": 1, "refused": 1}
        assert send(one, NOW + timedelta(days=1)) == {}
    assert states() == [("sent", 1, ""), ("refused", 1, "status 400 100/33")]


def test_an_event_of_analytics_that_may_have_arrived_is_not_sent_again_and_the_next_one_waits_untried(
    store: Store,
) -> None:
    take_in(store, ADA)
    with network(lambda asked: all_taken(asked) if "debug" in asked.path else Reply(broken=True)) as google:
        assert send(account(store, "ga4", google.endpoint), NOW) == {"unsure": 1, "later": 1}
    assert states() == [("unsure", 1, "RemoteProtocolError"), ("later", 0, "not tried")]
    with network(all_taken) as google:
        one = ConversionAccount.objects.get()
        one.endpoint = google.endpoint
        assert send(one, NOW + timedelta(minutes=1)) == {"sent": 1}
    assert [state for state, *_ in states()] == ["unsure", "sent"]


@pytest.mark.parametrize(("to", "state", "again"), [("meta", "sent", 2), ("ga4", "unsure", 0)], ids=["meta", "ga4"])
def test_what_a_dead_process_was_sending_is_sent_again_only_where_that_is_known(
    store: Store, to: str, state: str, again: int
) -> None:
    take_in(store, ADA)
    with network(all_taken) as loopback:
        one = account(store, to, loopback.endpoint)
        for due in outlook(one, NOW).due:
            SentConversion.objects.create(
                account=one, mark=due.mark, lead="L-1", stage=due.stage, happened_at=due.at, tried_at=NOW
            )
        assert send(one, NOW + LOST) == {}
        assert send(one, NOW + LOST + timedelta(seconds=1)).total() == again
    assert {one for one, *_ in states()} == {state}


def test_google_looks_at_conversions_after_it_took_them_and_is_asked_about_them(store: Store) -> None:
    state = {"state": "PROCESSING"}

    def answer(asked: Asked) -> Reply:
        if asked.path == "/token":
            return Reply({"access_token": "short"})
        if asked.path == "/v1/requestStatus:retrieve":
            return Reply({"requestStatusPerDestination": [{"requestStatus": state["state"]}]})
        return Reply({"requestId": "r-1"})

    take_in(store, ADA)
    with network(answer) as google:
        one = account(store, "google_ads", google.endpoint)
        assert send(one, NOW) == {"sent": 2}
        assert states() == [("sent", 1, "request r-1")] * 2
        state["state"] = "FAILED"
        assert send(one, NOW + timedelta(hours=1)) == {}
        assert states() == [("refused", 1, "FAILED")] * 2
        asked = len(google.asked)
        assert send(one, NOW + timedelta(hours=2)) == {}
    assert len(google.asked) == asked


def test_nothing_is_sent_where_that_is_off(store: Store, settings: LazySettings) -> None:
    take_in(store, ADA)
    with network(all_taken) as meta:
        one = account(store, base=meta.endpoint, is_on=False)
        with pytest.raises(Refused, match="account is off"):
            send(one, NOW)
        assert send_conversions() == "nothing was due"
        one.is_on = True
        settings.SEND_CONVERSIONS = False
        with pytest.raises(Refused, match="PLUMBLINE_SEND_CONVERSIONS"):
            send(one, NOW)
        one.save()
        assert send_conversions() == "conversions are not sent"
        settings.SEND_CONVERSIONS, settings.ALLOW_LOOPBACK_ENDPOINTS = True, False
        with pytest.raises(Refused, match="endpoint"):
            send(one, NOW)
    assert (meta.asked, SentConversion.objects.count()) == ([], 0)


def test_only_the_store_s_own_leads_who_agreed_are_sent_and_nothing_of_before(store: Store) -> None:
    other = make_store(store.company, "Maple FR", channel="shopify", currency="EUR")
    take_in(
        store,
        ADA,
        ADA | {"lead": "L-2", "email": "bo@example.org", "gclid": None, "client_id": None, "consent": "unknown"},
    )
    take_in(other, ADA | {"lead": "X", "email": "cy@example.org", "gclid": None, "client_id": None})
    one = account(store, since=datetime(2026, 10, 30, tzinfo=UTC))
    found = outlook(one, NOW)
    assert (found.stages, found.left_out) == ({"won": 1}, {"before the account's day": 1, "no consent": 1})


def test_credentials_and_persons_stand_nowhere_in_clear(
    store: Store, caplog: pytest.LogCaptureFixture, settings: LazySettings
) -> None:
    take_in(store, ADA)
    told = io.StringIO()
    with network(all_taken) as meta, caplog.at_level(logging.DEBUG):
        one = account(store, base=meta.endpoint)
        send(one, NOW)
        call_command("send_conversions", stdout=told)
    with connection.cursor() as cursor:
        cursor.execute("SELECT t::text FROM reports_conversionaccount t")
        kept = cursor.fetchone()[0]
        cursor.execute("SELECT string_agg(t::text, ' ') FROM reports_sentconversion t")
        kept += cursor.fetchone()[0]
    assert [word for word in (SECRET, CLICK, "ada.", "testa") if word in kept + caplog.text + told.getvalue()] == []
    body = json.dumps(meta.asked[0].body["data"])
    assert [word for word in ("ada.", "testa", "example.org") if word in body] == []


def test_the_task_tells_each_account_and_one_s_failure_holds_up_no_other(store: Store) -> None:
    fresh = datetime.now(UTC) - timedelta(hours=2)
    take_in(store, ADA | {"qualified_at": fresh.isoformat(), "won_at": None})
    with network(all_taken) as meta:
        bad = account(store, "ga4", meta.endpoint)
        ConversionAccount.objects.filter(pk=bad.pk).update(credentials={"measurement_id": "G-ABC123"})
        account(store, "meta", meta.endpoint)
        with pytest.raises(RuntimeError, match=r"1 sent; account \d+: .*api_secret"):
            send_conversions()
    assert SentConversion.objects.filter(state="sent").count() == 1


def enter(store: Store, given: Any = None, **options: Any) -> str:
    told = io.StringIO()
    more = (
        {"credentials": "-", "stdin": io.StringIO(given if isinstance(given, str) else json.dumps(given))}
        if given is not None
        else {}
    )
    call_command("conversion_account", store.name, stdout=told, **more, **{"to": "meta", **options})
    return told.getvalue()


def test_an_account_is_entered_off_and_told_apart_from_its_secrets(store: Store) -> None:
    assert ": off, since " in enter(store, META)
    enter(store, {"access_token": "other", "test_event_code": "TEST1"}, since="2026-10-01", calling_code="49")
    told = enter(store, {"test_event_code": None}, is_on=True, endpoint="http://127.0.0.1:8100/")
    one = ConversionAccount.objects.get()
    assert one.credentials == {"dataset_id": "1234567890", "access_token": "other"}
    assert (one.is_on, one.calling_code, one.endpoint) == (True, "49", "http://127.0.0.1:8100")
    assert one.since == datetime(2026, 10, 1, tzinfo=UTC)
    assert "other" not in told
    enter(store, is_on=False)
    assert not ConversionAccount.objects.get().is_on


@pytest.mark.parametrize(
    ("given", "options", "said"),
    [
        (None, {}, "dataset_id"), ({"dataset_id": "x y", "access_token": SECRET}, {}, "dataset_id"),
        ({**META, "pixel": "1"}, {}, "pixel"), (f"[{SECRET}", {}, "no JSON object"), ([SECRET], {}, "JSON object"),
        (META, {"since": "soon"}, "--since"), (META, {"calling_code": "+49"}, "--calling-code"),
        (META, {"endpoint": "https://graph.example.com"}, "endpoint"),
    ],
    ids=["none", "strange", "unknown", "cut", "list", "since", "calling code", "endpoint"],
)  # fmt: skip
def test_what_makes_no_account_is_refused_and_not_quoted(
    store: Store, given: Any, options: dict[str, Any], said: str
) -> None:
    with pytest.raises(CommandError, match=said) as told:
        enter(store, given, **options)
    assert SECRET not in str(told.value)
    assert not ConversionAccount.objects.exists()


def test_the_command_says_what_would_be_sent_and_sends_only_when_told_to(store: Store) -> None:
    fresh = datetime.now(UTC) - timedelta(hours=2)
    take_in(store, ADA | {"qualified_at": fresh.isoformat(), "won_at": None})

    def run(**options: Any) -> Any:
        told = io.StringIO()
        call_command("send_conversions", stdout=told, **options)
        return json.loads(told.getvalue())

    with network(all_taken) as meta:
        account(store, base=meta.endpoint)
        named = {"store": "Maple US", "to": "meta", "on": True}
        assert run() == [named | {"due": {"qualified": 1}, "left_out": {}}]
        assert meta.asked == []
        assert run(really=True, company=store.company.name) == [named | {"told": {"sent": 1}}]
        assert run(to="meta") == [named | {"due": {}, "left_out": {"sent": 1}}]
        assert run(to="ga4") == []
        with pytest.raises(CommandError, match="no company"):
            run(company="Elm")
