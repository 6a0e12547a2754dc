"""Sandbox worlds whose truth is known, through the real flow: loaded as facts, posted, matched, exposed and built.

    PLUMBLINE_VAR=… python tests/simulation/measurement_worlds.py --worlds 40 --first 1
    PLUMBLINE_VAR=… python tests/simulation/measurement_worlds.py --http --worlds 3 --first 1

Each world has a launch of Amazon in some US states and a brand campaign in others, and in Germany advertising that is
switched on and off by lots. What is asked was fixed before any was run: κ and θ of the launch, κ of the switching, the
campaign's halo, and Amazon's incremental contribution in the US. Truth is counted from the world's orders; money per
order is the ledger's own mean. With ``--http`` the worlds are small, without Germany, and pulled from the sandbox.
"""

import argparse
import json
import os
import random
import sys
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

if __name__ == "__main__":  # as a script it is its own start
    sys.path.insert(0, str(Path(__file__).parents[2]))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    import django

    django.setup()

from channels.core.rows import CostRow, RateRow, SkuRow
from channels.load import load_rows
from channels.models import Company, Store
from channels.sandbox.world import make_planned
from channels.sandbox.world.facts import rows
from channels.sandbox.world.model import Event as Happened
from channels.sandbox.world.model import Order, World
from channels.sandbox.world.places import REGIONS
from channels.sandbox.world.plan import AMAZON_DE, AMAZON_US, SHOPIFY, SHOPIFY_EU, Happening, Plan, Selling
from channels.sandbox.world.planned import planned
from reconciliation.expose import expose
from reconciliation.match import match
from reconciliation.post import post
from reports.build import build
from reports.frames import Frame, frames
from reports.models import Event, Experiment, Report
from tests.simulation.pulled_worlds import pulled, small_plan

WEEKS, CAMPAIGN, LAUNCH, SWITCH = 62, (22, 30), 34, (4, 60)
ASKED = ("launch κ", "launch θ", "switchback κ", "halo", "incremental")


@dataclass(frozen=True, slots=True)
class Reading:
    """A question of a world with what was said. ``naive`` is what the channels' own dashboards say."""

    seed: int
    question: str
    truth: float
    kind: str
    value: float | None
    low: float | None
    high: float | None
    naive: float | None
    reason: str

    @property
    def answered(self) -> bool:
        return self.kind == "estimate"

    @property
    def covers(self) -> bool:
        return self.low is not None and self.high is not None and self.low <= self.truth <= self.high


def plan(seed: int) -> Plan:
    """Lots decide where and how much: 8 to 10 states of 24 launched, 6 others campaigned for."""
    chance = random.Random(seed)
    states = [region.state for region in REGIONS["US"]]
    chance.shuffle(states)
    launched = chance.choice((8, 9, 10))
    weekly = chance.choice((90.0, 120.0, 150.0))
    return Plan(
        name="measured", weeks=WEEKS, products=40, searched=2, base_currency="CNY",
        sellings=(
            Selling(AMAZON_US, ("US",), weekly * chance.uniform(0.5, 1.0), "1.00", diverts=chance.uniform(0.0, 0.3)),
            Selling(AMAZON_DE, ("DE",), 45, "0.95", diverts=0.1),
            Selling(SHOPIFY, ("US",), weekly, "0.95", own_site=True),
            Selling(SHOPIFY_EU, ("DE",), 45, "0.95", own_site=True),
        ),
        happenings=(
            Happening("brand_campaign", "shopify", tuple(sorted(states[10:16])), *CAMPAIGN,
                      {"own": 0.6, "marketplace": chance.uniform(0.2, 0.8), "search": 0.6}),
            Happening("launch", "amazon.us", tuple(sorted(states[:launched])), LAUNCH, WEEKS),
            Happening("ad_switchback", "amazon.de", (), *SWITCH,
                      {"marketplace": 0.5, "diverts": chance.uniform(0.0, 0.25)}),
        ),
    )  # fmt: skip


def measured(seed: int, *, http: bool = False) -> list[Reading]:
    """A world's answers beside its truth; a world that is here already is built again only where its inputs are new."""
    world = make_planned(small_plan(seed) if http else plan(seed), seed)
    company = Company.objects.filter(name=name_of(world)).first()
    if company is None or not Event.objects.filter(company=company).exists():
        company = pulled(world, name_of(world)) if http else load(world)
        post(company)
        match(company)
        expose(company)
        enter(company, world)
    outcome = build(company)
    if outcome.failed:
        raise RuntimeError(str(outcome.failed))
    return list(readings(company, world, frames(company)["US"]))


def name_of(world: World) -> str:
    return f"{world.name.capitalize()} {world.seed}"


def load(world: World) -> Company:
    """The world's company with every fact that its channels and its seller's files tell."""
    company = Company.objects.create(name=name_of(world), base_currency=world.base_currency)
    start = world.starts_at.date() - timedelta(days=30)
    goods: list[Any] = [CostRow(one.sku, start, one.cost, world.base_currency, 1) for one in world.products]
    goods += [
        RateRow(on, currency, world.base_currency, rate, "world", 1) for (on, currency), rate in world.rates.items()
    ]
    for number, market in enumerate(world.markets):
        store = Store.objects.create(
            company=company, name=f"{market.name} {world.seed}", channel=market.channel, marketplace=market.marketplace,
            currency=market.currency, timezone=market.timezone, go_live=world.starts_at.date(),
        )  # fmt: skip
        more = [] if number else goods
        skus = [SkuRow(one.sku_in(market.code), one.sku, 1, store.name) for one in world.products]
        load_rows(store, [*more, *skus, *rows(world, market.code, world.ends_at)], f"world {world.seed}", world.ends_at)
    return company


