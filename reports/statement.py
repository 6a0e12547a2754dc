"""The contribution statement as the admin shows it: rows with links to their entries, and bars to compare."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from urllib.parse import urlencode

from django.db.models import Max, Q
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from channels.models import Company, Store
from channels.shown import share
from channels.words import KINDS, channel_label
from reconciliation.ledger.tiers import LADDER, TIER
from reconciliation.models import LedgerEntry
from reports.queries import Line, Question

MEASURES: dict[str, Promise | str] = {
    "net_revenue": _("Net revenue"),
    "cm1": _("CM1"),
    "cm2": _("CM2"),
    "cm3a": _("CM3a"),
    "cm3b": _("CM3b"),
}
MEANS: dict[str, Promise | str] = {
    "net_revenue": _("Sales less discounts, refunds and tax in the price, plus shipping income"),
    "cm1": _("Net revenue less cost of goods sold"),
    "cm2": _("CM1 less the channel's fees, fulfilment, payment, shipping, storage and returns"),
    "cm3a": _("CM2 less the channel's own advertising"),
    "cm3b": _("CM3a less the channel's share of brand and retention marketing"),
}
COLOURS = {"net_revenue": "#98a2b3", "cm1": "#2e90fa", "cm2": "#1570cd", "cm3a": "#7a5af8", "cm3b": "#4a1fb8"}
BARS = 12  # names in the chart; the table has them all


@dataclass(frozen=True, slots=True)
class Figure:
    """An amount, the entries behind it, and whether it may still fall."""

    label: str
    amount: Decimal | None
    currency: str
    url: str
    at_most: bool = False  # part of the units has no cost yet
    rises: bool = False  # above the margin before it: more came back than was taken


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the statement."""

    name: str
    period: str
    figures: list[Figure]
    units: int
    orders: int
    coverages: list[tuple[str, str, bool]]  # label, share, whether it is not complete
    kinds: list[Figure] = field(default_factory=list)
    company: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    measure: str
    amount: Decimal | None
    currency: str
    colour: str
    y: int
    left: float  # percent of the width
    width: float
    text_at: float


@dataclass(frozen=True, slots=True)
class Bars:
    """The measures of one name, on the scale of all names in its currency."""

    name: str
    zero: float
    height: int
    bars: list[Bar]


class Links:
    """Addresses of the ledger entries behind the figures of one question."""

    def __init__(self, question: Question) -> None:
        self.question = question
        self.companies = dict(Company.objects.values_list("name", "pk"))
        self.stores = dict(Store.objects.values_list("name", "pk")) if question.by == "store" else {}
        self.ledger = reverse("admin:reconciliation_ledgerentry_changelist")

    def entries(self, line: Line, kinds: Iterable[str]) -> str:
        asked: dict[str, str] = {"kind__in": ",".join(kinds)}
        if line.company in self.companies:
            asked["company__id__exact"] = str(self.companies[line.company])
        asked |= self._name(line.name) | self._days(line.period)
        if self.question.currency == "original":
            asked["currency"] = line.currency
        if self.question.stores:
            asked["earning_store__in"] = ",".join(map(str, self.question.stores))
        if self.question.as_of:
            asked["recorded_at__lte"] = self.question.as_of.isoformat()
        return f"{self.ledger}?{urlencode(asked)}"

    def _name(self, name: str) -> dict[str, str]:
        by = self.question.by
        if by == "product":
            return {"product": name or "-"}
        if by == "company":
            return {}
        if not name:
            return {"unallocated": "1"}
        if by == "channel":
            return {"earning_store__channel": name}
        return {"earning_store__id__exact": str(self.stores.get(name, 0))}

    def _days(self, period: date | None) -> dict[str, str]:
        day = f"{self.question.basis}_on"
        if period is None:
            return {f"{day}__isnull": "1"}
        first, after = period, _after(period, self.question.period)
        if self.question.since:
            first = max(first, self.question.since)
        if self.question.until:
            after = min(after, self.question.until)
        return {f"{day}__gte": first.isoformat(), f"{day}__lt": after.isoformat()}


def _after(first: date, period: str) -> date:
    if period == "month":
        return (first.replace(day=1) + timedelta(days=32)).replace(day=1)
    return first + timedelta(days=7 if period == "week" else 1)


def kinds_up_to(measure: str) -> list[str]:
    """The kinds that a margin sums."""
    within = LADDER[: LADDER.index(measure) + 1]
    return [kind.value for kind, tier in TIER.items() if tier in within]


