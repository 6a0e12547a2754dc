"""The visits before an order, as Shopify tells them: only of the online store, and only some time after the order."""

from channels.sandbox.shopify.connections import Node
from channels.sandbox.shopify.ids import gid, number
from channels.sandbox.shopify.money import when
from channels.sandbox.shopify.storefront import Seen
from channels.sandbox.shopify.view import View
from channels.sandbox.world.model import Order, Touch


def journey(view: View, seen: Seen) -> Node | None:
    """CustomerJourneySummary: None for copies of other channels' orders, not ready until the order is attributed."""
    one = seen.order
    if one.mirror_of:
        return None
    if one.touches_ready_at and one.touches_ready_at > view.now:
        return _summary(ready=False)
    visits = [visit(one, place) for place in range(len(one.touches))]
    return {
        **_summary(ready=True),
        "customerOrderIndex": view.front.firsts[one.ref],
        "daysToConversion": (one.placed_at - one.touches[0].at).days if one.touches else None,
        "momentsCount": {"count": len(visits), "precision": "EXACT"},
        "firstVisit": visits[0] if visits else None,
        "lastVisit": visits[-1] if visits else None,
        "moments": view.inner(lambda: visits),
    }


def _summary(ready: bool) -> Node:
    names = ("customerOrderIndex", "daysToConversion", "momentsCount", "firstVisit", "lastVisit", "moments")
    return {"ready": ready, **dict.fromkeys(names)}


def visit(order: Order, place: int) -> Node:
    touch = order.touches[place]
    return {
        "__typename": "CustomerVisit",
        "id": gid("CustomerVisit", number(f"{order.ref}/visit/{place}")),
        "occurredAt": when(touch.at),
        "source": touch.source,
        "sourceType": touch.source_type or None,
        "sourceDescription": touch.source or None,
        "landingPage": touch.landing or None,
        "landingPageHtml": touch.landing or None,
        "referrerUrl": touch.referrer or None,
        "referralCode": None,
        "referralInfoHtml": "",
        "marketingEvent": None,
        "utmParameters": _utm(touch),
    }


def _utm(touch: Touch) -> Node | None:
    """None where the address bar had none of them."""
    names = ("source", "medium", "campaign", "content", "term")
    return {name: touch.utm.get(name) or None for name in names} if any(touch.utm.values()) else None
