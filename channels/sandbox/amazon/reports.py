"""Reports 2021-06-30: requested and polled, listed, and their documents behind an address that lasts five minutes."""

import gzip
import threading
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count

import orjson

from channels.sandbox.amazon import brand, flat_files
from channels.sandbox.amazon.books import Books
from channels.sandbox.amazon.paging import Paging
from channels.sandbox.amazon.replies import Json, Refusal, moment_text, read_moment, read_number
from channels.sandbox.amazon.seals import identifier, pick, seal, unseal
from channels.sandbox.wire import Faults, Reply, Request
from channels.sandbox.world.model import Statement

SETTLEMENT = "GET_V2_SETTLEMENT_REPORT_DATA_FLAT_FILE_V2"
ALL_ORDERS = "GET_FLAT_FILE_ALL_ORDERS_DATA_BY_LAST_UPDATE_GENERAL"
KEPT = timedelta(days=90)
ADDRESS_LIVES = timedelta(minutes=5)
_STATUSES = {"CANCELLED", "DONE", "FATAL", "IN_PROGRESS", "IN_QUEUE"}
_FILTERS = ("reportTypes", "processingStatuses", "createdSince", "createdUntil", "pageSize")
_ORDER_DAYS = 30  # an all-orders report covers no more


@dataclass(frozen=True, slots=True)
class Report:
    """A report as of its request. ``outcome`` is what becomes of it: DONE, CANCELLED or FATAL."""

    id: str
    type: str
    seller: str
    marketplaces: tuple[str, ...]
    created_at: datetime
    starts_at: datetime
    ends_at: datetime
    options: tuple[tuple[str, str], ...] = ()
    outcome: str = "DONE"
    problem: str = ""  # of a FATAL one
    hollow: bool = False  # by a fault: says DONE and holds only its header
    statement: Statement | None = None

    def option(self, name: str) -> str:
        return dict(self.options).get(name, "")

    @property
    def queued_until(self) -> datetime:
        if self.statement:
            return self.created_at
        slow = 10 if self.type in brand.TYPES else 4
        return self.created_at + timedelta(seconds=slow + pick(slow, "queue", self.id))

    @property
    def finished_at(self) -> datetime:
        if self.statement:
            return self.created_at
        slow = 12 if self.type in brand.TYPES else 8
        return self.queued_until + timedelta(seconds=slow + pick(slow, "work", self.id))

    def status(self, now: datetime) -> str:
        if now < self.queued_until:
            return "IN_QUEUE"
        return self.outcome if now >= self.finished_at else "IN_PROGRESS"

    @property
    def document_id(self) -> str:
        """The cancelled have none; the fatal have one that says why."""
        return (
            f"amzn1.spdoc.1.4.na.{identifier('document', self.id)[:36]}.{self.id}"
            if self.outcome != "CANCELLED"
            else ""
        )


