"""Serve a world on loopback as the vendors would, and connect a company's stores to it."""

import json
from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandError
from django.db import transaction

from channels.core.clock import SharedClock
from channels.load import load_rows
from channels.management.command import ProjectCommand
from channels.models import Company, RawPage, Store
from channels.sandbox.keys import credentials
from channels.sandbox.server import Running, serve
from channels.sandbox.wire import FAULTS, Faults
from channels.sandbox.world import make_world
from channels.sandbox.world.facts import rows
from channels.sandbox.world.model import Market, World
from channels.sandbox.world.planned import planned
from channels.sandbox.world.sheets import sheets
from channels.windows import source_of

READY = "Ctrl-C ends it."  # the last line before it serves; the demo waits for it


class Command(ProjectCommand):
    help = "Serve a made-up world on loopback through the protocols of Amazon, Shopify and Shopee."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--world", choices=["demo", "small"], default="small")
        parser.add_argument("--seed", type=int, default=1, help="the same seed makes the same world (1)")
        parser.add_argument("--address", default="127.0.0.1", help="a loopback address (127.0.0.1)")
        parser.add_argument("--port", type=int, default=8100, help="0 takes any free one (8100)")
        parser.add_argument("--faults", default="", metavar="KIND,…", help=f"of {', '.join(FAULTS)}")
        parser.add_argument("--rate", type=float, default=0.05, help="share of answers or records with a fault (0.05)")
        parser.add_argument("--clock", metavar="FILE", help="a clock to share with pulls (VAR/sandbox-clock)")
        parser.add_argument("--connect", metavar="COMPANY", help="make this company's stores, or point them here")
        parser.add_argument("--weeks", type=int, help="connected stores begin so many weeks before the world's end")
        parser.add_argument(
            "--sheets", metavar="FOLDER", help="write what the seller has in files: costs, rates, ads, plans"
        )
        parser.add_argument("--load", metavar="COMPANY", help="load the world's facts by COPY, without HTTP, and end")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["load"]:
            self._load(make_world(options["world"], options["seed"]), options["load"])
            return
        try:
            faults = Faults([one for one in options["faults"].split(",") if one], options["rate"], options["seed"])
        except ValueError as error:
            raise CommandError(str(error)) from error
        world = make_world(options["world"], options["seed"])
        clock = _clock(options["clock"], world)
        try:
            running = serve(world, options["address"], options["port"], clock, faults)
        except (ValueError, OSError) as error:
            raise CommandError(f"The sandbox cannot start: {error}") from error
        with running:
            self._say(running, world, clock)
            if options["connect"]:
                with transaction.atomic():
                    for store in connect(world, options["connect"], running.base, options["weeks"]):
                        self.stdout.write(f"  {store}: {store.endpoint}")
            if options["sheets"]:
                write_sheets(world, Path(options["sheets"]), _begins(world, options["weeks"]))
            self.stdout.write(READY)
            self.stdout.flush()
            try:
                running.wait()
            except KeyboardInterrupt:
                self.stdout.write("")

    def _say(self, running: Running, world: World, clock: SharedClock) -> None:
        self.stdout.write(
            f"{running.base} serves the world {world.name!r}, seed {world.seed}: {len(world.orders):,} orders, "
            f"{world.starts_at:%Y-%m-%d} to {world.ends_at:%Y-%m-%d}\n"
            f"  time: {clock.now():%Y-%m-%d %H:%M} by {clock.path}; pull with PLUMBLINE_CLOCK={clock.path} "
            f"PLUMBLINE_ALLOW_LOOPBACK_ENDPOINTS=true"
        )
        for market in world.markets:
            self.stdout.write(f"  {market.code}: {running.base}/{market.channel} ({market.name}, {market.currency})")

    def _load(self, world: World, company: str) -> None:
        name = f"world {world.name} {world.seed}"
        if RawPage.objects.filter(company__name=company, name=name).exists():
            raise CommandError(f"{company} has the {name} already.")
        for store, said in load_world(world, company, name):
            self.stdout.write(f"  {store}: {said}")


