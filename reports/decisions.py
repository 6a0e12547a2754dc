"""Reports as people decide by them: each question of a channel with its card, and what each channel adds."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext

from channels.models import Company
from channels.words import channel_label
from reports.analysis.breakeven import Line, line, profit_at_risk
from reports.analysis.estimate import Answer, CannotTell, Estimate
from reports.analysis.event import Event
from reports.analysis.kpi.figure import changes
from reports.analysis.kpi.stored import taken_weeks
from reports.analysis.money import Contribution, Margin
from reports.analysis.panel import Panel, panel_of
from reports.analysis.said import Said
from reports.analysis.stored import restored
from reports.analysis.verdict import CANNOT_TELL, Verdict, verdict
from reports.cards.card import Card, Switched
from reports.cards.longer import Trends
from reports.models import Report
from reports.names import campaign_name, visit_channel
from reports.questions import blocks_of

Kind = Report.Kind
CARDS = (Kind.CANNIBALIZATION, Kind.HALO, Kind.SWITCHBACK, Kind.BOUNDS)
MEASURED = (*CARDS, Kind.BREAK_EVEN, Kind.INCREMENTAL)  # what is asked of channels in a country
SEVERAL = 3  # channels of a country from which on each breaks even on a line, not at a point
_NOT_ASKED = CannotTell(Said("This has not been computed yet."), Said("Run manage.py run, or wait for the week."))


def say(said: Said) -> str:
    """The sentence in the language of the page, channels and campaigns by their names."""
    values = {name: _named(name, one) if isinstance(one, str) else one for name, one in said.values.items()}
    return gettext(said.template).format(**values)


def _named(name: str, value: str) -> str:
    if name == "channels":
        return ", ".join(map(channel_label, value.split(", ")))
    known = channel_label(value)
    if known != value:
        return known
    return visit_channel(value) if name == "channel" else campaign_name(value)


def answers_of(report: Report) -> dict[str, Answer]:
    return {one["name"]: restored(one) for one in report.answers}


@dataclass(frozen=True, slots=True)
class Adds:
    """A channel in one country over a year. ``naive`` is its own dashboard's contribution; money of the books."""

    channel: str
    orders: float
    contribution: Contribution
    verdict: Verdict
    naive: float | None
    event: str  # the question that θ came from; "" where none


@dataclass(frozen=True, slots=True)
class Pair:
    """What ``affecting`` may take from ``affected``: κ* and the best that is known of κ, with its report.

    ``at_risk`` is what the affected one lost at that share in a year, in money. ``plan`` is the record of the event
    that would tell, None where none was made.
    """

    affecting: str
    affected: str
    break_even: Answer
    share: Answer
    report: Report | None
    plan: Mapping[str, Any] | None = None
    at_risk: Answer | None = None


@dataclass(frozen=True, slots=True)
class Several:
    """Break-even of a channel towards all others of a country; ``left``: what an order is worth at the known shares."""

    line: Line
    left: Answer


@dataclass(frozen=True, slots=True)
class Country:
    code: str
    through: date | None
    adds: list[Adds] = field(default_factory=list)
    pairs: list[Pair] = field(default_factory=list)
    questions: list[tuple[Report, Answer]] = field(default_factory=list)  # of events, newest first
    several: list[Several] = field(default_factory=list)  # of channels beside two others or more


def countries(company: Company) -> list[Country]:
    """Everything that was built for the company, by country; where most is earned first."""
    found: dict[str, list[Report]] = {}
    for report in Report.objects.filter(company=company, kind__in=MEASURED).select_related("event"):
        found.setdefault(country_of(report), []).append(report)
    made = [_country(code, reports) for code, reports in sorted(found.items())]
    return sorted(made, key=lambda one: -sum(adds.contribution.direct.value for adds in one.adds))


def country_of(report: Report) -> str:
    return report.subject.partition(" ")[0]


def channels_of(report: Report) -> tuple[str, str]:
    """(affecting, affected) of a question about two channels."""
    affecting, _, affected = report.subject.split(" ")[1].partition("→")
    return affecting, affected


def _country(code: str, reports: list[Report]) -> Country:
    by_kind = {kind: [one for one in reports if one.kind == kind] for kind in Kind.values}
    events = [one for kind in (Kind.CANNIBALIZATION, Kind.HALO, Kind.SWITCHBACK) for one in by_kind[kind]]
    events.sort(key=lambda one: (one.event.starts_on if one.event else date.min, one.pk), reverse=True)
    bounds = {channels_of(one): one for one in by_kind[Kind.BOUNDS]}
    shares = {channels_of(one): one for one in reversed(by_kind[Kind.CANNIBALIZATION]) if _told(one)}
    whole = next(iter(by_kind[Kind.INCREMENTAL]), None)
    pairs = []
    for one in by_kind[Kind.BREAK_EVEN]:
        affecting, affected = channels_of(one)
        bound = bounds.get((affecting, affected))
        report = shares.get((affecting, affected)) or bound
        share = main_answer(report) if report else _NOT_ASKED
        plan = bound.body.get("plan") if bound else None
        even = answers_of(one)["break_even"]
        pairs.append(Pair(affecting, affected, even, share, report, plan, _at_risk(one, whole, share)))
    return Country(
        code, max((one.through for one in reports), default=None), _adds(whole) if whole else [], pairs,
        [(one, main_answer(one)) for one in events], _several(by_kind[Kind.BREAK_EVEN], pairs),
    )  # fmt: skip


