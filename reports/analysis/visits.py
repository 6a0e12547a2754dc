"""What sessions of the own site come to: orders and contribution by session, and on which way they came."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, replace
from datetime import date, timedelta
from typing import Any

import numpy as np

from channels.core.kinds import Way
from reports.analysis import weekly
from reports.analysis.kpi import roles
from reports.analysis.kpi.figure import SPANS, WINDOW, Figure, nothing
from reports.analysis.kpi.flag import Flag
from reports.analysis.own_site import OwnSite, Source
from reports.analysis.proportions import wilson
from reports.analysis.said import Said
from reports.analysis.weekly import Floats

Span = tuple[date, date | None]  # half-open days; None: it lasts
SHOWN = 50
_YEAR = 52
NO_STOCK = Said("Whether goods were in stock is not known: no stock-out of the own site is confirmed among the events.")
NO_DAYS = Said("Sessions are known by longer periods only: export them by Date to leave out days without stock.")
OUT = Said("Orders by session, {days} days of confirmed stock-outs left out.")
OF_SITE = Said("Orders of the own site's stores in the ledger by session that Google Analytics saw.")
BY_SESSION = Said("Contribution of the own site's stores after their advertising, by session.")


def cvr(site: OwnSite, flags: Sequence[Flag]) -> Figure:
    orders, sessions = site.weekly(site.orders), site.weekly(site.sessions)
    made = roles.cvr(orders, sessions, flags)
    return Figure(made if made.value is None else replace(made, text=OF_SITE), weekly.ratio(orders, sessions))


def stocked_cvr(site: OwnSite, outs: Sequence[Span]) -> Figure:
    """As ``cvr``, over single days on which no stock-out is confirmed."""
    if not outs:
        return Figure(nothing("stocked_cvr", "share", NO_STOCK, dict.fromkeys(SPANS)), _nothing(site))
    stocked = in_stock(site, outs)
    kept = site.by_day & stocked[:, None]
    orders, sessions = site.weekly(site.orders, kept), site.weekly(site.sessions, kept)
    made = roles.stocked_cvr(orders, sessions)
    if made.value is None:
        return Figure(replace(made, text=NO_DAYS if not site.by_day.any() else made.text), _nothing(site))
    left_out = int((~stocked[-7 * WINDOW :]).sum())
    text = replace(OUT, values={"days": left_out})
    return Figure(replace(made, text=text), weekly.ratio(orders, sessions))


def in_stock(site: OwnSite, outs: Sequence[Span]) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """By day of the weeks."""
    days = [site.weeks[0] + n * timedelta(days=1) for n in range(7 * len(site.weeks))]
    return np.array([not any(start <= day < (end or date.max) for start, end in outs) for day in days])


def funnel(site: OwnSite, currency: str) -> Figure:
    cm3, sessions = site.weekly(site.cm3), site.weekly(site.sessions)
    made = roles.funnel(cm3, sessions, f"{currency}/session")
    return Figure(made if made.value is None else replace(made, text=BY_SESSION), weekly.ratio(cm3, sessions))


def _nothing(site: OwnSite) -> Floats:
    return np.full(len(site.weeks), np.nan)


def visits(site: OwnSite, found: Sequence[Source], outs: Sequence[Span]) -> dict[str, Any]:
    """Body of the visits, over 13 weeks but for ``weekly``, which has 52; weeks that are not known are null.

    ``stages`` and ``revenue`` are of whole weeks in which sessions and orders are known, ``sources`` of all days.
    """
    known = {name: site.weekly(getattr(site, name)) for name in ("sessions", "key_events", "orders", "net", "revenue")}
    sums = {name: weekly.known_sum(of, WINDOW) for name, of in known.items()}
    told = {name: np.isfinite(of[-WINDOW:]).any() for name, of in known.items()}
    largest = sorted(found, key=lambda one: (-one.sessions, *map(str, asdict(one).values())))
    return {
        "channels": list(dict.fromkeys(site.channels)),
        "weeks_known": int(np.isfinite(known["sessions"][-WINDOW:]).sum()),
        "weekly": {"weeks": list(site.weeks[-_YEAR:]), "sessions": known["sessions"][-_YEAR:],
                   **{way: site.weekly(of)[-_YEAR:] for way, of in site.ways.items()}},
        "stages": _stages(sums), "ways": [_way(way.value, found) for way in Way],
        "sources": [_source(one) for one in largest[:SHOWN]],
        "rest": {**_summed(largest[SHOWN:]), "sources": len(largest) - len(largest[:SHOWN])},
        "total": _summed(found),
        "revenue": {"ledger": sums["net"] if told["net"] else None,
                    "analytics": sums["revenue"] if told["revenue"] else None},
        "stock_outs": [list(one) for one in outs],
    }  # fmt: skip


def _stages(sums: Mapping[str, float]) -> list[dict[str, Any]]:
    """From session to key event to order: the rate of each by the one before, and by session.

    Key events and orders are counted apart: where there are more than of the stage before, a rate has no interval.
    """
    names = ("sessions", "key_events", "orders")
    return [
        {"stage": name, "count": sums[name], "of_before": _rate(sums[name], sums[before]),
         "of_sessions": _rate(sums[name], sums["sessions"])}
        for before, name in zip(("sessions", *names), names, strict=False)
    ]  # fmt: skip


def _rate(some: float, of: float) -> dict[str, float | None]:
    low, high = wilson(some, of) if 0 <= some <= of and of > 0 else (None, None)
    return {"rate": some / of if of > 0 else None, "low": low, "high": high}


def _source(one: Source) -> dict[str, Any]:
    return {**asdict(one), "key_event_rate": _rate(one.key_events, one.sessions)}


def _way(way: str, found: Sequence[Source]) -> dict[str, Any]:
    of = _summed([one for one in found if one.way == way])
    return {"way": way, **of, "key_event_rate": _rate(of["key_events"], of["sessions"])}


def _summed(found: Sequence[Source]) -> dict[str, float]:
    names = ("sessions", "engaged", "key_events", "revenue")
    return {name: float(sum(getattr(one, name) for one in found)) for name in names}
