"""The visits before an order, as its customer journey tells them: online-store sessions of buyers who consented."""

from collections.abc import Iterator

from channels.adapters.shopify.nodes import Node, needed, nodes, tail, text
from channels.core.reading import parse_instant
from channels.core.rows import VisitRow


def visits(order: Node, ref: str, place: int) -> Iterator[VisitRow]:
    """Every visit, the earliest first. None while Shopify has not attributed the order yet."""
    journey = order.get("customerJourneySummary")
    if not isinstance(journey, dict) or journey.get("ready") is not True or not journey.get("moments"):
        return
    moments = [one for one in nodes(journey, "moments") if one.get("__typename") == "CustomerVisit"]
    count = journey.get("momentsCount") or {}
    total = count["count"] if count.get("precision") == "EXACT" else 0
    first, last = ((journey.get(name) or {}).get("id") for name in ("firstVisit", "lastVisit"))
    for position, one in enumerate(sorted(moments, key=lambda one: (needed(one, "occurredAt"), needed(one, "id"))), 1):
        utm = one.get("utmParameters") or dict.fromkeys(_UTM)
        yield VisitRow(
            key=f"{ref}/{tail(one['id'])}",
            order=ref,
            position=position,
            occurred_at=parse_instant(one["occurredAt"]),
            place=place,
            is_first=one["id"] == first,
            is_last=one["id"] == last,
            visits=max(total, len(moments)),
            source=text(one, "source"),
            source_type=text(one, "sourceType"),
            referrer=without_query(text(one, "referrerUrl")),
            landing=without_query(text(one, "landingPage")),
            utm_source=text(utm, "source"),
            utm_medium=text(utm, "medium"),
            utm_campaign=text(utm, "campaign"),
            utm_content=text(utm, "content"),
            utm_term=text(utm, "term"),
        )


_UTM = ("source", "medium", "campaign", "content", "term")


def without_query(address: str) -> str:
    """The address up to its query and fragment, which may hold e-mail addresses and tokens."""
    return address.partition("?")[0].partition("#")[0]