def rows(question: Question, lines: list[Line], *, detail: bool = True) -> list[Row]:
    """The statement's lines with their links; with ``detail`` also every kind that is in them."""
    links = Links(question)
    return [
        Row(
            name=name_of(question.by, line.name), period=period_of(question.period, line.period),
            figures=[_figure(links, line, measure) for measure in MEASURES], units=line.units, orders=line.orders,
            coverages=_coverages(line), company=line.company,
            kinds=[
                Figure(str(KINDS.get(kind, kind)), line.by_kind[kind], line.currency, links.entries(line, [kind]))
                for kind in KINDS if kind in line.by_kind
            ] if detail else [],
        )
        for line in lines
    ]  # fmt: skip


def _figure(links: Links, line: Line, measure: str) -> Figure:
    missing = line.cost_coverage is not None and line.cost_coverage < 1
    return Figure(
        str(MEASURES[measure]), getattr(line, measure), line.currency, links.entries(line, kinds_up_to(measure)),
        at_most=missing and measure != "net_revenue", rises=_rises(line, measure),
    )  # fmt: skip


def _rises(line: Line, measure: str) -> bool:
    place = LADDER.index(measure)
    amount, before = getattr(line, measure), getattr(line, LADDER[place - 1]) if place else None
    return amount is not None and before is not None and amount > before


def _coverages(line: Line) -> list[tuple[str, str, bool]]:
    shares = (
        (_("cost"), line.cost_coverage),
        (_("rates"), line.fx_coverage),
        (_("mapped"), line.mapping_coverage),
        (_("settled"), line.settled_share),
    )
    return [(str(label), share(value), value < 1) for label, value in shares if value is not None]


def name_of(by: str, name: str) -> str:
    """The row's name for people; money that belongs to no channel, store or product has a name too."""
    if by == "company":
        return gettext("All channels")
    return (channel_label(name) if by == "channel" else name) or gettext("Unallocated")


def period_of(period: str, first: date | None) -> str:
    if first is None:
        return gettext("Undated")
    if period == "month":
        return date_format(first, "YEAR_MONTH_FORMAT")
    return date_format(first, "SHORT_DATE_FORMAT") + (" +6" if period == "week" else "")


def last_day(basis: str, company: int | None = None) -> date | None:
    """The last day that has entries, so that a view opens where the data is."""
    mine = Q(company=company) if company else Q()
    found = LedgerEntry.objects.filter(mine).aggregate(last=Max(f"{basis}_on"))["last"]
    return found if isinstance(found, date) else None


def totals(lines: list[Line]) -> dict[tuple[str, str], dict[str, Decimal | None]]:
    """(name, currency) → measures over all periods, the largest net revenue first; None where nothing is known."""
    sums: dict[tuple[str, str], dict[str, Decimal | None]] = {}
    for line in lines:
        mine = sums.setdefault((line.name, line.currency), dict.fromkeys(MEASURES))
        for measure in MEASURES:
            amount, before = getattr(line, measure), mine[measure]
            if amount is not None:
                mine[measure] = amount if before is None else before + amount
    return dict(sorted(sums.items(), key=lambda one: -abs(one[1]["net_revenue"] or Decimal(0))))


def chart(question: Question, lines: list[Line]) -> list[Bars]:
    """Bars of each name's measures side by side; each currency has a scale of its own."""
    shown = list(totals(lines).items())[:BARS]
    result = []
    for (name, currency), measures in shown:
        amounts = [
            amount or Decimal(0) for (_name, one), other in shown if one == currency for amount in other.values()
        ]
        low, high = min([*amounts, Decimal(0)]), max([*amounts, Decimal(0)])
        result.append(_bars(name_of(question.by, name), currency, measures, low, high))
    return result


_ROOM = 78.0  # percent of the width for bars; the rest is for the numbers


def _bars(name: str, currency: str, measures: dict[str, Decimal | None], low: Decimal, high: Decimal) -> Bars:
    span = float(high - low) or 1.0
    zero = float(-low) / span * _ROOM
    bars = []
    for place, (measure, amount) in enumerate(measures.items()):
        width = abs(float(amount or 0)) / span * _ROOM
        left = zero - width if amount and amount < 0 else zero
        bars.append(Bar(
            str(MEASURES[measure]), amount, currency, COLOURS[measure], place * 19, round(left, 2), round(width, 2),
            round(max(left + width, zero) + 0.8, 2),
        ))  # fmt: skip
    return Bars(name, round(zero, 2), len(bars) * 19, bars)
