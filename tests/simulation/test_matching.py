"""Buyers of a world that was pulled over the wire: linked only as the channels allow, and rightly; forgotten on demand."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client, override_settings

from channels import vault
from channels.models import Order, Store
from channels.sandbox.world.model import Person
from reconciliation import privacy
from reconciliation.match import match
from reconciliation.models import Account, BuyerSignal, CustomerLink, Overlap, PrivacyRequest
from reconciliation.overlap import measure_overlap
from tests.channels.test_webhooks import post
from tests.making import as_json
from tests.scanning import find_values
from tests.simulation.life import Life, archive_in

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def matched(life: Life) -> Iterator[list[Store]]:
    """The world pulled and matched, inside its archive."""
    stores = life.run("Harbor & Leaf")
    with override_settings(STORAGES=archive_in(life.folder)):
        run = match(stores[0].company, full=True, today=life.ended_at.date())
        assert run is not None
        measure_overlap(stores[0].company)
        yield stores


def wrong(life: Life) -> list[set[int]]:
    """Customers whose orders are of more than one person, by the world's truth."""
    person = {order.ref: order.person for order in life.world.orders}
    found: dict[object, set[int]] = defaultdict(set)
    for signal in BuyerSignal.objects.all():
        account = Account.objects.get(key=signal.account)
        found[account.customer_id].add(person[signal.order_ref])
    return [people for people in found.values() if len(people) > 1]


def test_amazon_links_nobody_and_its_overlap_is_not_observable(tmp_path: Path) -> None:
    life = Life(0, tmp_path, name="tiny")
    with matched(life) as stores:
        assert BuyerSignal.objects.exists()
        assert not BuyerSignal.objects.filter(store__channel="amazon").exists()
        assert not CustomerLink.objects.filter(left__channel="amazon").exists()
        with_amazon = Overlap.objects.filter(channel="amazon")
        assert {(one.total, one.expected, one.reason) for one in with_amazon} == {(None, None, "not observable")}
        assert all(one.at_most for one in with_amazon)
        assert wrong(life) == []
        _forget(life, stores)


def _forget(life: Life, stores: list[Store]) -> None:
    """A buyer of the own shop demands to be erased: nothing of him is left, the others are."""
    store = next(one for one in stores if one.channel == "shopify")
    people = {one.number: one for one in life.world.people}
    orders = [one for one in life.world.orders if Order.objects.filter(store=store, ref=one.ref).exists()]
    him = people[orders[0].person]
    his = [int(one.ref) for one in orders if one.person == him.number]
    other = next(people[one.person] for one in orders if one.person != him.number)
    before = BuyerSignal.objects.count()
    body = as_json({
        "shop_id": 1, "shop_domain": store.marketplace, "orders_to_redact": his,
        "customer": {"id": 6_000_000_000_000 + him.number, "email": him.email, "phone": him.phone},
    })  # fmt: skip
    secret = (store.credentials or {})["client_secret"]
    assert post(Client(), store, body, "customers/redact", "redact-1", secret) == 200
    privacy.keep_promises(store.company)
    assert PrivacyRequest.objects.get().handled_at is not None
    assert BuyerSignal.objects.count() == before - len(his)
    assert find_values(_personal(him)) == []
    assert not BuyerSignal.objects.filter(order_ref__in=map(str, his)).exists()
    match(store.company, full=True, today=life.ended_at.date())  # and a rebuild does not bring him back
    assert not BuyerSignal.objects.filter(order_ref__in=map(str, his)).exists()
    vault.purge((life.ended_at + timedelta(days=400)).date())
    assert find_values(_personal(him) | _personal(other)) == []


def _personal(person: Person) -> set[str]:
    return {person.name, person.email, person.phone, person.street}


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(3))
def test_links_across_channels_are_right(tmp_path: Path, seed: int) -> None:
    life = Life(seed, tmp_path, name="small")
    with matched(life):
        across = CustomerLink.objects.filter(left__channel__in=("shopee", "shopify"), state="auto")
        assert wrong(life) == []
        assert across.exists()
