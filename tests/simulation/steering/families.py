"""The families of worlds: at least one of each claim is made by another process than that which the rule was built on."""

from collections.abc import Callable
from functools import partial

from numpy.random import Generator

from reports.analysis.attribution.journeys import Floats, Journeys
from reports.analysis.lifetime.ahead import Bought
from tests.simulation.steering import days, journeys, leads, shops, weeks
from tests.simulation.steering.question import Claim, Family, Figures

Made = Callable[[Generator], leads.Leads]


def _rates(name: str, claim: Claim, why: str, make: Made, share: float = 1.0, times: int = 1) -> Family:
    return Family(name, claim, why, lambda random, run: leads.told([make(random) for _ in range(times)], run), share)


def _journeys(name: str, claim: Claim, why: str, make: Callable[[Generator], Journeys], share: float = 0.5) -> Family:
    return Family(name, claim, why, lambda random, run: journeys.warned(make(random), run), share)


def _shop(name: str, claim: Claim, why: str, make: Callable[[Generator], Bought]) -> Family:
    def ask(random: Generator, _run: int) -> Figures:
        return shops.ahead_of(make(random), shops.some_cuts(random))

    return Family(name, claim, why, ask, 0.25)


def _cdnow(_random: Generator, run: int) -> Figures:
    return shops.ahead_of(shops.cdnow(), [shops.cuts()[run]])


def _days(name: str, claim: Claim, why: str, make: Callable[..., Floats]) -> Family:
    return Family(name, claim, why, lambda random, _run: days.spikes(make, random))


def _channels(name: str, claim: Claim, why: str, make: Callable[[Generator], leads.Channels]) -> Family:
    return Family(name, claim, why, lambda random, run: make(random).flagged(run))


def _weeks(name: str, claim: Claim, why: str, make: Callable[[Generator], Figures]) -> Family:
    return Family(name, claim, why, lambda random, _run: make(random))


