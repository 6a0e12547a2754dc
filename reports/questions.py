"""What is asked of a company's ledger: break-even and bounds of channels, effects of confirmed events."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time
from itertools import permutations
from typing import Any

from channels.models import Company
from reports import models
from reports.analysis import event as kinds
from reports.analysis.bounds import METHOD as BOUNDS
from reports.analysis.bounds import bounds
from reports.analysis.breakeven import METHOD as FIELLER
from reports.analysis.breakeven import break_even
from reports.analysis.cannibalization import METHOD as REGIONS
from reports.analysis.cannibalization import cannibalization, theta
from reports.analysis.estimate import Answer, Bounds, CannotTell
from reports.analysis.event import Event
from reports.analysis.halo import METHOD as HALO
from reports.analysis.halo import halo
from reports.analysis.money import Margin, margin_of_orders, per_order
from reports.analysis.panel import WEEK, Panel
from reports.analysis.said import Said
from reports.analysis.schedule import Block
from reports.analysis.stored import plain
from reports.analysis.switchback import METHOD as SWITCHBACK
from reports.analysis.switchback import switchback
from reports.brand_search import brand_search, brand_weeks
from reports.designs import Design, design
from reports.frames import Frame, by_block, region
from reports.identities import identities
from reports.plans import history_of, plan_of

SEED = 1
Kind = models.Report.Kind
Answers = Mapping[str, Answer]


@dataclass(frozen=True, slots=True)
class Told:
    """Answers by name, and what a page draws beside them."""

    answers: Answers
    body: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Question:
    """``data`` is all that ``ask`` reads, as JSON: equal data give an equal answer."""

    kind: str
    subject: str
    through: date
    method: str
    data: Mapping[str, Any]
    ask: Callable[[], Told]
    event: models.Event | None = None


def questions(company: Company, found: Mapping[str, Frame]) -> Iterator[Question]:
    """All that are asked of single channels and events; what rests on their answers is in ``incremental``."""
    confirmed = models.Event.objects.filter(company=company, state=models.Event.State.CONFIRMED)
    events = list(confirmed.select_related("experiment").order_by("starts_on", "pk"))
    weeks, accepted = brand_weeks(company), _accepted(company)
    for country, frame in sorted(found.items()):
        margins, period = margins_of(frame), recent(frame)
        sold = {channel: frame.sold(channel, *period) for channel in frame.panel.channels}
        searched = brand_search(company, country, *period, sold, weeks)
        for affecting, affected in permutations(frame.panel.channels, 2):
            yield _break_even(frame, margins[affecting], margins[affected], f"{country} {affecting}→{affected}")
            accepts = (country, affecting, affected) in accepted
            yield _bounds(company, frame, affecting, affected, searched.get(affecting), accepts=accepts)
        there = [one for one in events if one.country == country]
        known = {one.pk: analysed(one) for one in there}
        for one in there:
            others = [known[other.pk] for other in there if other.pk != one.pk]
            try:
                yield _of_event(company, frame, margins, one, known[one.pk], others)
            except Exception as error:  # noqa: BLE001 - of any type; it is told in its turn, and holds up no other
                yield _broken(frame, one, error)


def margins_of(frame: Frame) -> dict[str, Margin | CannotTell]:
    return {
        channel: margin_of_orders(channel, of.amounts, of.weeks, frame.panel.currency)
        for channel, of in frame.samples.items()
    }


def analysed(event: models.Event) -> Event:
    """The event for the analysis, its regions spelt as in panels."""
    return Event(
        event.affected, event.affecting, tuple(sorted({region(event.country, one) for one in event.regions} - {""})),
        event.starts_on, event.kind, event.ends_on, event.random_rollout,
        frozenset({kinds.NOTHING_ELSE_CHANGED} if event.nothing_else_changed else ()),
    )  # fmt: skip


def _break_even(frame: Frame, own: Margin | CannotTell, other: Margin | CannotTell, subject: str) -> Question:
    def ask() -> Told:
        sides = {"own": own, "other": other}
        answers: dict[str, Answer] = {
            name: per_order(one) if isinstance(one, Margin) else one for name, one in sides.items()
        }
        refused = next((one for one in sides.values() if isinstance(one, CannotTell)), None)
        if refused is None and isinstance(own, Margin) and isinstance(other, Margin):
            return Told({"break_even": break_even(own, other), **answers}, {"costed": dict(frame.costed)})
        return Told({"break_even": replace(refused, unit="share") if refused else _nothing(), **answers})

    return Question(
        Kind.BREAK_EVEN, subject, frame.through, FIELLER, {"own": plain_margin(own), "other": plain_margin(other)}, ask
    )


def _nothing() -> CannotTell:
    return CannotTell(Said("Nothing is known of these orders."))


def plain_margin(one: Margin | CannotTell) -> dict[str, Any]:
    if isinstance(one, CannotTell):
        return {"refused": str(one.reason)}
    return {
        "channel": one.channel, "mean": one.mean, "standard_error": one.standard_error, "orders": one.orders,
        "currency": one.currency, "freedom": one.freedom if one.freedom < 1e12 else None,
    }  # fmt: skip


def recent(frame: Frame) -> tuple[date, date]:
    """The later half of the weeks, a year at most: the earlier ones tell who was a customer before."""
    weeks = frame.panel.weeks
    return weeks[max(len(weeks) // 2, len(weeks) - 52)], frame.through


def _accepted(company: Company) -> set[tuple[str, str, str]]:
    """(country, affecting, affected) of which somebody accepts that diverted newcomers search the brand."""
    kept = models.Acceptance.objects.filter(
        company=company, withdrawn_at=None, statement=models.Acceptance.Statement.NEWCOMERS_SEARCH_BRAND
    )
    return set(kept.values_list("country", "affecting", "affected"))


def _bounds(
    company: Company, frame: Frame, affecting: str, affected: str, searched: Bounds | None, *, accepts: bool
) -> Question:
    since, until = recent(frame)
    orders = frame.sold(affecting, since, until)
    who = identities(company, frame.country, affecting, affected, since, until)
    data = {
        "orders": orders, "since": since.isoformat(), "identities": who.told() if who else None,
        "history": history_of(frame, affecting, affected), "newcomers_search_brand": accepts,
        "searched": {"low": searched.low, "high": searched.high, "orders": searched.n} if searched else None,
    }  # fmt: skip

    def ask() -> Told:
        found, customers, recall = (who.found, who.customers, who.recall) if who else (None, None, None)
        plan = plan_of(frame, affecting, affected, SEED)
        answer = bounds(affected, affecting, orders, found, customers, recall, None, accepts, searched)
        return Told({"kappa": answer}, {"since": since.isoformat(), "plan": plan})

    subject = f"{frame.country} {affecting}→{affected}"
    return Question(Kind.BOUNDS, subject, frame.through, BOUNDS, data, ask)


def _of_event(
    company: Company, frame: Frame, margins: Mapping[str, Margin | CannotTell], kept: models.Event, event: Event,
    others: list[Event],
) -> Question:  # fmt: skip
    some = ", ".join(event.regions[:3]) + (f" +{len(event.regions) - 3}" if len(event.regions) > 3 else "")
    subject = f"{frame.country} {event.affecting}→{event.affected} {event.kind} {event.starts} {some}".strip()
    missing = [one for one in (event.affecting, event.affected) if one not in frame.panel.orders]
    if missing:
        return _unknown(frame, kept, subject, missing[0])
    if event.kind == kinds.SWITCHBACK:
        return _switchback(company, frame, kept, event, subject)
    if (experiment := getattr(kept, "experiment", None)) is not None:
        if frame.through < experiment.stops_on:
            return _running(frame, kept, subject, experiment.stops_on)
        ends = min(experiment.stops_on, event.starts + experiment.horizon_weeks * WEEK, event.ends or date.max)
        event = replace(event, ends=ends)
    regions = tuple(one for one in event.regions if one in frame.panel.regions)
    made = design(frame.panel, replace(event, regions=regions or event.regions), others)
    data = {"panel": plain_panel(made.panel), "event": plain_event(made.event), "left_out": made.left_out}
    if event.kind == kinds.CAMPAIGN:
        return Question(
            Kind.HALO, subject, frame.through, HALO, data,
            lambda: Told({"halo": halo(made.panel, made.event, SEED)}, _naive(made, margins)), kept,
        )  # fmt: skip
    own = margins[event.affecting]
    return Question(
        Kind.CANNIBALIZATION, subject, frame.through, REGIONS, {**data, "margin": plain_margin(own)},
        lambda: _effects(made, own, margins), kept,
    )  # fmt: skip


def _effects(made: Design, own: Margin | CannotTell, margins: Mapping[str, Margin | CannotTell]) -> Told:
    kappa = cannibalization(made.panel, made.event, SEED)
    other = margins[made.event.affected]
    if isinstance(own, CannotTell):
        money: Answer = own
    else:
        money = theta(made.panel, made.event, own, SEED, other if isinstance(other, Margin) else None)
    return Told({"kappa": kappa, "theta": money}, _naive(made, margins))


def _naive(made: Design, margins: Mapping[str, Margin | CannotTell]) -> dict[str, Any]:
    """What the channels' own dashboards say of the treated regions since: every order is theirs."""
    since = [week >= made.event.starts for week in made.panel.weeks]
    rows = [n for n, one in enumerate(made.panel.regions) if one in made.event.regions]
    told = {}
    for channel, orders in made.panel.orders.items():
        counts = orders[rows][:, since]
        claimed = float(counts[counts == counts].sum())  # noqa: PLR0124 - what is not known is not equal to itself
        own = margins[channel]
        told[channel] = {"orders": claimed, "contribution": own.mean * claimed if isinstance(own, Margin) else None}
    return {"naive": told, "left_out": list(made.left_out)}