class Reports:
    """The reports that were requested of this sandbox, beside the settlements that Amazon makes by itself."""

    def __init__(self, faults: Faults) -> None:
        self.faults = faults
        self._requested: dict[str, Report] = {}
        self._numbers = count(50_019_000_001)
        self._lock = threading.Lock()

    def create(self, request: Request, books: Books, now: datetime) -> Json:
        try:
            wanted = orjson.loads(request.body)
            kind, marketplaces = wanted["reportType"], tuple(wanted["marketplaceIds"])
        except (orjson.JSONDecodeError, KeyError, TypeError) as wrong:
            raise Refusal(400, "InvalidInput", "Invalid input", "reportType and marketplaceIds are needed") from wrong
        if kind != ALL_ORDERS and kind not in brand.TYPES:
            raise Refusal(
                400, "InvalidInput", f"Report type {str(kind)[:60]} is not allowed at this time", "Invalid input"
            )
        if not marketplaces or not set(marketplaces) <= books.by_id.keys():
            raise Refusal(403, "Unauthorized", "Access to requested resource is denied.", "")
        start, end = wanted.get("dataStartTime"), wanted.get("dataEndTime")
        options = {str(name): str(value) for name, value in (wanted.get("reportOptions") or {}).items()}
        with self._lock:
            number = str(next(self._numbers))
        report = Report(
            number, kind, books.seller, marketplaces, now,
            read_moment("dataStartTime", start) if start else now,
            min(read_moment("dataEndTime", end), now) if end else now, tuple(options.items()),
        )  # fmt: skip
        report = self._foreseen(report, books)
        with self._lock:
            self._requested[number] = report
        return {"reportId": number}

    def _foreseen(self, report: Report, books: Books) -> Report:
        """What will become of it."""
        if report.type in brand.TYPES:
            if problem := brand.problem(report.type, report, books):
                return replace(report, outcome="FATAL", problem=problem)
        elif report.ends_at - report.starts_at > timedelta(days=_ORDER_DAYS, hours=2):
            return replace(report, outcome="FATAL", problem=f"The date range is longer than {_ORDER_DAYS} days.")
        elif not any(books.updated(report.starts_at, report.ends_at, report.created_at)):
            # No data: cancelled, or done with nothing but a header. Both occur.
            return replace(report, outcome=("CANCELLED", "DONE")[pick(2, "no data", report.id)])
        if self.faults.strike("empty_job"):
            return replace(report, outcome="CANCELLED") if self.faults.draw(2) else replace(report, hollow=True)
        return report

    def find(self, number: str, books: Books, now: datetime) -> Report:
        """The seller's report. Raises Refusal."""
        if not number.isdecimal():
            raise Refusal(400, "400", "Invalid input", "Invalid input")
        report = self._requested.get(number) or next((one for one in _settlements(books) if one.id == number), None)
        if report is None or report.seller != books.seller or not now - KEPT <= report.created_at <= now:
            raise Refusal(404, "NotFound", f"Report {number[:20]} was not found", "")
        return report

    def show(self, number: str, books: Books, now: datetime) -> Json:
        return report_document(self.find(number, books, now), now)

    def list(self, request: Request, books: Books, now: datetime, paging: Paging) -> Json:
        """Reports by type, newest first, back to ``createdSince`` (90 days). A next token comes alone."""
        place, size = self._place(request, now, paging)
        passed = tuple(place.get("passed", (float("inf"), "")))
        since, until = datetime.fromisoformat(place["since"]), datetime.fromisoformat(place["until"])
        with self._lock:
            every = [*_settlements(books), *(one for one in self._requested.values() if one.seller == books.seller)]
        found = sorted(
            (
                one for one in every
                if one.type in place["types"] and since <= one.created_at <= until and one.created_at >= now - KEPT
                and (not place["statuses"] or one.status(now) in place["statuses"])
                and (one.created_at.timestamp(), one.id) < passed
            ),
            key=lambda one: (one.created_at, one.id), reverse=True,
        )  # fmt: skip
        page, token = found[:size], ""
        if page and paging.is_empty():
            page, token = [], paging.again()
        elif len(found) > size:
            token = paging.token({**place, "passed": [page[-1].created_at.timestamp(), page[-1].id]})
        body: Json = {"reports": [report_document(one, now) for one in page]}
        return {**body, **({"nextToken": token} if token else {})}

    def _place(self, request: Request, now: datetime, paging: Paging) -> tuple[Json, int]:
        if request.get("nextToken"):
            if others := sorted({name for name, _ in request.query} & set(_FILTERS)):
                raise Refusal(
                    400, "InvalidInput", f"nextToken must be the only parameter, not with {others[0]}", "Invalid input"
                )
            place = paging.start("reports", request, (), "nextToken", now, timedelta(hours=24))
            return place, int(place["size"])
        paging.start("reports", request, (), "nextToken", now, timedelta(hours=24))
        types = _several(request, "reportTypes")
        if not 1 <= len(types) <= 10:
            raise Refusal(400, "InvalidInput", "Invalid input", "reportTypes takes 1 to 10 types")
        statuses = _several(request, "processingStatuses")
        if set(statuses) - _STATUSES:
            raise Refusal(400, "400", "Invalid input", "Invalid input in processing status")
        since = request.get("createdSince")
        until = request.get("createdUntil")
        size = read_number("pageSize", request.get("pageSize"), 10, 100)
        place = {
            "types": types, "statuses": statuses, "size": size,
            "since": moment_text(max(read_moment("createdSince", since), now - KEPT) if since else now - KEPT),
            "until": moment_text(read_moment("createdUntil", until) if until else now),
        }  # fmt: skip
        paging.place = place
        return place, size

    # Documents

    def document(self, document_id: str, base: str, books: Books, now: datetime) -> Json:
        """Where the document is, for five minutes."""
        report = self.find(document_id.rpartition(".")[2], books, now)
        if document_id != report.document_id or report.status(now) not in ("DONE", "FATAL"):
            raise Refusal(400, "InvalidInput", "Invalid input", "There is no such document")
        if report.type == ALL_ORDERS and not report.hollow and _holds_withheld(report, books):
            raise Refusal(500, "InternalFailure", "We encountered an internal error. Please try again.")
        zipped = _is_zipped(report)
        held = {"report": report.id, "until": (now + ADDRESS_LIVES).timestamp(), "seller": report.seller}
        address = f"{base}/documents/{seal('document', held)}?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Expires=300"
        body: Json = {"reportDocumentId": document_id, "url": address}
        return {**body, **({"compressionAlgorithm": "GZIP"} if zipped else {})}

    def download(self, token: str, sellers: "dict[str, Books]", now: datetime) -> Reply:
        """The document as the storage gives it: without a token, and with 403 XML after its time."""
        held = unseal("document", token)
        if held is None:
            return _storage_error(403, "SignatureDoesNotMatch", "The request signature we calculated does not match.")
        if now.timestamp() > held["until"]:
            return _storage_error(403, "AccessDenied", "Request has expired")
        if self.faults.strike("error"):
            return _storage_error(503, "SlowDown", "Please reduce your request rate.")
        books = sellers[held["seller"]]
        report = self.find(held["report"], books, now)
        body, media_type = render(report, books)
        return self._sent(body, media_type, _is_zipped(report))

    def _sent(self, body: bytes, media_type: str, zipped: bool) -> Reply:
        whole = gzip.compress(body, mtime=0) if zipped else body
        if len(body) < 40 or not self.faults.strike("truncated"):
            return Reply(body=whole, media_type=media_type)
        shape = self.faults.draw(3)
        if shape == 0:  # the line breaks
            return Reply(body=whole, media_type=media_type, cut_after=len(whole) * 2 // 3)
        part = _mid_line(body)
        if shape == 1 and zipped:  # the archive itself is cut, and its length says that all is there
            return Reply(body=whole[: len(whole) * 2 // 3], media_type=media_type)
        return Reply(body=gzip.compress(part, mtime=0) if zipped else part, media_type=media_type)


def _mid_line(body: bytes) -> bytes:
    """The beginning, up to the middle of a line after two thirds; of a document without lines, two thirds."""
    start = body.rfind(b"\n", 0, len(body) * 2 // 3) + 1
    end = body.find(b"\n", start)
    if not start or end < 0:
        return body[: len(body) * 2 // 3]
    return body[: start + max(1, (end - start) // 3)]


def render(report: Report, books: Books) -> tuple[bytes, str]:
    """The document's bytes and media type."""
    if report.outcome == "FATAL":
        return orjson.dumps({"errorDetails": report.problem}), "application/json"
    if report.statement:
        return flat_files.settlement(report.statement, books), "text/plain;charset=UTF-8"
    if report.type == ALL_ORDERS:
        return flat_files.all_orders(report, books)
    return orjson.dumps(brand.document(report.type, report, books), option=orjson.OPT_INDENT_2), "application/json"


def report_document(report: Report, now: datetime) -> Json:
    status = report.status(now)
    body: Json = {
        "reportId": report.id,
        "reportType": report.type,
        "dataStartTime": moment_text(report.starts_at),
        "dataEndTime": moment_text(report.ends_at),
        "createdTime": moment_text(report.created_at),
        "processingStatus": status,
        "marketplaceIds": list(report.marketplaces),
    }
    if status != "IN_QUEUE":
        body["processingStartTime"] = moment_text(report.queued_until)
    if status in ("DONE", "FATAL", "CANCELLED"):
        body["processingEndTime"] = moment_text(report.finished_at)
        if report.document_id:
            body["reportDocumentId"] = report.document_id
    return body


def _settlements(books: Books) -> list[Report]:
    """One for each published statement; the marketplaces are the seller's, whatever the content is of."""
    return [
        Report(
            str(60_019_000_000 + pick(10**9, "settlement", one.market, one.ref)), SETTLEMENT, books.seller,
            tuple(market.marketplace for market in books.markets), one.published_at, one.starts_at, one.ends_at,
            statement=one,
        )
        for one in books.statements
    ]  # fmt: skip


def _holds_withheld(report: Report, books: Books) -> bool:
    return any(
        books.lasting.withholds(order, books.withheld)
        for _, order in books.updated(report.starts_at, report.ends_at, report.created_at)
    )


def _is_zipped(report: Report) -> bool:
    return report.outcome == "DONE" and pick(2, "gzip", report.id) == 1


def _several(request: Request, name: str) -> list[str]:
    return sorted({one for key, value in request.query if key == name for one in value.split(",") if one})


def _storage_error(status: int, code: str, message: str) -> Reply:
    xml = f'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>{code}</Code><Message>{message}</Message></Error>'
    return Reply(status, xml.encode(), media_type="application/xml")
