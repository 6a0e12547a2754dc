"""One card for one decision: what is asked, what is answered, on what it rests and how to compute it again.

``contents`` says it once, as blocks, for Markdown and PDF alike. Texts are Said, which the caller's ``say`` translates.
"""

import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from reports.analysis import schedule
from reports.analysis.estimate import Answer, CannotTell, Check, Estimate
from reports.analysis.event import CAMPAIGN, Event
from reports.analysis.money import Contribution, Margin
from reports.analysis.panel import Panel
from reports.analysis.said import Said
from reports.analysis.verdict import CANNOT_TELL, Verdict
from reports.cards.blocks import Block, Command, Heading, Paragraph, Picture, Points, Table, Text, shown
from reports.cards.longer import Trends, after, parts, trends


@dataclass(frozen=True, slots=True)
class Switched:
    """A switchback: its blocks as they were drawn, and what each channel (by code) sold in each block."""

    affected: str
    affecting: str
    blocks: tuple[schedule.Block, ...]
    orders: Mapping[str, Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class Card:
    """``share`` is κ with what it rests on, ``break_even`` κ*, ``theta`` money per order. ``version`` is the program's.

    ``naive`` is what the affecting channel's own dashboard says, in money. ``margin`` is that which θ was computed
    with. A switchback has ``switched`` in place of a panel; bounds have neither, and nobody else can compute them.
    ``at_risk`` is what the affected channel lost in a year at the share, in money; ``trends`` by channel how its weekly
    orders went. Both are of the books, not of the files beside the card.
    """

    affected: str
    affecting: str
    panel: Panel
    share: Answer
    break_even: Answer
    verdict: Verdict
    theta: Answer | None = None
    contributions: tuple[Contribution, ...] = ()
    naive: Estimate | None = None
    event: Event | None = None
    seed: int = 0
    version: str = ""
    margin: Margin | None = None
    switched: Switched | None = None
    at_risk: Answer | None = None
    trends: Trends | None = None

    @property
    def halo(self) -> bool:
        return self.event is not None and self.event.kind == CAMPAIGN


CHECKS = {
    "pre_fit": Said("Fit before the event"),
    "placebo_rank": Said("Rank among placebos"),
    "pre_trend": Said("Trend before the event"),
    "leave_one_out": Said("Without one control"),
    "in_time_placebo": Said("An earlier date"),
    "effective_controls": Said("Weights of the controls"),
    "contamination": Said("The channel in the controls"),
    "sensitivity": Said("Sensitivity to other causes"),
    "horizons": Said("Horizons"),
    "intervention": Said("Kind of event"),
    "newcomers": Said("Newcomers"),
}
KINDS = {
    "launch": Said("launch"),
    "delisting": Said("delisting"),
    "stock_out": Said("stock-out"),
    "promotion": Said("promotion"),
    "ad_pause": Said("advertising paused"),
    "price": Said("price change"),
    "brand_campaign": Said("brand campaign"),
    "switchback": Said("on/off blocks"),
}
CAPTIONS = {
    "gap": Said(
        "Orders of the affected channel less what the controls say, by week; grey: where nine of ten placebos stay"
    ),
    "shares": Said("Share taken, and break-even, with their 90 % intervals"),
    "contributions": Said("Contribution: direct, loaded, incremental"),
}


def title(card: Card) -> Said:
    if card.halo:
        return Said("How much of what the campaign brings lands on {affecting} instead of {affected}?", _names(card))
    return Said("Does {affecting} add profit, or take it from {affected}?", _names(card))


def command(card: Card) -> str | None:
    """What computes the card's figure again from the files beside it."""
    seed = f"--seed {card.seed}"
    if one := card.switched:
        sides = shlex.join(["--affecting", one.affecting, "--affected", one.affected])
        return f"manage.py switchback --series series.csv --schedule schedule.csv {sides} {seed}"
    if card.event is None:
        return None
    if card.halo:
        return f"manage.py halo --panel panel.csv --event event.json {seed}"
    margin = " --margin margin.json" if card.margin else ""
    return f"manage.py cannibalization --panel panel.csv --event event.json{margin} {seed}"


def contents(card: Card, drawn: frozenset[str], digest: str) -> Iterator[Block]:
    """The card's blocks; ``drawn`` names the pictures that there are, ``digest`` is the SHA-256 of its data."""
    yield Heading(title(card), 1)
    yield from _verdict(card)
    yield Heading(Said("What it takes, and what it may take"))
    yield Table((Said("Figure"), Said("Estimate"), Said("90 % interval"), Said("Rests on")), tuple(_figures(card)))
    if not card.halo:
        yield from (Paragraph(text) for text in _meaning(card.break_even))
    yield from _pictures(drawn, "shares", "gap")
    yield from parts(card.share.detail)
    yield from after(card.share.detail)
    yield from trends(card.trends)
    if card.contributions:
        yield Heading(Said("Contribution of each channel"))
        yield _money(card)
        yield from _pictures(drawn, "contributions")
    if checks := card.share.checks:
        yield Heading(Said("Checks"))
        yield Table((Said("Check"), Said("As it should be"), Said("What was found")), tuple(map(_check, checks)))
    yield from _assumptions(card)
    yield from _again(card, digest)


def _verdict(card: Card) -> Iterator[Block]:
    if card.halo:
        yield from _refused(card, [card.share])
        return
    names = _names(card)
    said = {
        "adds": Said("{affecting} adds profit.", names),
        "destroys": Said("{affecting} destroys profit.", names),
    }.get(card.verdict.word, Said("Cannot tell whether {affecting} adds or destroys profit.", names))
    yield Paragraph(said)
    yield from _refused(card, [card.theta, card.share])


def _refused(card: Card, answers: list[Answer | None]) -> Iterator[Block]:
    """Why it cannot be told, and what would tell."""
    refused = [one for one in answers if isinstance(one, CannotTell)]
    yield from (Paragraph(text) for text in {str(one.reason): one.reason for one in refused}.values())
    tells = [card.verdict.tell if card.verdict.word == CANNOT_TELL and not card.halo else None]
    tells += [one.tell for one in refused if card.verdict.word == CANNOT_TELL or card.halo]
    if kept := {str(one): one for one in tells if one}:
        yield Heading(Said("What would tell"))
        yield Points(tuple(kept.values()))


def _figures(card: Card) -> Iterator[tuple[Text, ...]]:
    names = _names(card)
    rows: list[tuple[Said, Answer | None]] = [
        (Said("Share of {affecting}'s orders taken from {affected}", names), card.share),
        (Said("Break-even: the share at which an order of {affecting} adds nothing", names), card.break_even),
        (Said("Profit at risk: what {affected} lost in a year at that share", names), card.at_risk),
        (Said("What an order of {affecting} adds to all channels", names), card.theta),
    ]
    if card.halo:
        rows = [(Said("Share of what the campaign brings that lands on {affecting}", names), card.share)]
    for label, answer in rows:
        if answer is not None:
            yield (label, *shown(answer), _rests(answer))
    if card.naive is not None:
        yield (Said("What {affecting}'s own dashboard says", names), *shown(card.naive), "–")


def _meaning(break_even: Answer) -> tuple[Said, ...]:
    if isinstance(break_even, CannotTell):
        return tuple(one for one in (break_even.reason, break_even.tell) if one)
    return tuple(one.detail for one in break_even.checks)


def _rests(answer: Answer) -> Text:
    return Said("{n} observations", {"n": f"{answer.n:,}"}) if answer.n else "–"


def _money(card: Card) -> Table:
    head = (Said("Channel"), Said("Direct"), Said("Fully loaded"), Said("Incremental"), Said("90 % interval"))
    return Table(head, tuple(
        (one.channel, shown(one.direct)[0], shown(one.loaded)[0] if one.loaded else "–", *shown(one.incremental))
        for one in card.contributions
    ))  # fmt: skip


def _check(one: Check) -> tuple[Text, ...]:
    passed: Text = "–" if one.passed is None else Said("yes") if one.passed else Said("no")
    return CHECKS.get(one.name, one.name), passed, one.detail


def _assumptions(card: Card) -> Iterator[Block]:
    answers = [card.share] if card.halo else [one for one in (card.share, card.theta, card.break_even) if one]
    if said := {str(text): text for one in answers for text in one.assumptions}:
        yield Heading(Said("It holds if"))
        yield Points(tuple(said.values()))


def _again(card: Card, digest: str) -> Iterator[Block]:
    yield Heading(Said("Compute it again"))
    rows: list[tuple[Text, ...]] = [
        (Said("Method"), card.share.method or "–"), (Said("Version"), card.version or "–"),
        (Said("Seed"), str(card.seed)), (Said("SHA-256 of the data"), digest or "–"),
    ]  # fmt: skip
    if card.event is not None:
        rows = [*_happened(card.event), *rows]
    yield Table((Said("What"), Said("Value")), tuple(rows))
    if line := command(card):
        yield Paragraph(Said("With the files beside this card, this gives the same figures to the last digit:"))
        yield Command(line)
    else:
        yield Paragraph(
            Said("Bounds rest on links between persons, which leave no company; they are built again there.")
        )


def _happened(event: Event) -> list[tuple[Text, ...]]:
    more = len(event.regions) - 8
    regions = ", ".join(event.regions[:8]) + (f" +{more}" if more > 0 else "")
    return [
        (Said("Event"), KINDS.get(event.kind, event.kind)), (Said("From"), event.starts.isoformat()),
        (Said("Regions"), regions),
    ]  # fmt: skip


def _pictures(drawn: frozenset[str], *names: str) -> Iterator[Block]:
    yield from (Picture(name, CAPTIONS[name]) for name in names if name in drawn)


def _names(card: Card) -> dict[str, str | int | float]:
    return {"affected": card.affected, "affecting": card.affecting}