def load_world(world: World, company_name: str, name: str) -> Iterator[tuple[Store, str]]:
    """The company with the facts of every market as they stand at the world's end, by COPY and without HTTP."""
    company, _ = Company.objects.get_or_create(name=company_name, defaults={"base_currency": world.base_currency})
    for market in world.markets:
        store = _of_market(market, company)
        store.go_live = world.starts_at.date()
        store.full_clean()
        store.save()
        tally = load_rows(store, rows(world, market.code, world.ends_at), name, world.ends_at)
        yield store, ", ".join(f"{count:,} {what}" for what, count in tally.rows.items())


def write_sheets(world: World, folder: Path, since: date) -> None:
    """What no channel tells, as files to import; those in a folder named after a store belong to it."""
    for name, text in sheets(world, since).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (folder / "events.json").write_text(json.dumps(planned(world), indent=1), encoding="utf-8")


def connect(world: World, company_name: str, base: str, weeks: int | None = None) -> list[Store]:
    """The company with one store for each market, pulling from the sandbox; said again, they point to the new address.

    The stores begin with the world, or so many ``weeks`` before its end.
    Raises CommandError where endpoints on loopback are not allowed, or a store of that name is another company's.
    """
    if not getattr(settings, "ALLOW_LOOPBACK_ENDPOINTS", False):
        raise CommandError(
            "Stores may not pull from this machine: set PLUMBLINE_ALLOW_LOOPBACK_ENDPOINTS=true, here and for pulls."
        )
    company, _ = Company.objects.get_or_create(name=company_name, defaults={"base_currency": world.base_currency})
    return [_connected(market, company, world, base, _begins(world, weeks)) for market in world.markets]


def _begins(world: World, weeks: int | None) -> date:
    return (world.starts_at if weeks is None else max(world.starts_at, world.ends_at - timedelta(weeks=weeks))).date()


def _of_market(market: Market, company: Company) -> Store:
    store = Store.objects.filter(name=market.name).first() or Store(name=market.name, company=company)
    if store.company_id != company.pk:
        raise CommandError(f"{store} belongs to {store.company}; rename it first.")
    if store.credentials and not store.endpoint:  # a real store's tokens, which would be lost
        raise CommandError(f"{store} pulls from its channel itself; name another company, or rename the store.")
    store.channel, store.marketplace, store.currency = market.channel, market.marketplace, market.currency
    store.timezone, store.cross_border = market.timezone, market.cross_border
    store.prices_include_tax = market.prices_include_tax
    return store


def _connected(market: Market, company: Company, world: World, base: str, begins: date) -> Store:
    store = _of_market(market, company)
    store.go_live, store.pulls = begins, True
    store.endpoint = f"{base}/{market.channel}"
    source = source_of(store)
    store.pull_options = {"optional": [one.name for one in source.resources if one.optional] if source else []}
    # The sandbox starts anew with its first tokens, so the store does too.
    store.credentials, store.refused = credentials(market), ""
    if market.channel == "shopify":
        store.credentials |= {"read_all_orders": "yes", "personal": "yes"}
    if market.channel == "amazon":
        store.credentials["asins"] = " ".join(sorted(_searched(world)))
    store.full_clean()
    store.save()
    return store


def _searched(world: World) -> set[str]:
    """The products that search statistics are about; the others' would be empty reports."""
    numbers = {one.product for one in world.searches}
    return {product.asin for product in world.products if product.number in numbers}


def _clock(given: str | None, world: World) -> SharedClock:
    """The clock to go by. A new one stands at the world's end, so that all of it has happened."""
    path = Path(given).resolve() if given else settings.VAR / "sandbox-clock"
    fresh = not path.exists() or path.stat().st_size == 0
    clock = SharedClock(path)
    if fresh or (given is None and clock.now() < world.ends_at):
        clock.set(world.ends_at)
    return clock
