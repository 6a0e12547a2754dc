"""Campaigns and visits: what impressions, clicks and sessions bring, and what to do next."""

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np

from channels.models import Company
from reports.ads import CampaignWeek, campaign_weeks
from reports.analysis import campaigns, weekly
from reports.analysis.campaigns import Campaign
from reports.analysis.kpi import roles
from reports.analysis.kpi.figure import WINDOW, Figure
from reports.analysis.kpi.flag import Flag
from reports.analysis.kpi.samples import too_few
from reports.analysis.kpi.spans import LOCAL_WEEKS, local_win
from reports.analysis.kpi.stored import kept, kept_flag
from reports.analysis.next_steps import Seen, next_steps
from reports.analysis.said import Said
from reports.analysis.stored import fingerprint, pair
from reports.analysis.weekly import CLASSES, Floats, by_week
from reports.figures import NO_REPORTS, ratio, through
from reports.models import Report
from reports.questions import Question, Told
from reports.sessions import OwnSite, Source, own_site, sources
from reports.stock_outs import Span, stock_outs
from reports.unusual import Days, Ended, daily_orders, ended_events, left_after, spikes
from reports.visits import cvr, funnel, stocked_cvr, visits
from reports.weeks import Books

METHOD = "advertising reports and sessions"
LARGE = 0.05  # of the spend of 8 weeks: smaller campaigns are not looked at for K10, which would find some by chance


@dataclass(frozen=True, slots=True, eq=False)
class Read:
    """What the books tell, beside the weeks."""

    campaigns: Sequence[CampaignWeek]
    site: OwnSite | None
    sources: Sequence[Source]
    outs: Sequence[Span]
    days: Sequence[Days]
    ended: Sequence[Ended]


def ask_campaigns(company: Company, of: Books) -> Question | None:
    """Body: ``figures`` by code; ``campaigns`` and ``visits`` (null without sessions) over 13 weeks; ``days``, the
    daily orders that were checked; ``flags``, each with the channel or campaign that it is ``of`` and the day that it
    is ``on``; ``next``, sentences with the page they lead to.
    """
    if not of.weeks:
        return None
    site = own_site(company, of)
    read = Read(
        campaign_weeks(company), site, sources(company, of.weeks[-WINDOW:][0], through(of)) if site else [],
        stock_outs(company, site.channels) if site else [], daily_orders(company), ended_events(company, of),
    )  # fmt: skip
    data = {"books": fingerprint(of), "read": fingerprint(read)}
    return Question(Report.Kind.CAMPAIGNS, "all", through(of), METHOD, data, lambda: Told({}, _body(read, of)))


def _body(read: Read, of: Books) -> dict[str, Any]:
    known, made = _table(read.campaigns, of)
    off, wins = spikes(read.days), _local_wins(read.campaigns, of)
    order, clicks = campaigns.checks(known, made["margin"])
    left = [(one.channel, one.starts.isoformat(), left_after(one)) for one in read.ended]
    figures, site = [_value_per_mille(of, (clicks, order))], read.site
    if site:
        days = [off[one] for one in dict.fromkeys(site.channels) if one in off]
        figures += [cvr(site, days), stocked_cvr(site, read.outs, of), funnel(site, of)]
    seen = Seen(
        of.currency, made, order, clicks, made["margin"], made["ledger"], made["untold"],
        int(np.isnan(of.cm3[-WINDOW:]).sum()), made["unrated"], site is not None, off, wins, left,
    )  # fmt: skip
    flags = [
        ("", "", order),
        ("", "", clicks),
        *((name, "", one) for name, one in (*off.items(), *wins.items())),
        *left,
    ]
    return {
        "figures": {one.kpi.code: kept(one) for one in figures}, "campaigns": made,
        "visits": visits(site, read.sources, read.outs) if site else None,
        "days": [{"channel": one.channel, "last": one.last, "orders": one.orders[-28:]} for one in read.days],
        "flags": [{"of": name, "on": day, **kept_flag(flag)} for name, day, flag in flags],
        "next": [{"step_said": pair(one.said), "to": one.to} for one in next_steps(seen)],
    }  # fmt: skip


