"""What longer spans say on a card: the share by weeks after the event, what is left of it, how orders went (K12)."""

from collections.abc import Iterator, Mapping
from typing import Any

from reports.analysis.estimate import Estimate
from reports.analysis.kpi.figure import SPANS
from reports.analysis.kpi.spans import LATE, spike_without_base
from reports.analysis.said import Said
from reports.analysis.uplift import uplift
from reports.cards.blocks import Block, Heading, Paragraph, Table, Text, shown

Trends = Mapping[str, Mapping[int, float | None]]  # channel → weeks → change from as many before, as a share

_SPANS = tuple(Said("{weeks} weeks", {"weeks": weeks}) for weeks in SPANS)


def parts(detail: Mapping[str, Any]) -> Iterator[Block]:
    """The share by weeks after the event, where it is long enough for two parts."""
    found = detail.get("horizons") or {}
    if len(found) < 2:
        return
    yield Heading(Said("By weeks after the event"))
    rows = [(weeks, *shown(_share(one))) for weeks, one in found.items()]
    yield Table((Said("Weeks"), Said("Share taken"), Said("90 % interval")), tuple(rows))


def _share(one: Mapping[str, float]) -> Estimate:
    return Estimate(one["value"], one["low"], one["high"], 0.9, "share", 0, "")


def after(detail: Mapping[str, Any]) -> Iterator[Block]:
    """What the event changed over all channels that are looked at, a week, and whether it lasts (K12)."""
    found = uplift(detail)
    if found is None:
        return
    before, since = found
    yield Heading(Said("Orders more a week than without the event"))
    cells: list[Text] = [f"{since[:weeks].mean():+,.1f}" if len(since) >= weeks else "–" for weeks in SPANS]
    yield Table((Said("On average over the first"), *_SPANS), ((Said("Both channels together"), *cells),))
    flag = spike_without_base(before, since)
    if flag.fired:
        yield from (Paragraph(text) for text in (flag.wrong, flag.why, flag.instead))
    elif flag.fired is False:
        said = {"share": round(100 * flag.figures["persistence"]), "weeks": LATE}
        yield Paragraph(Said("Of the uplift of the first four weeks {share} % is left in weeks 5–{weeks}.", said))


def trends(of: Trends | None) -> Iterator[Block]:
    """How each channel's weekly orders went, over spans of a month to a year."""
    if not of or not any(one is not None for changes in of.values() for one in changes.values()):
        return
    yield Heading(Said("Orders over longer spans"))
    rows = [
        (name, *("–" if one is None else f"{one:+.1%}" for one in changes.values())) for name, changes in of.items()
    ]
    yield Table((Said("Change from as many weeks before"), *_SPANS), tuple(rows))
