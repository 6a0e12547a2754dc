"""Campaigns and visits: what impressions, clicks and sessions bring, and what to do next."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from channels.models import Company
from reports.ads import CampaignWeek, campaign_weeks
from reports.analysis import campaigns, weekly
from reports.analysis.campaign_weeks import Money, campaigns_told, local_wins
from reports.analysis.kpi import roles
from reports.analysis.kpi.figure import WINDOW, Figure
from reports.analysis.kpi.flag import Flag
from reports.analysis.kpi.samples import too_few
from reports.analysis.kpi.stored import kept, kept_flag
from reports.analysis.next_steps import Seen, next_steps
from reports.analysis.own_site import OwnSite, Source
from reports.analysis.said import Said
from reports.analysis.stored import fingerprint, pair
from reports.analysis.visits import Span, cvr, funnel, stocked_cvr, visits
from reports.analysis.weekly import CLASSES, Floats
from reports.figures import NO_REPORTS, ratio, through
from reports.models import Report
from reports.questions import Question, Told
from reports.sessions import own_site, sources
from reports.stock_outs import stock_outs
from reports.unusual import Days, Ended, daily_orders, ended_events, left_after, spikes
from reports.weeks import Books

METHOD = "advertising reports and sessions"


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
    money = Money(of.weeks, of.currency, of.advertising, of.reported["spend"], of.net, of.cm2, of.cm3)
    known, made = campaigns_told(read.campaigns, money)
    off, wins = spikes(read.days), local_wins(read.campaigns, money)
    order, clicks = campaigns.checks(known, made["margin"])
    left = [(one.channel, one.starts.isoformat(), left_after(one)) for one in read.ended]
    figures, site = [_value_per_mille(of, (clicks, order))], read.site
    if site:
        days = [off[one] for one in dict.fromkeys(site.channels) if one in off]
        figures += [cvr(site, days), stocked_cvr(site, read.outs), funnel(site, of.currency)]
    seen = Seen(
        of.currency, made, order, clicks, made["margin"], made["ledger"], made["untold"],
        money.uncosted, made["unrated"], site is not None, off, wins, left,
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


def _value_per_mille(of: Books, flags: Sequence[Flag]) -> Figure:
    """The networks' own sales at the company's margin before advertising."""
    worth: Floats = of.reported["sales"] * weekly.share(of.cm2, of.net)
    orders = sum(weekly.known_sum(of.reported[f"{one}_orders"], WINDOW) for one in CLASSES)
    flags = (*flags, too_few(max(orders, 0.0))) if orders else flags
    made = roles.value_per_mille(worth, of.reported["impressions"], of.currency, flags)
    said = Said("Contribution of the sales that networks credit themselves with, by 1,000 impressions.")
    made = replace(made, text=NO_REPORTS if made.value is None else said)
    return ratio(made, worth, of.reported["impressions"] / 1000)
