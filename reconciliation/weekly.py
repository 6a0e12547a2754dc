"""Week by week: what was searched, clicked and bought by class, with visits and campaigns of the same weeks beside."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Q, QuerySet, Sum

from channels.models import Store
from reconciliation.exposure.counts import weekly
from reconciliation.models import Exposure, Lexicon

MEASURES = ("volume", "impressions", "clicks", "clicks_total", "cart_adds", "purchases", "purchases_total")
LAGS = (0, 1, 2, 3, 4)
Counts = dict[str, int | None]


@dataclass(frozen=True, slots=True)
class Choice:
    """Of which channel and market, of which product ("" is all), from and until which day."""

    channel: str
    market: str
    product: str = ""
    since: date | None = None
    until: date | None = None


@dataclass(slots=True)
class Week:
    """A count that no report tells is None, never zero. ``days`` is of how many days there is a report of searches."""

    starts_on: date
    days: int = 0
    brand: Counts = field(default_factory=lambda: dict.fromkeys(MEASURES))
    non_brand: Counts = field(default_factory=lambda: dict.fromkeys(MEASURES))
    unknown: Counts = field(default_factory=lambda: dict.fromkeys(MEASURES))
    ads_brand: Decimal | None = None  # the channel's own advertising on brand terms
    ads: Decimal | None = None
    currency: str = ""
    visits: dict[str, int] | None = None  # to the own site, of people who bought there, by how they came
    spend: dict[str, Decimal] | None = None  # on campaigns elsewhere, by currency
    clicks: tuple[int | None, ...] = ()  # of campaigns elsewhere, so many weeks before

    def share(self, measure: str) -> float | None:
        """Own part of everybody's count on brand queries."""
        own, whole = self.brand.get(measure), self.brand.get(f"{measure}_total")
        return own / whole if own is not None and whole and own <= whole else None


def choices(lexicon: Lexicon) -> list[tuple[str, str]]:
    """Channels and markets with anything to show, the ones with searches first."""
    found = Exposure.objects.filter(lexicon=lexicon, product="").values_list("store__channel", "market").distinct()
    searched = set(found.filter(spend=None, medium="", days__gt=0))
    return sorted(set(found), key=lambda one: (one not in searched, one))


def weeks(lexicon: Lexicon, choice: Choice) -> list[Week]:
    """From the first week that any report tells through the last, the earliest first."""
    rows = Exposure.objects.filter(lexicon=lexicon, period=Exposure.Period.WEEK)
    if choice.since:
        rows = rows.filter(ends_on__gte=choice.since - timedelta(weeks=LAGS[-1]))
    if choice.until:
        rows = rows.filter(starts_on__lt=choice.until)
    here = rows.filter(store__channel=choice.channel, market=choice.market)
    own = Q(source__startswith=f"{choice.channel}.")
    found: dict[date, Week] = {}
    _searches(found, here.filter(product=choice.product, medium="", spend=None))
    _own_ads(found, here.filter(own, product=choice.product, spend__isnull=False))
    elsewhere = rows.filter(product="", market__in=(choice.market, ""))
    _visits(found, elsewhere.exclude(medium=""))
    clicks = _elsewhere(found, elsewhere)
    if not found:
        return []
    series = weekly(clicks, min(found), max(found))
    listed = [found.get(week) or Week(week) for week in series]
    for week in listed:
        week.clicks = tuple(clicks.get(week.starts_on - timedelta(weeks=lag)) for lag in LAGS)
    return [week for week in listed if not choice.since or week.starts_on + timedelta(days=6) >= choice.since]


def _searches(found: dict[date, Week], rows: "QuerySet[Exposure]") -> None:
    """Of the sources that tell queries, where there is one: the others count the same purchases without their class."""
    sources = list(rows.filter(queries__gt=0).order_by().values_list("source", flat=True).distinct())
    named = (rows.filter(source__in=sources) if sources else rows).order_by("starts_on")
    sums = [Sum(name) for name in MEASURES]
    for starts_on, verdict, days, *counted in named.values_list("starts_on", "verdict", "days").annotate(*sums):
        week = found.setdefault(starts_on, Week(starts_on))
        week.days = max(week.days, days)
        counts: Counts = getattr(week, verdict)
        for name, count in zip(MEASURES, counted, strict=True):
            if count is not None:
                counts[name] = (counts.get(name) or 0) + count


def _own_ads(found: dict[date, Week], rows: "QuerySet[Exposure]") -> None:
    for row in rows.values("starts_on", "verdict", "currency").annotate(sum=Sum("spend")).order_by("starts_on"):
        week = found.setdefault(row["starts_on"], Week(row["starts_on"]))
        week.ads, week.currency = (week.ads or Decimal(0)) + row["sum"], row["currency"]
        if row["verdict"] == "brand":
            week.ads_brand = (week.ads_brand or Decimal(0)) + row["sum"]


def _visits(found: dict[date, Week], rows: "QuerySet[Exposure]") -> None:
    for row in rows.values("starts_on", "medium", "verdict").annotate(sum=Sum("clicks")).order_by("starts_on"):
        week = found.setdefault(row["starts_on"], Week(row["starts_on"]))
        week.visits = week.visits or defaultdict(int)
        week.visits["brand" if row["verdict"] == "brand" else row["medium"]] += row["sum"] or 0


def _elsewhere(found: dict[date, Week], rows: "QuerySet[Exposure]") -> dict[date, int | None]:
    """Clicks of campaigns outside the channels, by week; their spend goes into the weeks."""
    clicks: dict[date, int | None] = {}
    channels: Iterable[str] = Store.objects.order_by().values_list("channel", flat=True).distinct()
    inside = Q()
    for channel in channels:
        inside |= Q(source__startswith=f"{channel}.")
    paid = rows.filter(spend__isnull=False).exclude(inside)
    for row in paid.values("starts_on", "currency").annotate(sum=Sum("spend"), count=Sum("clicks")):
        week = found.setdefault(row["starts_on"], Week(row["starts_on"]))
        week.spend = week.spend or defaultdict(Decimal)
        week.spend[row["currency"]] += row["sum"]
        clicks[row["starts_on"]] = (clicks.get(row["starts_on"]) or 0) + (row["count"] or 0)
    return clicks
