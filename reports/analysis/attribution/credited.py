"""What each model gives to channels and campaigns in money, beside what the ledger has of no journey.

Contribution before advertising is the ledger's CM2. A channel's spend is what its network reports; what the ledger has
of advertising beyond the reports, or less, is a line of its own: so all lines add up to the ledger whatever the model.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from reports.analysis.attribution.booked import Booked, Campaign
from reports.analysis.attribution.journeys import BRAND, UNKNOWN, Floats, Journeys
from reports.analysis.attribution.models import Credits, attribute, last, rules
from reports.analysis.attribution.naming import MOST_CAMPAIGNS
from reports.analysis.estimate import CannotTell
from reports.analysis.kpi.brand import brand_booked_as_paid
from reports.analysis.kpi.credit import last_click
from reports.analysis.kpi.flag import Flag
from reports.analysis.stored import pair

COSTED = 0.98  # share of the journeys' units with a cost, below which their contribution is not known
Row = dict[str, Any]
Spend = Mapping[tuple[str, str], float]  # by channel and campaign as compared


@dataclass(frozen=True, slots=True)
class Part:
    """Of the ledger, before advertising; ``spend`` is what it has of that, positive."""

    orders: float = 0.0
    revenue: float = 0.0
    contribution: float = 0.0
    spend: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Given:
    """By model what channels and campaigns get; ``refused`` models say why. ``contribution`` is empty if unknown."""

    revenue: Mapping[str, Credits]
    contribution: Mapping[str, Credits]
    refused: Mapping[str, CannotTell]


def given(journeys: Journeys, contribution: Floats | None) -> Given:
    found = attribute(journeys)
    worth = {} if contribution is None else attribute(replace(journeys, value=contribution))
    return Given(
        {name: one for name, one in found.items() if isinstance(one, Credits)},
        {name: one for name, one in worth.items() if isinstance(one, Credits)},
        {name: one for name, one in found.items() if isinstance(one, CannotTell)},
    )


def contribution_of(of: Booked, known: Sequence[int]) -> Floats | None:
    """By journey, 0 in weeks that are not ``known`` (ordinals of Mondays); None where too few goods have a cost."""
    if not known or of.costs_known() < COSTED:
        return None
    return np.where(_in_weeks(of, known), of.contribution, 0.0)


def with_known_revenue(of: Booked, known: Sequence[int]) -> Booked:
    """Revenue 0 in the weeks of which the ledger does not know all."""
    return replace(of, journeys=replace(of.journeys, value=np.where(_in_weeks(of, known), of.journeys.value, 0.0)))


def _in_weeks(of: Booked, mondays: Sequence[int]) -> Any:
    days = np.asarray(of.journeys.ends_on)
    return np.isin(days - (days - 1) % 7, np.array(mondays, np.int64))


def channel_rows(journeys: Journeys, found: Given, spend: Spend) -> dict[str, list[Row]]:
    """By model a row for each channel of the visits."""
    by_channel: dict[str, float] = {}
    for (channel, _), dollars in spend.items():
        by_channel[channel] = by_channel.get(channel, 0.0) + dollars
    return {
        model: [
            {"channel": name, **row, "share": _round(row["orders"] / max(journeys.conversions.sum(), 1.0))}
            for name, row in zip(
                journeys.channels, _rows(model, found, [by_channel.get(one, 0.0) for one in journeys.channels]),
                strict=True,
            )
        ]
        for model in found.revenue
    }  # fmt: skip


def campaign_rows(of: Booked, found: Given, spend: Spend) -> dict[str, list[Row]]:
    """By model a row for each campaign that links or reports name; ``campaign`` is null for the rarest together.

    ``seen`` is "both", "visits" or "spend": where it was told of. A channel without campaigns has one row, "".
    """
    channels = set(of.journeys.channels)
    own = dict.fromkeys(of.campaigns, 0.0)
    apart: dict[Campaign, float] = {}
    for (channel, campaign), dollars in sorted(spend.items()):
        if channel in channels:
            target = own if (channel, campaign) in own else apart
            target[channel, campaign] = target.get((channel, campaign), 0.0) + dollars
    for one in sorted(apart, key=lambda key: (-apart[key], str(key)))[MOST_CAMPAIGNS:]:
        apart[one[0], None] = apart.get((one[0], None), 0.0) + apart.pop(one)
    for key in [key for key in apart if key in own]:
        own[key] += apart.pop(key)
    made = {}
    for model in found.revenue:
        rows = [
            {"channel": channel, "campaign": campaign, "seen": "both" if own[channel, campaign] else "visits", **row}
            for (channel, campaign), row in zip(own, _rows(model, found, list(own.values())), strict=True)
        ]
        none = 0.0 if found.contribution else None
        rows += [
            {"channel": channel, "campaign": campaign, "seen": "spend",
             **_row(0.0, 0.0, none, dollars)} for (channel, campaign), dollars in sorted(apart.items(), key=str)
        ]  # fmt: skip
        made[model] = rows
    return made


def _rows(model: str, found: Given, spend: Sequence[float]) -> list[Row]:
    revenue, worth = found.revenue[model], found.contribution.get(model)
    return [
        _row(float(orders), float(value), None if worth is None else float(worth.value[n]), spend[n])
        for n, (orders, value) in enumerate(zip(revenue.conversions, revenue.value, strict=True))
    ]


def _row(orders: float, revenue: float, before: float | None, spend: float) -> Row:
    after = None if before is None else before - spend
    return {"orders": _round(orders), "revenue": _round(revenue), "before_ads": _round(before),
            "spend": _round(spend), "after_ads": _round(after)}  # fmt: skip


def beside(parts: Mapping[str, Part], channels: Sequence[str], spend: Spend, *, known: bool) -> list[Row]:
    """The lines that are no channel's, in the order of a page; ``known``: whether contribution is."""
    away = {key: dollars for key, dollars in spend.items() if key[0] not in channels}
    booked = sum(one.spend for name, one in parts.items() if name != "other_channels")
    rows: list[Row] = []
    for name in ("no_visits", "other_channels", "no_order"):
        one = parts[name]
        own = one.spend if name == "other_channels" else 0.0
        rows.append({"part": name, **_row(one.orders, one.revenue, one.contribution if known else None, own)})
    none = 0.0 if known else None
    rows.append({"part": "spend_without_visits", **_row(0.0, 0.0, none, sum(away.values()))})
    rows.append({"part": "spend_not_reported", **_row(0.0, 0.0, none, booked - sum(spend.values()))})
    return rows


