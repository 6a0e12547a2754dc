"""What an operator does next: at most five sentences out of campaigns and checks, the most pressing first."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from reports.analysis.kpi.flag import Flag
from reports.analysis.said import Said

MOST = 5
WORTH_SAYING = 0.05  # share of spend that is unclassified or untold

NO_MARGIN = Said("Goods lack a cost, or money an exchange rate: without these no campaign can be judged.")
OFF = Said("Orders on {channel} lay off their week and trend on {off} of the last three days: find out why.")
LOSES = Said(
    "Look at {campaign} first: {spent} spent for {orders} orders. An order costs {least} there at best, and brings "
    "{brings} before advertising."
)
PAYS = Said(
    "{campaign} pays, as its network counts: an order costs {most} at worst, and brings {brings} before advertising."
)
SAME = Said("{first} is not distinguishable from {second}: do not shift budget between them yet.")
LUCK = Said("Do not follow {shown}: the highest share of orders rests on {n} clicks. What is sure puts {first} first.")
LOCAL = Said("{campaign} gets cheaper by order while the whole earns less: judge it by total contribution.")
GONE = Said("What changed on {channel} on {day} left nothing behind: look at half a year before you repeat it.")
WEEKS = Said("In {weeks} of 13 weeks goods lack a cost, or money an exchange rate: enter them.")
RATES = Said("In {weeks} of 13 weeks advertising has no exchange rate: these weeks are left out until it is entered.")
UNCLASSED = Said(
    "{share} % of the spend is neither brand nor non-brand: bring reports of search terms, and class the words."
)
UNTOLD = Said("{amount} of advertising in the ledger is in no report of campaigns: bring the reports that are missing.")
OVERTOLD = Said("Reports tell of {amount} more advertising than the ledger: bring the bills that are missing.")
NO_REPORTS = Said("No report of advertising is in the books: bring those of the networks.")
NO_SESSIONS = Said("No sessions are in the books: bring Traffic acquisition, which Google Analytics 4 exports.")


@dataclass(frozen=True, slots=True)
class Step:
    """``to`` names the page with the rows behind it."""

    said: Said
    to: str


@dataclass(frozen=True, slots=True)
class Seen:
    """What the steps follow from. ``table`` is of ``campaigns.table``; flags by channel, campaign or (channel, day).

    ``untold`` is the ledger's advertising less that of reports; of 13 weeks ``uncosted`` have no contribution, and
    ``unrated`` have advertising that is not known in money.
    """

    currency: str
    table: Mapping[str, Any]
    order: Flag  # K1
    clicks: Flag  # K6
    margin: float = math.nan
    ledger: float = 0.0
    untold: float = 0.0
    uncosted: int = 0
    unrated: int = 0
    visited: bool = False
    spikes: Mapping[str, Flag] = field(default_factory=dict)
    local_wins: Mapping[str, Flag] = field(default_factory=dict)
    ended: Sequence[tuple[str, str, Flag]] = ()


def next_steps(seen: Seen) -> list[Step]:
    """The first five that there is reason for."""
    return [step for tell in (_unusual, _money, _orders, _whole, _data) for step in tell(seen)][:MOST]


def _unusual(seen: Seen) -> Iterator[Step]:
    for channel, flag in sorted(seen.spikes.items()):
        if flag.fired and flag.figures.get("action"):
            yield Step(replace(OFF, values={"channel": channel, "off": round(flag.figures["off"])}), "days")


def _money(seen: Seen) -> Iterator[Step]:
    """What surely loses most and what surely earns most by its network's own count, brand searches left out."""
    rows = seen.table["rows"]
    if rows and not math.isfinite(seen.margin):
        yield Step(NO_MARGIN, "costs")
        return
    losing = [row for row in rows if row["order_brings"] is not None and _loss(row) > 0]
    if losing:
        worst = max(losing, key=_loss)
        values = _values(worst, seen.currency, "order_costs_least", "least")
        yield Step(replace(LOSES, values={**values, "spent": _amount(worst["spend"], seen.currency),
                                "orders": round(worst["orders"])}), "campaigns")  # fmt: skip
    paying = [row for row in rows if row["class"] != "brand" and _gain(row) > 0]
    if paying:
        best = max(paying, key=_gain)
        yield Step(replace(PAYS, values=_values(best, seen.currency, "order_costs_most", "most")), "campaigns")


def _loss(row: Mapping[str, Any]) -> float:
    """What is surely lost: spend less what the most orders that there may be bring."""
    least = row["order_costs_least"]
    return float(row["spend"] * (1 - max(row["order_brings"], 0.0) / least)) if least else 0.0


def _gain(row: Mapping[str, Any]) -> float:
    """What is surely left: what the fewest orders that there may be bring, less spend."""
    most, brings = row["order_costs_most"], row["order_brings"]
    return float(row["spend"] * (brings / most - 1)) if most and brings is not None else 0.0


def _values(row: Mapping[str, Any], currency: str, end: str, name: str) -> dict[str, str | int | float]:
    return {
        "campaign": row["label"], name: _amount(row[end], currency), "brings": _amount(row["order_brings"], currency),
    }  # fmt: skip


def _orders(seen: Seen) -> Iterator[Step]:
    """The order of the table."""
    if not seen.order.fired:
        return
    said = seen.order.wrong.values
    if "n" in said:
        yield Step(replace(LUCK, values=said), "campaigns")
    else:
        yield Step(replace(SAME, values={"first": said["shown"], "second": said["next"]}), "campaigns")


def _whole(seen: Seen) -> Iterator[Step]:
    """What looks good by itself."""
    for campaign, flag in sorted(seen.local_wins.items()):
        if flag.fired:
            yield Step(replace(LOCAL, values={"campaign": campaign}), "campaigns")
    if seen.clicks.fired:
        yield Step(seen.clicks.wrong, "campaigns")
    for channel, day, flag in seen.ended:
        if flag.fired:
            yield Step(replace(GONE, values={"channel": channel, "day": day}), "events")


def _data(seen: Seen) -> Iterator[Step]:
    """What has to be known first."""
    if seen.uncosted and (math.isfinite(seen.margin) or not seen.table["rows"]):
        yield Step(replace(WEEKS, values={"weeks": seen.uncosted}), "costs")
    spend, unknown = seen.table["total"]["spend"], seen.table["total"]["spend_by_class"]["unknown"]
    if seen.unrated:
        yield Step(replace(RATES, values={"weeks": seen.unrated}), "rates")
    if not seen.table["rows"] and not seen.unrated:
        yield Step(NO_REPORTS, "pages")
    elif unknown > WORTH_SAYING * spend > 0:
        yield Step(replace(UNCLASSED, values={"share": round(100 * unknown / spend)}), "words")
    if seen.table["rows"] and abs(seen.untold) > WORTH_SAYING * max(seen.ledger, spend):
        amount = {"amount": _amount(abs(seen.untold), seen.currency)}
        yield Step(
            replace(UNTOLD if seen.untold > 0 else OVERTOLD, values=amount), "pages" if seen.untold > 0 else "ledger"
        )
    if not seen.visited:
        yield Step(NO_SESSIONS, "pages")


def _amount(value: float, currency: str) -> str:
    return f"{value:,.2f} {currency}"
