"""What a world's seller planned and wrote down before it began: events with their regions, schedules of on and off."""

from datetime import timedelta
from typing import Any

from channels.sandbox.world.model import Event, World

_KINDS = {"ad_switchback": "switchback"}


def planned(world: World) -> list[dict[str, Any]]:
    """As JSON: kind, country, channels (``affecting`` the marketplace, ``affected`` the own site), regions, days.

    ``blocks`` are a switchback's. ``drawn``: lots chose, as in a switchback; the states of others were chosen by size.
    """
    return [_plan(world, one) for one in world.events]


def _plan(world: World, event: Event) -> dict[str, Any]:
    country = world.market(event.market).country
    switched = event.kind == "ad_switchback"
    return {
        "kind": _KINDS.get(event.kind, event.kind), "country": country, "affecting": _other(world, country),
        "affected": "shopify", "regions": sorted(event.states), "starts_on": event.starts_on.isoformat(),
        # A launch stays: what ends it is only the world's end.
        "ends_on": event.ends_on.isoformat() if event.ends_on < world.ends_at.date() else None,
        "drawn": switched, "blocks": _blocks(event) if switched else [],
    }  # fmt: skip


def _other(world: World, country: str) -> str:
    return next(one.channel for one in world.markets if one.country == country and one.channel != "shopify")


def _blocks(event: Event) -> list[dict[str, Any]]:
    """Weeks in pairs, half-open."""
    on = set(event.detail["weeks_on"].split())
    weeks = (event.ends_on - event.starts_on).days // 7
    days = [event.starts_on + timedelta(weeks=number) for number in range(weeks + 1)]
    return [
        {"block": str(n + 1), "start": f"{day}", "end": f"{days[n + 1]}", "pair": str(n // 2 + 1), "on": f"{day}" in on}
        for n, day in enumerate(days[:-1])
    ]