def _switchback(company: Company, frame: Frame, kept: models.Event, event: Event, subject: str) -> Question:
    experiment = getattr(kept, "experiment", None)
    if experiment is None or not experiment.blocks:
        reason = Said("No schedule was registered before it began: which blocks were on is not taken from the data.")
        return _refused(frame, Kind.SWITCHBACK, kept, subject, reason)
    if frame.through < experiment.stops_on:
        return replace(_running(frame, kept, subject, experiment.stops_on), kind=Kind.SWITCHBACK)
    blocks = blocks_of(experiment.blocks)
    days = [(one.name, one.starts.date(), one.ends.date()) for one in blocks]
    counts = by_block(company, frame.country, event.regions, days)
    told = {name: counts.get(name, {}) for name in (event.affected, event.affecting)}
    return Question(
        Kind.SWITCHBACK, subject, frame.through, SWITCHBACK, {"orders": told, "blocks": experiment.blocks},
        lambda: Told({"kappa": switchback(blocks, told[event.affected], told[event.affecting], seed=SEED)}), kept,
    )  # fmt: skip


def blocks_of(kept: list[Mapping[str, Any]]) -> list[Block]:
    """The registered schedule; its days are the stores' own."""
    return [
        Block(str(one["block"]), _midnight(one["start"]), _midnight(one["end"]), str(one["pair"]), bool(one["on"]))
        for one in kept
    ]


