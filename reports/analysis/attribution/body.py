"""What the attribution page tells: tables by model that add up to the ledger, weekly shares, and what may be concluded.

Keys that end in ``_said`` hold sentences as [template, values]. Money is in ``currency``; shares are of orders.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

import numpy as np

from reports.analysis.attribution import credited
from reports.analysis.attribution.booked import Booked
from reports.analysis.attribution.credited import ByWeek, Given, Part, Row, Spend
from reports.analysis.attribution.told import brand_and_direct, trend_told, weekly_told
from reports.analysis.attribution.weekly import Trend, trends, weekly
from reports.analysis.kpi import roles
from reports.analysis.kpi.credit import one_models_trend
from reports.analysis.kpi.figure import Figure
from reports.analysis.kpi.flag import Flag
from reports.analysis.kpi.stored import kept, kept_flag
from reports.analysis.said import Said
from reports.analysis.stored import pair
from reports.analysis.weekly import Floats

WINDOW = 13  # weeks of the tables
SHOWN = 26  # weeks of the picture
HISTORY = 104  # weeks of the figures
MODELS = ("last", "last_non_direct", "last_non_brand", "first", "linear", "time_decay", "position")
_APART = 0.1  # of a channel's share, from which on models are said to lie apart

NO_COSTS = Said("Contribution is not known: goods of these orders lack a cost, or money an exchange rate.")


@dataclass(frozen=True, slots=True, eq=False)
class Books:
    """What the asker read: weeks as ordinals of Mondays with what is known of each, and the window's ledger."""

    booked: Booked
    parts: Mapping[str, Part]
    spend: Spend
    currency: str
    mondays: Sequence[int]
    orders_known: Sequence[bool]
    net_known: Sequence[bool]
    margin_known: Sequence[bool]

    @property
    def first(self) -> int:
        """The Monday on which the window of the tables begins."""
        return self.mondays[-WINDOW:][0]

    @property
    def until(self) -> int:
        return self.mondays[-1] + 7

    def known(self, which: Sequence[bool]) -> list[int]:
        """Of the window."""
        return [monday for monday, one in zip(self.mondays, which, strict=True) if one and monday >= self.first]


def body_of(of: Books, seed: int) -> Row:
    """All of the page but what experiments say."""
    window = credited.with_known_revenue(of.booked.within(of.first, of.until), of.known(of.net_known))
    journeys = window.journeys
    contribution = credited.contribution_of(window, of.known(of.margin_known))
    found = credited.given(journeys, contribution)
    known = contribution is not None
    by_week = credited.by_week(of.booked.journeys, of.mondays, of.orders_known, of.net_known)
    shares = weekly(of.booked.journeys, SHOWN, seed, of.until)
    called = trends(shares, journeys.channels)
    apart = credited.spread(journeys, found)
    caused = brand_and_direct(journeys, seed)
    by_campaign = credited.given(window.by_campaign(), contribution)
    flags = _flags(by_week, window, found, of.spend)
    return {
        "currency": of.currency, "since": _day(of.first), "until": _day(of.until),
        "models": [one for one in MODELS if one in found.revenue], "refused": credited.refused_said(found),
        "by_model": credited.channel_rows(journeys, found, of.spend),
        "campaigns": credited.campaign_rows(window, by_campaign, of.spend),
        "beside": credited.beside(of.parts, journeys.channels, of.spend, known=known),
        "total": credited.total(of.parts, known=known), "contribution_said": None if known else pair(NO_COSTS),
        "assists": dict(zip(journeys.channels, credited.assists(journeys).tolist(), strict=True)),
        "weekly": weekly_told(journeys.channels, shares, 5),
        "trends": {name: {**trend_told(one), "why_said": pair(one.why)} for name, one in called.items()},
        "spread": apart, "brand_and_direct": caused, "coverage": _coverage(of, window),
        "conclusions_said": [pair(one) for one in conclusions(called, apart, caused, len(found.revenue))],
        "warnings": [{"channel": channel, **kept_flag(flag)} for channel, flag in flags],
        "figures": _figures(of, by_week, apart, flags),
    }  # fmt: skip


def _day(ordinal: int) -> str:
    return date.fromordinal(ordinal).isoformat()


