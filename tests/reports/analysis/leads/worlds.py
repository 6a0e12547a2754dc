"""Leads of a made year whose costs and outcomes are known."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from reports.analysis.leads.body import Given, Spent
from reports.analysis.leads.matching import Words
from reports.analysis.leads.traced import One

MONDAY = 7 * 105_000 + 1  # as an ordinal
WEEKS = 40


@dataclass(frozen=True, slots=True)
class Channel:
    """``spend`` and ``leads`` a week; ``rate`` of them is won for ``value`` after 20 days in the mean."""

    network: str
    source: str
    campaign: str
    spend: float
    leads: int
    rate: float
    value: float = 500.0
    bots: float = 0.0
    first: int = 0  # week


CHEAP = Channel("meta", "Facebook", "Free guide", 100, 40, 0.002)
DEAR = Channel("google", "google", "Consulting", 400, 20, 0.15)


def world(channels: Sequence[Channel], weeks: int = WEEKS, seed: int = 0, days: float = 20.0) -> Given:
    """As of the end of the last week; a contribution is .6 of the value. Who is not won is lost after as long."""
    generator = np.random.default_rng(seed)
    leads, words, spend = list[One](), list[Words](), list[Spent]()
    now = MONDAY + 7 * weeks
    for one in channels:
        for week in range(one.first, weeks):
            start = MONDAY + 7 * week
            if one.spend:
                spend.append(Spent(start, one.network, one.campaign, one.spend))
            for _ in range(one.leads):
                leads.append(_lead(one, start + 7 * generator.random(), now, days, generator))
                words.append(Words(one.source, "", one.campaign))
    leads.append(One(now + 0.5, bot=0.0))  # tells until when leads are known
    words.append(Words("last", "", ""))
    every = {MONDAY + 7 * week: float(sum(one.spend for one in channels if one.first <= week)) for week in range(weeks)}
    return Given(leads, words, spend, every, "USD")


def _lead(of: Channel, created: float, now: float, days: float, generator: np.random.Generator) -> One:
    won = generator.random() < of.rate
    at = created + generator.exponential(days)
    if generator.random() < of.bots:
        return One(created, bot=1.0)
    qualified, opportunity, closed = (
        one if one <= now else math.nan for one in (created + (at - created) / 3, created + (at - created) / 2, at)
    )
    if not won:
        return One(created, lost=closed, bot=0.0)
    value = 0.0 if math.isnan(closed) else of.value
    return One(created, qualified, opportunity, closed, math.nan, 0.0, value, value, 0.6 * value)
