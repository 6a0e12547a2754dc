"""What a world's seller has in files, since no channel of its tells it: costs, the SKU map, rates, other networks' ads,
sessions and leads of the own site, and warranty forms with the numbers of Amazon orders.

Paths are relative: those in a folder named after a store belong to that store, the others to the company.
"""

import csv
import io
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from channels.sandbox.world import ad_terms, enquiries, site
from channels.sandbox.world.model import AdDay, World
from channels.sandbox.world.warranty import HEAD, warranties


def sheets(world: World, since: date) -> dict[str, str]:
    """CSV texts by path, in formats of ``sheets``, ``amazon``, ``google``, ``meta``, ``analytics``, ``crm``.

    Ads, sessions, leads and forms are from this day on.
    """
    found = {
        "costs.csv": _csv(("product", "cost", "currency", "from date"), _costs(world)),
        "skus.csv": _csv(("store", "sku", "product", "title"), _skus(world)),
        "rates.csv": _csv(("date", "base", "quote", "rate", "source"), _rates(world)),
    }
    for market in world.markets:
        for network, table in _NETWORKS.items():
            days = [one for one in world.ads if one.market == market.code and one.network == network]
            days = [one for one in days if one.on >= since]
            if days:
                head, rows = table(days, market.currency)
                found[f"{market.name}/{network}_ads.csv"] = _csv(head, rows)
        if terms := list(ad_terms.searched(world, market, since)):
            found[f"{market.name}/amazon_ads.csv"] = _csv(ad_terms.HEAD, terms)
        if market.channel == "amazon" and (forms := list(warranties(world, market, since))):
            found[f"{market.name}/warranty.csv"] = _csv(HEAD, forms)
        if market.channel == "shopify":
            found[f"{market.name}/sessions.csv"] = _csv(site.HEAD, site.traffic(world, market, since))
            found[f"{market.name}/leads.csv"] = _csv(enquiries.HEAD, enquiries.enquiries(world, market, since))
    return found


def _costs(world: World) -> Iterable[tuple[Any, ...]]:
    first = world.starts_at.date() - timedelta(days=30)
    return ((one.sku, one.cost, world.base_currency, first) for one in world.products)


def _skus(world: World) -> Iterable[tuple[Any, ...]]:
    names = {market.code: market.name for market in world.markets}
    for one in world.products:
        yield "", one.sku, one.sku, one.title
        for code, sku in one.renamed.items():
            if code in names:
                yield names[code], sku, one.sku, one.title


def _rates(world: World) -> Iterable[tuple[Any, ...]]:
    for (on, currency), rate in sorted(world.rates.items()):
        yield on, currency, world.base_currency, rate, f"made up for the world {world.name} {world.seed}"


def _google(days: list[AdDay], currency: str) -> tuple[tuple[str, ...], Iterable[tuple[Any, ...]]]:
    head = ("Campaign", "Day", "Currency code", "Impr.", "Clicks", "Cost", "Conversions", "Conv. value")
    return head, (
        (one.campaign, one.on, currency, one.impressions, one.clicks, one.spend, one.orders, one.sales) for one in days
    )


def _meta(days: list[AdDay], currency: str) -> tuple[tuple[str, ...], Iterable[tuple[Any, ...]]]:
    head = (
        "Reporting starts", "Reporting ends", "Campaign name", "Day", "Impressions", "Link clicks",
        f"Amount spent ({currency})", "Purchases", "Purchases conversion value",
    )  # fmt: skip
    return head, (
        (one.on, one.on, one.campaign, one.on, one.impressions, one.clicks, one.spend, one.orders, one.sales)
        for one in days
    )


_NETWORKS: Mapping[str, Any] = {"google": _google, "meta": _meta}


def _csv(head: Iterable[str], rows: Iterable[Iterable[Any]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(head)
    writer.writerows(rows)
    return text.getvalue()