def _at_risk(even: Report | None, whole: Report | None, share: Answer) -> Answer | None:
    """At the share, of a year's orders; None where the margin or the orders are not known."""
    margin = margin_of(even.data.get("other")) if even else None
    if even is None or whole is None or margin is None or share is _NOT_ASKED:
        return None
    orders = whole.body["orders"].get(channels_of(even)[0])
    return profit_at_risk(orders, margin, share) if orders else None


def _several(reports: list[Report], pairs: list[Pair]) -> list[Several]:
    """Of the channels whose margins are known, where there are three or more."""
    margins = {channels_of(one)[0]: made for one in reports if (made := margin_of(one.data.get("own")))}
    found = []
    for affecting, own in margins.items() if len(margins) >= SEVERAL else ():
        whole = line(own, [one for name, one in margins.items() if name != affecting])
        shares = {one.affected: one.share for one in pairs if one.affecting == affecting}
        found.append(Several(whole, whole.left(shares)))
    return found


def _told(report: Report) -> bool:
    return isinstance(main_answer(report), Estimate)


def main_answer(report: Report) -> Answer:
    """What the question asks for: κ, or the halo's share."""
    answers = answers_of(report)
    return next((answers[name] for name in ("kappa", "halo", "break_even") if name in answers), _NOT_ASKED)


def _adds(report: Report) -> list[Adds]:
    answers, body = answers_of(report), report.body
    found = []
    for channel in dict.fromkeys(name.partition("/")[0] for name in answers):
        direct = answers[f"{channel}/direct"]
        if isinstance(direct, Estimate):
            found.append(Adds(
                channel, body["orders"].get(channel, 0), _contribution(channel, direct, answers),
                _verdict(body["verdicts"].get(channel)), body["naive"].get(channel), body["events"].get(channel, ""),
            ))  # fmt: skip
    return found


def _contribution(channel: str, direct: Estimate, answers: Mapping[str, Answer]) -> Contribution:
    loaded = answers.get(f"{channel}/loaded")
    return Contribution(
        channel_label(channel), direct, loaded if isinstance(loaded, Estimate) else None,
        answers[f"{channel}/incremental"],
    )  # fmt: skip


def _verdict(kept: Mapping[str, Any] | None) -> Verdict:
    if kept is None:
        return Verdict(CANNOT_TELL, Said("cannot tell"))
    tell = Said(*kept["tell"]) if kept["tell"] else None
    return Verdict(kept["word"], Said(*kept["said"]), kept["p"], tell)


def card_of(report: Report) -> Card:
    """The card of a question about two channels. Raises ValueError for another report."""
    if report.kind not in CARDS:
        raise ValueError(f"{report} is no question about two channels")
    affecting, affected = channels_of(report)
    answers, country = answers_of(report), country_of(report)
    beside = {one.kind: one for one in Report.objects.filter(
        company=report.company, kind__in=(Kind.BREAK_EVEN, Kind.INCREMENTAL, Kind.GROWTH),
        subject__in=(f"{country} {affecting}→{affected}", country, "all"),
    )}  # fmt: skip
    even = beside.get(Kind.BREAK_EVEN)
    adds = _adds(beside[Kind.INCREMENTAL]) if Kind.INCREMENTAL in beside else []
    theta = answers.get("theta")
    own = next((one for one in adds if one.channel == affecting), None)
    if own is not None and own.event == report.subject:
        said = own.verdict
    else:
        said = verdict({report.subject: theta})[report.subject] if theta else _verdict(None)
    return Card(
        channel_label(affected), channel_label(affecting), _panel(report), main_answer(report),
        answers_of(even)["break_even"] if even else _NOT_ASKED, said, theta,
        tuple(one.contribution for one in adds), own.contribution.direct if own else None, _event(report),
        report.seed, str(report.data.get("version", "")), margin_of(report.data.get("margin")), _switched(report),
        None if report.kind == Kind.HALO else _at_risk(even, beside.get(Kind.INCREMENTAL), main_answer(report)),
        _trends(beside.get(Kind.GROWTH), country, (affected, affecting)),
    )  # fmt: skip


def _trends(growth: Report | None, country: str, channels: tuple[str, str]) -> Trends | None:
    orders = growth.body.get("orders", {}).get(country, {}) if growth else {}
    return {channel_label(one): changes(taken_weeks(orders[one])) for one in channels if one in orders}


def _panel(report: Report) -> Panel:
    kept = report.data.get("panel")
    return panel_of(kept) if kept else Panel((), (), {})


def margin_of(kept: Mapping[str, Any] | None) -> Margin | None:
    """The margin as a question has it in its data; None where there was none."""
    if not kept or "mean" not in kept:
        return None
    freedom = math.inf if kept["freedom"] is None else kept["freedom"]
    return Margin(**{**kept, "freedom": freedom})


def _switched(report: Report) -> Switched | None:
    if report.kind != Kind.SWITCHBACK or "blocks" not in report.data:
        return None
    affecting, affected = channels_of(report)
    return Switched(affected, affecting, tuple(blocks_of(report.data["blocks"])), report.data["orders"])


def _event(report: Report) -> Event | None:
    kept = report.data.get("event")
    if not kept:
        return None
    return Event(
        kept["affected"], kept["affecting"], tuple(kept["regions"]), date.fromisoformat(kept["date"]), kept["type"],
        date.fromisoformat(kept["ends"]) if kept["ends"] else None, kept["random_rollout"], frozenset(kept["attests"]),
    )  # fmt: skip
