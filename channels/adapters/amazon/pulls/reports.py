"""Reports on request: created, waited for, fetched and checked; each step is kept, so that a killed worker goes on."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from channels.adapters.amazon.client import Broken, Client, Document
from channels.adapters.amazon.pulls.chain import state_of, written
from channels.adapters.amazon.rates import BRAND_ANALYTICS
from channels.adapters.amazon.replies import Missing, Reply, text_under
from channels.core.errors import Throttled, Unavailable
from channels.core.transport import Answer

LISTING = "amazon.reports"  # the format of what is said about reports, which makes no rows
_PAUSES = (2, 5, 10, 15)  # seconds between looks at a report, until the window is given back
_LATER = 60  # seconds until it is looked at again then
_WAITING = {"IN_QUEUE", "IN_PROGRESS"}


class Empty(Exception):
    """A report without records: no data, or a failure."""


class Dead(Exception):
    """A report that will never be of use; another one may."""


@dataclass(frozen=True, slots=True)
class Job:
    """A report to be made: its type, the format that reads it, its period as Amazon takes it."""

    type: str
    resource: str
    since: str
    until: str
    name: str
    options: Mapping[str, str] = field(default_factory=dict)
    limited: bool = False  # counts against the daily number of Brand Analytics reports

    def count(self, body: bytes, *, again: bool) -> int:
        """The records of a document. Raises Broken where it is not whole, Empty where there are none.

        ``again``: one made before had the same fault.
        """
        raise NotImplementedError

    def nothing(self, client: Client) -> tuple[str, Reply]:
        """An answer that shows that there is nothing, and its format.

        Raises Dead where there is something after all, Empty where only another report can tell.
        """
        raise NotImplementedError

    def request(self, marketplace: str) -> dict[str, str]:
        options = {f"option.{name}": value for name, value in self.options.items()}
        return {"reportType": self.type, "marketplaceIds": marketplace, "dataStartTime": self.since,
                "dataEndTime": self.until, **options}  # fmt: skip


def answers(client: Client, resume: str, jobs: list[Job]) -> Iterator[Answer]:
    """The documents of all jobs in order, and before each what was said when it was created."""
    state = state_of(resume)
    first = int(str(state.get("job", 0)))
    number, empty = str(state.get("report", "")), bool(state.get("empty"))
    for at in range(first, len(jobs)):
        yield from _one(client, jobs, at, number, empty=empty)
        number, empty = "", False


@dataclass(frozen=True, slots=True)
class _Found:
    """What closes a job: a document, or the proof that there is nothing."""

    resource: str
    body: bytes
    media_type: str = "application/json"
    records: int = 0


@dataclass(frozen=True, slots=True)
class _Useless:
    """Why a report is of no use; ``now``: another one is worth asking for at once."""

    why: str
    now: bool = False
    empty: bool = False


def _one(client: Client, jobs: list[Job], at: int, number: str, *, empty: bool) -> Iterator[Answer]:
    """One report; another one in its place where the first was not whole.

    ``empty``: one without records was made for it before. A useless report is written down before it is left, so that
    the next try does not look at it again.
    """
    job, request = jobs[at], jobs[at].request(client.connection.shop.marketplace)
    why = "the report is gone"
    for again in (False, True):
        if not number:
            created = _create(client, job)
            number = text_under(created.document, "reportId", "createReport")
            yield Answer(LISTING, created.body, resume=written(job=at, report=number, empty=empty), request=request)
        try:
            reply = _wait(client, number)
        except Missing:
            number = ""
            continue
        found = _outcome(client, job, reply, empty=empty, again=again)
        if isinstance(found, _Found):
            yield Answer(found.resource, found.body, found.media_type, resume=written(job=at + 1),
                         closed=at + 1 == len(jobs), records=found.records, request=request, name=job.name)  # fmt: skip
            return
        number, empty, why = "", empty or found.empty, found.why
        yield Answer(LISTING, reply.body, resume=written(job=at, empty=empty), request=request)
        if not found.now:
            break
    raise Unavailable(f"{job.name}: {why}")


def _outcome(client: Client, job: Job, reply: Reply, *, empty: bool, again: bool) -> _Found | _Useless:
    try:
        try:
            document, records = _fetched(client, job, reply, again=again)
            return _Found(job.resource, document.body, document.media_type, records)
        except Empty:
            if empty:
                return _Found(LISTING, reply.body)
            resource, proof = job.nothing(client)
            return _Found(resource, proof.body)
    except Empty as nothing:
        return _Useless(str(nothing), now=True, empty=True)
    except Broken as broken:
        return _Useless(str(broken), now=True)
    except Dead as dead:
        return _Useless(str(dead))


def _create(client: Client, job: Job) -> Reply:
    if job.limited:
        client.connection.take(BRAND_ANALYTICS, 1)
    wanted = {
        "reportType": job.type, "marketplaceIds": [client.connection.shop.marketplace], "dataStartTime": job.since,
        "dataEndTime": job.until, **({"reportOptions": dict(job.options)} if job.options else {}),
    }  # fmt: skip
    return client.ask("createReport", lambda: client.reports.create_report(**wanted))


def _wait(client: Client, number: str) -> Reply:
    """What is said of the report once it is over. Raises Throttled where that takes longer than a worker waits."""
    for pause in (*_PAUSES, 0):
        reply = client.ask("getReport", lambda: client.reports.get_report(number))
        status = text_under(reply.document, "processingStatus", "getReport")
        if status in ("DONE", "CANCELLED", "FATAL"):
            return reply
        if status not in _WAITING:
            raise Unavailable(f"the report's status {status!r} is not known here")
        if pause:
            client.connection.clock.sleep(pause)
    raise Throttled(_LATER)


def _fetched(client: Client, job: Job, reply: Reply, *, again: bool) -> tuple[Document, int]:
    """The document and its number of records. Raises Empty, Broken, Dead."""
    said = reply.document
    number = said.get("reportDocumentId")
    if said["processingStatus"] == "CANCELLED":
        raise Empty("the report was cancelled")  # which is also what Amazon does where there is no data
    if said["processingStatus"] == "FATAL":
        raise Dead(f"Amazon could not make the report: {_why(client, number)}")
    if not isinstance(number, str) or not number:
        raise Broken("the report is done and has no document")
    document = client.document(number)
    if reason := _error_in(document.body):
        raise Dead(f"Amazon could not make the report: {reason}")
    return document, job.count(document.body, again=again)


def _why(client: Client, number: object) -> str:
    """A failed report often has a document that says why."""
    if not isinstance(number, str) or not number:
        return "it says no reason"
    try:
        return _error_in(client.document(number).body) or "its document says no reason"
    except (Broken, Unavailable):
        return "its reason could not be read"


def _error_in(body: bytes) -> str:
    if body.lstrip()[:1] != b"{" or b"errorDetails" not in body[:10_000]:
        return ""
    try:
        return str(json.loads(body)["errorDetails"])[:300]
    except (ValueError, KeyError, TypeError):
        return ""
