"""What attribution models give to the channels of the own site, beside the ledger and what experiments found."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from channels.models import Company
from reports.ads import CampaignWeek, campaign_weeks
from reports.analysis.attribution.body import HISTORY, MODELS, WINDOW, body_of
from reports.analysis.attribution.body import Books as Given
from reports.analysis.attribution.booked import Booked
from reports.analysis.attribution.calibration import Brought, calibrated, of_blocks, of_regions, tested, untested
from reports.analysis.attribution.naming import ads_of, campaign_of
from reports.analysis.estimate import Answer
from reports.analysis.event_words import event_of
from reports.analysis.panel import WEEK, panel_of
from reports.analysis.said import Said
from reports.analysis.stored import fingerprint, pair, stored
from reports.figures import through
from reports.journeys import Place, Weeks, journeys, own_stores, read
from reports.models import Event, Report
from reports.questions import SEED, Question, Told
from reports.weeks import Books

METHOD = "visits before orders, eight models"
_TESTS = (Event.Kind.BRAND_CAMPAIGN, Event.Kind.AD_PAUSE, Event.Kind.SWITCHBACK)
_NOT_BUILT = Said("The event was not analysed yet.")


@dataclass(frozen=True, slots=True, eq=False)
class Experiment:
    """A confirmed event that an attribution channel carried; ``credited`` are the journeys of its days and regions."""

    channel: str
    kind: str
    country: str
    regions: tuple[str, ...]
    starts: date
    brought: Brought | Said
    credited: tuple[Booked, ...]


def ask_attribution(company: Company, of: Books) -> Question | None:
    """None without journeys in the last 13 weeks. Body: see ``analysis.attribution.body``, and ``calibration``.

    ``calibration`` is a list of {channel, kind, country, regions, starts, brought, models: {model: {credited, factor,
    orders, before_ads}}}; ``brought`` and the last two are [value, low, high], of the 13 weeks, or null.
    """
    found = _read(company, of)
    if found is None:
        return None
    tests = experiments(company)
    data = {
        "journeys": fingerprint(found.booked), "parts": fingerprint(found.parts), "spend": fingerprint(_plain(found)),
        "weeks": fingerprint(list(found.mondays), list(found.orders_known), list(found.net_known),
                             list(found.margin_known), found.currency),
        "experiments": [fingerprint(one) for one in tests],
    }  # fmt: skip

    def ask() -> Told:
        body = body_of(found, SEED)
        rows, answers = _calibration(tests, body)
        body["conclusions_said"] += [pair(one) for one in tested(rows)]
        return Told(answers, {**body, "calibration": rows})

    return Question(Report.Kind.ATTRIBUTION, "all", through(of), METHOD, data, ask)


def _read(company: Company, of: Books) -> Given | None:
    weeks = of.weeks[-HISTORY:]
    if not weeks or not own_stores(company)[0]:
        return None
    known = [[math.isfinite(one) for one in series[-HISTORY:]] for series in (of.orders, of.net, of.cm3)]
    asked = Weeks(*(tuple(week for week, one in zip(weeks, which, strict=True) if one) for which in known))
    since, until = weeks[-WINDOW:][0], weeks[-1] + WEEK
    made = read(company, asked, since, until)
    if made.booked is None or not made.booked.holds(since.toordinal(), until.toordinal()):
        return None
    spend = spend_of(company, campaign_weeks(company), [one for one in asked.margin if one >= since])
    return Given(
        made.booked, made.parts, spend,
        of.currency, [week.toordinal() for week in weeks], *known,
    )  # fmt: skip


def spend_of(company: Company, told: Sequence[CampaignWeek], weeks: Sequence[date]) -> dict[tuple[str, str], float]:
    """By channel of attribution and campaign, of the own site's stores in these weeks; without a rate left out."""
    channels = set(company.stores.filter(pk__in=own_stores(company)[1]).values_list("channel", flat=True))
    found: dict[tuple[str, str], float] = {}
    for one in told:
        if one.channel in channels and one.week in weeks and math.isfinite(one.spend) and one.spend:
            key = (ads_of(one.network), campaign_of(one.campaign))
            found[key] = found.get(key, 0.0) + one.spend
    return found


def _plain(of: Given) -> list[Any]:
    return [[*key, dollars] for key, dollars in sorted(of.spend.items())]


def experiments(company: Company) -> list[Experiment]:
    """Of confirmed events that name the channel which carried them, the earliest first."""
    asked = Event.objects.filter(company=company, state=Event.State.CONFIRMED, kind__in=_TESTS).exclude(carried_by="")
    made = []
    for event in asked.order_by("starts_on", "kind", "country", "affecting", "affected"):
        report = Report.objects.filter(company=company, event=event).first()
        brought, regions = _brought(report)
        credited = _credited(company, event, regions, brought) if isinstance(brought, Brought) else ()
        made.append(
            Experiment(event.carried_by.strip().lower(), event.kind, event.country, regions, event.starts_on, brought,
                       credited)
        )  # fmt: skip
    return made


def _brought(report: Report | None) -> tuple[Brought | Said, tuple[str, ...]]:
    """With the regions that it is of; all without any."""
    if report is None:
        return _NOT_BUILT, ()
    if "panel" in report.data:
        event = event_of(report.data["event"])
        return of_regions(panel_of(report.data["panel"]), event, SEED), event.regions
    detail = next((one["detail"] for one in report.answers if one["detail"].get("cleared")), None)
    if detail is None:
        refused = next((one["said"]["reason"] for one in report.answers if one["type"] == "cannot_tell"), None)
        return (Said(*refused) if refused else _NOT_BUILT), ()
    regions = tuple(report.event.regions) if report.event else ()
    return of_blocks(detail["blocks"], detail["cleared"]), regions


def _credited(company: Company, event: Event, regions: tuple[str, ...], brought: Brought) -> tuple[Booked, ...]:
    """The journeys of each run of days; a run without any is absent."""
    place = Place(event.country, regions)
    first, end = brought.days[0][0], brought.days[-1][1]
    monday = date.fromordinal(first - (first - 1) % 7)
    weeks = [monday + n * WEEK for n in range((end - monday.toordinal()) // 7 + 1)]
    made = journeys(company, weeks, date.fromordinal(end), place)
    runs = [run for run in brought.days if made is not None and made.holds(*run)]
    return tuple(made.within(*run) for run in runs) if made is not None else ()


def _calibration(
    tests: Sequence[Experiment], body: Mapping[str, Any]
) -> tuple[list[dict[str, Any]], dict[str, Answer]]:
    rows, answers = [], dict[str, Answer]()
    for one in tests:
        models = calibrated(one.channel, one.brought, one.credited, body["by_model"])
        told = None if isinstance(one.brought, Said) else one.brought
        rows.append({
            "channel": one.channel, "kind": one.kind, "country": one.country, "regions": list(one.regions),
            "starts": one.starts.isoformat(),
            "brought": None if told is None else [told.orders, told.low, told.high],
            "reason_said": pair(one.brought) if isinstance(one.brought, Said) else None,
            "models": {name: {**row, "factor": stored(row["factor"])} for name, row in models.items()},
        })  # fmt: skip
        answers |= {f"factor {one.channel} {name}": row["factor"] for name, row in models.items() if name in MODELS}
    known = {one.channel for one in tests if isinstance(one.brought, Brought)}
    for row in body["by_model"]["last"]:
        name = row["channel"]
        if row["spend"] and name not in known:
            answers[f"factor {name}"] = untested(name)
    return rows, answers