def _table(told: Sequence[CampaignWeek], of: Books) -> tuple[list[Campaign], dict[str, Any]]:
    """Over those of the last 13 weeks in which the ledger's advertising and that of reports are known.

    ``ledger`` is its advertising, of which ``untold`` is in no report (below 0: reports tell more); ``unrated`` counts
    the weeks with reports that are left out.
    """
    whole = np.isfinite(of.advertising) & np.isfinite(of.reported["spend"])
    weeks = [week for week, known in zip(of.weeks[-WINDOW:], whole[-WINDOW:], strict=True) if known]
    known = _summed(told, set(weeks))
    margin = _margin(of, whole)
    made = campaigns.table(known, margin)
    ledger = float(of.advertising[-WINDOW:][whole[-WINDOW:]].sum())
    return known, {
        "currency": of.currency, "weeks": len(weeks), "since": weeks[0] if weeks else None, "margin": margin,
        "unrated": len({one.week for one in told} & set(of.weeks[-WINDOW:]) - set(weeks)),
        "ledger": ledger, "untold": ledger - made["total"]["spend"], **made,
    }  # fmt: skip


def _margin(of: Books, whole: np.ndarray[Any, np.dtype[np.bool_]]) -> float:
    """Contribution before advertising by net revenue of the weeks whose goods have a cost; NaN with none."""
    costed = (whole & np.isfinite(of.cm2) & np.isfinite(of.net))[-WINDOW:]
    net = of.net[-WINDOW:][costed].sum()
    return float(of.cm2[-WINDOW:][costed].sum() / net) if net > 0 else math.nan


def _summed(told: Sequence[CampaignWeek], weeks: set[date]) -> list[Campaign]:
    found: dict[tuple[str, str, str], list[CampaignWeek]] = defaultdict(list)
    for one in told:
        if one.week in weeks:
            found[one.channel, one.network, "" if one.campaign == "–" else one.campaign].append(one)
    return [
        Campaign(
            *key, {name: math.fsum(one.spend for one in of if one.verdict == name) for name in CLASSES},
            *(math.fsum(getattr(one, name) for one in of) for name in ("impressions", "clicks", "orders", "sales")),
        )
        for key, of in sorted(found.items())
    ]  # fmt: skip


def _local_wins(told: Sequence[CampaignWeek], of: Books) -> dict[str, Flag]:
    """K10 of the campaigns that spent at least a twentieth in the last 8 weeks."""
    weeks = of.weeks[-LOCAL_WEEKS:]
    series: dict[str, tuple[dict[date, float], dict[date, float]]] = defaultdict(lambda: ({}, {}))
    for one in told:
        if one.week in weeks:
            label = Campaign(one.channel, one.network, one.campaign, {}, 0, 0, 0, 0).label
            for sums, value in zip(series[label], (one.spend, one.orders), strict=True):
                sums[one.week] = sums.get(one.week, 0.0) + value
    total = math.fsum(value for spend, _ in series.values() for value in spend.values() if math.isfinite(value))
    large = {name: one for name, one in series.items() if sum(one[0].values()) >= LARGE * total > 0}
    return {
        name: local_win(by_week(spend, weeks), by_week(orders, weeks), of.cm3)
        for name, (spend, orders) in sorted(large.items())
    }


def _value_per_mille(of: Books, flags: Sequence[Flag]) -> Figure:
    """The networks' own sales at the company's margin before advertising."""
    worth: Floats = of.reported["sales"] * weekly.share(of.cm2, of.net)
    orders = weekly.known_sum(_all_orders(of.reported), WINDOW)
    flags = (*flags, too_few(max(orders, 0.0))) if orders else flags
    made = roles.value_per_mille(worth, of.reported["impressions"], of.currency, flags)
    said = Said("Contribution of the sales that networks credit themselves with, by 1,000 impressions.")
    made = replace(made, text=NO_REPORTS if made.value is None else said)
    return ratio(made, worth, of.reported["impressions"] / 1000)


def _all_orders(reported: Mapping[str, Floats]) -> Floats:
    return np.asarray(sum(reported[f"{one}_orders"] for one in CLASSES))