def enter(company: Company, world: World) -> None:
    """What the seller's people enter: the events, here all drawn by lots, and the schedule as it was drawn."""
    for one in planned(world):
        blocks = one.pop("blocks")
        del one["drawn"]
        event = Event.objects.create(
            company=company, **one, nothing_else_changed=True, random_rollout=True, state=Event.State.CONFIRMED
        )
        if blocks:
            Experiment.objects.create(
                event=event, hypothesis="Ads take orders from the own site", horizon_weeks=len(blocks),
                stops_on=blocks[-1]["end"], cost=0, currency=company.base_currency, blocks=blocks,
            )  # fmt: skip


def readings(company: Company, world: World, frame: Frame) -> Iterator[Reading]:
    means = {name: float(of.amounts.mean()) for name, of in frame.samples.items()}
    for happened in world.events:
        here = list(_counted(world, happened))
        if happened.kind == "launch":
            report = _report(company, Report.Kind.CANNIBALIZATION)
            until = date.fromisoformat(report.data["panel"]["weeks"][-1]) + timedelta(weeks=1)
            sold = [one for one in here if one.market == "amazon.us" and happened.starts_on <= _day(one, world) < until]
            kappa = sum(bool(one.shifted_from) for one in sold) / len(sold)
            own = report.body["naive"]["amazon"]
            yield _reading(world, "launch κ", kappa, report, "kappa", 0.0)
            yield _reading(world, "launch θ", means["amazon"] - kappa * means["shopify"], report, "theta",
                           own["contribution"] / own["orders"])  # fmt: skip
        elif happened.kind == "brand_campaign":
            brought = [one for one in here if one.caused_by == "brand_campaign:shopify"]
            share = sum(one.market == "amazon.us" for one in brought) / len(brought)
            yield _reading(world, "halo", share, _report(company, Report.Kind.HALO), "halo", 0.0)
        else:
            brought = [
                one for one in world.of("amazon.de") if one.caused_by == "ad_switchback:amazon.de" and _counts(one)
            ]
            share = sum(bool(one.shifted_from) for one in brought) / len(brought)
            yield _reading(world, "switchback κ", share, _report(company, Report.Kind.SWITCHBACK), "kappa", 0.0)
    report = _report(company, Report.Kind.INCREMENTAL, "US")
    year = [one for one in world.of("amazon.us") if frame.year[0] <= _day(one, world) < frame.year[1] and _counts(one)]
    truth = len(year) * means["amazon"] - sum(bool(one.shifted_from) for one in year) * means["shopify"]
    yield _reading(world, "incremental", truth, report, "amazon/incremental", report.body["naive"]["amazon"])


def _counted(world: World, happened: Happened) -> Iterable[Order]:
    return (one for one in world.orders if one.state in happened.states and one.country == "US" and _counts(one))


def _counts(order: Order) -> bool:
    """Whether it is a consumer's purchase."""
    return not (order.cancelled_at or order.business or order.serves or order.mirror_of)


def _day(order: Order, world: World) -> date:
    return order.placed_at.astimezone(ZoneInfo(world.market(order.market).timezone)).date()


def _report(company: Company, kind: str, subject: str = "") -> Report:
    found = Report.objects.filter(company=company, kind=kind)
    return found.get(subject=subject) if subject else found.get()


def _reading(world: World, question: str, truth: float, report: Report, name: str, naive: float | None) -> Reading:
    (answer,) = [one for one in report.answers if one["name"] == name]
    return Reading(
        world.seed, question, truth, answer["type"], answer["value"], answer["low"], answer["high"], naive,
        answer["reason"] or "",
    )  # fmt: skip


def table(found: list[Reading]) -> str:
    """A line a question: how many were answered, and how many answers hold the truth."""
    lines = [f"{'question':<14}{'asked':>7}{'answered':>10}{'covered':>9}{'naive holds':>13}{'median width':>14}"]
    for question in (*ASKED, ""):
        of = [one for one in found if question in ("", one.question)]
        if not of:
            continue
        answers = [one for one in of if one.answered]
        widths = sorted((one.high or 0) - (one.low or 0) for one in answers)
        near = [one for one in answers if one.naive is not None and (one.low or 0) <= one.naive <= (one.high or 0)]
        width = f"{widths[len(widths) // 2]:,.2f}" if widths and question else ""
        lines.append(
            f"{question or 'all':<14}{len(of):>7}{len(answers):>10}{sum(one.covers for one in answers):>9}"
            f"{len(near):>13}{width:>14}"
        )
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--worlds", type=int, default=40)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--http", action="store_true", help="pull small worlds from the sandbox")
    given = parser.parse_args()
    found: list[Reading] = []
    for seed in range(given.first, given.first + given.worlds):
        began = time.monotonic()
        found += measured(seed, http=given.http)
        left = (time.monotonic() - began) * (given.first + given.worlds - seed - 1)
        print(f"world {seed}: {time.monotonic() - began:.0f} s, about {left / 60:.0f} min left", flush=True)
        if given.out:
            given.out.write_text(json.dumps([{"covers": one.covers, **_fields(one)} for one in found], indent=1))
    print(table(found))


def _fields(one: Reading) -> dict[str, Any]:
    return {name: getattr(one, name) for name in Reading.__slots__}


if __name__ == "__main__":
    main()