def total(parts: Mapping[str, Part], *, known: bool) -> Row:
    every = parts.values()
    return _row(
        sum(one.orders for one in every), sum(one.revenue for one in every),
        sum(one.contribution for one in every) if known else None, sum(one.spend for one in every),
    )  # fmt: skip


def spread(journeys: Journeys, found: Given) -> dict[str, Row]:
    """Lowest and highest share of conversions by channel over the models."""
    done = float(journeys.conversions.sum())
    if not done:
        return {}
    shares = np.stack([one.conversions / done for one in found.revenue.values()])
    low, high = shares.min(axis=0), shares.max(axis=0)
    return {
        name: {"low": _round(low[n]), "high": _round(high[n]), "spread": _round(high[n] - low[n])}
        for n, name in enumerate(journeys.channels)
    }


def assists(journeys: Journeys) -> Floats:
    """By channel, orders in whose journeys it had a touch and not the last."""
    size = len(journeys.channels)
    of = np.repeat(np.arange(len(journeys.conversions)), journeys.lengths)
    ends = np.repeat(journeys.touch[journeys.starts[1:] - 1], journeys.lengths)
    pairs = np.unique((of * size + journeys.touch)[journeys.touch != ends])
    return np.asarray(np.bincount(pairs % size, journeys.conversions[pairs // size], size), np.float64)


def of_the_last_click(journeys: Journeys, found: Given) -> Flag:
    """K14."""
    by_model = {name: one.conversions for name, one in found.revenue.items()}
    return last_click(journeys.channels, by_model, assists(journeys))


def of_brand_in_ads(journeys: Journeys, found: Given, spend: Spend) -> Flag:
    """K8: orders whose last visit came by an ad, those of them whose ad was for the brand, and those that may be."""
    ads = np.array([name.endswith(" / ads") for name in journeys.channels])
    ends = journeys.starts[1:] - 1
    by_ad = ads[journeys.touch[ends]]
    brand, unknown = (by_ad & (np.asarray(journeys.intent)[ends] == one) for one in (BRAND, UNKNOWN))
    credit, worth = last(journeys), found.contribution.get("last")
    sales = float(credit.value[ads].sum())
    before = sales if worth is None else float(worth.value[ads].sum())
    return brand_booked_as_paid(
        sales, sum(dollars for (channel, _), dollars in spend.items() if channel in journeys.channels),
        float(by_ad.sum()), float(brand.sum()), sales / before if before > 0 else 1.0,
        float(unknown.sum()),
    )  # fmt: skip


@dataclass(frozen=True, slots=True, eq=False)
class ByWeek:
    """By model weeks × channels; NaN in weeks of which the books do not know all."""

    conversions: Mapping[str, Floats]
    revenue: Mapping[str, Floats]

    def shares(self, channel: int) -> dict[str, Floats]:
        """Of conversions; NaN in a week without any."""
        found = {}
        for model, done in self.conversions.items():
            all_of = done.sum(axis=1)
            found[model] = np.divide(done[:, channel], all_of, out=np.full(len(done), np.nan), where=all_of > 0)
        return found


def by_week(journeys: Journeys, mondays: Sequence[int], orders_known: Sequence[bool], known: Sequence[bool]) -> ByWeek:
    """Each week by itself, for the models that hand out credit journey by journey."""
    days = np.asarray(journeys.ends_on)
    conversions: dict[str, list[Floats]] = {}
    revenue: dict[str, list[Floats]] = {}
    for monday, counted, worth in zip(mondays, orders_known, known, strict=True):
        first, end = np.searchsorted(days, (monday, monday + 7)).tolist()
        week = journeys.part(first, end)
        for model, rule in rules(journeys).items():
            made = rule(week) if end > first else Credits(*np.zeros((2, len(journeys.channels))))
            conversions.setdefault(model, []).append(made.conversions if counted else np.full_like(made.value, np.nan))
            revenue.setdefault(model, []).append(made.value if worth else np.full_like(made.value, np.nan))
    return ByWeek(
        {model: np.stack(of) for model, of in conversions.items()},
        {model: np.stack(of) for model, of in revenue.items()},
    )


def refused_said(found: Given) -> dict[str, Any]:
    return {
        model: {"reason_said": pair(one.reason), "tell_said": pair(one.tell) if one.tell else None}
        for model, one in found.refused.items()
    }


def _round(value: float | None) -> float | None:
    return None if value is None else round(float(value), 6)
