"""Worlds as small as lets their events be answered, pulled from the sandbox over HTTP as the demo's is."""

import random
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from io import StringIO
from pathlib import Path

from django.core.management import call_command
from django.test import override_settings

from channels.core.clock import SharedClock
from channels.management.commands.sandbox import connect, write_sheets
from channels.models import Company, Store
from channels.sandbox.wire import Faults
from channels.sandbox.world.model import World
from channels.sandbox.world.places import REGIONS
from channels.sandbox.world.plan import AMAZON_US, SHOPIFY, Happening, Plan, Selling
from tests.simulation.life import kill, start_server

WEEKS, CAMPAIGN, LAUNCH = 34, (22, 30), 22  # 20 weeks before and 6 after, 4 in which money settles, and the edges


def small_plan(seed: int) -> Plan:
    """Lots decide where and how much: 8 of 24 states launched, 6 others campaigned for in the same weeks."""
    chance = random.Random(seed)
    states = [region.state for region in REGIONS["US"]]
    chance.shuffle(states)
    own, other = (replace(market, name=f"{market.name} pulled {seed}") for market in (SHOPIFY, AMAZON_US))
    return Plan(
        name="pulled", weeks=WEEKS, products=10, searched=2, base_currency="CNY",
        sellings=(
            Selling(other, ("US",), 150, "1.00", diverts=chance.uniform(0.0, 0.3)),
            Selling(own, ("US",), 150, "0.95", own_site=True),
        ),
        happenings=(
            Happening("brand_campaign", "shopify", tuple(sorted(states[8:14])), *CAMPAIGN,
                      {"own": 0.6, "marketplace": chance.uniform(0.2, 0.8), "search": 0.6}),
            Happening("launch", "amazon.us", tuple(sorted(states[:8])), LAUNCH, WEEKS),
        ),
    )  # fmt: skip


def pulled(world: World, name: str) -> Company:
    """The world's company with all that its stores pull and its seller's files tell."""
    with tempfile.TemporaryDirectory() as kept, served(world, Path(kept)) as base:
        stores = connect(world, name, base)
        Store.objects.filter(pk__in=[one.pk for one in stores]).update(pull_options={"optional": []})
        _import(world, Path(kept) / "sheets", stores)
        began = time.monotonic()
        call_command("pull", store=[one.name for one in stores], stderr=StringIO())
        print(f"{name}: {len(world.orders):,} orders pulled in {time.monotonic() - began:.0f} s", flush=True)
        Store.objects.filter(pk__in=[one.pk for one in stores]).update(pulls=False)
    return stores[0].company


@contextmanager
def served(world: World, folder: Path) -> Iterator[str]:
    """A process serves the world at its end, by a clock that pulls share; the address."""
    clock = SharedClock(folder / "clock")
    clock.set(world.ends_at)
    with override_settings(CLOCK=clock.path, ALLOW_LOOPBACK_ENDPOINTS=True):
        server, base = start_server(world, clock, Faults())
        try:
            yield base
        finally:
            kill(server)


def _import(world: World, folder: Path, stores: list[Store]) -> None:
    """What no channel tells: costs, SKUs and rates of the company, other networks' advertising of a store."""
    write_sheets(world, folder, world.starts_at.date())
    for store in stores:
        if (folder / store.name).is_dir():
            call_command("import", str(folder / store.name), store=store.name, stdout=StringIO())
    every = [str(path) for path in sorted(folder.glob("*.csv"))]
    call_command("import", *every, store=stores[0].name, stdout=StringIO())
