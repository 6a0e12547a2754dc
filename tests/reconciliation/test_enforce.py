"""Tokens go when what admitted them goes: field by field, with the accounts and links that stood on them."""

import io
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command

from channels import policy as policies
from channels.core.adapter import SIGNALS, Signals
from channels.core.rows import BuyerRow
from channels.models import Heartbeat, Order, RawPage, SignalDecision, Store
from channels.policy import CHANNEL, CUSTOMER, admit, policy
from reconciliation import privacy
from reconciliation.accounts import refresh
from reconciliation.enforce import FEEDS, enforce
from reconciliation.gather import account_key, newest_key, shown
from reconciliation.identity.features import features
from reconciliation.identity.signals import LISTS, SCALARS, tokens
from reconciliation.models import Account, BuyerSignal, CustomerLink
from tests.making import make_store

pytestmark = pytest.mark.django_db
DAY = date(2026, 9, 1)
NOON = datetime(2026, 9, 1, 12, tzinfo=UTC)
CLEAR = BuyerRow(
    order="", place=1, buyer="b7", username="wrenharbor", name="Wren Harbor", email="wren.harbor@harbor.example",
    phone="+65 8123 4567", street="8 Leaf Road", postcode="018956", city="Singapore", state="Central", country="SG",
)  # fmt: skip
MASKED = {"name": "W***r", "phone": "******67", "street": "8 Leaf ****"}
_numbers = count(1)


@pytest.fixture(autouse=True)
def _own_place(settings: Any, tmp_path: Any) -> None:
    settings.MATCHING = tmp_path


def decide(store: Store, *fields: str, **given: Any) -> SignalDecision:
    ada, _ = User.objects.get_or_create(username="ada")
    first = {"origin": CHANNEL, "basis": "consent", "decided_at": NOON - timedelta(days=1), "until": date(2028, 1, 1)}
    return SignalDecision.objects.create(store=store, fields=list(fields), decided_by=ada, **{**first, **given})


def keep(store: Store, shows: Mapping[str, str] | None = None, today: date = DAY) -> BuyerSignal:
    """The tokens of an order of a buyer, as gathering makes them under the policy of the day."""
    number = f"o{next(_numbers)}"
    told = BuyerRow(
        **{**{name: getattr(CLEAR, name) for name in (*SIGNALS, "country", "place")}, "order": number, **(shows or {})}
    )
    page, _ = RawPage.objects.get_or_create(
        company=store.company, store=store, resource="x.orders", digest="d", archived_digest="d", size=0, body="b",
        fetched_at=NOON, recorded_at=NOON, state=RawPage.State.LOADED, load=1,
    )  # fmt: skip
    Order.objects.create(
        store=store, page=page, place=1, load=1, resource="x.orders", ref=number, currency="SGD", status="x",
        ordered_at=NOON, recorded_at=NOON,
    )  # fmt: skip
    rules = policy(store, CUSTOMER if told.given else CHANNEL, today)
    row = admit(told, rules)
    assert row is not None
    key = newest_key(store.company_id)
    made = tokens(features(shown(row)), key)
    return BuyerSignal.objects.create(
        store=store, order_ref=number, origin=rules.origin, page=page, place=1, account=account_key(key, store, row),
        known_buyer=bool(row.buyer), matching=rules.crosses(row), key_version=key.version, obtained_at=NOON,
        expires_on=rules.expires_on(row, NOON), name_masked=made.name_masked, **made.scalars,
        **{name: list(values) for name, values in made.lists.items()},
    )  # fmt: skip


def columns(signal: BuyerSignal) -> set[str]:
    found = BuyerSignal.objects.get(pk=signal.pk)
    return {name for name in SCALARS if getattr(found, name) is not None} | {
        name for name in LISTS if getattr(found, name)
    }


def fed_by(*fields: str) -> set[str]:
    return {column for field in fields for column in FEEDS[field]}


def test_each_column_is_fed_by_a_field_and_a_blank_field_feeds_none() -> None:
    assert {column for fields in FEEDS.values() for column in fields} == {*SCALARS, *LISTS}
    key = newest_key(1)
    for field in FEEDS:
        row = BuyerRow(order="1", place=1, country="SG", **{field: getattr(CLEAR, field)})
        made = tokens(features(shown(row)), key)
        some = {name for name, value in made.scalars.items() if value is not None}
        some |= {name for name, values in made.lists.items() if values}
        assert some <= fed_by(field), field
        assert some, field


def test_what_the_policy_admits_is_left_as_it_is() -> None:
    store = make_store(channel="shopify")
    shopee = make_store(store.company, "Shopee", channel="shopee")
    rows = [keep(store), keep(shopee, MASKED), keep(shopee, {**MASKED, "city": "", "postcode": ""})]
    before = [columns(one) for one in rows]
    assert len(before[1]) > 5
    assert (enforce(store.company, DAY).gone, enforce(store.company, DAY).blanked) == (0, 0)
    assert [columns(one) for one in rows] == before


