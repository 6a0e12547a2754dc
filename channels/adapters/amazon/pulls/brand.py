"""Brand Analytics: search queries of products, search of the catalogue, repeat purchase. A week is Sunday–Saturday.

Asked for only where the store says so, since it needs the role Brand Analytics and a registered brand. The daily
number of reports is small and shared by all applications of a seller, and a week's data can be days late.
"""

import json
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from channels.adapters.amazon.client import Broken, Client
from channels.adapters.amazon.pulls.reports import Empty, Job, answers
from channels.adapters.amazon.rates import BRAND_ANALYTICS
from channels.adapters.amazon.replies import Reply
from channels.core.errors import Refused
from channels.core.transport import Answer, Calls, Resource, Route, Task

_DAY = timedelta(days=1)
_ASINS = 18  # of a report: 200 characters with blanks between
_POLLS = 20


def _calls(length: timedelta, records: int) -> Calls:
    weeks = float(max(1, math.ceil(length / (7 * _DAY))))
    return {BRAND_ANALYTICS: weeks, "createReport": weeks, "getReport": _POLLS * weeks, "getReportDocument": weeks}


def _resource(name: str, title: str) -> Resource:
    return Resource(
        name, title, every=timedelta(hours=12), routes=(Route("report", 7 * _DAY, _calls),), depth=62 * 7 * _DAY,
        lag=3 * _DAY, aligned="week", optional=True,
    )  # fmt: skip


RESOURCES = (
    _resource("amazon.search", "Search Query Performance"),
    _resource("amazon.catalog", "Search Catalog Performance"),
    _resource("amazon.repeat", "Repeat purchase"),
)


def search(client: Client, task: Task) -> Iterator[Answer]:
    """A report for each 18 of the brand's ASINs; there is none of the whole brand."""
    asins = client.connection.credentials.get("asins", "").replace(",", " ").split()
    if not asins:
        raise Refused("Search Query Performance needs the brand's ASINs: enter them among the store's credentials")
    batches = [asins[at : at + _ASINS] for at in range(0, len(asins), _ASINS)]
    kind = "GET_BRAND_ANALYTICS_SEARCH_QUERY_PERFORMANCE_REPORT"
    return _weekly(client, task, lambda starts, ends: [
        _WeekJob(kind, "amazon.search", starts, ends, f"Search queries {starts} {number}",
                 {"reportPeriod": "WEEK", "asin": " ".join(batch)}, limited=True)
        for number, batch in enumerate(batches, 1)
    ])  # fmt: skip


def catalog(client: Client, task: Task) -> Iterator[Answer]:
    """Without ASINs: all of the brand's."""
    kind = "GET_BRAND_ANALYTICS_SEARCH_CATALOG_PERFORMANCE_REPORT"
    return _weekly(client, task, lambda starts, ends: [
        _WeekJob(kind, "amazon.catalog", starts, ends, f"Search of the catalogue {starts}", _WEEK, limited=True)
    ])  # fmt: skip


def repeat(client: Client, task: Task) -> Iterator[Answer]:
    kind = "GET_BRAND_ANALYTICS_REPEAT_PURCHASE_REPORT"
    return _weekly(client, task, lambda starts, ends: [
        _WeekJob(kind, "amazon.repeat", starts, ends, f"Repeat purchase {starts}", _WEEK, limited=True)
    ])  # fmt: skip


_WEEK = {"reportPeriod": "WEEK"}
_Make = Callable[[str, str], list[Job]]


def _weekly(client: Client, task: Task, make: _Make) -> Iterator[Answer]:
    weeks = weeks_of(task.since, task.until, ZoneInfo(client.connection.shop.timezone))
    if not weeks:
        raise Refused(f"{task.resource}: the period holds no whole week from Sunday to Saturday")
    jobs = [job for sunday in weeks for job in make(sunday.isoformat(), (sunday + 6 * _DAY).isoformat())]
    return answers(client, task.resume, jobs)


def weeks_of(since: datetime, until: datetime, zone: ZoneInfo) -> list[date]:
    """The Sundays on which the whole weeks of a period begin, in the marketplace's zone."""
    first = since.astimezone(zone).date()
    end = until.astimezone(zone).date()
    sunday = first + ((6 - first.weekday()) % 7) * _DAY
    weeks = []
    while sunday + 7 * _DAY <= end:
        weeks.append(sunday)
        sunday += 7 * _DAY
    return weeks


@dataclass(frozen=True, slots=True)
class _WeekJob(Job):
    def count(self, body: bytes, *, again: bool) -> int:
        try:
            document = json.loads(body)
        except ValueError as error:
            raise Broken(f"the report is no whole JSON document: {error}") from error
        found = document.get("dataByAsin") if isinstance(document, dict) else None
        if not isinstance(found, list):
            raise Broken("the report has no dataByAsin")
        if not found:
            raise Empty("the report is empty")
        return len(found)

    def nothing(self, client: Client) -> tuple[str, Reply]:
        """Nothing else tells whether there is data: only a second report without any is believed."""
        raise Empty("the report is empty, and another one must say so too")
