"""A further channel is a folder and nothing else: Shopee's under another code is found, proved, offered and pulled."""

import io
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.test import Client, override_settings
from django.urls import reverse
from django_q.models import Schedule

from channels import adapters as package
from channels import schedules
from channels.adapters import adapters
from channels.core.clock import SharedClock
from channels.core.errors import Refused
from channels.models import Store
from channels.pull import pull_store
from channels.receive import receive
from channels.sandbox.keys import credentials
from channels.sandbox.server import serve
from channels.sandbox.world import make_world
from channels.sandbox.world.truth import summary
from channels.windows import open_windows, resources_of
from tests.making import make_company, make_store
from tests.simulation.facts import differences, found

ROOT = Path(__file__).parents[2]
SHOPEE = Path(str(package.__file__)).parent / "shopee"
PLUGIN = "from channels import adapters\n\nadapters.__path__.append({path!r})\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Holds the folder ``lazada``: Shopee's, with another package path, code, label and prefix of its resources."""
    root = tmp_path_factory.mktemp("channels")
    shutil.copytree(SHOPEE, root / "lazada", ignore=shutil.ignore_patterns("__pycache__"))
    for path in (root / "lazada").rglob("*"):
        if path.suffix == ".py":
            text = path.read_text(encoding="utf-8").replace("channels.adapters.shopee", "channels.adapters.lazada")
            text = text.replace('"shopee.', '"lazada.').replace('code="shopee"', 'code="lazada"')
            path.write_text(text.replace('label="Shopee"', 'label="Lazada"'), encoding="utf-8")
        elif path.suffix == ".md":
            path.write_text(path.read_text(encoding="utf-8").replace("`shopee.", "`lazada."), encoding="utf-8")
    return root


@contextmanager
def found_by_the_registry(folder: Path) -> Iterator[None]:
    package.__path__.append(str(folder))
    package.adapters.cache_clear()
    try:
        yield
    finally:
        package.__path__.remove(str(folder))
        package.adapters.cache_clear()
        for name in [one for one in sys.modules if one.startswith("channels.adapters.lazada")]:
            del sys.modules[name]


@pytest.fixture
def lazada(folder: Path) -> Iterator[None]:
    with found_by_the_registry(folder):
        yield


def sample(name: str) -> bytes:
    return (SHOPEE / "samples" / name).read_bytes()


@pytest.mark.usefixtures("lazada")
def test_it_is_found_among_the_others() -> None:
    codes = [one.code for one in adapters() if one.code]
    assert (codes.count("lazada"), codes.count("shopee")) == (1, 1)


def test_it_passes_what_every_adapter_must(folder: Path) -> None:
    (folder / "with_lazada.py").write_text(PLUGIN.format(path=str(folder)))
    ran = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "with_lazada", "-p", "no:cacheprovider", "-k", "lazada",
         "tests/channels/adapters/test_conformance.py"],
        cwd=ROOT, env={**os.environ, "PYTHONPATH": str(folder)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout[-3_000:] + ran.stderr[-1_000:]
    assert int(ran.stdout.strip().splitlines()[-1].split(" passed")[0].split()[-1]) > len(
        list((SHOPEE / "samples").iterdir())
    )


@pytest.mark.django_db
@pytest.mark.usefixtures("lazada")
def test_files_of_the_same_layout_are_their_stores_channels() -> None:
    company, at = make_company(), datetime(2026, 9, 1, tzinfo=UTC)
    stores = [make_store(company, code, channel=code, currency="SGD") for code in ("lazada", "shopee")]
    pages = [receive(company, one, io.BytesIO(sample("order_detail.json")), "orders.json", at).page for one in stores]
    assert [page.resource for page in pages] == ["lazada.orders", "shopee.orders"]
    with pytest.raises(Refused, match="the store is on amazon"):
        receive(company, make_store(company), io.BytesIO(sample("order_detail.json")), "orders.json", at)


@pytest.mark.django_db
@pytest.mark.usefixtures("lazada")
def test_the_form_of_a_store_offers_it_with_its_credentials(admin_client: Client) -> None:
    shown = admin_client.get(reverse("admin:channels_store_add")).content.decode()
    assert '<option value="lazada">Lazada</option>' in shown
    store = make_store(channel="lazada", currency="SGD")
    form = admin_client.get(reverse("admin:channels_store_change", args=[store.pk])).context["adminform"].form
    secrets = {name.removeprefix("secret_") for name in form.fields if name.startswith("secret_")}
    source = next(one.source for one in adapters() if one.code == "lazada")
    assert source is not None
    assert secrets == {one.name for one in source.credentials} != set()


@pytest.mark.django_db
@pytest.mark.usefixtures("lazada")
def test_it_needs_no_migration() -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


@pytest.mark.django_db
@pytest.mark.usefixtures("lazada")
def test_a_store_of_it_pulls_and_its_facts_are_the_truth(tmp_path: Path) -> None:
    world = make_world("small", 3)
    market = world.market("shopee.sg")
    clock = SharedClock(tmp_path / "clock")
    clock.set(world.starts_at + timedelta(days=30))
    with serve(world, clock=clock) as sandbox, override_settings(CLOCK=clock.path, ALLOW_LOOPBACK_ENDPOINTS=True):
        call_command(
            "store", "Lazada SG", "--company", "Harbor & Leaf", "--channel", "lazada", "--marketplace", "SG",
            "--currency", market.currency, "--timezone", market.timezone, "--endpoint", f"{sandbox.base}/shopee",
            "--credentials", "-", stdin=io.StringIO(json.dumps(credentials(market))), stdout=io.StringIO(),
        )  # fmt: skip
        store = Store.objects.get(name="Lazada SG")
        store.go_live, store.pull_options = world.starts_at.date(), {"optional": ["lazada.ads"]}
        store.save(update_fields=["go_live", "pull_options"])
        assert schedules.arrange() == (len(resources_of(store)), 0)
        assert {one.name for one in Schedule.objects.filter(func=schedules.PULL)} == {
            f"pull {store.pk} lazada.{name}" for name in ("orders", "escrow", "wallet", "returns", "ads")
        }
        for days in (30, 65, 100):
            clock.advance_to(world.starts_at + timedelta(days=days))
            for resource in resources_of(store):
                open_windows(store, resource)
            pull_until_green(store, clock)
        assert (differences(summary(world, market.code, clock.now()), found(store)), sandbox.bugs) == ([], [])
        assert dict(sandbox.traffic.throttled) == {}


def pull_until_green(store: Store, clock: SharedClock) -> None:
    for _ in range(12):
        store.refresh_from_db()
        pull_store(store, seconds=60, patience=3_600)
        if not store.windows.exclude(state="green").exists():
            return
        clock.sleep(3_700)
    raise AssertionError([f"{one}: {one.reason}" for one in store.windows.exclude(state="green")])