def _midnight(day: str) -> datetime:
    return datetime.combine(date.fromisoformat(day[:10]), time())


def _unknown(frame: Frame, kept: models.Event, subject: str, channel: str) -> Question:
    reason = Said("{channel} has no orders in {country}.", {"channel": channel, "country": frame.country})
    return _refused(frame, _kind(kept), kept, subject, reason)


def _running(frame: Frame, kept: models.Event, subject: str, until: date) -> Question:
    reason = Said("It was registered to run until {day}; what is looked at earlier chooses when to stop.",
                  {"day": until.isoformat()})  # fmt: skip
    return _refused(frame, _kind(kept), kept, subject, reason)


def _refused(frame: Frame, kind: str, kept: models.Event, subject: str, reason: Said) -> Question:
    name = "halo" if kind == Kind.HALO else "kappa"
    return Question(
        kind, subject, frame.through, "", {"refused": str(reason)}, lambda: Told({name: CannotTell(reason)}), kept
    )


def _broken(frame: Frame, kept: models.Event, error: Exception) -> Question:
    def ask() -> Told:
        raise error

    subject = f"{frame.country} {kept.affecting}→{kept.affected} {kept.kind} {kept.starts_on}"
    return Question(_kind(kept), subject, frame.through, "", {"error": repr(error)}, ask, kept)


def _kind(kept: models.Event) -> str:
    return {kinds.CAMPAIGN: Kind.HALO, kinds.SWITCHBACK: Kind.SWITCHBACK}.get(kept.kind, Kind.CANNIBALIZATION)


def plain_panel(panel: Panel) -> dict[str, Any]:
    return plain({  # type: ignore[no-any-return]
        "weeks": panel.weeks, "regions": panel.regions, "orders": panel.orders, "contribution": panel.contribution,
        "currency": panel.currency,
    })  # fmt: skip


def plain_event(event: Event) -> dict[str, Any]:
    return {
        "affected": event.affected, "affecting": event.affecting, "regions": list(event.regions),
        "date": event.starts.isoformat(), "ends": event.ends.isoformat() if event.ends else None, "type": event.kind,
        "random_rollout": event.random_rollout, "attests": sorted(event.attests),
    }  # fmt: skip
