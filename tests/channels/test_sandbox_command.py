import io
import threading
from pathlib import Path

import httpx
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test.utils import override_settings

from channels.management.commands import sandbox
from channels.management.commands.sandbox import connect
from channels.models import Company, Order, Store
from channels.sandbox.keys import credentials
from channels.sandbox.server import Running
from channels.sandbox.world import make_world
from channels.sandbox.world.facts import rows
from channels.sandbox.world.truth import summarise
from channels.windows import resources_of, source_of
from tests.simulation.facts import differences, found

WORLD = make_world("small", 1)


@pytest.mark.django_db
@override_settings(ALLOW_LOOPBACK_ENDPOINTS=True)
def test_connecting_makes_one_store_for_each_market_and_again_changes_only_the_address() -> None:
    connect(WORLD, "Harbor & Leaf", "http://127.0.0.1:8100")
    stores = connect(WORLD, "Harbor & Leaf", "http://127.0.0.1:8200")

    assert (Company.objects.count(), Store.objects.count()) == (1, len(WORLD.markets))
    store = next(one for one in stores if one.marketplace == "ATVPDKIKX0DER")
    market = WORLD.market("amazon.us")
    searched = {one.product for one in WORLD.searches}
    asins = " ".join(product.asin for product in WORLD.products if product.number in searched)
    given = {**credentials(market), "asins": asins}
    assert (store.channel, store.currency, store.timezone, store.go_live, store.endpoint, store.credentials) == (
        "amazon", "USD", market.timezone, WORLD.starts_at.date(), "http://127.0.0.1:8200/amazon", given,
    )  # fmt: skip
    assert store.company.base_currency == WORLD.base_currency


@pytest.mark.django_db
@override_settings(ALLOW_LOOPBACK_ENDPOINTS=True)
def test_connected_stores_pull_all_that_their_channel_has() -> None:
    for store in connect(WORLD, "Harbor & Leaf", "http://127.0.0.1:8100"):
        source = source_of(store)
        assert source is not None
        assert resources_of(store) == [one for one in source.resources if one.serves(store.shop)]


@pytest.mark.django_db
def test_a_loaded_world_is_all_that_happened_and_comes_once() -> None:
    load = ["sandbox", "--world", "small", "--seed", "1", "--load", "Harbor & Leaf"]
    said = io.StringIO()
    call_command(*load, stdout=said)
    for market in WORLD.markets:
        store = Store.objects.get(name=market.name)
        assert differences(summarise(rows(WORLD, market.code, WORLD.ends_at)), found(store)) == []
        assert f"  {store}: " in said.getvalue()
    count = Order.objects.count()
    with pytest.raises(CommandError, match="Harbor & Leaf has the world small 1 already"):
        call_command(*load)
    assert (Order.objects.count(), Company.objects.count()) == (count, 1)


@pytest.mark.django_db
@override_settings(ALLOW_LOOPBACK_ENDPOINTS=False)
def test_connecting_is_refused_where_loopback_is_not_allowed() -> None:
    with pytest.raises(CommandError, match="PLUMBLINE_ALLOW_LOOPBACK_ENDPOINTS"):
        connect(WORLD, "Harbor & Leaf", "http://127.0.0.1:8100")
    assert Company.objects.count() == 0


@pytest.mark.django_db
@override_settings(ALLOW_LOOPBACK_ENDPOINTS=True)
def test_another_companys_store_is_left_alone() -> None:
    other = Company.objects.create(name="Maple")
    Store.objects.create(company=other, name=WORLD.markets[0].name, channel="amazon", currency="USD")
    with pytest.raises(CommandError, match="belongs to Maple"):
        connect(WORLD, "Harbor & Leaf", "http://127.0.0.1:8100")


@pytest.mark.django_db
@override_settings(ALLOW_LOOPBACK_ENDPOINTS=True)
def test_a_store_that_pulls_from_its_channel_keeps_its_credentials() -> None:
    store = connect(WORLD, "Harbor & Leaf", "http://127.0.0.1:8100")[0]
    Store.objects.filter(pk=store.pk).update(endpoint="", credentials={"refresh_token": "real"})
    with pytest.raises(CommandError, match="pulls from its channel itself"):
        connect(WORLD, "Harbor & Leaf", "http://127.0.0.1:8100")
    store.refresh_from_db()
    assert (store.endpoint, store.credentials) == ("", {"refresh_token": "real"})


@pytest.mark.parametrize(
    ("arguments", "message"),
    [(["--faults", "gremlins"], "no such fault: gremlins"), (["--address", "0.0.0.0"], "is not loopback")],
)
def test_nonsense_does_not_start(tmp_path: Path, arguments: list[str], message: str) -> None:
    with pytest.raises(CommandError, match=message):
        call_command("sandbox", *arguments, "--clock", str(tmp_path / "clock"))


def test_it_says_where_it_serves_and_a_new_clock_stands_at_the_worlds_end(tmp_path: Path) -> None:
    said, started = io.StringIO(), threading.Event()
    shown = {}

    class Told(sandbox.Command):
        def _say(self, running: Running, *rest: object) -> None:
            super()._say(running, *rest)  # type: ignore[arg-type]
            shown["now"] = httpx.get(f"{running.base}/sandbox/clock").json()["now"]
            started.set()
            threading.Timer(0.1, running.close).start()

    call_command(Told(), "--port", "0", "--clock", str(tmp_path / "clock"), stdout=said)
    assert started.is_set()
    assert shown["now"][:10] == f"{WORLD.ends_at:%Y-%m-%d}"
    assert "serves the world 'small', seed 1" in said.getvalue()
    assert "amazon.us: http://127.0.0.1:" in said.getvalue()