_LEADS = (
    _rates("leads alike", Claim.RATES, "Four sources of one rate, of 400, 200, 90 and 45 days.", leads.alike),
    _rates("leads in waves, long waits", Claim.RATES, "Unequal rates and sizes, log-normal times.", leads.long_waits),
    _rates("deals on Fridays", Claim.RATES, "24,000 leads, 1 to 4 % won, Weibull times, signed once a week.",
           partial(leads.signing_days, every=7)),
    _rates("deals at ends of months", Claim.APART, "The same, all signed on twelve days a year: age does not tell who had "
           "his time.", partial(leads.signing_days, every=30), 0.5),
    _rates("150 leads a source", Claim.RATES, "A small seller: some 25 won leads of the oldest source.", leads.few,
           times=10),
    _rates("the youngest is slow", Claim.APART, "Its leads take twice as long: one curve for all does not hold.",
           partial(leads.long_waits, slow=2.0)),
)  # fmt: skip
_WISHED = (
    _journeys("wish, mixed in", Claim.CAUSED, "40,000 journeys; who wishes more has more of such touches.",
              partial(journeys.wish_to_buy, n=40_000)),
    _journeys("wish, at the end", Claim.CAUSED, "Such touches come last.", partial(journeys.wish_to_buy, at_the_end=True)),
    _journeys("come to want", Claim.CAUSED, "One in eight comes to want it in the middle of a long-tailed journey.",
              journeys.come_to_want),
)  # fmt: skip
_RANDOM = (
    _journeys("random, each touch adds", Claim.CHANCE, "20,000 journeys.", journeys.random_touches),
    _journeys("random, each channel adds", Claim.CHANCE, "Once, however often it is touched.",
              partial(journeys.random_touches, distinct=True)),
    _journeys("random, 3,000 journeys", Claim.CHANCE, "Few enough to deal chance anew.",
              partial(journeys.random_touches, n=3_000)),
    _journeys("random, one by one", Claim.CHANCE, "Journeys end at the touch that sells.",
              partial(journeys.random_touches, n=6_000, ends=True)),
    _journeys("random, odds multiply", Claim.CHANCE, "Long-tailed lengths, own effects of each channel.",
              journeys.touch_by_touch),
    _journeys("random, with a season", Claim.CHANCE, "The share of brand and direct touches swings by half in a year.",
              partial(journeys.touch_by_touch, season=0.5)),
)  # fmt: skip
_AHEAD = (
    Family("CDNOW", Claim.AHEAD, "Real purchases; every weekly cut-off, 4, 8 and 13 weeks ahead.", _cdnow, most=len(shops.cuts()),
           missing="" if shops.CDNOW.exists() else "../shared/data/ltv is not here"),
    _shop("shop by the model", Claim.AHEAD, "BG/NBD and Gamma-Gamma as supposed.", shops.shop),
    _shop("shop that wanders", Claim.AHEAD, "Purchases swing by a fifth over the year.", partial(shops.shop, swing=0.2)),
    _shop("regular buyers", Claim.AHEAD, "Buyers by the clock who leave with time, heavy-tailed money.", shops.clockwork),
    _shop("regular buyers, December", Claim.AHEAD, "Half as much again in five weeks of the year.",
          partial(shops.clockwork, december=0.5)),
)  # fmt: skip
_SPIKES = (
    _days("200 orders a day", Claim.SPIKES, "A week, a season, noise of a tenth carried over by .3.", days.orders),
    _days("800 a day, pay-days", Claim.SPIKES, "Weekdays that wander, pay-days, a high season, negative binomial counts.",
          days.paydays),
    _days("800 a day, heavy tails", Claim.SPIKES, "The same with Student's t of four degrees of freedom.",
          partial(days.paydays, tails=True)),
    _days("40 orders a day", Claim.APART, "Chance in counts alone is a sixth: a day of +50 % is three of it.",
          partial(days.paydays, a_day=40)),
)  # fmt: skip
_CHEAP = (
    _channels("two channels, upside down", Claim.INVERTED, "The cheap ones' leads bring a fiftieth by spend.",
              partial(leads.two_channels, upside_down=True)),
    _channels("six channels, upside down", Claim.INVERTED, "A tenth of the cost by lead brings a tenth by spend.",
              partial(leads.many_channels, power=1.0)),
    _channels("six channels, half as bad", Claim.APART, "A tenth of the cost by lead brings a third by spend.",
              partial(leads.many_channels, power=0.5)),
    _channels("two channels, cheap is good", Claim.UPRIGHT, "Cheap leads are worth as much each.",
              partial(leads.two_channels, upside_down=False)),
    _channels("six channels, cheap is good", Claim.UPRIGHT, "Ten times the cost by lead brings a fifth by spend.",
              partial(leads.many_channels, power=-0.7)),
    _channels("six channels, all equal", Claim.UPRIGHT, "Each brings as much by spend, whatever its leads cost.",
              partial(leads.many_channels, power=0.0)),
    _channels("two channels, both equal", Claim.UPRIGHT, "The same with two.",
              partial(leads.many_channels, power=0.0, channels=2)),
)  # fmt: skip
_WEEKS = (
    *(_weeks(f"ratio of 13 weeks, {carried} carried", Claim.BANDS if carried < 0.5 else Claim.APART,
             "Noise that is carried over by this much.", partial(weeks.ratios, carried=carried))
      for carried in (0.0, 0.3, 0.5, 0.7)),
    _weeks("ratio of counts, small seller", Claim.BANDS, "Ten orders a week, a season, effects a week later.",
           weeks.counted_ratios),
    *(_weeks(f"models, {carried} carried", Claim.STEADY if carried < 0.5 else Claim.APART, "Eight models of the same orders.",
             partial(weeks.models_without_trend, carried=carried)) for carried in (0.0, 0.3, 0.6)),
    Family("journeys without a trend", Claim.STEADY, "The models themselves, week by week.",
           lambda random, run: journeys.called(journeys.touch_by_touch(random, 8_000), run), 0.25),
    _weeks("no local win", Claim.STEADY, "Neither cost nor contribution moves.", weeks.local_wins),
    _weeks("local win", Claim.APART, "Both fall by 4 % a week: what K10 is for.", partial(weeks.local_wins, falls=0.04)),
    _weeks("growth by 1 % a week", Claim.STEADY, "A figure at its goal while contribution grows.",
           partial(weeks.comforts, grows=0.01)),
    _weeks("no growth", Claim.APART, "What K18 is for.", partial(weeks.comforts, grows=0.0)),
)  # fmt: skip

FAMILIES = {one.name: one for one in (*_LEADS, *_WISHED, *_RANDOM, *_AHEAD, *_SPIKES, *_CHEAP, *_WEEKS)}