def _coverage(of: Books, window: Booked) -> Row:
    """Of the window where nothing else is said; ``cut``, ``capped`` and ``joined`` are of all weeks read."""
    attributed = of.parts["attributed"].orders
    own = attributed + of.parts["no_visits"].orders
    return {
        "weeks": len(of.known(of.orders_known)), "contribution_weeks": len(of.known(of.margin_known)),
        "journeys": len(window.journeys.conversions), "touches": len(window.journeys.touch),
        "visited_share": attributed / own if own else None, "costed_share": round(window.costs_known(), 6),
        "cut_journeys": of.booked.cut, "unlisted_visits": of.booked.unlisted,
        "all_touches": len(of.booked.journeys.touch), "capped_journeys": of.booked.journeys.capped,
        "joined_sources": of.booked.joined_channels,
    }  # fmt: skip


def conclusions(
    called: Mapping[str, Trend], apart: Mapping[str, Row], caused: Row, models: int
) -> list[Said]:  # fmt: skip
    """What is safe to say in a few sentences, the trends first."""
    found = []
    for name, one in called.items():
        if one.call:
            values: dict[str, str | int] = {"channel": name, "agree": one.agree, "models": one.models}
            found.append(
                Said("{channel} rises: {agree} of {models} models agree.", values) if one.call == "up"
                else Said("{channel} falls: {agree} of {models} models agree.", values)
            )  # fmt: skip
    if not found and called and not any(one.models for one in called.values()):
        found.append(next(iter(called.values())).why)
    elif not found:
        found.append(Said("No channel’s share rises or falls by what the models say together."))
    if apart:
        found.append(_agreement(apart, models))
    if caused["fired"]:
        found.append(Said("{share} % of orders go to brand and direct visits, possibly not caused by ads.",
                          {"share": round(100 * (caused["share"] or 0.0))}))  # fmt: skip
    return found


def _agreement(apart: Mapping[str, Row], models: int) -> Said:
    widest = _widest(apart)
    points = round(100 * apart[widest]["spread"])
    if apart[widest]["spread"] > _APART:
        return Said("Models lie up to {points} points apart, over {channel}: visits cannot tell which one is right.",
                    {"channel": widest, "points": points})  # fmt: skip
    return Said("The {models} models lie at most {points} points apart; that they agree does not make them right.",
                {"models": models, "points": points})  # fmt: skip


def _widest(apart: Mapping[str, Row]) -> str:
    return max(apart, key=lambda name: (apart[name]["spread"], name))


def _flags(by_week: ByWeek, window: Booked, found: Given, spend: Spend) -> list[tuple[str, Flag]]:
    """K13 where the last click has a trend of its own, K14 and K8; with the channel that each is about."""
    made: list[tuple[str, Flag]] = []
    for number, name in enumerate(window.journeys.channels):
        flag = one_models_trend(by_week.shares(number))
        if flag.fired:
            made.append((name, flag))
    made.append(("", credited.of_the_last_click(window.journeys, found)))
    made.append(("", credited.of_brand_in_ads(window.journeys, found, spend)))
    return made


def _figures(of: Books, by_week: ByWeek, apart: Mapping[str, Row], flags: Sequence[tuple[str, Flag]]) -> Row:
    names = of.booked.journeys.channels
    ads = np.array([name.endswith(" / ads") for name in names])
    revenue = {model: one[:, ads].sum(axis=1) for model, one in by_week.revenue.items()}
    last_click = [flag for _, flag in flags if flag.rule == "K14"]
    made = {"attributed_revenue": Figure(
        roles.attributed_revenue(revenue, of.currency, last_click), np.median(list(revenue.values()), axis=0)
    )}  # fmt: skip
    if apart:
        widest = _widest(apart)
        shares = by_week.shares(names.index(widest))
        known = {model: _without_gaps(one) for model, one in shares.items()}
        kpi = roles.attribution_spread(known, [one_models_trend(shares)])
        if kpi.value is not None:
            said = Said("Of the models’ shares for {channel}, over which they differ most: largest less smallest.",
                        {"channel": widest})  # fmt: skip
            kpi = replace(kpi, text=said)
        made["attribution_spread"] = Figure(kpi, np.ptp(list(shares.values()), axis=0))
    return {code: kept(one) for code, one in made.items()}


def _without_gaps(series: Floats) -> Floats:
    """A week without orders has no share; the mean of those that have stands for it."""
    known = np.isfinite(series)
    return np.where(known, series, series[known].mean()) if known[-WINDOW:].sum() > WINDOW // 2 else series
