"""Who would buy where, and why: every wish to buy, with its truth.

Own site A and marketplace B of a country, region r, week w; P is a Poisson draw:

    f(r, w)  = size(r)/Σ size · season(w) · (1 + 0.002 w) · brand(w) · shock(r, w)
    own      = P(weekly(A) · f)         of these a share ``diverts`` of B's plan is open to B:
                 B sells in r            → an order on B, shifted_from A
                 B is delisted in r      → an order on A, shifted_from B, caused_by the delisting
                 B has not come yet      → an order on A
    new      = P(weekly(B) · f)         where B sells in r; caused_by the launch where there was one

so B's diversion is  kappa = diverts · weekly(A) / (diverts · weekly(A) + weekly(B))  with equal regions.

    brand campaign:  P(own · weekly(A) · f) more on A, P(marketplace · weekly(B) · f) more on B, found by the brand;
                     brand searches on B × (1 + search · share of the country's demand in its states)
    ad switchback, weeks on:  P(marketplace · weekly(B) · f) more on B by ads, and ``diverts`` more of A's own go to B

The own site also has ``abroad`` orders a week from countries where marketplaces alone sell, in no event and of no
region above: so some people buy on Shopee and in the own shop.

brand(w) and shock(r, w) go back to 1 by a fifth and a half each week. Blocks of a switchback are drawn in pairs: of two
weeks one is on. Effects are in ``Event.detail``, with the orders that came of them in this world.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from channels.sandbox.world.chance import Chance, summed
from channels.sandbox.world.places import REGIONS, Region
from channels.sandbox.world.plan import Happening, Plan, Selling

# Relative demand in the months of a year.
_SEASON = (0.92, 0.90, 0.94, 0.96, 1.00, 0.95, 0.90, 0.92, 1.00, 1.06, 1.22, 1.34)
_FOUND = {
    "amazon": (("brand_search", "search", "ad", "direct"), summed((0.28, 0.42, 0.22, 0.08))),
    "shopify": (("direct", "brand_search", "search", "ad", "social"), summed((0.28, 0.22, 0.15, 0.25, 0.10))),
    "shopee": (("search", "ad", "brand_search", "direct"), summed((0.50, 0.30, 0.12, 0.08))),
}
INCREMENTAL = 0.4  # share of the orders found by an ad that would not have been without it


@dataclass(frozen=True, slots=True)
class Wish:
    """An order that somebody in the region wants to place."""

    at: datetime
    market: str
    region: Region
    found_by: str
    caused_by: str = ""
    shifted_from: str = ""


def is_on(plan: Plan, seed: int, happening: Happening, week: int) -> bool:
    """Whether the ads of a switchback run in the week."""
    pair, second = divmod(week - happening.since, 2)
    first_on = Chance(plan.name, seed, "switchback", happening.market, pair).happens(0.5)
    return happening.since <= week < happening.until and first_on is (second == 0)


def cause(happening: Happening) -> str:
    return f"{happening.kind}:{happening.market}"


def wishes_abroad(plan: Plan, seed: int) -> list[Wish]:
    """Orders on the own site from countries where only marketplaces sell, by time; in no event and by no ad."""
    found = []
    for selling in plan.sellings:
        for country, weekly in selling.abroad.items():
            chance = Chance(plan.name, seed, "abroad", selling.market.code, country)
            sizes = summed([region.size for region in REGIONS[country]])
            for week in range(plan.weeks):
                for _ in range(chance.poisson(weekly)):
                    region = REGIONS[country][chance.weighted(sizes)]
                    found.append(Wish(_moment(plan, selling, week, chance), selling.market.code, region, "direct"))
    return sorted(found, key=lambda wish: (wish.at, wish.market, wish.region.state))


def _moment(plan: Plan, selling: Selling, week: int, chance: Chance) -> datetime:
    day = plan.starts_at.date() + timedelta(days=7 * week + chance.below(7))
    seconds = 7 * 3600 + chance.below(16 * 3600 - 1)  # from 7 to 23 by the market's clock
    return max(local(day, selling.market.timezone), plan.starts_at) + timedelta(seconds=seconds)


def wishes(plan: Plan, seed: int) -> list[Wish]:
    """All of them, by time."""
    found = [wish for country in REGIONS for wish in _Country(plan, seed, country).wishes()]
    return sorted(found, key=lambda wish: (wish.at, wish.market, wish.region.state, wish.found_by))


class _Country:
    """The demand of one country: its own site, where there is one, and its marketplaces."""

    def __init__(self, plan: Plan, seed: int, country: str) -> None:
        self.plan, self.seed = plan, seed
        self.regions = REGIONS[country]
        # Neighbours that a marketplace ships to are a small part of its demand.
        sellings = [one for one in plan.sellings if country in one.countries]
        self.own = next((one for one in sellings if one.own_site), None)
        self.others = [one for one in sellings if not one.own_site]
        home = REGIONS[sellings[0].countries[0]] if sellings else self.regions
        self.total = sum(region.size for region in home)
        self.chance = Chance(plan.name, seed, "demand", country)

    def wishes(self) -> Iterator[Wish]:
        brand, shocks = 1.0, [1.0] * len(self.regions)
        for week in range(self.plan.weeks if self.own or self.others else 0):
            brand += (1 - brand) / 5 + self.chance.noise(0.04)
            month = (self.plan.starts_at.date() + timedelta(days=7 * week + 3)).month
            common = brand * _SEASON[month - 1] * (1 + 0.002 * week)
            for n, region in enumerate(self.regions):
                shocks[n] += (1 - shocks[n]) / 2 + self.chance.noise(0.05)
                factor = max(0.2, common * shocks[n]) * region.size / self.total
                if self.own:
                    yield from self._of_own_site(self.own, week, region, factor)
                for selling in self.others:
                    yield from self._of_marketplace(selling, week, region, factor)

    def _of_own_site(self, own: Selling, week: int, region: Region, factor: float) -> Iterator[Wish]:
        for _ in range(self.chance.poisson(own.weekly * factor)):
            yield self._of_own(own, week, region)
        for campaign in self._active("brand_campaign", own.market.code, week, region):
            for _ in range(self.chance.poisson(campaign.effects["own"] * own.weekly * factor)):
                found_by = "direct" if self.chance.happens(0.6) else "brand_search"
                yield self._wish(own, week, region, found_by, caused_by=cause(campaign))

    def _of_own(self, own: Selling, week: int, region: Region) -> Wish:
        """A wish of the own site's demand, which a marketplace may take."""
        draw = self.chance.random()
        for other in self.others:
            if draw < other.diverts:
                gone = next(self._active("delisting", other.market.code, week, region), None)
                if gone:
                    return self._wish(own, week, region, caused_by=cause(gone), shifted_from=other.market.code)
                if self._sells(other, week, region):
                    return self._wish(other, week, region, "brand_search", shifted_from=own.market.code)
                break
            draw -= other.diverts
            for ads in self._switched_on(other, week):
                more = ads.effects.get("diverts", 0.0)
                if draw < more:
                    return self._wish(other, week, region, "ad", caused_by=cause(ads), shifted_from=own.market.code)
                draw -= more
        return self._wish(own, week, region)

    def _of_marketplace(self, selling: Selling, week: int, region: Region, factor: float) -> Iterator[Wish]:
        if not self._sells(selling, week, region):
            return
        code, base = selling.market.code, selling.weekly * factor
        launch = next(self._active("launch", code, week, region), None)
        for _ in range(self.chance.poisson(base)):
            yield self._wish(selling, week, region, caused_by=cause(launch) if launch else "")
        for campaign in self._active("brand_campaign", self.own.market.code if self.own else "", week, region):
            for _ in range(self.chance.poisson(campaign.effects["marketplace"] * base)):
                yield self._wish(selling, week, region, "brand_search", caused_by=cause(campaign))
        for ads in self._switched_on(selling, week):
            for _ in range(self.chance.poisson(ads.effects["marketplace"] * base)):
                yield self._wish(selling, week, region, "ad", caused_by=cause(ads))

    def _sells(self, selling: Selling, week: int, region: Region) -> bool:
        for one in self.plan.happenings:
            if one.market == selling.market.code and region.state in one.states:
                if one.kind == "launch" and week < one.since:
                    return False
                if one.kind == "delisting" and one.since <= week < one.until:
                    return False
        return True

    def _active(self, kind: str, market: str, week: int, region: Region) -> Iterator[Happening]:
        for one in self.plan.happenings:
            here = one.kind == kind and one.market == market and region.state in one.states
            if here and one.since <= week < one.until:
                yield one

    def _switched_on(self, selling: Selling, week: int) -> Iterator[Happening]:
        for one in self.plan.happenings:
            here = one.kind == "ad_switchback" and one.market == selling.market.code
            if here and is_on(self.plan, self.seed, one, week):
                yield one

    def _wish(
        self, selling: Selling, week: int, region: Region, found_by: str = "", caused_by: str = "",
        shifted_from: str = "",
    ) -> Wish:  # fmt: skip
        words, weights = _FOUND[selling.market.channel]
        found_by = found_by or words[self.chance.weighted(weights)]
        if found_by == "ad" and not caused_by and not shifted_from and self.chance.happens(INCREMENTAL):
            caused_by = f"ad:{selling.market.code}"
        at = _moment(self.plan, selling, week, self.chance)
        return Wish(at, selling.market.code, region, found_by, caused_by, shifted_from)


def local(day: date, zone: str) -> datetime:
    """The day's midnight by the clock of the zone, in UTC."""
    return datetime.combine(day, time(), ZoneInfo(zone)).astimezone(UTC)