@pytest.mark.parametrize("field", sorted(FEEDS))
def test_a_field_that_is_no_longer_admitted_is_taken_out_and_no_other(
    field: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = make_store(channel="shopify")
    whole, without = keep(store), keep(store, {field: ""})
    before, left = columns(whole), columns(without)
    rest = Signals(allowed=frozenset(SIGNALS) - {field})
    monkeypatch.setattr(policies, "signals_of", lambda _: rest)
    done = enforce(store.company, DAY)
    assert (done.gone, done.blanked) == (0, 1)
    assert columns(whole) == before - fed_by(field) | ({"address"} & before if field == "city" else set())
    assert columns(without) == left


def test_a_withdrawn_decision_takes_its_tokens_along_and_leaves_what_the_rule_admits() -> None:
    store = make_store(channel="shopee")
    decision = decide(store, "name", "phone", "street")
    clear, masked = keep(store), keep(store, MASKED)
    early = keep(store, MASKED)
    BuyerSignal.objects.filter(pk=masked.pk).update(obtained_at=NOON + timedelta(days=5))
    before = columns(masked)
    assert {"name", "phone", "address"} <= columns(clear)
    assert enforce(store.company, DAY).blanked == 0
    Heartbeat.objects.all().delete()
    decision.withdrawn_at = NOON + timedelta(days=2)
    decision.save()
    said = privacy.keep_promises(store.company)
    assert "0 buyers' tokens removed, 2 reduced" in said
    assert columns(clear) == {"username", "alias", "postcode", "city", "state", "place_near"}
    assert columns(masked) == before
    assert columns(early) == before - fed_by("street")  # nobody can tell any more that its street was masked
    assert Heartbeat.objects.filter(name=f"enforce {store.company_id}").exists()


def test_what_expires_goes_on_its_day_and_the_rest_has_its_own() -> None:
    store = make_store(channel="shopee")
    decide(store, "name", token_days=30)
    signal = keep(store)
    assert signal.expires_on == DAY + timedelta(days=30)
    assert "name" in columns(signal)
    assert enforce(store.company, signal.expires_on - timedelta(days=1)).blanked == 0
    assert enforce(store.company, signal.expires_on).blanked == 1
    assert "name" not in columns(signal)
    signal.refresh_from_db()
    assert signal.expires_on == DAY + timedelta(days=365)
    assert enforce(store.company, DAY + timedelta(days=364)).gone == 0
    assert enforce(store.company, DAY + timedelta(days=365)).gone == 1
    assert BuyerSignal.objects.count() == 0


def test_a_store_that_shortens_lets_go_at_once() -> None:
    store = make_store(channel="shopify")
    keep(store)
    store.signal_policy = {"token_days": 20}
    store.save()
    assert enforce(store.company, DAY + timedelta(days=19)).gone == 0
    assert enforce(store.company, DAY + timedelta(days=20)).gone == 1


def test_tokens_of_amazon_go_however_they_got_there() -> None:
    store = make_store(channel="shopify")
    keep(store)
    store.channel = "amazon"
    store.save()
    refresh(store.company)
    assert Account.objects.count() == 1
    assert enforce(store.company, DAY).gone == 1
    assert Account.objects.count() == 0


def test_what_customers_gave_stands_on_its_decision() -> None:
    store = make_store(channel="amazon")
    decision = decide(store, "email", "name", origin=CUSTOMER, until=DAY + timedelta(days=10))
    signal = keep(store, {"given": "warranty"})
    assert columns(signal) == fed_by("email", "name") & columns(signal)
    assert enforce(store.company, DAY + timedelta(days=9)).gone == 0
    assert enforce(store.company, decision.until).gone == 1


def test_what_may_serve_inside_only_serves_no_longer_across() -> None:
    store = make_store(channel="shopee")
    across = decide(store, "phone")
    signal = keep(store)
    assert signal.matching
    across.withdrawn_at = NOON
    across.save()
    decide(store, "phone", purpose=SignalDecision.Purpose.INSIDE)
    assert enforce(store.company, DAY).blanked == 1
    assert "phone" not in columns(signal)


def test_a_link_goes_with_the_tokens_of_either_side() -> None:
    store = make_store(channel="shopify")
    keep(store, {"buyer": "b1"})
    decide(store, "email", origin=CUSTOMER, until=DAY + timedelta(days=5))
    keep(store, {"buyer": "b2", "given": "form"})
    refresh(store.company)
    left, right = Account.objects.order_by("pk")
    CustomerLink.objects.create(
        company=store.company, left=left, right=right, tier=1, probability=1, state="auto", found_at=NOON
    )
    done = enforce(store.company, DAY + timedelta(days=5))
    assert (done.gone, done.links) == (1, 1)
    assert (Account.objects.count(), CustomerLink.objects.count()) == (1, 0)


def test_the_purge_command_counts_tokens_too() -> None:
    store = make_store(channel="shopify")
    keep(store)
    out = io.StringIO()
    call_command("purge", stdout=out)
    assert "0 buyers' tokens purged, 0 reduced" in out.getvalue()
    store.signal_policy = {"token_days": 1}
    store.save()
    BuyerSignal.objects.update(obtained_at=datetime.now(UTC) - timedelta(days=2))
    call_command("purge", stdout=out)
    assert "1 buyers' tokens purged, 0 reduced" in out.getvalue()
    keep(store, today=date(2030, 1, 1))
    call_command("purge", "--all", stdout=out)
    assert "1 buyers' tokens and 0 answers purged" in out.getvalue()
    assert "tokens" in Heartbeat.objects.get(name="purge").said
