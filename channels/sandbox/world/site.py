"""What Google Analytics saw of an own site: sessions by day, source and campaign, with the visits before its orders.

Of what a campaign's clicks brought, one in fifteen was not seen; whom no ad brought came fourteen times for each visit
of a buyer. An order counts with its last visit; who gave no consent was not seen at all.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from channels.sandbox.world.chance import Chance
from channels.sandbox.world.model import ZERO, Market, Order, Touch, World

HEAD = (
    "Date", "Session source", "Session medium", "Session campaign", "Sessions", "Engaged sessions", "Key events",
    "Total revenue",
)  # fmt: skip
Came = tuple[str, str, str]  # source, medium, campaign
DIRECT: Came = ("(direct)", "(none)", "(direct)")
ORGANIC: Came = ("google", "organic", "(organic)")
SOCIAL: Came = ("l.instagram.com", "referral", "(referral)")
PAID = {"google": ("google", "cpc"), "meta": ("facebook", "paid_social")}
_UNPAID = {"direct": DIRECT, "Google": ORGANIC, "Instagram": SOCIAL}
_UNSEEN = 15
_OTHERS = 14


def came(touch: Touch) -> Came:
    if touch.utm:
        return touch.utm["source"], touch.utm["medium"], touch.utm["campaign"]
    return _UNPAID.get(touch.source, DIRECT)


def traffic(world: World, market: Market, since: date) -> Iterator[tuple[str | int | Decimal, ...]]:
    """The lines of an exploration by day, from this day on."""
    chance = Chance(world.name, world.seed, "sessions", market.code)
    zone, last = ZoneInfo(market.timezone), world.ends_at.date() - timedelta(days=1)
    visits, orders = Counter[tuple[date, Came]](), defaultdict[tuple[date, Came], list[Order]](list)
    for order in world.of(market.code):
        for touch in order.touches:
            visits[touch.at.astimezone(zone).date(), came(touch)] += 1
        if order.touches:
            touch = order.touches[-1]
            orders[touch.at.astimezone(zone).date(), came(touch)].append(order)
    clicks = {
        (one.on, (*PAID[one.network], one.campaign)): one.clicks for one in world.ads if one.market == market.code
    }
    for n in range((last - since).days + 1):
        on = since + timedelta(days=n)
        for source in sorted(
            {
                DIRECT,
                ORGANIC,
                SOCIAL,
                *(one for day, one in visits if day == on),
                *(one for day, one in clicks if day == on),
            }
        ):
            sessions = _sessions(visits, clicks, on, source, chance)
            bought = orders.get((on, source), [])
            if sessions:
                engaged = max(visits[on, source], sessions * chance.between(48, 66) // 100)
                yield (
                    f"{on:%Y%m%d}", *source, sessions, engaged, len(bought), sum((_goods(one) for one in bought), ZERO)
                )  # fmt: skip


def _sessions(
    visits: Counter[tuple[date, Came]], clicks: dict[tuple[date, Came], int], on: date, source: Came, chance: Chance
) -> int:  # fmt: skip
    """Not fewer than buyers' visits."""
    if (on, source) in clicks:
        return max(visits[on, source], clicks[on, source] - clicks[on, source] // _UNSEEN)
    week = [on - timedelta(days=back) for back in range(7)]
    usual = sum(visits[day, source] for day in week) / 7
    return visits[on, source] + chance.poisson(_OTHERS * usual)


def _goods(order: Order) -> Decimal:
    return sum((line.price * line.quantity - line.discount for line in order.lines), ZERO)
