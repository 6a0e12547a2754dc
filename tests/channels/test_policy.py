"""Which fields of buyers may become tokens: by the channel's rule, by decisions that hold, until when."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import chain, combinations
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError

from channels import policy as policies
from channels.adapters import adapters
from channels.core.adapter import SIGNALS, Signals
from channels.core.masks import is_masked
from channels.core.rows import BuyerRow
from channels.models import SignalDecision, Store
from channels.policy import CHANNEL, CUSTOMER, Policy, admit, policy
from tests.making import make_store

pytestmark = pytest.mark.django_db
TODAY = date(2026, 9, 1)
NOON = datetime(2026, 9, 1, 12, tzinfo=UTC)
MATCHING, INSIDE = SignalDecision.Purpose.MATCHING, SignalDecision.Purpose.INSIDE
CLEAR = BuyerRow(
    order="1", place=1, buyer="b7", username="wren", name="Wren Harbor", email="wren@harbor.example",
    phone="+65 8123 4567", street="8 Leaf Rd", postcode="98765", city="Springfield", state="IL", country="US",
)  # fmt: skip
MASKED = replace(CLEAR, name="W***n H****r", phone="******67", street="8 L***", username="w**n", email="w***@h.example")
RULES = Signals(
    allowed=frozenset({"buyer", "city"}), masked=frozenset({"name", "phone"}),
    on_decision=frozenset({"name", "phone", "email", "username"}), inside=frozenset({"buyer", "username"}),
)  # fmt: skip


def ruled(monkeypatch: pytest.MonkeyPatch, rules: Signals = RULES) -> Store:
    for module in ("channels.policy", "channels.signal_rules"):
        monkeypatch.setattr(f"{module}.signals_of", lambda _: rules)
    return make_store(channel="shopee")


def decide(store: Store, *fields: str, **given: Any) -> SignalDecision:
    ada, _ = User.objects.get_or_create(username="ada")
    first = {
        "origin": CHANNEL, "purpose": MATCHING, "basis": "consent", "decided_by": ada, "decided_at": NOON,
        "until": TODAY + timedelta(days=100),
    }  # fmt: skip
    return SignalDecision.objects.create(store=store, fields=list(fields), **{**first, **given})


def unchecked(store: Store, fields: Any, **given: Any) -> None:
    """A decision that is in the database though nobody could take it there."""
    ada, _ = User.objects.get_or_create(username="ada")
    SignalDecision.objects.bulk_create([
        SignalDecision(
            store=store, fields=list(fields), basis="x", decided_by=ada, decided_at=NOON,
            **{"origin": CHANNEL, "until": TODAY + timedelta(days=100), **given},
        )
    ])  # fmt: skip


def told(row: BuyerRow | None) -> dict[str, str]:
    return {name: value for name in SIGNALS if (value := getattr(row, name))} if row else {}


def test_the_rule_admits_what_is_allowed_and_masked_values_as_they_are_masked(monkeypatch: pytest.MonkeyPatch) -> None:
    rules = policy(ruled(monkeypatch), CHANNEL, TODAY)
    assert told(admit(CLEAR, rules)) == {"buyer": "b7", "city": "Springfield"}
    assert told(admit(MASKED, rules)) == {
        "buyer": "b7", "city": "Springfield", "name": "W***n H****r", "phone": "******67",
    }  # fmt: skip
    kept = admit(MASKED, rules)
    assert kept is not None
    assert (kept.order, kept.country, kept.place) == ("1", "US", 1)


def test_a_decision_admits_clear_values_while_it_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    store = ruled(monkeypatch)
    decision = decide(store, "name", "email")
    open_ones = {"buyer", "city", "name", "email"}
    assert set(told(admit(CLEAR, policy(store, CHANNEL, TODAY)))) == open_ones
    assert set(told(admit(CLEAR, policy(store, CHANNEL, decision.until - timedelta(days=1))))) == open_ones
    assert set(told(admit(CLEAR, policy(store, CHANNEL, decision.until)))) == {"buyer", "city"}
    decision.withdrawn_at = NOON
    decision.save()
    assert set(told(admit(CLEAR, policy(store, CHANNEL, TODAY)))) == {"buyer", "city"}


def test_what_serves_inside_is_left_out_beside_what_serves_across(monkeypatch: pytest.MonkeyPatch) -> None:
    store = ruled(monkeypatch, replace(RULES, allowed=frozenset({"buyer"})))
    decide(store, "username", purpose=INSIDE)
    rules = policy(store, CHANNEL, TODAY)
    alone = admit(CLEAR, rules)
    assert alone is not None
    assert (set(told(alone)), rules.crosses(alone)) == ({"buyer", "username"}, False)
    beside = admit(MASKED, rules)
    assert beside is not None
    assert (set(told(beside)), rules.crosses(beside)) == ({"buyer", "name", "phone"}, True)


def test_what_is_nobodys_to_decide_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    store = ruled(monkeypatch)
    wrong: list[tuple[tuple[str, ...], dict[str, Any]]] = [
        (("street",), {}), (("username",), {}), (("email", "nonsense"), {}), ((), {}), (("email",), {"basis": " "}),
        (("email",), {"until": TODAY}), (("email",), {"until": TODAY + timedelta(days=4_000)}),
        (("email",), {"token_days": 0}), (("email",), {"token_days": 366}), (("email",), {"origin": "vendor"}),
        (("nonsense",), {"origin": CUSTOMER}),
    ]  # fmt: skip
    for fields, given in wrong:
        with pytest.raises(ValidationError):
            decide(store, *fields, **given)
    unchecked(store, [*SIGNALS, "nonsense"])
    unchecked(store, SIGNALS, origin="vendor")
    assert set(told(admit(CLEAR, policy(store, CHANNEL, TODAY)))) == {"buyer", "city", "name", "phone", "email"}


def test_a_decision_is_only_ever_withdrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    decision = decide(ruled(monkeypatch), "email")
    for name, value in {"fields": ["name"], "until": TODAY + timedelta(days=5), "basis": "other"}.items():
        changed = SignalDecision.objects.get()
        setattr(changed, name, value)
        with pytest.raises(ValidationError):
            changed.save()
    decision.withdrawn_at = NOON
    decision.save()
    decision.withdrawn_at = None
    with pytest.raises(ValidationError):
        decision.save()


def subsets(names: tuple[str, ...]) -> list[tuple[str, ...]]:
    return list(chain.from_iterable(combinations(names, size) for size in range(len(names) + 1)))


@pytest.mark.parametrize("purpose", [MATCHING, INSIDE])
def test_nothing_that_came_from_amazon_is_admitted_whatever_is_decided(purpose: str) -> None:
    store = make_store(channel="amazon")
    for fields in subsets(SIGNALS)[1:]:
        with pytest.raises(ValidationError):
            decide(store, *fields, purpose=purpose)
    for fields in subsets(SIGNALS):
        SignalDecision.objects.all().delete()
        unchecked(store, fields, purpose=purpose)
        unchecked(store, fields, origin=CUSTOMER, purpose=purpose)
        rules = policy(store, CHANNEL, TODAY)
        assert (rules.empty, admit(CLEAR, rules), admit(MASKED, rules)) == (True, None, None)
        assert admit(CLEAR, policy(store, CUSTOMER, TODAY)) is None


def test_amazon_customers_may_tell_of_themselves_elsewhere() -> None:
    store = make_store(channel="amazon")
    given = replace(CLEAR, given="warranty form")
    assert admit(given, policy(store, CUSTOMER, TODAY)) is None
    decide(store, "email", "phone", origin=CUSTOMER)
    rules = policy(store, CUSTOMER, TODAY)
    assert set(told(admit(given, rules))) == {"email", "phone"}
    assert admit(CLEAR, rules) is None
    assert admit(given, policy(store, CHANNEL, TODAY)) is None


def test_tokens_end_with_the_decision_or_their_days_and_the_store_may_shorten(monkeypatch: pytest.MonkeyPatch) -> None:
    store = ruled(monkeypatch, Signals(allowed=frozenset({"city"}), on_decision=frozenset({"email", "name"})))

    def ends(row: BuyerRow) -> int:
        return (policy(store, CHANNEL, TODAY).expires_on(row, NOON) - TODAY).days

    town, mail, name = BuyerRow("1", 1, city="x"), BuyerRow("1", 1, email="x"), BuyerRow("1", 1, name="x")
    assert (ends(town), ends(CLEAR)) == (365, 365)
    decide(store, "email")
    decide(store, "name", token_days=30)
    assert (ends(town), ends(mail), ends(name), ends(CLEAR)) == (365, 100, 30, 30)
    decide(store, "name")
    assert (ends(name), ends(BuyerRow("1", 1))) == (100, 0)
    for said, days in ((10, 10), (0, 365), (400, 365), ("7", 365), (True, 365)):
        store.signal_policy = {"token_days": said}
        assert ends(town) == days


def test_a_masked_value_keeps_the_longer_right_of_its_mask(monkeypatch: pytest.MonkeyPatch) -> None:
    store = ruled(monkeypatch)
    decide(store, "name", token_days=30)
    rules = policy(store, CHANNEL, TODAY)
    for name, days in (("Wren", 30), ("W***n", 365)):
        assert (rules.expires_on(BuyerRow("1", 1, name=name), NOON) - TODAY).days == days


def test_every_channel_says_why_and_speaks_of_fields_that_there_are() -> None:
    for one in adapters():
        rules = one.signals
        assert rules.allowed | rules.masked | rules.on_decision | rules.inside <= set(SIGNALS), one.label
    amazon = next(one.signals for one in adapters() if one.code == "amazon")
    assert not amazon.allowed | amazon.masked | amazon.on_decision | amazon.inside


def test_a_channel_that_nobody_serves_admits_nothing() -> None:
    assert policy(make_store(channel="elsewhere"), CHANNEL, TODAY) == Policy(str(CHANNEL), {}, {})
    assert policies.standing(Store.objects.get(), TODAY) == []


@pytest.mark.parametrize("value", ["J***n", "******45", "J＊n", "●●12", "*"])
def test_a_mask_is_told_by_its_signs(value: str) -> None:
    assert is_masked(value)


@pytest.mark.parametrize("value", ["", "John", "O'Hara-Smith", "x", "#1001", "a.b+c@d.example"])
def test_what_has_no_such_sign_is_clear(value: str) -> None:
    assert not is_masked(value)
